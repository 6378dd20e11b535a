/* What one person has had; what the school chose. */
#include "base/buf.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/account/appointment.h"
#include "house/agreement/board.h"
#include "house/store/audit.h"
#include "house/training/inside.h"

static const struct { const char *word, *title; bool measured; } hows[] = {
#define HOW_ROW_(name, word, title, measured) { word, title, measured },
	HOW_TABLE(HOW_ROW_)
#undef HOW_ROW_
};

const char *training_how(struct str word, bool *measured)
{
	for (size_t i = 0; i < ARRAY_N(hows); i++)
		if (str_is(word, hows[i].word)) {
			*measured = hows[i].measured;
			return hows[i].title;
		}
	*measured = false;
	return "";
}

/* ---- entries ---- */

struct str training_text(struct str s) { return s.p ? s : STR(""); }

enum err training_entry(const struct training *t, const char *reg, int64_t id, struct entry *out)
{
	struct entry_may may = training_may(t->school);
	TRY(entry_get(t->store, t->a, &may, id, 0, out));
	return str_is(out->reg, reg) ? OK : ERR_ABSENT;
}

enum err training_change(const struct training *t, const struct act *act, int64_t id, int64_t version, const char *state, const struct entry_field *f, size_t n,
                         struct diag *d)
{
	struct entry_may may = training_may(t->school);
	struct entry_in in = { .state = state, .fields = f, .n_fields = n };
	return entry_update(t->store, act, &may, id, version, &in, d);
}

/* ---- what somebody has had ---- */

/* Work of the lead goes only to those trained within two years (4-02): their appointment learns of it. */
static enum err lead_trained(const struct training *t, const struct act *act, int64_t person, struct str module, int64_t on)
{
	static const enum role leads[] = { ROLE_DSL, ROLE_DEPUTY };
	role_set held;
	int64_t was;
	if (!str_is(module, "dsl"))
		return OK;
	TRY(role_held(t->store->db, t->school, person, clock_utc(), &held));
	TRY(appointment_trained(t->store->db, t->school, person, &was));
	for (size_t i = 0; i < ARRAY_N(leads) && on > was; i++)
		if (held & ROLE_BIT(leads[i]))
			TRY(appointment_trained_set(t->store->db, act, person, leads[i], on));
	return OK;
}

enum err training_had(const struct training *t, const struct act *act, int64_t person, struct str module, int64_t on_utc, int64_t source, const char *how)
{
	TRY(q_training_put_do(t->store->db, &(struct q_training_put_args){ .school = t->school, .person = person, .module = module, .on = on_utc, .source = source,
		.how = str_z(how), .now = clock_utc(), .by = act->person }, NULL));
	TRY(lead_trained(t, act, person, module, on_utc));
	return audit_add(t->store->db, act, "training.had", (struct audit_about){ "person", person }, NULL);
}

/* The receipt of the procedures as they are now, as a row of the record. */
static enum err with_receipt(const struct training *t, int64_t person, struct training_row *row, bool *has)
{
	uint8_t digest[SHA256_BYTES];
	struct receipt r;
	training_procedures(t->library, digest);
	enum err e = receipt_of(t->store, t->a, t->school, person, "procedures", digest, &r);
	*has = e == OK && r.at_utc;
	if (*has)
		*row = (struct training_row){ .person = person, .on_utc = r.at_utc, .source = r.entry, .made_utc = r.at_utc, .made_by = person, .module = STR("procedures"), .how = STR("read") };
	return e == ERR_ABSENT ? OK : e;
}

enum err training_of(const struct training *t, int64_t person, struct training_row **out, size_t *n)
{
	struct q_training_of_row *rows;
	size_t found;
	bool has;
	TRY(q_training_of(t->store->db, t->a, &(struct q_training_of_args){ .school = t->school, .person = person }, &rows, &found));
	*out = arena_array(t->a, struct training_row, found + 2);
	TRY(with_receipt(t, person, &(*out)[0], &has));
	*n = has;
	for (size_t i = 0; i < found; i++)
		(*out)[(*n)++] = (struct training_row){ .id = rows[i].id, .person = person, .on_utc = rows[i].on_utc, .source = rows[i].source, .made_utc = rows[i].made_utc,
			.made_by = rows[i].made_by, .module = rows[i].module, .how = rows[i].how };
	return OK;
}

enum err training_row_get(const struct training *t, int64_t id, struct training_row *out)
{
	struct q_training_one_row r;
	TRY(q_training_one_one(t->store->db, t->a, &(struct q_training_one_args){ .school = t->school, .id = id }, &r));
	*out = (struct training_row){ .id = id, .person = r.person, .on_utc = r.on_utc, .source = r.source, .made_utc = r.made_utc, .made_by = r.made_by, .module = r.module, .how = r.how };
	return OK;
}

