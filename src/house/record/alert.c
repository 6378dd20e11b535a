#include "house/record/alert.h"

#include "base/clock.h"
#include "base/conf.h"
#include "base/cut.h"
#include "base/mem.h"
#include "house/record/inside.h"

enum { LISTED = 100, SEARCHED_MAX = 500 };

struct str alert_title(struct arena *a, const char *data, struct str topic)
{
	AUTO(diag_done) struct diag d = diag_init(1);
	struct conf c;
	if (conf_load(a, arena_fmt(a, "%s/phrases/10-topics.conf", data).p, &d, &c) != OK)
		return topic;                   /* the alert is shown all the same, by its short name */
	const struct conf_block *b = conf_find(&c, "topic", topic);
	struct str title = b ? conf_get(b, "title") : STR_NONE;
	return title.n ? title : topic;
}

bool alert_on(const struct desk *k) { return profile_yes(&k->library->profile, "monitoring.proactive"); }

static struct entry_may alert_may(int64_t school, int64_t person) { return (struct entry_may){ .school = school, .person = person, .classes = ENTRY_BIT(ENTRY_CHILD) }; }
static bool reads(role_set roles) { return (roles & (ROLE_BIT(ROLE_DSL) | ROLE_BIT(ROLE_DEPUTY))) != 0; }

static enum err tell(const struct desk *k, const struct act *act, int64_t id, const struct entry_person *about, size_t n)
{
	struct circle c = { .k = k, .act = act, .people = about, .n_people = n, .about = id, .link = "/alerts" };
	TRY(circle_role(&c, STR("dsl"), NOTICE_ALERT));
	return circle_role(&c, STR("deputy"), NOTICE_ALERT);
}

enum err alert_raise(const struct desk *k, const struct act *act, const struct alert_in *in, struct diag *d, bool *raised)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entry_may program = record_program(act->school);
	struct str whom = in->subject ? arena_fmt(&a, "%lld", (long long)in->subject) : arena_fmt(&a, "0 %.*s", STRF(in->group));
	struct str key = arena_fmt(&a, "%.*s/%.*s/%.*s", STRF(whom), STRF(in->phrase), STRF(time_iso_date(&a, in->happened_utc)));
	struct entry_query seen = { .reg = "alert", .where = { { "key", ENTRY_IS, 0, key } }, .n_where = 1, .bare = true };
	struct entry_person about = { in->subject, ENTRY_SUBJECT };
	struct fields f = { 0 };
	int64_t known, id;
	*raised = false;
	TRY(db_tx_begin(k->store->db, &tx));
	TRY(entry_count(k->store, &program, &seen, &known));
	if (known)
		return OK;
	fields_text(&f, "phrase", in->phrase);
	fields_text(&f, "searched", str_cut(in->searched, SEARCHED_MAX));
	fields_int(&a, &f, "subject", in->subject);
	fields_int(&a, &f, "happened", in->happened_utc);
	fields_text(&f, "key", key);
	fields_text(&f, "outcome", in->outcome);
	fields_text(&f, "counted", in->counted);
	fields_text(&f, "host", in->host);
	fields_text(&f, "group", in->group);
	fields_text(&f, "list", in->list);
	if (in->typed)
		fields_int(&a, &f, "typed", 1);
	if (in->page)
		fields_int(&a, &f, "page", 1);
	struct entry_in e = { .reg = "alert", .fields = f.v, .n_fields = f.n, .people = &about, .n_people = in->subject ? 1 : 0 };
	TRY(entry_create(k->store, act, &e, d, &id));
	TRY(tell(k, act, id, &about, e.n_people));
	TRY(db_tx_commit(&tx));
	*raised = true;
	return OK;
}

static struct alert_line line_of(const struct entry *e)
{
	return (struct alert_line){ .id = e->id, .version = e->version, .subject = entry_int(e, "subject"), .happened_utc = entry_int(e, "happened"),
		.answered_utc = entry_int(e, "answered"), .answered_by = entry_int(e, "answered") ? e->changed_by : 0, .concern = entry_int(e, "concern"),
		.phrase = entry_value(e, "phrase"), .searched = entry_value(e, "searched"), .response = entry_value(e, "response"),
		.outcome = entry_value(e, "outcome"), .counted = entry_value(e, "counted"), .host = entry_value(e, "host"), .group = entry_value(e, "group"), .list = entry_value(e, "list"),
		.typed = entry_int(e, "typed"), .page = entry_int(e, "page"), .false_alarm = entry_int(e, "false"), .open = str_is(e->state, "open") };
}

enum err alert_list(const struct desk *k, struct arena *a, int64_t school, int64_t person, role_set roles, struct alert_line **out, size_t *n, int64_t *open)
{
	static const char *const states[] = { "open", "answered" };
	struct entry_may may = alert_may(school, person);
	if (!reads(roles))
		return ERR_FORBIDDEN;
	struct alert_line *lines = arena_array(a, struct alert_line, 2 * LISTED);
	*n = 0;
	for (size_t s = 0; s < ARRAY_N(states); s++) {
		struct entry_query q = { .reg = "alert", .states = { states[s] }, .limit = LISTED };
		struct entry_page page;
		TRY(entry_list(k->store, a, &may, &q, &page));
		if (s == 0)
			*open = page.total;
		for (size_t i = 0; i < page.n; i++)
			lines[(*n)++] = line_of(&page.entries[i]);
	}
	*out = lines;
	return OK;
}

enum err alert_answer(const struct desk *k, const struct act *act, role_set roles, int64_t id, struct str response, int64_t concern, bool false_alarm, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entry_may may = alert_may(act->school, act->person);
	struct fields f = { 0 };
	struct entry e;
	if (!reads(roles))
		return ERR_FORBIDDEN;
	TRY(entry_get(k->store, &a, &may, id, 0, &e));
	if (!str_is(e.reg, "alert"))
		return ERR_ABSENT;
	if (!str_is(e.state, "open"))
		return ERR_STATE;
	if (!str_trim(response).n || response.n > ALERT_RESPONSE_MAX || !str_utf8(response)) {
		diag_add(d, DIAG_ERROR, STR("response"), 0, "Say what was done, in at most %d characters.", ALERT_RESPONSE_MAX);
		return ERR_INVALID;
	}
	fields_text(&f, "response", response);
	fields_int(&a, &f, "answered", clock_utc());
	if (concern)
		fields_int(&a, &f, "concern", concern);
	if (false_alarm)
		fields_int(&a, &f, "false", 1);
	struct entry_in in = { .reg = "alert", .state = "answered", .fields = f.v, .n_fields = f.n };
	return entry_update(k->store, act, &may, id, e.version, &in, d);
}

enum err alert_rate(const struct desk *k, int64_t school, int64_t now_utc, int64_t *answered, int64_t *false_alarms)
{
	struct entry_may program = record_program(school);
	struct entry_query q = { .reg = "alert", .states = { "answered" }, .where = { { "answered", ENTRY_FROM, now_utc - ALERT_RATE_DAYS * 86400LL, STR_NONE } },
		.n_where = 1, .bare = true };
	TRY(entry_count(k->store, &program, &q, answered));
	q.where[1] = (struct entry_where){ "false", ENTRY_IS, 1, STR_NONE };
	q.n_where = 2;
	return entry_count(k->store, &program, &q, false_alarms);
}
