#include "house/voice/survey.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/rnd.h"
#include "base/time.h"
#include "gen_queries.h"
#include "house/store/audit.h"

enum { LIST_MAX = 50, DAY_S = 86400, NUMBER_BYTES = 16, NUMBER_TEXT = 40 };

static const struct { const char *word, *title; } audiences[] = {
#define SURVEY_ROW_(name, word, title) { word, title },
	SURVEY_AUDIENCE_TABLE(SURVEY_ROW_)
#undef SURVEY_ROW_
};
static const char *const choices_of[] = {
#define SURVEY_ROW_(name, word) word,
	SURVEY_CHOICE_TABLE(SURVEY_ROW_)
#undef SURVEY_ROW_
};

const char *survey_audience_title(enum survey_audience a) { return audiences[a].title; }
const char *survey_choice_word(enum survey_choice c) { return choices_of[c]; }

enum err survey_choice_read(struct str word, enum survey_choice *out)
{
	for (int i = 0; i < N_SURVEY_CHOICES; i++)
		if (str_is(word, choices_of[i])) {
			*out = (enum survey_choice)i;
			return OK;
		}
	return ERR_ABSENT;
}

static enum err audience_read(struct str word, enum survey_audience *out)
{
	for (int i = 0; i < N_SURVEY_AUDIENCES; i++)
		if (str_is(word, audiences[i].word)) {
			*out = (enum survey_audience)i;
			return OK;
		}
	return ERR_ABSENT;
}

/* ---- what is asked ---- */

static bool pictured(struct str word)
{
	static const char *const all[] = { "tell", "private", "kind", "time", "careful", "help" };
	for (size_t i = 0; i < ARRAY_N(all); i++)
		if (str_is(word, all[i]))
			return true;
	return false;
}

/* "tell: I know whom to tell." */
static struct survey_question question(struct str line)
{
	ptrdiff_t at = str_chr(line, ':');
	struct str word = at > 0 ? str_trim(str_upto(line, (size_t)at)) : STR_NONE;
	if (word.n && pictured(word))
		return (struct survey_question){ word, str_trim(str_from(line, (size_t)at + 1)) };
	return (struct survey_question){ STR_NONE, str_trim(line) };
}

static void read(const struct entry *e, struct survey *s)
{
	struct str rest = entry_value(e, "asked"), piece;
	enum survey_audience who;
	*s = (struct survey){ .id = e->id, .opens_utc = entry_utc(e, "opens"), .closes_utc = entry_utc(e, "closes"), .title = entry_value(e, "title"), .state = e->state,
		.open_question = entry_value(e, "open-question"), .heard = entry_value(e, "heard"), .changed = entry_value(e, "changed"),
		.is_survey = str_is(entry_value(e, "how"), "survey") };
	(void)str_i64(entry_value(e, "version"), &s->version);       /* none: 0 */
	while (rest.n && str_next(&rest, ' ', &piece))
		if (audience_read(piece, &who) == OK)
			s->asked |= 1u << who;
	rest = entry_value(e, "questions");
	while (rest.n && str_next(&rest, '\n', &piece) && s->n < SURVEY_QUESTIONS_MAX)
		if (str_trim(piece).n)
			s->questions[s->n++] = question(piece);
}

static struct entry_may program(int64_t school)
{
	return (struct entry_may){ .school = school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
}

enum err survey_get(struct store *st, struct arena *a, int64_t school, int64_t id, struct survey *out)
{
	struct entry_may may = program(school);
	struct entry e;
	TRY(entry_get(st, a, &may, id, 0, &e));
	if (!str_is(e.reg, "consultation"))
		return ERR_ABSENT;
	read(&e, out);
	return OK;
}

enum err survey_list(struct store *st, struct arena *a, int64_t school, const char *state, struct survey **out, size_t *n)
{
	struct entry_may may = program(school);
	struct entry_query q = { .reg = "consultation", .states = { state }, .limit = LIST_MAX };
	struct entry_page page = { 0 };
	if (registers_find(st->registers, STR("consultation")))
		TRY(entry_list(st, a, &may, &q, &page));
	*out = arena_array(a, struct survey, page.n + 1);
	*n = page.n;
	for (size_t i = 0; i < page.n; i++)
		read(&page.entries[i], &(*out)[i]);
	return OK;
}

bool survey_open(const struct survey *s, enum survey_audience who, int64_t now_utc)
{
	return s->is_survey && s->n && str_is(s->state, "open") && s->asked & 1u << who && s->opens_utc <= now_utc && now_utc < s->closes_utc + DAY_S;
}

/* ---- answering ---- */

static enum err count(struct store *st, const struct act *act, const struct survey *s, enum survey_audience who, int64_t class_id, int64_t question, const char *choice, int64_t n)
{
	return n ? q_survey_count_do(st->db, &(struct q_survey_count_args){ .school = act->school, .survey = s->id, .audience = str_z(audiences[who].word),
		.class = class_id, .question = question, .choice = str_z(choice), .n = n }, NULL) : OK;
}

static enum err say(struct store *st, const struct act *act, const struct survey *s, enum survey_audience who, struct str words)
{
	char number[NUMBER_TEXT];
	if (!words.n)
		return OK;
	rnd_token(number, NUMBER_BYTES);
	return q_survey_say_do(st->db, &(struct q_survey_say_args){ .school = act->school, .survey = s->id, .number = str_z(number),
		.audience = str_z(audiences[who].word), .words = str_upto(words, SURVEY_WORDS_MAX) }, NULL);
}

enum err survey_answer(struct store *st, const struct act *act, const struct survey *s, enum survey_audience who, const enum survey_choice *choices, struct str words)
{
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	int64_t fresh = 0;
	if (!survey_open(s, who, clock_utc()))
		return ERR_STATE;
	TRY(db_tx_begin(st->db, &tx));
	TRY(q_survey_take_do(st->db, &(struct q_survey_take_args){ .school = act->school, .survey = s->id, .person = act->person }, &fresh));
	if (!fresh)
		return ERR_EXISTS;
	TRY(count(st, act, s, who, 0, 0, "took", 1));
	for (size_t i = 0; i < s->n; i++)
		TRY(count(st, act, s, who, 0, (int64_t)i + 1, choices_of[choices[i]], 1));
	TRY(say(st, act, s, who, str_trim(words)));
	TRY(audit_add(st->db, act, "survey.answered", (struct audit_about){ "consultation", s->id }, NULL));      /* that, never what */
	return db_tx_commit(&tx);
}

bool survey_took_part(struct store *st, int64_t school, int64_t survey, int64_t person)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct q_survey_took_row row = { 0 };
	return q_survey_took_one(st->db, &a, &(struct q_survey_took_args){ .school = school, .survey = survey, .person = person }, &row) == OK && row.n > 0;
}