void training_procedures(const struct library *l, uint8_t digest[32])
{
	AUTO(buf_done) struct buf b = buf_init(64 * 1024);
	for (size_t i = 0; i < l->n; i++)
		buf_fmt(&b, "%.*s %.*s\n", STRF(l->procedures[i].id), STRF(l->procedures[i].digest));
	hash_sha256(buf_str(&b), digest);
}

/* ---- what the school chose ---- */

enum err training_setting_entry(const struct training *t, struct str key, struct entry_page *out)
{
	struct entry_may may = training_may(t->school);
	struct entry_query q = { .reg = "training-setting", .where = { { "key", ENTRY_IS, 0, key } }, .n_where = 1, .limit = 1 };
	return entry_list(t->store, t->a, &may, &q, out);
}

/* Sessions for children and parents have no ceiling of their own: the choice may be longer than what staff are held to (5.3-08, 5.3-09). */
static bool for_families(const struct training *t, struct str key)
{
	const struct profile *p = &t->library->profile;
	return str_is(key, TRAINING_SESSIONS) && (profile_has(p, STR("training.online_sessions"), STR("learners")) || profile_has(p, STR("training.online_sessions"), STR("parents")));
}

static bool bi_annual(const struct training *t, struct str key)
{
	return str_is(key, "authority") || for_families(t, key);
}

static struct training_setting *setting_at(struct training_setting *v, size_t *n, struct str key)
{
	for (size_t i = 0; i < *n; i++)
		if (str_eq(v[i].key, key))
			return &v[i];
	v[*n] = (struct training_setting){ .key = key };
	return &v[(*n)++];
}

static void add_module(const struct training *t, const struct module *m, const struct interval *i, struct training_setting *s)
{
	bool first = !s->title.n;
	s->title = first ? m->title : arena_fmt(t->a, "%.*s; %.*s", STRF(s->title), STRF(m->title));
	s->longest = first ? m->longest : !s->longest || !m->longest ? 0 : s->longest > m->longest ? s->longest : m->longest;
	s->policy = s->policy > m->every ? s->policy : m->every;
	s->months = s->months > i->months ? s->months : i->months;
	s->confirmed = i->confirmed && !bi_annual(t, s->key);
}

static enum err add_choice(const struct training *t, struct training_setting *s)
{
	struct entry_page page;
	TRY(training_setting_entry(t, s->key, &page));
	s->bi_annual = bi_annual(t, s->key);
	s->longest = for_families(t, s->key) ? 0 : s->longest;
	s->chosen = page.n > 0;
	if (!page.n)
		return OK;
	s->months = (int)entry_i64(&page.entries[0], "months");
	s->why = entry_value(&page.entries[0], "why");
	s->by = page.entries[0].changed_by;
	s->at_utc = page.entries[0].changed_utc;
	return OK;
}

enum err training_settings(const struct training *t, struct training_setting **out, size_t *n)
{
	*out = arena_array(t->a, struct training_setting, t->modules.n + 1);
	*n = 0;
	for (size_t i = 0; i < t->modules.n; i++)
		if (t->modules.v[i].every)
			add_module(t, &t->modules.v[i], &t->intervals[i], setting_at(*out, n, t->modules.v[i].setting));
	for (size_t i = 0; i < *n; i++)
		TRY(add_choice(t, &(*out)[i]));
	return OK;
}

static const struct training_setting *find(const struct training_setting *v, size_t n, struct str key)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(v[i].key, key))
			return &v[i];
	return NULL;
}

enum err training_set(const struct training *t, const struct act *act, struct str key, int months, struct str why, struct diag *d)
{
	struct training_setting *v;
	struct entry_page page;
	size_t n;
	int64_t id;
	TRY(training_settings(t, &v, &n));
	const struct training_setting *s = find(v, n, key);
	if (!s)
		return ERR_ABSENT;
	if (months < 1 || months > MODULE_MONTHS_MAX)
		diag_add(d, DIAG_ERROR, STR("months"), 0, "Choose how often.");
	else if (s->longest && months > s->longest)
		diag_add(d, DIAG_ERROR, STR("months"), 0, "The policy asks for this at least every %d months: it can be done more often, not less often.", s->longest);
	else {
		struct entry_field f[] = { { STR("key"), key }, { STR("months"), arena_fmt(t->a, "%d", months) }, { STR("why"), training_text(why) } };
		struct entry_in in = { .reg = "training-setting", .fields = f, .n_fields = ARRAY_N(f) };
		TRY(training_setting_entry(t, key, &page));
		return page.n ? training_change(t, act, page.entries[0].id, page.entries[0].version, NULL, f, ARRAY_N(f), d) : entry_create(t->store, act, &in, d, &id);
	}
	return ERR_INVALID;
}

int training_sessions_months(const struct training *t, bool *confirmed)
{
	struct entry_page page;
	*confirmed = training_setting_entry(t, STR(TRAINING_SESSIONS), &page) == OK && page.n;
	return *confirmed ? (int)entry_i64(&page.entries[0], "months") : TRAINING_SESSIONS_MONTHS;
}
