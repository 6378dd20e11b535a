/* A class's time on the internet: opening it, seeing who is in, closing it. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_ui.h"
#include "house/account/card.h"
#include "house/account/lesson.h"
#include "house/account/whereabouts.h"
#include "house/page/my_class.h"
#include "house/page/page_store.h"
#include "house/page/routes.h"
#include "house/web/directive.h"
#include "wire/host.h"

static const struct part_radios_items levels[] = {
	{ .value = { "demonstration", 13 }, .label = { "I show it, the children watch", 29 } },
	{ .value = { "direct", 6 }, .label = { "I sit with the children who use it", 34 } },
	{ .value = { "present", 7 }, .label = { "I am in the room and walk round", 31 } },
};
static const struct part_radios_items lengths[] = {
	{ .value = { "30", 2 }, .label = { "30 minutes", 10 } },
	{ .value = { "60", 2 }, .label = { "1 hour", 6 } },
	{ .value = { "120", 3 }, .label = { "2 hours", 7 } },
};
static const struct part_radios_items supervised[] = {
	{ .value = { "yes", 3 }, .label = { "Yes", 3 } },
	{ .value = { "partly", 6 }, .label = { "Partly", 6 } },
	{ .value = { "no", 2 }, .label = { "No", 2 } },
};

static struct part_radios radios(struct page_ctx *c, const char *name, const char *legend, const struct part_radios_items *items, size_t n)
{
	struct part_radios_items *copy = arena_array(c->arena, struct part_radios_items, n);
	for (size_t i = 0; i < n; i++) {
		copy[i] = items[i];
		copy[i].checked = str_eq(page_field(c, name), items[i].value);
	}
	copy[0].id = str_z(name);
	return (struct part_radios){ .name = str_z(name), .legend = str_z(legend), .error = page_wrong_text(c, name), .items = copy, .n_items = n };
}

/* ---- who is in ---- */

static struct str how_words(struct str how)
{
	return str_is(how, "code") ? STR("card") : str_is(how, "outside") ? STR("school sign-in") : how;
}

static enum err put_people(struct page_ctx *c, const struct school_class *k, struct view_class_session *v)
{
	struct whereabout *in;
	size_t n;
	TRY(whereabouts_of_class(c->db, c->arena, c->school, k->id, &in, &n));
	struct view_class_session_people *rows = arena_array(c->arena, struct view_class_session_people, n + 1);
	for (size_t i = 0; i < n; i++) {
		char where[ADDR_TEXT_MAX];
		size_t len = addr_text(in[i].peer, where);
		rows[i] = (struct view_class_session_people){ .id = in[i].id, .name = in[i].name, .how = how_words(in[i].how),
			.since = time_clock_words(c->arena, in[i].at_utc), .where = arena_str(c->arena, (struct str){ where, len }), .twice = in[i].twice };
		v->twice |= in[i].twice;
	}
	v->people = rows;
	v->n_people = n;
	return OK;
}

/* Children whose pictures were wrong too often: one touch lets them try again. */
static enum err put_stuck(struct page_ctx *c, const struct school_class *k, struct view_class_session *v)
{
	struct person *kids;
	size_t n;
	TRY(page_children(c, k->id, &kids, &n));
	struct view_class_session_stuck *rows = arena_array(c->arena, struct view_class_session_stuck, n + 1);
	for (size_t i = 0; i < n; i++) {
		struct card card;
		enum err e = card_get(c->db, c->web->keys, c->school, kids[i].id, &card);
		if (e == OK && card.usable && card.locked)
			rows[v->n_stuck++] = (struct view_class_session_stuck){ kids[i].id, kids[i].name };
		else if (e != OK && e != ERR_ABSENT)
			return e;
	}
	v->stuck = rows;
	return OK;
}

/* ---- what was ---- */

enum { PAST_SHOWN = 10 };

static struct str title_of(const struct part_radios_items *items, size_t n, struct str value)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(items[i].value, value))
			return items[i].label;
	return STR("-");
}

static struct str clock_of(struct page_ctx *c, const struct entry *e, const char *field, const char *otherwise)
{
	int64_t at;
	if (time_read_iso(entry_value(e, field), &at) != OK && time_read_iso(entry_value(e, otherwise), &at) != OK)
		return STR("-");
	return time_clock_words(c->arena, at);
}

