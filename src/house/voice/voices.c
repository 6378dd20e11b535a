#include "house/voice/voices.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/voice/survey.h"

static const struct { const char *word, *title, *missing; } groups[] = {
#define VOICE_ROW_(name, word, title, missing) { word, title, missing },
	VOICE_TABLE(VOICE_ROW_)
#undef VOICE_ROW_
};

const char *voice_word(enum voice_group g) { return groups[g].word; }
const char *voice_title(enum voice_group g) { return groups[g].title; }

enum err voice_read(struct str word, enum voice_group *out)
{
	for (int g = 0; g < N_VOICES; g++)
		if (str_is(word, groups[g].word)) {
			*out = (enum voice_group)g;
			return OK;
		}
	return ERR_ABSENT;
}

static struct entry_may program(int64_t school)
{
	return (struct entry_may){ .school = school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
}

static struct entry_query query_of(const struct voices_query *in)
{
	struct entry_query q = { .reg = "contribution", .from_utc = in->from_utc, .limit = VOICES_MAX, .n_where = 1,
		.where = { { "about", ENTRY_IS, 0, str_z(in->about) } } };
	if (in->version)
		q.where[q.n_where++] = (struct entry_where){ "version", ENTRY_IS, in->version, STR_NONE };
	return q;
}

static void count(struct voices *v, const struct entry *e)
{
	enum voice_group g;
	if (str_is(e->state, REG_UNDONE) || voice_read(entry_value(e, "group"), &g) != OK)
		return;
	if (str_is(entry_value(e, "how"), "none")) {
		v->reason[g] = true;
		return;
	}
	v->n[g]++;
	v->total++;
}

static const enum voice_group OF_AUDIENCE[] = { [SURVEY_STAFF] = VOICE_STAFF, [SURVEY_GOVERNORS] = VOICE_GOVERNORS, [SURVEY_PARENTS] = VOICE_PARENTS,
	[SURVEY_YOUNG] = VOICE_LEARNERS, [SURVEY_OLDER] = VOICE_LEARNERS };

static enum err survey_of(struct store *st, struct arena *a, int64_t school, int64_t id, struct voices *v)
{
	struct survey s;
	struct survey_result *r;
	struct survey_words *w;
	size_t n, n_w;
	TRY(survey_get(st, a, school, id, &s));
	enum err e = s.is_survey ? survey_results(st, a, school, &s, &r, &n, &w, &n_w) : ERR_STATE;
	if (e == ERR_STATE)
		return OK;                       /* still open, or asked in another way */
	TRY(e);
	for (size_t i = 0; i < n && v->n_surveys < VOICES_MAX; i++) {
		v->surveys[v->n_surveys++] = (struct voice_survey){ id, s.title, str_z(survey_audience_title(r[i].who)), r[i].took, r[i].hidden };
		v->n[OF_AUDIENCE[r[i].who]]++;
		v->total++;
	}
	return OK;
}

static enum err surveys_of(struct store *st, struct arena *a, int64_t school, int64_t version, struct voices *v)
{
	struct entry_may all = program(school);
	struct entry_query q = { .reg = "consultation", .where = { { "version", ENTRY_IS, version, STR_NONE } }, .n_where = 1, .limit = 50, .bare = true };
	struct entry_page page;
	v->surveys = arena_array(a, struct voice_survey, VOICES_MAX);
	if (!version || !registers_find(st->registers, STR("consultation")))
		return OK;
	TRY(entry_list(st, a, &all, &q, &page));
	for (size_t i = 0; i < page.n; i++)
		TRY(survey_of(st, a, school, page.entries[i].id, v));
	return OK;
}

enum err voices_of(struct store *st, struct arena *a, const struct entry_may *may, const struct voices_query *in, struct voices *out)
{
	struct entry_may all = program(may->school);
	struct entry_query q = query_of(in);
	struct entry_page page;
	*out = (struct voices){ 0 };
	do {
		TRY(entry_list(st, a, &all, &q, &page));
		for (size_t i = 0; i < page.n; i++)
			count(out, &page.entries[i]);
		q.offset += VOICES_MAX;
	} while (page.n == VOICES_MAX);
	TRY(surveys_of(st, a, may->school, in->version, out));
	q.offset = 0;
	TRY(entry_list(st, a, may, &q, &page));
	out->entries = page.entries;
	out->n_entries = page.n;
	return OK;
}

const char *voices_missing(const struct voices *v, enum voice_group g)
{
	return v->n[g] || v->reason[g] || !groups[g].missing[0] ? NULL : groups[g].missing;
}

enum err voice_add(struct store *st, const struct act *act, const struct voice_in *in, struct diag *d, int64_t *id)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entry_field f[8] = { { STR("about"), str_z(in->about) }, { STR("group"), str_z(voice_word(in->group)) }, { STR("how"), str_z(in->how) },
		{ STR("said"), str_trim(in->said) }, { STR("on"), time_iso_date(&a, clock_utc()) } };
	size_t n = 5;
	if (in->version)
		f[n++] = (struct entry_field){ STR("version"), arena_fmt(&a, "%lld", (long long)in->version) };
	if (in->consultation)
		f[n++] = (struct entry_field){ STR("consultation"), arena_fmt(&a, "%lld", (long long)in->consultation) };
	const struct entry_person author = { act->person, ENTRY_AUTHOR };
	return entry_create(st, act, &(struct entry_in){ .reg = "contribution", .fields = f, .n_fields = n, .people = &author, .n_people = act->person ? 1 : 0 }, d, id);
}

enum err voice_answer(struct store *st, const struct act *act, int64_t id, bool adopted, struct str outcome, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entry_may may = program(act->school);
	struct entry e;
	TRY(entry_get(st, &a, &may, id, 0, &e));
	if (!str_is(e.reg, "contribution"))
		return ERR_ABSENT;
	if (!str_is(e.state, "received"))
		return ERR_STATE;
	if (!str_trim(outcome).n) {
		diag_add(d, DIAG_ERROR, STR("outcome"), 0, "Say what became of it: whoever said it reads this.");
		return ERR_INVALID;
	}
	struct entry_field f[] = { { STR("outcome"), str_trim(outcome) } };
	struct entry_in in = { .state = adopted ? "adopted" : "declined", .fields = f, .n_fields = 1 };
	return entry_update(st, act, &may, id, e.version, &in, d);
}
