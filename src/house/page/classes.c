/* A teacher's classes: signing together, and time on the internet. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_ui.h"
#include "house/agreement/agreement_store.h"
#include "house/page/page_store.h"
#include "house/page/promises.h"
#include "house/page/routes.h"
#include "house/web/directive.h"
#include "wire/host.h"

enum { CHILDREN_MAX = 200 };

/* The class of the address; ERR_ABSENT for a class that the person does not teach. */
static enum err my_class(struct page_ctx *c, struct school_class *out)
{
	int64_t id;
	TRY(page_id(c, "id", &id));
	if (!class_has_staff(c->db, c->school, id, c->person->id) && !(page_reach(c, CAP_CLASS_SESSION, ACCESS_WRITE) & REACH_ALL))
		return ERR_ABSENT;
	return class_get(c->db, c->arena, c->school, id, out);
}

static enum err children_of(struct page_ctx *c, int64_t class_id, struct person **out, size_t *n)
{
	struct person_query q = { .kind = KIND_LEARNER, .class_id = class_id, .limit = CHILDREN_MAX };
	int64_t total;
	return person_list(c->db, c->arena, c->school, &q, out, n, &total);
}

/* ---- sessions ---- */

static struct entry_may may_general(const struct page_ctx *c)
{
	return (struct entry_may){ .school = c->school, .person = c->person->id, .classes = ENTRY_BIT(ENTRY_GENERAL) };
}

/* The newest open session of a class; id 0 when there is none. */
static enum err open_session(struct page_ctx *c, int64_t class_id, struct entry *out, int64_t *until)
{
	struct store st = page_store(c);
	struct entry_may may = may_general(c);
	struct entry_query q = { .reg = "class-session", .states = { "open" }, .limit = 1, .order_by = "opened",
		.where = { { "class", ENTRY_IS, class_id, STR_NONE } }, .n_where = 1 };
	struct entry_page page;
	*until = 0;
	*out = (struct entry){ 0 };
	TRY(entry_list(&st, c->arena, &may, &q, &page));
	if (page.n && time_read_iso(entry_value(&page.entries[0], "until"), until) == OK && *until > clock_utc())
		*out = page.entries[0];
	else
		*until = 0;
	return OK;
}

static enum err class_line(struct page_ctx *c, const struct school_class *k, struct view_classes_classes *out)
{
	struct store st = page_store(c);
	struct person *kids;
	size_t n;
	struct entry session;
	int64_t until;
	TRY(children_of(c, k->id, &kids, &n));
	TRY(open_session(c, k->id, &session, &until));
	*out = (struct view_classes_classes){ .id = k->id, .name = k->name, .learners = (int64_t)n,
		.open_until = until ? time_clock_words(c->arena, until) : STR_NONE,
		.needs = str_is(k->group, "ks1") || str_is(k->group, "early-years") };
	for (size_t i = 0; i < n; i++) {
		struct agreement_state s;
		TRY(agreement_state_of(&st, c->arena, &kids[i], clock_utc(), &s));
		out->missing += s.standing != STANDING_CURRENT && s.standing != STANDING_GRACE;
	}
	return OK;
}

enum err classes_show(struct page_ctx *c)
{
	struct school_class *k;
	size_t n;
	if (page_reach(c, CAP_CLASS_SESSION, ACCESS_WRITE) & REACH_ALL)
		TRY(class_list(c->db, c->arena, c->school, &k, &n));
	else
		TRY(class_of_staff(c->db, c->arena, c->school, c->person->id, &k, &n));
	struct view_classes_classes *rows = arena_array(c->arena, struct view_classes_classes, n + 1);
	for (size_t i = 0; i < n; i++)
		TRY(class_line(c, &k[i], &rows[i]));
	return page_show(c, classes, "My classes", .classes = rows, .n_classes = n);
}

/* ---- signing together ---- */

static bool ticked(struct page_ctx *c, int64_t id)
{
	size_t at = 0;
	struct str v;
	int64_t n;
	while (form_each(&c->req->form, "child", &at, &v))
		if (str_i64(v, &n) == OK && n == id)
			return true;
	return false;
}

