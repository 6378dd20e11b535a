/* What an event of the gate means for people. */
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/time.h"
#include "event/event.h"
#include "house/evidence/monitoring.h"
#include "house/filter/trial.h"
#include "house/keeper/keeper.h"
#include "house/keeper/network.h"
#include "house/notify/notify.h"
#include "house/record/alert.h"
#include "house/support/support.h"
#include "policy/decide/reason.h"

/* Categories whose refusal is told to the safeguarding lead (7.3.2-04, 11.7-01). */
static const char *const alerting[] = { "extremism", "illegal", "self-harm" };

/* What could not be kept as it came is in the journal: the field and why, never the words. */
static void said_done(struct diag *d)
{
	for (size_t i = 0; i < d->n; i++)
		log_line(LOG_WARN, "an event of the gate: %.*s: %.*s", STRF(d->items[i].file), STRF(d->items[i].text));
	diag_done(d);
}

enum { WHY_MAX = 1000 };        /* bytes, as in data/registers/site-request.conf */

static bool alerts(struct str category)
{
	for (size_t i = 0; i < ARRAY_N(alerting); i++)
		if (str_is(category, alerting[i]))
			return true;
	return false;
}

static struct str whole_characters(struct str s, size_t max)
{
	size_t n = s.n < max ? s.n : max;
	while (n < s.n && n > 0 && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	return str_upto(s, n);
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

static bool letter(char c)
{
	return ascii_alpha(c) || ascii_digit(c) || (unsigned char)c >= 0x80 || c == '\'' || c == '-';
}

/* Whether the word stands in the text as a word of its own, whatever the case of its letters. */
static bool says(struct str text, struct str word)
{
	for (size_t i = 0; word.n && i + word.n <= text.n; i++) {
		bool begins = i == 0 || !letter(text.p[i - 1]), ends = i + word.n == text.n || !letter(text.p[i + word.n]);
		if (begins && ends && str_ieq((struct str){ text.p + i, word.n }, word))
			return true;
	}
	return false;
}

static void bar(struct report *r, int64_t person)
{
	for (size_t i = 0; i < r->n_barred; i++)
		if (r->barred[i] == person)
			return;
	if (r->n_barred < RECORD_BARRED_MAX)
		r->barred[r->n_barred++] = person;
}

/* First or last name: children use either.  Titles and initials name nobody. */
static bool named_in(struct str words, struct str name)
{
	static const char *const titles[] = { "mr", "ms", "mx", "dr", "mrs", "miss", "the", "not", "and", "teacher" };
	struct str last = str_from(name, (size_t)(str_rchr(name, ' ') + 1));         /* a surname may be of two letters */
	for (struct str piece; str_next(&name, ' ', &piece);) {
		bool title = piece.n < (piece.p == last.p ? 2 : 3);
		for (size_t i = 0; i < ARRAY_N(titles); i++)
			title = title || str_ieq(piece, str_z(titles[i]));
		if (!title && says(words, piece))
			return true;
	}
	return false;
}

/* Everybody at work here whom the child's words name ("not Mr Quillfeather"). */
static enum err bar_named(struct keeper *k, struct arena *a, struct str words, struct report *r)
{
	struct person *p;
	size_t n = 0;
	int64_t total = 0;
	struct person_query q = { .limit = 200 };
	for (; words.n; q.offset += (int64_t)n) {
		TRY(person_list(k->db, a, k->school, &q, &p, &n, &total));
		for (size_t i = 0; i < n; i++)
			if (p[i].kind != KIND_LEARNER && p[i].kind != KIND_PARENT && named_in(words, p[i].name))
				bar(r, p[i].id);
		if (!n || q.offset + (int64_t)n >= total)
			break;
	}
	return OK;
}

/* "my teacher", "the head": by what they are. */
static enum err bar_by_role(struct keeper *k, struct arena *a, const struct event *e, struct report *r)
{
	int64_t teachers[RECORD_BARRED_MAX];
	struct person *p;
	size_t n = says(e->extra, STR("teacher")) ? teachers_of(k, a, e->class_id, teachers) : 0;
	for (size_t i = 0; i < n; i++)
		bar(r, teachers[i]);
	bool head = says(e->extra, STR("head")) || says(e->extra, STR("headteacher")) || says(e->extra, STR("headmaster")) ||
	            says(e->extra, STR("headmistress"));
	if (!head)
		return OK;
	TRY(person_of_role(k->db, a, k->school, ROLE_HEAD, &p, &n));
	for (size_t i = 0; i < n; i++)
		bar(r, p[i].id);
	return OK;
}

static struct str address(struct arena *a, const struct event *e)
{
	return e->host.n ? arena_fmt(a, "%.*s%.*s", STRF(e->host), STRF(e->path)) : STR_NONE;
}

/* A blocked page is first one tap for the teacher. */
static enum err page(struct keeper *k, struct arena *a, const struct event *e, struct str name)
{
	int64_t teachers[RECORD_BARRED_MAX], id;
	struct refused_page p = { .subject = e->person, .happened_utc = e->at_ms / 1000, .address = address(a, e),
		.category = e->category, .event_key = name, .teachers = teachers, .n_teachers = teachers_of(k, a, e->class_id, teachers) };
	struct act act = { k->school, 0, "page refused, one tap" };
	AUTO(said_done) struct diag d = diag_init(5);
	return record_page(&k->desk, &act, &p, &d, &id);
}

/* The child's own words, and whom the child does not want: a nickname names nobody to us, but the lead knows. */
static struct str told_words(struct arena *a, const struct event *e)
{
	if (!e->extra.n)
		return e->text;
	return arena_fmt(a, "%.*s\n\nMust not see this: %.*s", STRF(e->text), STRF(e->extra));
}

/* A worry always reaches the safeguarding lead. */
static enum err worry(struct keeper *k, struct arena *a, const struct event *e, struct str name)
{
	struct report r = { .about = ABOUT_CHILD, .origin = ORIGIN_TELL, .subject = e->person, .words = told_words(a, e),
		.address = address(a, e), .category = e->category, .event_key = name, .happened_utc = e->at_ms / 1000,
		.topic_type = STR("other") };
	struct act act = { k->school, 0, "told at the gate" };
	AUTO(said_done) struct diag d = diag_init(5);
	struct received got;
	TRY(bar_named(k, a, e->extra, &r));
	TRY(bar_by_role(k, a, e, &r));
	return record_report(&k->desk, &act, &r, &d, &got);
}

/* Whoever asked, and, when nobody is known, from where. */
static struct str asker(struct arena *a, const struct event *e)
{
	char hex[33];
	if (e->person)
		return arena_fmt(a, "%lld", (long long)e->person);
	hex_put(e->addr, sizeof e->addr, hex);
	return arena_str(a, str_z(hex));
}

/* A refusal that the safeguarding lead must know of: one case a child, category and day. */
static enum err alert(struct keeper *k, struct arena *a, const struct event *e)
{
	bool sealed = e->kind == EVENT_SEALED_HIT;
	struct str what = sealed ? STR("protected") : e->category;
	if (!sealed && !alerts(e->category))
		return OK;
	struct report r = {
		.about = ABOUT_CHILD, .origin = ORIGIN_PAGE, .procedure = STR("filtering-breach"), .subject = e->person,
		.words = STR("The filter refused a page of a kind that the safeguarding lead is told about."),
		.address = address(a, e), .category = e->category, .topic_type = STR("breach"), .happened_utc = e->at_ms / 1000,
		.event_key = arena_fmt(a, "refused/%.*s/%.*s/%.*s", STRF(asker(a, e)), STRF(what), STRF(time_iso_date(a, e->at_ms / 1000))),
	};
	if (event_limited(e->kind, e->host.n, e->path.n))
		r.words = arena_fmt(a, "%.*s This is a " LIMITED_VIEW ": only the name of the site was seen.", STRF(r.words));
	if (sealed)
		r.words = arena_fmt(a, "Refused by a protected rule: list %.*s, reference %.*s.", STRF(e->list), STRF(e->ref));
	struct act act = { k->school, 0, "refused by the filter" };
	AUTO(said_done) struct diag d = diag_init(5);
	struct received got;
	return record_report(&k->desk, &act, &r, &d, &got);
}

static enum err request(struct keeper *k, struct arena *a, const struct event *e, struct str name)
{
	struct entry_field f[] = {
		{ STR("host"), e->host }, { STR("path"), e->path }, { STR("group"), e->group }, { STR("category"), e->category },
		{ STR("why"), whole_characters(e->text, WHY_MAX) }, { STR("asked"), arena_fmt(a, "%lld", (long long)e->person) },
		{ STR("event"), name }, { STR("class"), arena_fmt(a, "%lld", (long long)e->class_id) },
	};
	size_t n = 0;
	for (size_t i = 0; i < ARRAY_N(f); i++)
		if (f[i].value.n && !str_is(f[i].value, "0"))
			f[n++] = f[i];
	struct entry_may may = { .school = k->school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct entry_query seen = { .reg = "site-request", .where = { { "event", ENTRY_IS, 0, name } }, .n_where = 1, .bare = true };
	AUTO(said_done) struct diag d = diag_init(5);
	int64_t known = 0, id;
	TRY(entry_count(&k->store, &may, &seen, &known));
	if (known)
		return OK;
	struct act act = { k->school, e->person, "asked for on the block page" };
	struct entry_in in = { .reg = "site-request", .fields = f, .n_fields = n };
	return entry_create(&k->store, &act, &in, &d, &id);
}

/* The press's own name, so that a page sent twice counts once; the same page filled in anew by
 * somebody else (a shared computer, "back") is another press. */
static struct str press(struct arena *a, const struct event *e, struct str name)
{
	uint8_t digest[SHA256_BYTES];
	char hex[2 * SHA256_BYTES + 1];
	if (!e->ref.n)
		return name;
	struct str who = arena_fmt(a, "\n%d\n%lld\n", (int)e->kind, (long long)e->person), nl = STR("\n");
	struct str pieces[] = { e->ref, who, e->text, nl, e->extra, nl, e->host, nl, e->path };
	hash_sha256v(pieces, ARRAY_N(pieces), digest);
	hex_put(digest, sizeof digest, hex);
	return arena_fmt(a, "press/%.40s", hex);
}

static struct str readable(struct arena *a, struct str s)
{
	if (str_utf8(s))
		return s;
	char *p = arena_alloc(a, s.n + 1);
	for (size_t i = 0; i < s.n; i++)
		p[i] = s.p[i] == '\n' || (s.p[i] >= ' ' && s.p[i] < 127) ? s.p[i] : '?';
	return (struct str){ p, s.n };
}

/* What the gate wrote, made storable: characters that can be read, and a person who is here. */
static void mend(struct keeper *k, struct arena *a, struct event *e)
{
	struct str *const texts[] = { &e->group, &e->host, &e->path, &e->reason, &e->rule, &e->category, &e->list, &e->text, &e->extra, &e->ref };
	struct person p;
	for (size_t i = 0; i < ARRAY_N(texts); i++)
		*texts[i] = readable(a, *texts[i]);
	if (e->person && person_get(k->db, a, k->school, e->person, &p) == ERR_ABSENT)
		e->person = 0;
}

static enum err told(struct keeper *k, struct arena *a, const struct event *e, struct str name)
{
	bool one_tap = str_is(e->reason, "blocked-page") && !e->text.n && !e->extra.n;
	return one_tap ? page(k, a, e, name) : worry(k, a, e, name);
}

static bool is_said(enum event_kind k) { return k == EVENT_SEARCHED || k == EVENT_TYPED; }

/* A page was closed for its words, and its topic raises an alert: then the gate says what counted (older gates did not). */
static bool page_tells(const struct event *e)
{
	return e->kind == EVENT_REFUSED && str_is(e->reason, reason_info(REASON_PAGE_TEXT)->word) && e->extra.n;
}

/* A search, a typed text or a page that reached a topic's alert at the gate (7.3.4-04): named only where names are kept. */
static enum err suggests(struct keeper *k, struct arena *a, const struct event *e)
{
	AUTO(said_done) struct diag d = diag_init(5);
	struct person p;
	bool raised, page = page_tells(e), named = e->person && monitoring_named(&k->store, k->school);
	if (!e->category.n || !alert_on(&k->desk))
		return OK;
	if (e->person && (person_get(k->db, a, k->school, e->person, &p) != OK || p.kind != KIND_LEARNER))
		return page ? alert(k, a, e) : OK;       /* what adults do is the headteacher's, and not for an alert of monitoring */
	struct act act = { k->school, 0, page ? "the words of a page suggested a risk" : e->kind == EVENT_TYPED ? "typed words suggested a risk" : "a search suggested a risk" };
	struct alert_in in = { .subject = named ? e->person : 0, .phrase = e->category, .searched = page ? address(a, e) : e->text, .happened_utc = e->at_ms / 1000,
		.outcome = e->reason, .counted = e->extra, .host = e->host, .group = e->group, .list = e->list, .typed = e->kind == EVENT_TYPED, .page = page };
	return alert_raise(&k->desk, &act, &in, &d, &raised);
}

/* Refused for what it says, now and at every other try; anything else is worth another try. */
static bool for_good(enum err e)
{
	return e == ERR_INVALID || e == ERR_LIMIT || e == ERR_SYNTAX || e == ERR_FORBIDDEN;
}

static enum err act_on(struct keeper *k, struct arena *a, const struct event *e, struct str name)
{
	if (e->kind == EVENT_TELL) {
		enum err got = told(k, a, e, press(a, e, name));
		if (!for_good(got))
			return got;
		struct event bare = { .kind = EVENT_TELL, .at_ms = e->at_ms, .text = STR("Somebody pressed \"tell someone\", and what they wrote could not be kept.") };
		log_line(LOG_FAIL, "a press of \"tell someone\" could not be kept as it was: %s", err_text(got));
		return worry(k, a, &bare, press(a, e, name));
	}
	bool suggested = is_said(e->kind) || (page_tells(e) && alert_on(&k->desk));
	enum err got = e->kind == EVENT_ASK ? request(k, a, e, press(a, e, name)) : suggested ? suggests(k, a, e) : alert(k, a, e);
	if (!for_good(got))
		return got;
	log_line(LOG_FAIL, "an event of the gate (%s) could not be kept on the desk: %s", event_name(e->kind), err_text(got));
	return OK;                               /* it stands in the activity part; the rest must not wait behind it */
}

/* A child with a plan: whoever the plan names hears that something waits, and nothing else. */
static enum err tell_supporter(struct keeper *k, struct arena *a, const struct event *e)
{
	struct act act = { k->school, 0, "the pupil's plan says so" };
	struct support p;
	if (!e->person || e->kind == EVENT_ASK || is_said(e->kind) || support_of(&k->store, a, k->school, e->person, &p) != OK || !p.told)
		return OK;
	return notify_add(k->db, &act, NOTICE_SUPPORT, p.told, "/support", 0, 0);
}

enum err keeper_concern(void *keeper, const struct event *e, struct str name)
{
	struct keeper *k = keeper;
	AUTO(arena_done) struct arena a = arena_init();
	struct event clean = *e;
	if (e->kind == EVENT_NETWORK)
		return keeper_network(k, e);
	bool calls = is_said(e->kind) || e->kind == EVENT_TELL || e->kind == EVENT_ASK || e->kind == EVENT_SEALED_HIT ||
	             ((e->kind == EVENT_REFUSED || e->kind == EVENT_DNS_REFUSED) && (alerts(e->category) || page_tells(e)));
	if (!calls)
		return OK;
	if (trial_is_addr(e->addr)) {                    /* the filter's own test: it shows that alerts arrive, and is nobody's case */
		struct act act = { k->school, 0, "the filter tries itself" };
		return trial_alert(&k->store, &act, e->at_ms / 1000);
	}
	mend(k, &a, &clean);
	TRY(act_on(k, &a, &clean, name));
	return tell_supporter(k, &a, &clean);
}
