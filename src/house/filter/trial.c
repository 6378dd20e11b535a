#include "house/filter/trial.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "event/event.h"
#include "house/filter/cell.h"
#include "house/filter/sealed_watch.h"
#include "house/task/task.h"
#include "policy/decide/decide.h"
#include "policy/read/tables.h"
#include "wire/addr.h"

enum { DAY_S = 86400, RUN_LONGEST_S = 3600, SAYS_MAX = 2000, NETWORKS_MAX = 20000, TASK_DAYS = 7 };

static const char RUN[] = "filter-test", RESULT[] = "filter-test-result";

static struct entry_may trial_may(int64_t school) { return (struct entry_may){ .school = school, .classes = ENTRY_BIT(ENTRY_GENERAL) | ENTRY_BIT(ENTRY_CHILD) }; }

/* ---- a run begins and ends ---- */

enum err trial_fail(struct store *st, const struct act *act, int64_t run, const char *why)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entry_may may = trial_may(act->school);
	struct entry e;
	struct entry_field f[] = { { STR("says"), str_upto(str_z(why), SAYS_MAX) } };
	struct task_in in = { .kind = "filter-test", .title = STR("The filter's own test could not be made"), .for_role = "technician", .due_utc = clock_utc() + TASK_DAYS * DAY_S,
		.details = str_z(why), .link = "/status/filter-test", .key = arena_fmt(&a, "filter-test-none %lld", (long long)run).p };
	int64_t task;
	TRY(entry_get(st, &a, &may, run, 0, &e));
	if (!str_is(e.state, "running"))
		return ERR_STATE;
	TRY(entry_update(st, act, &may, run, e.version, &(struct entry_in){ .reg = RUN, .state = "failed", .fields = f, .n_fields = 1 }, NULL));
	return task_open_once(st, act, &in, NULL, &task, NULL);
}

enum err trial_running(struct store *st, const struct act *act, int64_t now_utc, int64_t *run)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entry_may may = trial_may(act->school);
	struct entry_page page;
	*run = 0;
	TRY(entry_list(st, &a, &may, &(struct entry_query){ .reg = RUN, .states = { "running" }, .limit = 1 }, &page));
	if (!page.n)
		return OK;
	if (now_utc - page.entries[0].made_utc > RUN_LONGEST_S)
		return trial_fail(st, act, page.entries[0].id, "The run was begun and never ended.");
	*run = page.entries[0].id;
	return OK;
}

enum err trial_begin(struct store *st, const struct act *act, int64_t now_utc, int64_t *run)
{
	int64_t there;
	TRY(trial_running(st, act, now_utc, &there));
	if (there)
		return ERR_BUSY;
	return entry_create(st, act, &(struct entry_in){ .reg = RUN, .state = "running" }, NULL, run);
}

enum err trial_due(struct store *st, struct arena *a, int64_t school, int64_t now_utc, bool *due)
{
	struct entry_may may = trial_may(school);
	struct entry_page page;
	TRY(entry_list(st, a, &may, &(struct entry_query){ .reg = RUN, .limit = 1 }, &page));
	*due = !page.n || now_utc - page.entries[0].made_utc >= TRIAL_EVERY_DAYS * (int64_t)DAY_S;
	return OK;
}

/* ---- the alerts ---- */

static const char *alert_key(struct arena *a, int64_t run) { return arena_fmt(a, "filter-test/%lld", (long long)run).p; }

static enum err alert_of(struct store *st, struct arena *a, int64_t school, int64_t run, struct entry *out)
{
	struct entry_may may = trial_may(school);
	struct entry_page page;
	struct entry_query q = { .reg = "alert", .where = { { "key", ENTRY_IS, 0, str_z(alert_key(a, run)) } }, .n_where = 1, .limit = 1 };
	TRY(entry_list(st, a, &may, &q, &page));
	*out = page.n ? page.entries[0] : (struct entry){ 0 };
	return OK;
}