static enum err sign_rows(struct page_ctx *c, const struct person *kids, size_t n, bool posted, struct view_class_sign_children *rows)
{
	struct store st = page_store(c);
	for (size_t i = 0; i < n; i++) {
		struct agreement_state s;
		TRY(agreement_state_of(&st, c->arena, &kids[i], clock_utc(), &s));
		bool has = s.standing == STANDING_CURRENT;
		rows[i] = (struct view_class_sign_children){ kids[i].id, kids[i].name, has, posted && ticked(c, kids[i].id),
			s.standing == STANDING_DECLINED ? page_text(TEXT_class_declined) : STR_NONE };      /* a signature is a deed: nobody is ticked beforehand */
	}
	return OK;
}

static enum err class_text(struct page_ctx *c, const struct school_class *k, struct agreement_active *g)
{
	struct store st = page_store(c);
	return agreement_in_force(&st, c->arena, c->school, agreement_audience(STR("learner"), k->group), g);
}

static enum err sign_page(struct page_ctx *c, const struct school_class *k, bool posted)
{
	struct agreement_active g;
	struct person *kids;
	size_t n;
	TRY(class_text(c, k, &g));
	TRY(children_of(c, k->id, &kids, &n));
	struct view_class_sign_children *rows = arena_array(c->arena, struct view_class_sign_children, n + 1);
	TRY(sign_rows(c, kids, n, posted, rows));
	struct part_promises promises = promises_part(c, &g.text, NULL, 0, 0);
	promises.child = true;
	return page_show(c, class_sign, "Sign as a class", .class_name = k->name, .class_id = k->id, .title = g.text.title,
		.notice = g.text.notice, .digest = promises_hex(c, g.text.digest), .promises = promises,
		.children = rows, .n_children = n, .error = page_wrong_text(c, "child"));
}

enum err class_sign_show(struct page_ctx *c)
{
	struct school_class k;
	TRY(my_class(c, &k));
	return sign_page(c, &k, false);
}

enum err class_sign_do(struct page_ctx *c)
{
	struct school_class k;
	struct person *kids;
	size_t n, chosen = 0;
	uint8_t digest[SHA256_BYTES];
	TRY(my_class(c, &k));
	TRY(children_of(c, k.id, &kids, &n));
	TRY(hex_get(page_field(c, "digest"), digest, sizeof digest));
	int64_t *people = arena_array(c->arena, int64_t, n + 1);
	for (size_t i = 0; i < n; i++)
		if (ticked(c, kids[i].id))
			people[chosen++] = kids[i].id;
	if (!chosen) {
		page_wrong(c, "child", "Tick the children who are here and agree.");
		return sign_page(c, &k, true);
	}
	struct store st = page_store(c);
	struct act act = page_act(c, "signed as a class, teacher as witness");
	enum err e = agreement_sign_class(&st, c->arena, &act, people, chosen, c->person->id, digest);
	if (e == ERR_STALE) {
		page_flash(c, FLASH_WARNING, "The text has changed since you opened the page. Please read the new one together.");
		return page_redirect(c, "/class/%lld/sign", (long long)k.id);
	}
	TRY(e);
	page_flash(c, FLASH_DONE, "%zu children of %.*s have signed.%s", chosen, STRF(k.name),
	           promises_tell_gate(c, people, chosen) == OK ? "" : " It may take a minute until the internet opens.");
	return page_redirect(c, "/classes");
}

/* ---- opening and closing a session ---- */

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

static enum err session_page(struct page_ctx *c, const struct school_class *k)
{
	struct entry now;
	int64_t until;
	TRY(open_session(c, k->id, &now, &until));
	return page_show(c, class_session, "Internet session", .class_name = k->name, .class_id = k->id,
		.open_until = until ? time_clock_words(c->arena, until) : STR_NONE,
		.opened_by = until ? person_name(c->db, c->arena, c->school, now.made_by) : STR_NONE,
		.level = radios(c, "level", "How is the class supervised?", levels, ARRAY_N(levels)),
		.minutes = radios(c, "minutes", "For how long?", lengths, ARRAY_N(lengths)),
		.supervised = radios(c, "supervised", "Was the class supervised all the time?", supervised, ARRAY_N(supervised)),
		.outcome = { .name = STR("outcome"), .label = STR("What is the lesson for?"), .value = page_field(c, "outcome"),
			.hint = STR("You may leave this empty.") },
		.hosts = { .name = STR("hosts"), .label = STR("Only these sites"), .value = page_field(c, "hosts"), .rows = 4,
			.hint = STR("One a line, such as castles.example. Leave it empty to let the class use what its group may use."),
			.error = page_wrong_text(c, "hosts") },
		.summary = page_errors(c));
}