static enum err put_past(struct page_ctx *c, const struct school_class *k, struct view_class_session *v)
{
	struct store st = page_store(c);
	struct entry_may may = { .school = c->school, .person = c->person->id, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct entry_query q = { .reg = "class-session", .limit = PAST_SHOWN, .order_by = "opened",
		.where = { { "class", ENTRY_IS, k->id, STR_NONE } }, .n_where = 1 };
	struct entry_page page;
	TRY(entry_list(&st, c->arena, &may, &q, &page));
	struct view_class_session_past *rows = arena_array(c->arena, struct view_class_session_past, page.n + 1);
	for (size_t i = 0; i < page.n; i++) {
		const struct entry *e = &page.entries[i];
		rows[i] = (struct view_class_session_past){ .day = time_date_words(c->arena, e->made_utc), .span = arena_fmt(c->arena, "%.*s to %.*s",
			STRF(clock_of(c, e, "opened", "opened")), STRF(clock_of(c, e, "closed", "until"))),
			.who = person_name(c->db, c->arena, c->school, e->made_by), .level = title_of(levels, ARRAY_N(levels), entry_value(e, "level")),
			.kept = title_of(supervised, ARRAY_N(supervised), entry_value(e, "supervised")) };
	}
	v->past = rows;
	v->n_past = page.n;
	return OK;
}

/* ---- the page ---- */

static struct str *lines_of(struct page_ctx *c, struct str text, size_t *n)
{
	struct str *out = arena_array(c->arena, struct str, text.n + 1), line;
	*n = 0;
	while (str_next(&text, '\n', &line))
		if (str_trim(line).n)
			out[(*n)++] = str_trim(line);
	return out;
}

static enum err session_page(struct page_ctx *c, const struct school_class *k)
{
	struct store st = page_store(c);
	struct lesson l;
	enum err e = lesson_of(&st, c->arena, c->school, k->id, &l);
	if (e != ERR_ABSENT)
		TRY(e);
	struct view_class_session v = { .class_name = k->name, .class_id = k->id,
		.level = radios(c, "level", "How is the class supervised?", levels, ARRAY_N(levels)),
		.minutes = radios(c, "minutes", "For how long?", lengths, ARRAY_N(lengths)),
		.supervised = radios(c, "supervised", "Was the class supervised all the time?", supervised, ARRAY_N(supervised)),
		.outcome = { .name = STR("outcome"), .label = STR("What is the lesson for?"), .value = page_field(c, "outcome"),
			.hint = STR("The children see this on their first page. You may leave it empty.") },
		.hosts = { .name = STR("hosts"), .label = STR("Only these sites"), .value = page_field(c, "hosts"), .rows = 4,
			.hint = STR("One a line, such as castles.example. Leave it empty to let the class use what its group may use."),
			.error = page_wrong_text(c, "hosts") },
		.summary = page_errors(c) };
	if (e == OK) {
		v.open_until = time_clock_words(c->arena, l.until_utc);
		v.opened_by = person_name(c->db, c->arena, c->school, l.teacher);
		v.hosts_now = lines_of(c, l.hosts, &v.n_hosts_now);
	}
	TRY(put_people(c, k, &v));
	TRY(put_stuck(c, k, &v));
	TRY(put_past(c, k, &v));
	page_begin(c, "Internet session");
	view_class_session_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

enum err class_session_show(struct page_ctx *c)
{
	struct school_class k;
	enum err e;
	return page_class(c, &k, &e) ? session_page(c, &k) : e;
}

static bool among(const struct part_radios_items *items, size_t n, struct str v)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(items[i].value, v))
			return true;
	return false;
}