enum err trial_alert(struct store *st, const struct act *act, int64_t now_utc)
{
	AUTO(arena_done) struct arena a = arena_init();
	int64_t run, id;
	struct entry there;
	TRY(trial_running(st, act, now_utc, &run));
	if (!run)
		return OK;
	TRY(alert_of(st, &a, act->school, run, &there));
	if (there.id)
		return OK;
	struct entry_field f[] = { { STR("phrase"), STR("The filter's own test, not a pupil") }, { STR("searched"), STR("a test name of the filter") },
		{ STR("happened"), arena_fmt(&a, "%lld", (long long)now_utc) }, { STR("key"), str_z(alert_key(&a, run)) } };
	return entry_create(st, act, &(struct entry_in){ .reg = "alert", .fields = f, .n_fields = ARRAY_N(f) }, NULL, &id);
}

/* It arrived: answered by the program, so that nobody has to. */
static enum err alert_taken(struct trial *t, struct arena *a, bool *arrived)
{
	struct entry_may may = trial_may(t->act.school);
	struct entry e;
	TRY(alert_of(t->st, a, t->act.school, t->run, &e));
	*arrived = e.id != 0;
	if (!e.id || !str_is(e.state, "open"))
		return OK;
	struct entry_field f[] = { { STR("response"), STR("The test event arrived here, as it should. Nothing is to be done.") }, { STR("answered"), arena_fmt(a, "%lld", (long long)clock_utc()) } };
	return entry_update(t->st, &t->act, &may, e.id, e.version, &(struct entry_in){ .reg = "alert", .state = "answered", .fields = f, .n_fields = 2 }, NULL);
}

/* ---- asking ---- */

struct running {
	struct trial *t;
	struct arena *a;
	struct trial_result *v;
	size_t n;
	struct activity_count *before;
	size_t n_before;
	int64_t from_day;
	bool alert;
	struct cell_result *cells;             /* as each network */
	size_t n_cells;
};

/* A sealed list that is not here refuses nothing; that it is not here, the status page says. */
static bool sealed_here(const struct policy *p, uint16_t category)
{
	for (uint16_t i = 0; i < p->catalog.lists_n; i++) {
		struct list l = catalog_list(&p->catalog, i);
		if (l.category == category && l.entries)
			return true;
	}
	return false;
}

/* A page with words that must be stopped: its name alone is open. */
static bool is_page(struct str host) { return str_chr(host, '/') >= 0; }

/* What is closed for everybody is tried as everybody; the rest as those for whom the policy in force closes it. */
static bool expected(const struct trial *t, const struct trial_name *name, uint32_t g)
{
	uint16_t category = catalog_find(&t->policy->catalog, name->category);
	if (g == GROUP_NONE)
		return false;
	if (category != CATEGORY_NONE && catalog_category(&t->policy->catalog, category).flags & CATEGORY_SEALED)
		return sealed_here(t->policy, category);
	if (is_page(name->host))                 /* only where pages are read (ways_of) */
		return true;
	if (name->groups == TRIAL_EVERYBODY || t->policy->groups.v[g].flags & GROUP_WALLED)
		return true;
	return category != CATEGORY_NONE && group_bit(t->policy->groups.v[g].blocked, category);
}

const char *trial_way_words(enum trial_way w)
{
	static const char *const words[WAY_N] = { "names", "pages", "https", "inside https" };
	return words[w];
}

static const char *got_words(enum trial_got g) { return g == TRIAL_REFUSED ? "refused" : g == TRIAL_OPEN ? "let through" : "the gate did not answer"; }

enum trial_got trial_worst(const struct trial_result *x)
{
	enum trial_got worst = TRIAL_REFUSED;
	bool any = false;
	for (int w = 0; w < WAY_N; w++) {
		any |= x->got[w] != TRIAL_UNTRIED;
		if (x->got[w] == TRIAL_OPEN || (x->got[w] == TRIAL_SILENT && worst != TRIAL_OPEN))
			worst = x->got[w];
	}
	return any ? worst : TRIAL_UNTRIED;
}

