/* What recording a step does besides: access stopped or given back, a site closed for everybody (7.10-11, 7.10-12, 11.2-15). */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/account/people.h"
#include "house/record/inside.h"
#include "wire/host.h"
#include "wire/url.h"

enum { PLACE_MAX = 1000, PATH_MAX_HELD = 500 /* a text of live.log */, WHY_MAX = 2000, BLOCKS_MAX = 100 };

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

/* Every access of that kind of one person that stands in `from`. */
static enum err turn_access(const struct desk *k, const struct act *act, const struct entry *e, int64_t person, struct str kind, bool stop, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entry_may program = record_program(act->school);
	struct entry_query q = { .reg = "entitlement", .states = { stop ? "active" : "suspended" }, .limit = 50, .n_where = 2,
		.where = { { "person", ENTRY_IS, person, STR_NONE }, { "kind", ENTRY_IS, 0, kind } } };
	struct entry_page page;
	struct str who = person_name(k->store->db, &a, act->school, person);
	TRY(entry_list(k->store, &a, &program, &q, &page));
	for (size_t i = 0; i < page.n; i++)
		TRY(turn_one(k, act, &page.entries[i], stop ? "suspended" : "active", d));
	const char *says = stop ? "marked as suspended" : "active again";
	return case_note(k, act, e, "access", page.n ? arena_fmt(&a, "On the list of access, of %.*s: %zu %s.", STRF(who), page.n, says)
	                                             : arena_fmt(&a, "Nothing of %.*s stands on the list of access, so nothing was marked there.", STRF(who)), 0);
}

size_t case_people(const struct entry *e, int64_t out[CASE_PEOPLE_MAX])
{
	int64_t subject = entry_int(e, "subject");
	size_t n = 0;
	if (subject)
		out[n++] = subject;
	for (size_t i = 0; i < e->n_people && n < CASE_PEOPLE_MAX; i++) {
		bool here = e->people[i].as != ENTRY_INVOLVED && e->people[i].as != ENTRY_SUBJECT;
		for (size_t j = 0; j < n; j++)
			here = here || out[j] == e->people[i].person;
		if (!here)
			out[n++] = e->people[i].person;
	}
	return n;
}

/* Those who were chosen; where the case has one person, nobody need be. */
static enum err turn_all(const struct desk *k, const struct act *act, const struct entry *e, const struct step_input *in, const struct proc_does *does, struct diag *d)
{
	int64_t all[CASE_PEOPLE_MAX];
	size_t n_all = case_people(e, all), n = in->n_whom ? in->n_whom : n_all == 1;
	const int64_t *chosen = in->n_whom ? in->whom : all;
	for (size_t i = 0; i < n; i++) {
		size_t at = 0;
		while (at < n_all && all[at] != chosen[i])
			at++;
		if (at == n_all)
			return ERR_ABSENT;
		TRY(turn_access(k, act, e, chosen[i], does->on, does->what == EFFECT_SUSPEND, d));
	}
	if (n || !n_all)
		return n ? OK : case_note(k, act, e, "access", STR("The case names nobody, so nothing was marked on the list of access."), 0);
	diag_add(d, DIAG_ERROR, STR("whom"), 0, "Choose whose access this is.");
	return ERR_INVALID;
}

/* ---- a place closed for everybody ---- */

static bool site_of(struct str typed, struct url *u)
{
	if (url_read(str_trim(typed), u) != OK)
		return false;
	return u->is_addr || (!host_is_suffix(url_host(u)) && str_chr(url_host(u), '.') >= 0);
}

/* The page as the gate compares it; false: the site's own first page, or too long to be held. */
static bool page_of(struct arena *a, const struct url *u, struct str *path)
{
	char *p = arena_alloc(a, PATH_MAX_HELD);
	size_t n = 0;
	if (!u->path.n || url_path_norm(u->path, p, PATH_MAX_HELD, &n) != OK)
		return false;
	*path = (struct str){ p, n };
	return n > 1;
}

static enum err close_place(const struct desk *k, const struct act *act, const struct entry *e, const struct proc_step *s, const struct proc_does *does,
                            struct str typed, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct fields f = { 0 };
	struct str path = STR_NONE;
	struct url *u = arena_new(&a, struct url);
	if (typed.n > PLACE_MAX || !site_of(typed, u)) {
		diag_add(d, DIAG_ERROR, does->on, 0, "The filter closes a site by its name, like pictures.example, or by its address, like 203.0.113.9. Write that, or choose the other answer.");
		return ERR_INVALID;
	}
	if (does->what == EFFECT_BLOCK_PAGE && !page_of(&a, u, &path)) {
		diag_add(d, DIAG_ERROR, does->on, 0, "This names no page of the site, or it is longer than %d letters. Write the page's whole address, or have the whole site closed.", PATH_MAX_HELD);
		return ERR_INVALID;
	}
	fields_text(&f, "host", url_host(u));
	fields_text(&f, "path", path);
	fields_text(&f, "place", str_trim(typed));
	fields_text(&f, "step", s->id);
	fields_int(&a, &f, "since", clock_utc());
	return case_child(k, act, e, "case-block", &f, d);
}

enum err case_step_does(const struct desk *k, const struct act *act, const struct entry *e, const struct proc_step *s,
                        const struct step_input *in, struct diag *d)
{
	for (size_t i = 0; i < s->n_does; i++) {
		const struct proc_does *x = &s->does[i];
		if (x->answer.n && !str_eq(in->answer, x->answer))
			continue;
		TRY(x->what >= EFFECT_BLOCK ? close_place(k, act, e, s, x, case_step_value(in, x->on), d) : turn_all(k, act, e, in, x, d));
	}
	return OK;
}

/* ---- what is closed; lifting it ---- */

static struct case_block block_of(const struct entry *x)
{
	return (struct case_block){ .id = x->id, .case_id = x->parent, .since_utc = entry_int(x, "since"), .lifted_utc = entry_int(x, "lifted"),
		.by = x->made_by, .host = entry_value(x, "host"), .path = entry_value(x, "path"), .place = entry_value(x, "place"), .why = entry_value(x, "why"), .on = str_is(x->state, "closed") };
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
	TRY(case_note(k, act, &e, "lifted", arena_fmt(&a, "%.*s%.*s is open again for whoever may reach it. %.*s", STRF(entry_value(&x, "host")), STRF(entry_value(&x, "path")), STRF(str_trim(why))), 0));
	return db_tx_commit(&tx);
}
