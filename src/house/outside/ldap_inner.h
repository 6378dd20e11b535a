/* ldap_inner.h - what signing in and reading the people share of a directory. */
#pragma once
#include <ldap.h>

#include "house/outside/door.h"

static inline void ld_done(LDAP **l)
{
	if (*l)
		(void)ldap_unbind_ext(*l, NULL, NULL);   /* closes */
}

static inline void msg_done(LDAPMessage **m)
{
	if (*m)
		(void)ldap_msgfree(*m);                  /* gives the type of what was freed */
}

/* Connects as the settings say, TLS demanded, and binds as who searches: a code of LDAP.  *tls: its certificate was the trouble. */
int ldap_open(const struct door_way *w, LDAP **out, bool *tls);
/* The lasting number, in hexadecimal when it is bytes (objectGUID). */
struct str ldap_lasting(struct arena *a, struct str id);
