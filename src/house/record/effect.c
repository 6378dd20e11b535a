/* What recording a step does besides: access stopped or given back, a site closed for everybody (7.10-11, 7.10-12, 11.2-15). */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/record/inside.h"
#include "wire/host.h"
#include "wire/url.h"

enum { PLACE_MAX = 1000, WHY_MAX = 2000, BLOCKS_MAX = 100 };

/* ---- access of whoever the case is about ---- */

static enum err turn_one(const struct desk *k, const struct act *act, const struct entry *x, const char *state, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entry_may program = record_program(act->school);
	struct fields f = { 0 };
	bool stop = strcmp(state, "suspended") == 0;
	fields_text(&f, stop ? "suspended-on" : "back-on", time_iso_date(&a, clock_utc()));
	struct entry_in in = { .reg = "entitlement", .state = state, .fields = f.v, .n_fields = f.n };
	return entry_update(k->store, act, &program, x->id, x->version, &in, d);
}

/* Every access of that kind that stands in `from`. */
static enum err turn_access(const struct desk *k, const struct act *act, const struct entry *e, struct str kind, const char *from, const char *to,
                            struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entry_may program = record_program(act->school);
	int64_t person = entry_int(e, "subject");
	struct entry_query q = { .reg = "entitlement", .states = { from }, .limit = 50, .n_where = 2,
		.where = { { "person", ENTRY_IS, person, STR_NONE }, { "kind", ENTRY_IS, 0, kind } } };
	struct entry_page page = { 0 };
	if (person)
		TRY(entry_list(k->store, &a, &program, &q, &page));
	for (size_t i = 0; i < page.n; i++)
		TRY(turn_one(k, act, &page.entries[i], to, d));
	const char *says = strcmp(to, "suspended") == 0 ? "marked as suspended" : "active again";
	return case_note(k, act, e, "access", page.n ? arena_fmt(&a, "On the list of access: %zu of theirs %s.", page.n, says)
	                                             : STR("Nothing of theirs stands on the list of access, so nothing was marked there."), 0);
}

/* ---- a place closed for everybody ---- */

static bool site_of(struct str typed, struct url *u)
{
	return url_read(str_trim(typed), u) == OK && !u->is_addr && !host_is_suffix(url_host(u)) && str_chr(url_host(u), '.') >= 0;
}

static enum err close_place(const struct desk *k, const struct act *act, const struct entry *e, const struct proc_step *s, struct str typed, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct fields f = { 0 };
	struct url *u = arena_new(&a, struct url);
	if (typed.n > PLACE_MAX || !site_of(typed, u)) {
		diag_add(d, DIAG_ERROR, s->does.on, 0, "The filter closes sites by their name, like pictures.example. Write that, or choose the other answer.");
		return ERR_INVALID;
	}
	fields_text(&f, "host", url_host(u));
	fields_text(&f, "place", str_trim(typed));
	fields_text(&f, "step", s->id);
	fields_int(&a, &f, "since", clock_utc());
	return case_child(k, act, e, "case-block", &f, d);
}

enum err case_step_does(const struct desk *k, const struct act *act, const struct entry *e, const struct proc_step *s,
                        const struct step_input *in, struct diag *d)
{
	if (s->does.answer.n && !str_eq(in->answer, s->does.answer))
		return OK;
	switch (s->does.what) {
	case EFFECT_NONE:    return OK;
	case EFFECT_SUSPEND: return turn_access(k, act, e, s->does.on, "active", "suspended", d);
	case EFFECT_RESTORE: return turn_access(k, act, e, s->does.on, "suspended", "active", d);
	case EFFECT_BLOCK:   return close_place(k, act, e, s, case_step_value(in, s->does.on), d);
	}
	return OK;
}

/* ---- what is closed; lifting it ---- */

static struct case_block block_of(const struct entry *x)
{
	return (struct case_block){ .id = x->id, .case_id = x->parent, .since_utc = entry_int(x, "since"), .lifted_utc = entry_int(x, "lifted"),
		.by = x->made_by, .host = entry_value(x, "host"), .place = entry_value(x, "place"), .why = entry_value(x, "why"), .on = str_is(x->state, "closed") };
}

enum err record_blocks(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t id, struct case_block **out, size_t *n)
{
	struct entry e, *all;
	TRY(case_for_work(k, a, may, id, &e));
	TRY(case_under(k, a, may->school, &e, "case-block", &all, n));
	*out = arena_array(a, struct case_block, *n + 1);
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = block_of(&all[i]);
	return OK;
}

enum err record_blocks_on(const struct desk *k, struct arena *a, int64_t school, struct case_block **out, size_t *n)
{
	struct entry_may program = record_program(school);
	struct entry_query q = { .reg = "case-block", .states = { "closed" }, .order_by = "since", .ascending = true, .limit = BLOCKS_MAX };
	struct entry_page page;
	TRY(entry_list(k->store, a, &program, &q, &page));
	*out = arena_array(a, struct case_block, page.n + 1);
	for (*n = 0; *n < page.n; (*n)++)
		(*out)[*n] = block_of(&page.entries[*n]);
	return OK;
}

static bool may_lift(const struct desk *k, int64_t school, int64_t person)
{
	return person_holds(k, school, person, "dsl") || person_holds(k, school, person, "head");
}

enum err record_block_lift(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id, int64_t block, struct str why, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entry_may program = record_program(act->school);
	struct entry e, x;
	struct fields f = { 0 };
	TRY(db_tx_begin(k->store->db, &tx));
	TRY(case_for_work(k, &a, may, id, &e));
	TRY(entry_get(k->store, &a, &program, block, 0, &x));
	if (!str_is(x.reg, "case-block") || x.parent != id)
		return ERR_ABSENT;
	if (!may_lift(k, act->school, act->person))
		return ERR_FORBIDDEN;
	if (!str_is(x.state, "closed"))
		return ERR_STATE;
	if (!str_trim(why).n || why.n > WHY_MAX || !str_utf8(why)) {
		diag_add(d, DIAG_ERROR, STR("lift_why"), 0, "Say why it is opened again. At most %d characters.", WHY_MAX);
		return ERR_INVALID;
	}
	fields_text(&f, "why", str_trim(why));
	fields_int(&a, &f, "lifted", clock_utc());
	TRY(entry_update(k->store, act, &program, x.id, x.version, &(struct entry_in){ .reg = "case-block", .state = "lifted", .fields = f.v, .n_fields = f.n }, d));
	TRY(case_note(k, act, &e, "lifted", arena_fmt(&a, "%.*s is open again for whoever may reach it. %.*s", STRF(entry_value(&x, "host")), STRF(str_trim(why))), 0));
	return db_tx_commit(&tx);
}
