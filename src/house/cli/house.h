/* house.h - the house of a prefix, opened for a command: settings, database,
 * keys, registers.  Complaints go to stderr, naming what could not be opened. */
#pragma once
#include "house/store/entry.h"
#include "io/settings.h"

struct house {
	struct settings settings;
	struct db *db;
	struct keys *keys;
	struct registers *registers;
	struct store store;            /* over the above */
};

/* false after saying why. */
bool house_open(const char *prefix, struct house *out);
void house_done(struct house *h);
/* Findings to stderr, one a line. */
void house_say(const struct diag *d);