enum err class_session_show(struct page_ctx *c)
{
	struct school_class k;
	TRY(my_class(c, &k));
	return session_page(c, &k);
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

static enum err keep_session(struct page_ctx *c, const struct school_class *k, int64_t until)
{
	struct store st = page_store(c);
	struct arena *a = c->arena;
	struct str sites = page_field(c, "hosts"), outcome = page_field(c, "outcome");
	struct entry_field f[9];
	size_t n = 0;
	f[n++] = (struct entry_field){ STR("class"), arena_fmt(a, "%lld", (long long)k->id) };
	f[n++] = (struct entry_field){ STR("teacher"), arena_fmt(a, "%lld", (long long)c->person->id) };
	f[n++] = (struct entry_field){ STR("level"), page_field(c, "level") };
	f[n++] = (struct entry_field){ STR("until"), time_iso(a, until) };
	f[n++] = (struct entry_field){ STR("opened"), time_iso(a, clock_utc()) };
	if (outcome.n)
		f[n++] = (struct entry_field){ STR("outcome"), outcome };
	if (sites.n)
		f[n++] = (struct entry_field){ STR("hosts"), sites };
	struct act act = page_act(c, "opened a class internet session");
	struct entry_in in = { .reg = "class-session", .state = "open", .fields = f, .n_fields = n };
	int64_t id;
	return entry_create(&st, &act, &in, &c->errors, &id);
}

enum err class_session_open(struct page_ctx *c)
{
	struct school_class k;
	int64_t minutes = 0;
	TRY(my_class(c, &k));
	if (!among(levels, ARRAY_N(levels), page_field(c, "level")))
		page_wrong(c, "level", "Say how the class is supervised.");
	if (!among(lengths, ARRAY_N(lengths), page_field(c, "minutes")) || str_i64(page_field(c, "minutes"), &minutes) != OK)
		page_wrong(c, "minutes", "Say for how long.");
	struct str hosts = hosts_json(c, page_field(c, "hosts"));
	if (page_is_wrong(c))
		return session_page(c, &k);
	int64_t until = clock_utc() + minutes * 60;
	struct str members = arena_fmt(c->arena, "\"class\":%lld,\"until\":%lld%.*s", (long long)k.id, (long long)until, STRF(hosts));
	TRY(keep_session(c, &k, until));
	TRY(directive_ask(c, "session-open", members.p, NULL));
	page_flash(c, FLASH_DONE, "%.*s may use the internet until %.*s.", STRF(k.name), STRF(time_clock_words(c->arena, until)));
	return page_redirect(c, "/classes");
}

enum err class_session_close(struct page_ctx *c)
{
	struct school_class k;
	struct entry now;
	int64_t until;
	TRY(my_class(c, &k));
	TRY(open_session(c, k.id, &now, &until));
	if (!until)
		return page_redirect(c, "/classes");
	if (!among(supervised, ARRAY_N(supervised), page_field(c, "supervised"))) {
		page_wrong(c, "supervised", "Say whether the class was supervised all the time.");
		return session_page(c, &k);
	}
	struct store st = page_store(c);
	struct entry_may may = may_general(c);
	struct act act = page_act(c, "closed a class internet session");
	struct entry_field f[] = { { STR("supervised"), page_field(c, "supervised") }, { STR("closed"), time_iso(c->arena, clock_utc()) } };
	struct entry_in in = { .reg = "class-session", .state = "closed", .fields = f, .n_fields = ARRAY_N(f) };
	TRY(entry_update(&st, &act, &may, now.id, now.version, &in, &c->errors));
	struct str members = arena_fmt(c->arena, "\"class\":%lld", (long long)k.id);
	TRY(directive_ask(c, "session-close", members.p, NULL));
	page_flash(c, FLASH_DONE, "The session of %.*s is closed.", STRF(k.name));
	return page_redirect(c, "/classes");
}