/* HTTPS is read for a group, or judged by its name: one of the two. */
static unsigned ways_of(const struct trial *t, uint32_t group, struct str host)
{
	struct facts f = { .school = t->act.school, .group = group, .standing = STANDING_CURRENT, .now_utc = clock_utc(), .host = str_upto(host, is_page(host) ? (size_t)str_chr(host, '/') : host.n) };
	struct decision d;
	decide(t->policy, &f, &d);
	unsigned ways = t->ways ? t->ways : 1u << WAY_DNS, inside = 1u << WAY_INSIDE;
	if (is_page(host))
		return d.inspect ? ways & inside : 0;
	return d.inspect && ways & inside ? ways & ~(1u << WAY_HTTPS) : ways & ~inside;
}

static void ask_all(struct running *r, bool sealed_alone)
{
	struct trial *t = r->t;
	for (size_t g = 0; g < trial_groups(); g++)
		for (size_t i = 0; i < t->names.n; i++) {
			uint8_t from[16];
			uint32_t group = policy_group(t->policy, str_z(TRIAL_GROUPS[g]));
			if ((sealed_alone && !t->names.v[i].sealed) || !expected(t, &t->names.v[i], group))
				continue;
			unsigned ways = ways_of(t, group, t->names.v[i].host);
			if (!ways)
				continue;
			trial_addr(t->run, g, from);
			struct trial_result *x = &r->v[r->n++];
			*x = (struct trial_result){ .group = g, .name = i };
			for (enum trial_way w = 0; w < WAY_N; w++)
				if (ways >> w & 1)
					x->got[w] = t->ask(t->ctx, w, from, t->names.v[i].host);
		}
}

/* Of the names of sealed lists: how many were asked, refused, let through. */
static void sealed_sum(struct running *r, struct sealed_sum *out)
{
	*out = (struct sealed_sum){ .says = STR_NONE };
	for (size_t i = 0; i < r->n; i++) {
		const struct trial_name *name = &r->t->names.v[r->v[i].name];
		enum trial_got got = trial_worst(&r->v[i]);
		if (!name->sealed)
			continue;
		out->asked++;
		out->refused += got == TRIAL_REFUSED;
		out->open += got == TRIAL_OPEN;
		if (got != TRIAL_REFUSED)
			out->says = arena_fmt(r->a, "%.*s%.*s as %s: %s\n", STRF(str_upto(out->says, SAYS_MAX)), STRF(name->category), TRIAL_GROUPS[r->v[i].group], got_words(got));
	}
}

void trial_sealed(struct trial *t, struct arena *a, struct sealed_sum *out)
{
	struct running r = { .t = t, .a = a, .v = arena_array(a, struct trial_result, TRIAL_NAMES_MAX * TRIAL_GROUPS_MAX) };
	ask_all(&r, true);
	sealed_sum(&r, out);
}

/* ---- as each network ---- */

static void one_in(struct running *r, struct cell_result *c, const uint8_t from[16], unsigned ways, const struct trial_name *name, const char *from_words)
{
	for (enum trial_way w = 0; w < WAY_N; w++) {
		if (!(ways >> w & 1))
			continue;
		enum trial_got got = r->t->ask(r->t->ctx, w, from, name->host);
		c->asked++;
		c->refused += got == TRIAL_REFUSED;
		if (got != TRIAL_REFUSED)
			c->says = arena_fmt(r->a, "%.*s%.*s, %s%s: %s\n", STRF(str_upto(c->says, SAYS_MAX)), STRF(name->category), trial_way_words(w), from_words, got == TRIAL_OPEN ? "let through" : "no answer");
	}
}

/* The network's own group in every way; the others in the first that there is. */
static void ask_cell(struct running *r, size_t net, size_t cell, struct cell_result *c)
{
	const struct trial *t = r->t;
	const struct trial_net *n = &t->nets[net];
	uint8_t from[16];
	trial_net_addr(t->run, net, cell, from);
	for (size_t i = 0; i < t->names.n; i++) {
		if (!expected(t, &t->names.v[i], n->groups[cell]))
			continue;
		unsigned ways = ways_of(t, n->groups[cell], t->names.v[i].host);
		one_in(r, c, from, cell ? ways & ~(ways - 1) : ways, &t->names.v[i], "");
		if (!cell && n->has_own && ways & 1u << WAY_DNS)
			one_in(r, c, n->own, 1u << WAY_DNS, &t->names.v[i], " from this machine's own address there");
	}
}

