#include "house/agreement/signs.h"

#include "base/clock.h"
#include "base/mem.h"
#include "house/agreement/inside.h"

static const char *const reg = "sign-place";

static struct sign_place place_read(const struct entry *e)
{
	return (struct sign_place){ e->id, e->version, entry_utc(e, "checked"), entry_i64(e, "checker"), entry_value(e, "place"),
		entry_value(e, "what"), entry_value(e, "version"), entry_value(e, "found"), entry_value(e, "note"), str_is(entry_value(e, "internet"), "yes") };
}

enum err signs_list(struct store *st, struct arena *a, int64_t school, struct sign_place **out, size_t *n)
{
	struct entry_may may = agreement_may(school);
	struct entry_query q = { .reg = reg, .states = { "up" }, .order_by = "place", .ascending = true, .limit = ENTRY_PAGE_MAX };
	struct entry_page page;
	TRY(entry_list(st, a, &may, &q, &page));
	struct sign_place *v = arena_array(a, struct sign_place, page.n + 1);
	for (size_t i = 0; i < page.n; i++)
		v[i] = place_read(&page.entries[i]);
	*out = v;
	*n = page.n;
	return OK;
}

enum err signs_add(struct store *st, struct arena *a, const struct act *act, struct str place, struct str what, bool internet, struct diag *d, int64_t *id)
{
	struct entry_field f[] = { agreement_field("place", place), agreement_field("what", what), agreement_field("internet", internet ? STR("yes") : STR("no")) };
	struct entry_in in = { .reg = reg, .state = "up", .fields = f, .n_fields = agreement_filled(f, ARRAY_N(f)) };
	return entry_create(st, act, &in, d, id);
}

static enum err change(struct store *st, struct arena *a, const struct act *act, int64_t id, const char *state, const struct entry_field *f, size_t n)
{
	struct entry_may may = agreement_may(act->school);
	struct entry e;
	TRY(entry_get(st, a, &may, id, 0, &e));
	if (!str_is(e.reg, reg) || !str_is(e.state, "up"))
		return ERR_ABSENT;
	struct entry_in in = { .reg = reg, .state = state, .fields = f, .n_fields = n };
	return entry_update(st, act, &may, id, e.version, &in, NULL);
}

enum err signs_check(struct store *st, struct arena *a, const struct act *act, int64_t id, const char *found, struct str version, struct str note)
{
	bool hangs = strcmp(found, "right") == 0 || strcmp(found, "replaced") == 0;
	if (!hangs && strcmp(found, "missing") != 0)
		return ERR_INVALID;
	struct entry_field f[] = { agreement_field("checked", time_iso(a, clock_utc())), agreement_field("checker", arena_i64(a, act->person)),
		agreement_field("found", str_z(found)), agreement_field("version", hangs ? version : STR_NONE), agreement_field("note", note) };
	return change(st, a, act, id, "up", f, agreement_filled(f, ARRAY_N(f)));
}

enum err signs_down(struct store *st, struct arena *a, const struct act *act, int64_t id)
{
	return change(st, a, act, id, "down", NULL, 0);
}

const char *signs_gap(const struct sign_place *s, struct str current, int64_t term_start_utc)
{
	if (!s->checked_utc)
		return "Nobody has looked yet";
	if (str_is(s->found, "missing"))
		return "It was missing or could not be read";
	if (!current.n)
		return "What hangs there is no longer in force: take it down";
	if (!str_eq(s->version, current))
		return "An old version hangs there";
	return s->checked_utc < term_start_utc ? "Nobody has looked this term" : NULL;
}
