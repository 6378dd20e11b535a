/* inner.h - inside: what the files of this folder share. */
#pragma once
#include "house/service/service.h"

struct entry_may service_may(int64_t school);
/* Names of hosts in normal form, one a line, each once; findings on the field `hosts`. */
struct str service_hosts(struct arena *a, struct str typed, struct diag *d);
/* The next name of such a list; false at the end. */
bool service_host(struct str *rest, struct str *host);
/* "12 March 2027" as UTC midnight of that UK day; 0 when it is none. */
int64_t service_day(const struct entry *e, const char *field);
/* Whether another service that counts has this name, or one below or above it that is the very same; its entry. */
enum err service_taken(struct store *st, struct arena *a, int64_t school, struct str hosts, int64_t but, struct diag *d);
bool service_counts(const struct entry *e);            /* not a mistake */