enum err survey_hands(struct store *st, const struct act *act, const struct survey *s, enum survey_audience who, int64_t class_id,
                      const int64_t (*hands)[N_SURVEY_CHOICES])
{
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	int64_t most = 0;
	if (!survey_open(s, who, clock_utc()))
		return ERR_STATE;
	TRY(db_tx_begin(st->db, &tx));
	TRY(q_survey_class_drop_do(st->db, &(struct q_survey_class_drop_args){ .school = act->school, .survey = s->id, .class = class_id }, NULL));
	for (size_t i = 0; i < s->n; i++) {
		int64_t sum = 0;
		for (int k = 0; k < N_SURVEY_CHOICES; k++) {
			TRY(count(st, act, s, who, class_id, (int64_t)i + 1, choices_of[k], hands[i][k]));
			sum += hands[i][k];
		}
		most = sum > most ? sum : most;
	}
	TRY(count(st, act, s, who, class_id, 0, "took", most));
	TRY(audit_add(st->db, act, "survey.counted", (struct audit_about){ "consultation", s->id }, NULL));
	return db_tx_commit(&tx);
}

/* ---- what came of it ---- */

static struct survey_result *result_of(struct survey_result *v, size_t *n, enum survey_audience who, int64_t class_id)
{
	for (size_t i = 0; i < *n; i++)
		if (v[i].who == who && v[i].class_id == class_id)
			return &v[i];
	v[*n] = (struct survey_result){ .who = who, .class_id = class_id };
	return &v[(*n)++];
}

static void add(struct survey_result *r, int64_t question, struct str choice, int64_t n)
{
	enum survey_choice c;
	if (question == 0)
		r->took += n;
	else if (question > 0 && question <= SURVEY_QUESTIONS_MAX && survey_choice_read(choice, &c) == OK)
		r->n[question - 1][c] += n;
}

/* Few people, few words: neither is told.  Numbers that are not told are not there. */
static void hide(struct survey_result *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].took < SURVEY_SMALL) {
			memset(v[i].n, 0, sizeof v[i].n);
			v[i].took = 0;
			v[i].hidden = true;
		}
}

static bool told(const struct survey_result *v, size_t n, enum survey_audience who)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].who == who && !v[i].class_id && !v[i].hidden)
			return true;
	return false;
}

enum err survey_results(struct store *st, struct arena *a, int64_t school, const struct survey *s, struct survey_result **out, size_t *n,
                        struct survey_words **words, size_t *n_words)
{
	struct q_survey_tallies_row *rows;
	struct q_survey_said_row *lines;
	size_t n_rows, n_lines;
	if (str_is(s->state, "open") || str_is(s->state, "planned"))
		return ERR_STATE;
	TRY(q_survey_tallies(st->db, a, &(struct q_survey_tallies_args){ .school = school, .survey = s->id }, &rows, &n_rows));
	TRY(q_survey_said(st->db, a, &(struct q_survey_said_args){ .school = school, .survey = s->id }, &lines, &n_lines));
	*out = arena_array(a, struct survey_result, n_rows + 1);
	*words = arena_array(a, struct survey_words, n_lines + 1);
	*n = *n_words = 0;
	enum survey_audience who;
	for (size_t i = 0; i < n_rows; i++)
		if (audience_read(rows[i].audience, &who) == OK)
			add(result_of(*out, n, who, rows[i].class), rows[i].question, rows[i].choice, rows[i].n);
	hide(*out, *n);
	for (size_t i = 0; i < n_lines; i++)
		if (audience_read(lines[i].audience, &who) == OK && told(*out, *n, who))
			(*words)[(*n_words)++] = (struct survey_words){ who, lines[i].words };
	return OK;
}
