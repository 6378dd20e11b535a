#include "house/record/alert.h"

#include "base/clock.h"
#include "base/conf.h"
#include "base/mem.h"
#include "house/record/inside.h"
#include "house/store/words.h"

enum { PHRASES_MAX = 100, PHRASE_WORDS = 60, TEXT_WORDS = 200, LISTED = 100, SEARCHED_MAX = 500 };

enum err phrases_load(struct arena *a, const char *path, struct diag *d, struct phrases *out)
{
	struct conf c;
	TRY(conf_load(a, path, d, &c));
	struct phrases p = { arena_array(a, struct phrase, PHRASES_MAX), 0 };
	for (size_t i = 1; i < c.n && p.n < PHRASES_MAX; i++) {
		const struct conf_block *b = &c.blocks[i];
		struct phrase x = { .id = b->id, .title = conf_get(b, "title"), .words = arena_array(a, struct str, PHRASE_WORDS) };
		for (size_t k = 0; k < b->n && x.n < PHRASE_WORDS; k++)
			if (str_is(b->pairs[k].key, "words"))
				x.words[x.n++] = b->pairs[k].value;
		if (!str_is(b->kind, "phrase") || !x.title.n || !x.n)
			return diag_fail(d, c.file, b->line, "A block is [phrase ID] with a title and lines `words = ...`.");
		p.v[p.n++] = x;
	}
	*out = p;
	return OK;
}

static bool stands(const struct str *text, size_t n, const struct str *want, size_t m)
{
	for (size_t i = 0; m && i + m <= n; i++) {
		size_t k = 0;
		while (k < m && str_eq(text[i + k], want[k]))
			k++;
		if (k == m)
			return true;
	}
	return false;
}

const struct phrase *phrase_in(struct arena *a, const struct phrases *p, struct str text)
{
	struct str said[TEXT_WORDS], want[PHRASE_WORDS];
	size_t n = words_fold(a, text, said, TEXT_WORDS);
	for (size_t i = 0; i < p->n; i++)
		for (size_t k = 0; k < p->v[i].n; k++)
			if (stands(said, n, want, words_fold(a, p->v[i].words[k], want, PHRASE_WORDS)))
				return &p->v[i];
	return NULL;
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

static struct str whole(struct str s)
{
	size_t n = s.n < SEARCHED_MAX ? s.n : SEARCHED_MAX;
	while (n < s.n && n > 0 && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	return str_upto(s, n);
}

enum err alert_raise(const struct desk *k, const struct act *act, const struct alert_in *in, struct diag *d, bool *raised)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entry_may program = record_program(act->school);
	struct str key = arena_fmt(&a, "%lld/%.*s/%.*s", (long long)in->subject, STRF(in->phrase), STRF(time_iso_date(&a, in->happened_utc)));
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
	fields_text(&f, "searched", whole(in->searched));
	fields_int(&a, &f, "subject", in->subject);
	fields_int(&a, &f, "happened", in->happened_utc);
	fields_text(&f, "key", key);
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
		.open = str_is(e->state, "open") };
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

enum err alert_answer(const struct desk *k, const struct act *act, role_set roles, int64_t id, struct str response, int64_t concern, struct diag *d)
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
	struct entry_in in = { .reg = "alert", .state = "answered", .fields = f.v, .n_fields = f.n };
	return entry_update(k->store, act, &may, id, e.version, &in, d);
}