static void ask_networks(struct running *r)
{
	const struct trial *t = r->t;
	r->cells = arena_array(r->a, struct cell_result, t->n_nets * TRIAL_NET_CELLS + 1);
	for (size_t i = 0; i < t->n_nets; i++)
		for (size_t g = 0; g < t->nets[i].n_groups; g++) {
			struct cell_result *c = &r->cells[r->n_cells];
			bool own = !g && t->nets[i].has_own;
			*c = (struct cell_result){ .network = str_z(t->nets[i].text), .group = policy_group_name(t->policy, t->nets[i].groups[g]), .device = STR("filter"),
				.how = own ? STR("The filter asked itself: as from an address of this network, by a means that only its own test has; and names also from this machine's own address there.")
					: STR("The filter asked itself, as from an address of this network, by a means that only its own test has; not from a real address there.") };
			ask_cell(r, i, g, c);
			c->passed = c->refused == c->asked;
			r->n_cells += c->asked > 0;
		}
}

/* ---- the log ---- */

/* A refusal by name, and one of a page, are kept as different kinds. */
static bool counts(int64_t kind, bool web)
{
	return kind == (web ? EVENT_REFUSED : EVENT_DNS_REFUSED) || kind == EVENT_SEALED_HIT || kind == EVENT_SIGN_SHOWN;
}

static int64_t counted(const struct activity_count *v, size_t n, const char *group, struct str category, bool web)
{
	int64_t sum = 0;
	for (size_t i = 0; i < n; i++)
		if (counts(v[i].kind, web) && str_is(v[i].group, group) && (!category.n || str_eq(v[i].category, category)))
			sum += v[i].n;
	return sum;
}

static int64_t refused_ways(const struct trial_result *x, bool web)
{
	int64_t n = 0;
	for (int w = 0; w < WAY_N; w++)
		n += x->got[w] == TRIAL_REFUSED && (w != WAY_DNS) == web;
	return n;
}

/* A refusal whose log names no category (a wall, no session) is known by its group: then as many came as were refused. */
static bool in_log(struct running *r, const struct trial_result *x, const struct activity_count *now, size_t n_now, bool web)
{
	const char *group = TRIAL_GROUPS[x->group];
	struct str category = r->t->names.v[x->name].category;
	int64_t mine = refused_ways(x, web), all = 0;
	for (size_t k = 0; k < r->n; k++)
		all += r->v[k].group == x->group ? refused_ways(&r->v[k], web) : 0;
	return counted(now, n_now, group, STR_NONE, web) - counted(r->before, r->n_before, group, STR_NONE, web) >= all
		|| counted(now, n_now, group, category, web) - counted(r->before, r->n_before, group, category, web) >= mine;
}

static size_t look_at_log(struct running *r, const struct activity_count *now, size_t n_now)
{
	size_t missing = 0;
	for (size_t i = 0; i < r->n; i++) {
		struct trial_result *x = &r->v[i];
		bool refused = trial_worst(x) == TRIAL_REFUSED;
		x->logged = refused && in_log(r, x, now, n_now, false) && in_log(r, x, now, n_now, true);
		missing += refused && !x->logged;
	}
	return missing;
}

static enum err wait_for_log(struct running *r)
{
	for (;;) {
		AUTO(arena_done) struct arena a = arena_init();
		struct activity_count *now;
		size_t n;
		TRY(activity_counts(r->t->activity, &a, r->t->act.school, r->from_day, r->from_day + 3, &now, &n));
		size_t missing = look_at_log(r, now, n);
		TRY(alert_taken(r->t, &a, &r->alert));
		if ((!missing && r->alert) || !r->t->wait(r->t->ctx))
			return OK;
	}
}

/* ---- keeping ---- */

static bool passed(const struct trial_result *x) { return trial_worst(x) == TRIAL_REFUSED && x->logged; }

