#include "house/filter/software.h"

#include "base/time.h"
#include "house/store/entry.h"
#include "wire/url.h"

static const char REG[] = "software";

static void one_source(struct buf *out, const struct entry *e, const struct url *u, const char *group, struct str until)
{
	buf_fmt(out, "\n[source software-%lld-%s]\nhost = %.*s%.*s\n", (long long)e->number, group ? group : "all", STRF(url_host(u)), STRF(u->path));
	if (group)
		buf_fmt(out, "scope = group %s\n", group);
	if (until.n)
		buf_fmt(out, "until = %.*s\n", STRF(until));
	buf_z(out, "reason = Approved in the register of software.\n");
}

static bool plain(struct str path)
{
	for (size_t i = 0; i < path.n; i++)
		if ((uint8_t)path.p[i] <= ' ' || (uint8_t)path.p[i] >= 0x7f)
			return false;
	return true;
}

static void one(struct arena *a, struct buf *out, const struct entry *e, int64_t now)
{
	static const struct { const char *word, *groups[4]; } devices[] = { { "staff", { "staff" } }, { "learners", { "early-years", "ks1", "ks2" } } };
	int64_t review = 0;
	struct url u;
	struct str until = STR_NONE, whose = entry_value(e, "for"), word;
	if (url_read(entry_value(e, "source"), &u) != OK || u.is_addr || !plain(u.path))
		return;
	if (time_read_date(entry_value(e, "review"), &review) == OK) {
		if (review + 86400 <= now)
			return;
		until = time_iso(a, review + 86400);
	}
	for (size_t i = 0; i < u.path.n; i++)
		if (u.path.p[i] == '?' || u.path.p[i] == '#')
			u.path.n = i;
	if (!whose.n) {
		one_source(out, e, &u, NULL, until);
		return;
	}
	while (str_next(&whose, ' ', &word))
		for (size_t i = 0; i < ARRAY_N(devices); i++)
			for (size_t g = 0; str_is(word, devices[i].word) && devices[i].groups[g]; g++)
				one_source(out, e, &u, devices[i].groups[g], until);
}

enum err software_policy(struct store *st, struct arena *a, int64_t school, int64_t now_utc, struct buf *out)
{
	struct entry_may may = { .school = school, .classes = ~0u };
	struct entry_query q = { .reg = REG, .states = { "approved" }, .limit = ENTRY_PAGE_MAX };
	struct entry_page page;
	if (!st->registers || !registers_find(st->registers, str_z(REG)))
		return OK;
	for (;; q.offset += ENTRY_PAGE_MAX) {
		TRY(entry_list(st, a, &may, &q, &page));
		for (size_t i = 0; i < page.n; i++)
			one(a, out, &page.entries[i], now_utc);
		if (page.n < ENTRY_PAGE_MAX)
			return OK;
	}
}
