/* What an event of the gate means for people. */
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "event/event.h"
#include "house/keeper/keeper.h"

/* Categories whose refusal is told to the safeguarding lead (7.3.2-04, 11.7-01). */
static const char *const alerting[] = { "extremism", "illegal", "self-harm" };

static bool alerts(struct str category)
{
	for (size_t i = 0; i < ARRAY_N(alerting); i++)
		if (str_is(category, alerting[i]))
			return true;
	return false;
}


/* Somebody named by the child ("not Mr Quillfeather"): everybody at work here whose last name the child wrote. */
static void barred_by(struct keeper *k, struct arena *a, struct str words, struct report *r)
{
	struct person *p;
	size_t n;
	int64_t total;
	struct person_query q = { .kind = KIND_STAFF, .limit = 500 };
	if (!words.n || person_list(k->db, a, k->school, &q, &p, &n, &total) != OK)
		return;
	for (size_t i = 0; i < n && r->n_barred < RECORD_BARRED_MAX; i++) {
		struct str last = str_from(p[i].name, (size_t)(str_rchr(p[i].name, ' ') + 1));
		char fold[512];
		size_t m = words.n < sizeof fold ? words.n : sizeof fold, have = 0;
		for (size_t j = 0; j < m; j++)
			fold[have++] = ascii_lower(words.p[j]);
		char name[PERSON_NAME_MAX + 1];
		size_t len = 0;
		for (; len < last.n && len < sizeof name - 1; len++)
			name[len] = ascii_lower(last.p[len]);
		if (len > 2 && str_find((struct str){ fold, have }, (struct str){ name, len }) >= 0)
			r->barred[r->n_barred++] = p[i].id;
	}
}

/* Staff who teach the child's class. */
static size_t teachers_of(struct keeper *k, struct arena *a, int64_t class_id, int64_t out[RECORD_BARRED_MAX])
{
	struct person *p;
	size_t n, found = 0;
	if (!class_id || person_of_role(k->db, a, k->school, ROLE_TEACHER, &p, &n) != OK)
		return 0;
	for (size_t i = 0; i < n && found < RECORD_BARRED_MAX; i++)
		if (class_has_staff(k->db, k->school, class_id, p[i].id))
			out[found++] = p[i].id;
	return found;
}

static struct str address(struct arena *a, const struct event *e)
{
	return e->host.n ? arena_fmt(a, "%.*s%.*s", STRF(e->host), STRF(e->path)) : STR_NONE;
}

/* A blocked page is first one tap for the teacher. */
static enum err page(struct keeper *k, struct arena *a, struct diag *d, const struct event *e, struct str name)
{
	int64_t teachers[RECORD_BARRED_MAX], id;
	struct refused_page p = { .subject = e->person, .happened_utc = e->at_ms / 1000, .address = address(a, e),
		.category = e->category, .event_key = name, .teachers = teachers, .n_teachers = teachers_of(k, a, e->class_id, teachers) };
	struct act act = { k->school, 0, "page refused, one tap" };
	return record_page(&k->desk, &act, &p, d, &id);
}

/* A worry always reaches the safeguarding lead. */
static enum err worry(struct keeper *k, struct arena *a, struct diag *d, const struct event *e, struct str name)
{
	struct report r = { .about = ABOUT_CHILD, .origin = ORIGIN_TELL, .subject = e->person, .words = e->text,
		.address = address(a, e), .category = e->category, .event_key = name, .happened_utc = e->at_ms / 1000,
		.topic_type = STR("other") };
	struct act act = { k->school, 0, "told at the gate" };
	struct received got;
	barred_by(k, a, e->extra, &r);
	return record_report(&k->desk, &act, &r, d, &got);
}

/* A refusal in a category that the safeguarding lead must know of: one case a child, category and day. */
static enum err alert(struct keeper *k, struct arena *a, struct diag *d, const struct event *e, struct str name)
{
	if (!alerts(e->category))
		return OK;
	struct report r = {
		.about = ABOUT_CHILD, .origin = ORIGIN_PAGE, .procedure = STR("filtering-breach"), .subject = e->person,
		.words = STR("The filter refused a page of a kind that the safeguarding lead is told about."),
		.address = address(a, e), .category = e->category,
		.event_key = name, .topic_type = STR("breach"), .happened_utc = e->at_ms / 1000,
	};
	struct act act = { k->school, 0, "refused by the filter" };
	struct received got;
	return record_report(&k->desk, &act, &r, d, &got);
}

static enum err request(struct keeper *k, struct arena *a, struct diag *d, const struct event *e, struct str name)
{
	struct entry_field f[] = {
		{ STR("host"), e->host }, { STR("path"), e->path }, { STR("group"), e->group }, { STR("category"), e->category },
		{ STR("why"), e->text }, { STR("asked"), arena_fmt(a, "%lld", (long long)e->person) }, { STR("event"), name },
	};
	size_t n = 0;
	for (size_t i = 0; i < ARRAY_N(f); i++)
		if (f[i].value.n && !str_is(f[i].value, "0"))
			f[n++] = f[i];
	struct entry_may may = { .school = k->school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct entry_query seen = { .reg = "site-request", .where = { { "event", ENTRY_IS, 0, name } }, .n_where = 1, .bare = true };
	int64_t known = 0, id;
	TRY(entry_count(&k->store, &may, &seen, &known));
	if (known)
		return OK;
	struct act act = { k->school, e->person, "asked for on the block page" };
	struct entry_in in = { .reg = "site-request", .fields = f, .n_fields = n };
	return entry_create(&k->store, &act, &in, d, &id);
}

static enum err meaning(struct keeper *k, struct arena *a, struct diag *d, const struct event *e, struct str name)
{
	switch (e->kind) {
	case EVENT_TELL:
		return str_is(e->reason, "blocked-page") ? page(k, a, d, e, name) : worry(k, a, d, e, name);
	case EVENT_ASK:
		return request(k, a, d, e, name);
	case EVENT_REFUSED:
	case EVENT_DNS_REFUSED:
		return alert(k, a, d, e, name);
	default:
		return OK;
	}
}

enum err keeper_concern(void *keeper, const struct event *e, struct str name)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(20);
	enum err got = meaning(keeper, &a, &d, e, name);
	for (size_t i = 0; i < d.n; i++)
		log_line(LOG_WARN, "an event of the gate: %.*s: %.*s", STRF(d.items[i].file), STRF(d.items[i].text));
	return got;
}
