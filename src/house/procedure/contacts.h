/* contacts.h - the contact directory: outside bodies, national links and how to
 * reach them (data/contacts.conf, with the school's own entries beside it).
 * The program contacts nobody by itself. */
#pragma once
#include "base/conf.h"

enum contact_audience { FOR_STAFF = 1, FOR_SETTINGS = 2, FOR_PARENTS = 4, FOR_LEARNERS = 8 };
enum contact_state { CONTACT_LIVE, CONTACT_MOVED, CONTACT_CLOSED };

struct contact {
	struct str id, title, use;        /* use: when to turn to them, one sentence */
	struct str phone, web, mail;      /* any may be absent */
	struct str note;                  /* "corrected from a printed mistake" and the like */
	struct str clauses;
	struct str topics;                /* of data/topics.conf, with spaces between; absent: for any worry */
	unsigned audience;                /* of enum contact_audience */
	enum contact_state state;
	struct str successor;             /* id, when moved or closed */
	int64_t verified_utc;             /* 0: nobody at the school has confirmed it yet */
	bool local;                       /* configuration of this area, not a national fact */
};

struct contacts { struct contact *v; size_t n; };

enum err contacts_load(struct arena *a, const char *path, struct diag *d, struct contacts *out);
const struct contact *contact_find(const struct contacts *c, struct str id);        /* NULL: none */
/* The entry to show: itself, or what succeeded it. */
const struct contact *contact_now(const struct contacts *c, const struct contact *x);
/* Entries for an audience, in file order; those succeeded are replaced.  out has room for c->n. */
size_t contacts_for(const struct contacts *c, unsigned audience, const struct contact **out);
/* A telephone number that can exist in the UK: short codes, 01/02 with an area code in use, 03, 07, 08, 09.
 * Spaces are ignored; ERR_INVALID otherwise. */
enum err contact_phone(struct str number);