/* "names: refused, pages: let through" */
static struct str ways_words(struct arena *a, const struct trial_result *x)
{
	struct str s = STR_NONE;
	for (enum trial_way w = 0; w < WAY_N; w++)
		if (x->got[w] != TRIAL_UNTRIED)
			s = arena_fmt(a, "%.*s%s%s: %s", STRF(s), s.n ? ", " : "", trial_way_words(w), got_words(x->got[w]));
	return s;
}

static enum err put_results(struct running *r)
{
	static const char *const got[] = { [TRIAL_UNTRIED] = "silent", [TRIAL_SILENT] = "silent", [TRIAL_OPEN] = "open", [TRIAL_REFUSED] = "refused" };
	for (size_t i = 0; i < r->n; i++) {
		const struct trial_result *x = &r->v[i];
		const struct trial_name *name = &r->t->names.v[x->name];
		int64_t id;
		struct entry_field f[] = { { STR("run"), arena_fmt(r->a, "%lld", (long long)r->t->run) }, { STR("group"), str_z(TRIAL_GROUPS[x->group]) }, { STR("category"), name->category },
			{ STR("host"), name->host }, { STR("got"), str_z(got[trial_worst(x)]) }, { STR("ways"), ways_words(r->a, x) }, { STR("logged"), x->logged ? STR("yes") : STR("no") } };
		TRY(entry_create(r->t->st, &r->t->act, &(struct entry_in){ .reg = RESULT, .state = passed(x) ? "passed" : "failed", .parent = r->t->run, .fields = f, .n_fields = ARRAY_N(f) }, NULL, &id));
	}
	return OK;
}

static struct str networks(struct running *r)
{
	AUTO(buf_done) struct buf b = buf_init(NETWORKS_MAX);
	const struct policy *p = r->t->policy;
	for (size_t i = 0; i < p->ranges.n; i++) {
		char text[PREFIX_TEXT_MAX];
		(void)prefix_text(p->ranges.v[i].prefix, text);
		struct str group = p->ranges.v[i].hit.group == GROUP_NONE ? STR("unknown") : policy_group_name(p, p->ranges.v[i].hit.group);
		buf_fmt(&b, "%s: %.*s\n", text, STRF(group));
	}
	buf_z(&b, "anywhere else: unknown\n");
	return arena_str(r->a, str_upto(buf_str(&b), NETWORKS_MAX - 1));
}

/* What was so at the run before and is not now. */
static enum err drift(struct running *r, struct str nets, struct buf *says)
{
	struct entry_may may = trial_may(r->t->act.school);
	struct entry_page page;
	TRY(entry_list(r->t->st, r->a, &may, &(struct entry_query){ .reg = RUN, .states = { "passed", "failed" }, .limit = 1 }, &page));
	if (!page.n)
		return OK;
	struct str before = entry_value(&page.entries[0], "networks"), line;
	while (str_next(&before, '\n', &line))
		if (line.n && str_find(nets, line) < 0)
			buf_fmt(says, "Not so any more: network %.*s\n", STRF(line));
	struct entry_query q = { .reg = RESULT, .states = { "passed" }, .where = { { "run", ENTRY_IS, page.entries[0].id, STR_NONE } }, .n_where = 1, .limit = ENTRY_PAGE_MAX };
	TRY(entry_list(r->t->st, r->a, &may, &q, &page));
	for (size_t i = 0; i < page.n; i++) {
		bool still = false;
		for (size_t k = 0; k < r->n && !still; k++)
			still = str_is(entry_value(&page.entries[i], "group"), TRIAL_GROUPS[r->v[k].group]) && str_eq(entry_value(&page.entries[i], "host"), r->t->names.v[r->v[k].name].host);
		if (!still)
			buf_fmt(says, "Not closed any more by the policy: %.*s for %.*s\n", STRF(entry_value(&page.entries[i], "category")), STRF(entry_value(&page.entries[i], "group")));
	}
	return OK;
}