/* The sites as JSON members for the keeper, normal form; a wrong one is a finding. */
static struct str hosts_json(struct page_ctx *c, struct str text)
{
	struct buf b = buf_init(16 * 1024);
	struct str line;
	size_t n = 0;
	while (str_next(&text, '\n', &line)) {
		char host[HOST_MAX + 1];
		size_t len;
		line = str_trim(line);
		if (!line.n)
			continue;
		if (host_norm(line, host, &len) != OK) {
			page_wrong(c, "hosts", "\"%.*s\" is not the name of a site. Write it like castles.example.", STRF(line));
			continue;
		}
		buf_fmt(&b, "%s\"%.*s\"", n++ ? "," : "", (int)len, host);
	}
	struct str out = n ? arena_fmt(c->arena, ",\"walled\":true,\"hosts\":[%.*s]", STRF(buf_str(&b))) : STR("");
	buf_done(&b);
	return out;
}

static enum err keep_session(struct page_ctx *c, const struct school_class *k, int64_t until, int64_t *id)
{
	struct store st = page_store(c);
	struct arena *a = c->arena;
	struct str sites = page_field(c, "hosts"), outcome = page_field(c, "outcome");
	struct entry_field f[10];
	size_t n = 0;
	f[n++] = (struct entry_field){ STR("class"), arena_fmt(a, "%lld", (long long)k->id) };
	f[n++] = (struct entry_field){ STR("teacher"), arena_fmt(a, "%lld", (long long)c->person->id) };
	f[n++] = (struct entry_field){ STR("level"), page_field(c, "level") };
	f[n++] = (struct entry_field){ STR("until"), time_iso(a, until) };
	f[n++] = (struct entry_field){ STR("opened"), time_iso(a, clock_utc()) };
	f[n++] = (struct entry_field){ STR("second"), page_ticked(c, "alone") ? STR("end") : STR("tell") };
	if (outcome.n)
		f[n++] = (struct entry_field){ STR("outcome"), outcome };
	if (sites.n)
		f[n++] = (struct entry_field){ STR("hosts"), sites };
	struct act act = page_act(c, "opened a class internet session");
	struct entry_in in = { .reg = "class-session", .state = "open", .fields = f, .n_fields = n };
	return entry_create(&st, &act, &in, &c->errors, id);
}

