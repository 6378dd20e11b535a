/* ldap_filter.h - a value that stands for itself in a search filter (RFC 4515 3). */
#pragma once
#include "base/arena.h"

/* NUL, "(", ")", "*", "\" and every byte outside ASCII are written as \xx. */
struct str ldap_filter_escape(struct arena *a, struct str value);