static void say_failed(struct running *r, struct buf *says, size_t *failed)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct trial_result *x = &r->v[i];
		if (passed(x))
			continue;
		(*failed)++;
		struct str how = trial_worst(x) == TRIAL_REFUSED ? STR("refused, and not in the activity log") : str_z(got_words(trial_worst(x)));
		buf_fmt(says, "%.*s as %s: %.*s (%.*s)\n", STRF(r->t->names.v[x->name].category), TRIAL_GROUPS[x->group], STRF(how), STRF(ways_words(r->a, x)));
	}
	for (size_t i = 0; i < r->n_cells; i++)
		if (!r->cells[i].passed) {
			(*failed)++;
			buf_fmt(says, "In the network %.*s as %.*s: %.*s", STRF(r->cells[i].network), STRF(r->cells[i].group), STRF(r->cells[i].says));
		}
	if (!r->alert) {
		(*failed)++;
		buf_z(says, "The test event did not reach the alerts.\n");
	}
	if (!r->n) {
		(*failed)++;
		buf_z(says, "Nothing could be tried: the policy in force has none of the groups.\n");
	}
}

static enum err review(struct running *r, struct str says, size_t failed)
{
	static const char *const roles[] = { "leadership", "technician" };
	for (size_t i = 0; i < ARRAY_N(roles); i++) {
		int64_t id;
		struct task_in in = { .kind = "filter-test", .for_role = roles[i], .due_utc = clock_utc() + TASK_DAYS * DAY_S, .link = "/status/filter-test",
			.title = failed ? arena_fmt(r->a, "The filter's own test: %zu of %zu not as they should be", failed, r->n) : STR("The filter's own test: it filters otherwise than the week before"),
			.details = str_upto(says, SAYS_MAX), .key = arena_fmt(r->a, "filter-test %lld %s", (long long)r->t->run, roles[i]).p };
		TRY(task_open_once(r->t->st, &r->t->act, &in, NULL, &id, NULL));
	}
	return OK;
}

static enum err keep(struct running *r, size_t *failed)
{
	AUTO(buf_done) struct buf says = buf_init(100000);
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entry_may may = trial_may(r->t->act.school);
	struct str nets = networks(r);
	struct entry e;
	*failed = 0;
	TRY(db_tx_begin(r->t->st->db, &tx));
	TRY(entry_get(r->t->st, r->a, &may, r->t->run, 0, &e));
	if (!str_is(e.state, "running"))
		return ERR_STATE;
	say_failed(r, &says, failed);
	TRY(drift(r, nets, &says));
	TRY(put_results(r));
	for (size_t i = 0; i < r->n_cells; i++)
		TRY(cell_put(r->t->st, &r->t->act, &r->cells[i], clock_utc(), NULL));
	struct sealed_sum sealed;
	sealed_sum(r, &sealed);
	TRY(sealed_keep(r->t->st, &r->t->act, ASKED_OWN, &sealed, clock_utc()));
	struct entry_field f[] = { { STR("asked"), arena_fmt(r->a, "%zu", r->n) }, { STR("wrong"), arena_fmt(r->a, "%zu", *failed) },
		{ STR("policy"), arena_fmt(r->a, "%u", policy_generation(r->t->policy)) }, { STR("alert"), r->alert ? STR("yes") : STR("no") }, { STR("networks"), nets },
		{ STR("says"), says.n ? str_upto(buf_str(&says), SAYS_MAX) : STR("Every test name was refused for every group, and stands in the activity log.") } };
	struct entry_in in = { .reg = RUN, .state = *failed ? "failed" : "passed", .fields = f, .n_fields = ARRAY_N(f) };
	TRY(entry_update(r->t->st, &r->t->act, &may, e.id, e.version, &in, NULL));
	if (says.n)
		TRY(review(r, buf_str(&says), *failed));
	return db_tx_commit(&tx);
}

enum err trial_run(struct trial *t, size_t *failed)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct running r = { .t = t, .a = &a, .v = arena_array(&a, struct trial_result, TRIAL_NAMES_MAX * TRIAL_GROUPS_MAX), .from_day = clock_utc() / DAY_S - 1 };
	TRY(activity_counts(t->activity, &a, t->act.school, r.from_day, r.from_day + 3, &r.before, &r.n_before));
	ask_all(&r, false);
	TRY(wait_for_log(&r));
	ask_networks(&r);
	return keep(&r, failed);
}
