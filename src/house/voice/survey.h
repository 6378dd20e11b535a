/* survey.h - a survey of the register consultation, answered without a name.
 *
 * What is kept: how many of an audience chose what, and (in another table, with nothing
 * between them) who has taken part, so that nobody counts twice.  Answers of fewer than
 * SURVEY_SMALL people of an audience or a class are never told, and nothing is told while
 * the survey is open.  1-01, 4.5-03, 4.6-08, 5.1-17. */
#pragma once
#include "house/store/entry.h"

enum { SURVEY_QUESTIONS_MAX = 12, SURVEY_SMALL = 5, SURVEY_WORDS_MAX = 1000, SURVEY_CLASS_MAX = 60 };

#define SURVEY_AUDIENCE_TABLE(X) \
	X(STAFF, "staff", "Staff") X(GOVERNORS, "governors", "Governors") X(PARENTS, "parents", "Parents and carers") \
	X(YOUNG, "young", "Pupils up to Year 2") X(OLDER, "older", "Pupils in Years 3 to 6")
enum survey_audience {
#define SURVEY_ENUM_(name, word, title) SURVEY_##name,
	SURVEY_AUDIENCE_TABLE(SURVEY_ENUM_)
#undef SURVEY_ENUM_
	N_SURVEY_AUDIENCES
};
const char *survey_audience_title(enum survey_audience a);

#define SURVEY_CHOICE_TABLE(X) X(YES, "yes") X(UNSURE, "unsure") X(NO, "no")
enum survey_choice {
#define SURVEY_ENUM_(name, word) SURVEY_##name,
	SURVEY_CHOICE_TABLE(SURVEY_ENUM_)
#undef SURVEY_ENUM_
	N_SURVEY_CHOICES
};
const char *survey_choice_word(enum survey_choice c);
enum err survey_choice_read(struct str word, enum survey_choice *out);

struct survey_question { struct str picture, words; };     /* picture: a word that has one, or absent */
struct survey {
	int64_t id, opens_utc, closes_utc, version;
	struct str title, state, open_question, heard, changed;
	unsigned asked;                /* bits of enum survey_audience */
	bool is_survey;                /* else it is asked in another way */
	struct survey_question questions[SURVEY_QUESTIONS_MAX];
	size_t n;
};
/* ERR_ABSENT: no such consultation. */
enum err survey_get(struct store *st, struct arena *a, int64_t school, int64_t id, struct survey *out);
/* Those in a state ("open", "told"), newest first, at most 50. */
enum err survey_list(struct store *st, struct arena *a, int64_t school, const char *state, struct survey **out, size_t *n);
bool survey_open(const struct survey *s, enum survey_audience who, int64_t now_utc);

/* choices: one for each question.  words may be absent.  ERR_EXISTS: they took part before. */
enum err survey_answer(struct store *st, const struct act *act, const struct survey *s, enum survey_audience who, const enum survey_choice *choices, struct str words);
bool survey_took_part(struct store *st, int64_t school, int64_t survey, int64_t person);
/* Hands counted in a class, one row of three for each question; counting again replaces it. */
enum err survey_hands(struct store *st, const struct act *act, const struct survey *s, enum survey_audience who, int64_t class_id,
                      const int64_t (*hands)[N_SURVEY_CHOICES]);

struct survey_result { enum survey_audience who; int64_t class_id /* 0: all of them together */, took; bool hidden; int64_t n[SURVEY_QUESTIONS_MAX][N_SURVEY_CHOICES]; };
struct survey_words { enum survey_audience who; struct str words; };
/* ERR_STATE while it is open.  A hidden one has no numbers; words of a hidden audience are left out. */
enum err survey_results(struct store *st, struct arena *a, int64_t school, const struct survey *s, struct survey_result **out, size_t *n,
                        struct survey_words **words, size_t *n_words);