/* The filter was not told, so the class is not on: the register must not say that it is. */
static enum err take_back(struct page_ctx *c, int64_t id)
{
	struct store st = page_store(c);
	struct entry_may may = { .school = c->school, .person = c->person->id, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct act act = page_act(c, "the filter could not be told");
	struct entry_in in = { .reg = "class-session", .state = "closed" };
	return entry_update(&st, &act, &may, id, 1, &in, &c->errors);
}

enum err class_session_open(struct page_ctx *c)
{
	struct school_class k;
	int64_t minutes = 0;
	enum err e;
	if (!page_class(c, &k, &e))
		return e;
	if (!among(levels, ARRAY_N(levels), page_field(c, "level")))
		page_wrong(c, "level", "Say how the class is supervised.");
	if (!among(lengths, ARRAY_N(lengths), page_field(c, "minutes")) || str_i64(page_field(c, "minutes"), &minutes) != OK)
		page_wrong(c, "minutes", "Say for how long.");
	struct str hosts = hosts_json(c, page_field(c, "hosts"));
	if (page_is_wrong(c))
		return session_page(c, &k);
	int64_t until = clock_utc() + minutes * 60;
	struct str members = arena_fmt(c->arena, "\"class\":%lld,\"until\":%lld%.*s", (long long)k.id, (long long)until, STRF(hosts));
	int64_t id;
	TRY(keep_session(c, &k, until, &id));
	if (directive_ask(c, "session-open", members.p, NULL) != OK) {
		TRY(take_back(c, id));
		page_wrong(c, "level", "The filter could not be told, or refused it. The session is not open. Try again, or ask the technician.");
		return session_page(c, &k);
	}
	page_flash(c, FLASH_DONE, "%.*s may use the internet until %.*s.", STRF(k.name), STRF(time_clock_words(c->arena, until)));
	return page_redirect(c, "/classes");
}

/* ---- one child ---- */

static enum err tell_gate_gone(struct page_ctx *c, int64_t class_id, const int64_t *people, size_t n, const struct addr *at)
{
	AUTO(buf_done) struct buf b = buf_init(64 * 1024);
	char text[ADDR_TEXT_MAX];
	buf_fmt(&b, "\"class\":%lld,\"people\":[", (long long)class_id);
	for (size_t i = 0; i < n; i++)
		buf_fmt(&b, "%s%lld", i ? "," : "", (long long)people[i]);
	buf_z(&b, "]");
	if (at) {
		addr_text(*at, text);
		buf_fmt(&b, ",\"addr\":\"%s\"", text);
	}
	return n ? directive_ask(c, "unbind-learners", arena_z(c->arena, buf_str(&b)), NULL) : OK;
}

enum err class_session_out(struct page_ctx *c)
{
	struct school_class k;
	struct whereabout gone;
	int64_t id;
	enum err e;
	if (!page_class(c, &k, &e))
		return e;
	TRY(str_i64(page_field(c, "id"), &id));
	struct act act = page_act(c, "signed out by the teacher");
	e = whereabouts_end(c->db, c->arena, &act, k.id, id, &gone);
	if (e == OK) {
		bool told = tell_gate_gone(c, k.id, &gone.person, 1, &gone.peer) == OK;
		page_flash(c, told ? FLASH_DONE : FLASH_WARNING, told ? "%.*s is signed out there." :
			"%.*s is signed out of these pages. The filter could not be told: it forgets at the end of the lesson.", STRF(gone.name));
	} else if (e != ERR_ABSENT)
		return e;
	return page_redirect(c, "/class/%lld/session", (long long)k.id);
}

enum err class_session_unlock(struct page_ctx *c)
{
	struct school_class k;
	struct person p;
	int64_t id;
	enum err e;
	if (!page_class(c, &k, &e))
		return e;
	TRY(str_i64(page_field(c, "id"), &id));
	TRY(person_get(c->db, c->arena, c->school, id, &p));
	if (p.kind != KIND_LEARNER || p.class_id != k.id)
		return ERR_ABSENT;
	struct act act = page_act(c, "the teacher lets the child try again");
	TRY(card_unlock(c->db, &act, id));
	page_flash(c, FLASH_DONE, "%.*s can try again.", STRF(p.name));
	return page_redirect(c, "/class/%lld/session", (long long)k.id);
}

/* ---- closing ---- */

/* Who came in by a card goes with the lesson. */
static enum err end_cards(struct page_ctx *c, const struct school_class *k, bool *told)
{
	struct act act = page_act(c, "the lesson ended");
	int64_t *people;
	size_t n;
	TRY(whereabouts_end_lesson(c->db, c->arena, &act, k->id, &people, &n));
	*told = tell_gate_gone(c, k->id, people, n, NULL) == OK;
	return OK;
}

static enum err keep_close(struct page_ctx *c, const struct lesson *l)
{
	struct store st = page_store(c);
	struct entry_may may = { .school = c->school, .person = c->person->id, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct act act = page_act(c, "closed a class internet session");
	struct entry_field f[] = { { STR("supervised"), page_field(c, "supervised") }, { STR("closed"), time_iso(c->arena, clock_utc()) } };
	struct entry_in in = { .reg = "class-session", .state = "closed", .fields = f, .n_fields = ARRAY_N(f) };
	return entry_update(&st, &act, &may, l->id, l->version, &in, &c->errors);
}

enum err class_session_close(struct page_ctx *c)
{
	struct school_class k;
	struct lesson l;
	struct store st = page_store(c);
	bool told = true;
	enum err e;
	if (!page_class(c, &k, &e))
		return e;
	e = lesson_of(&st, c->arena, c->school, k.id, &l);
	if (e == ERR_ABSENT)
		return page_redirect(c, "/classes");
	TRY(e);
	if (!among(supervised, ARRAY_N(supervised), page_field(c, "supervised"))) {
		page_wrong(c, "supervised", "Say whether the class was supervised all the time.");
		return session_page(c, &k);
	}
	TRY(keep_close(c, &l));
	TRY(end_cards(c, &k, &told));
	struct str members = arena_fmt(c->arena, "\"class\":%lld", (long long)k.id);
	TRY(directive_ask(c, "session-close", members.p, NULL));
	page_flash(c, told ? FLASH_DONE : FLASH_WARNING, "The session of %.*s is closed.%s", STRF(k.name),
	           told ? "" : " The filter could not be told who has gone: it forgets them when the lesson would have ended.");
	return page_redirect(c, "/classes");
}
