/* people_kit.h - for tests: rules as gatehouse.conf has them, and entries of a made-up directory. */
#pragma once
#include "base/test.h"
#include "house/outside/people.h"

#define KIT_PROVIDER "[provider school]\nkind = ldap\nurl = ldaps://dc.larkmoor.example\nbase = dc=larkmoor,dc=example\nid_attribute = objectGUID\n"

static inline enum err kit_rules(struct arena *a, const char *text, struct diag *d, struct people_sources *out)
{
	struct conf *c = arena_new(a, struct conf);
	struct providers *p = arena_new(a, struct providers);
	CHECK_OK(conf_parse(a, STR("gatehouse.conf"), str_z(text), d, c));
	CHECK_OK(providers_read(a, c, d, p));
	return people_rules_read(a, c, p, d, out);
}

/* "key|name|group|group...", with "!" in front: the account is off. */
static inline struct people_entry kit_entry(const char *line)
{
	struct str rest = str_z(line), piece;
	struct people_entry e = { .off = line[0] == '!' };
	rest = str_from(rest, e.off);
	CHECK(str_next(&rest, '|', &e.key) && str_next(&rest, '|', &e.name));
	while (str_next(&rest, '|', &piece))
		people_in(&e, piece);
	return e;
}

/* What gatehouse-outside would send of these lines. */
static inline struct str kit_answer(struct arena *a, const struct people_rules *r, const char *const *lines, size_t n, int64_t now)
{
	AUTO(people_answer_free) struct people_answer *p = people_answer_new(r);
	for (size_t i = 0; i < n; i++) {
		struct people_entry e = kit_entry(lines[i]);
		CHECK_OK(people_answer_add(p, &e, now));
	}
	char *text = people_answer_text(p, 4);
	CHECK(text);
	struct str out = arena_str(a, str_z(text));
	free(text);
	return out;
}
