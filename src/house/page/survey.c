/* A survey, one question a page: one's own answers, or hands counted in a class; what came of it; "you said, we did". */
#include "base/clock.h"
#include "base/mem.h"
#include "gen_ui.h"
#include "house/page/family.h"
#include "house/page/my_class.h"
#include "house/page/page_store.h"
#include "house/page/routes.h"
#include "house/page/voices.h"
#include "house/register/may.h"
#include "house/voice/survey.h"

enum { YOUNG_TO = 2 };

struct asking { struct survey s; enum survey_audience who; int64_t person; struct str action, home; };

static struct str picture_of(struct page_ctx *c, struct str word)
{
	static const struct { const char *word, *file; } all[] = { { "tell", "promise-tell" }, { "private", "promise-lock" }, { "kind", "promise-heart" },
		{ "time", "pic-clock" }, { "careful", "promise-shield" }, { "help", "promise-hand-up" } };
	for (size_t i = 0; i < ARRAY_N(all); i++)
		if (str_is(word, all[i].word))
			return arena_fmt(c->arena, "/static/%s.svg", all[i].file);
	return STR_NONE;
}

/* "Staff" unless they are here as somebody else.  A pupil by year. */
static enum survey_audience audience_of(const struct page_ctx *c)
{
	if (c->person->kind == KIND_LEARNER)
		return c->person->year <= YOUNG_TO && c->person->year != YEAR_NONE ? SURVEY_YOUNG : SURVEY_OLDER;
	if (c->person->kind == KIND_PARENT)
		return SURVEY_PARENTS;
	return page_has_role(c, ROLE_GOVERNOR) || page_has_role(c, ROLE_CHAIR) ? SURVEY_GOVERNORS : SURVEY_STAFF;
}

/* ---- one's own answers: what was answered so far stands in the form, nowhere else ---- */

struct answers { enum survey_choice v[SURVEY_QUESTIONS_MAX]; size_t n; };

static struct str answer_name(struct page_ctx *c, size_t i) { return arena_fmt(c->arena, "a%zu", i + 1); }

static struct answers answers_of(struct page_ctx *c, const struct survey *s)
{
	struct answers a = { .n = 0 };
	while (a.n < s->n && survey_choice_read(page_field(c, answer_name(c, a.n).p), &a.v[a.n]) == OK)
		a.n++;
	if (page_ticked(c, "back") && a.n)
		a.n--;
	return a;
}

static enum err ask(struct page_ctx *c, const struct asking *q, const struct answers *a)
{
	const struct survey_question *now = &q->s.questions[a->n];
	struct view_survey_ask_kept *kept = arena_array(c->arena, struct view_survey_ask_kept, a->n + 1);
	for (size_t i = 0; i < a->n; i++)
		kept[i] = (struct view_survey_ask_kept){ answer_name(c, i), str_z(survey_choice_word(a->v[i])) };
	return page_show(c, survey_ask, "A question", .action = q->action, .survey = q->s.title, .n = (int64_t)a->n + 1, .of = (int64_t)q->s.n,
		.picture = picture_of(c, now->picture), .words = now->words, .name = answer_name(c, a->n), .kept = kept, .n_kept = a->n, .back = a->n > 0);
}

static enum err ask_words(struct page_ctx *c, const struct asking *q, const struct answers *a)
{
	struct view_survey_words_kept *kept = arena_array(c->arena, struct view_survey_words_kept, a->n + 1);
	for (size_t i = 0; i < a->n; i++)
		kept[i] = (struct view_survey_words_kept){ answer_name(c, i), str_z(survey_choice_word(a->v[i])) };
	return page_show(c, survey_words, "One more question", .action = q->action, .survey = q->s.title, .kept = kept, .n_kept = a->n,
		.words = { .name = STR("words"), .label = q->s.open_question, .rows = 4, .value = page_field(c, "words") });
}

static enum err done(struct page_ctx *c, const struct asking *q, bool again)
{
	return page_show(c, survey_done, "Thank you", .again = again, .home = q->home);
}

static enum err answered(struct page_ctx *c, const struct asking *q)
{
	struct store st = page_store(c);
	struct act act = { c->school, q->person, "took part in a survey" };
	struct answers a = answers_of(c, &q->s);
	if (a.n < q->s.n)
		return ask(c, q, &a);
	if (q->s.open_question.n && q->who != SURVEY_YOUNG && !page_ticked(c, "finish"))
		return ask_words(c, q, &a);
	enum err e = survey_answer(&st, &act, &q->s, q->who, a.v, q->who == SURVEY_YOUNG ? STR_NONE : page_field(c, "words"));
	if (e == ERR_EXISTS)
		return done(c, q, true);
	TRY(e);
	return done(c, q, false);
}

/* The survey of the address, open for these people; ERR_ABSENT for all others. */
static enum err open_for(struct page_ctx *c, const char *param, enum survey_audience who, struct survey *out)
{
	struct store st = page_store(c);
	int64_t id;
	TRY(page_id(c, param, &id));
	TRY(survey_get(&st, c->arena, c->school, id, out));
	return survey_open(out, who, clock_utc()) ? OK : ERR_ABSENT;
}

static enum err mine(struct page_ctx *c, struct asking *q)
{
	*q = (struct asking){ .who = audience_of(c), .person = c->session->person, .home = STR("/voice") };
	TRY(open_for(c, "id", q->who, &q->s));
	q->action = arena_fmt(c->arena, "/voice/%lld", (long long)q->s.id);
	return OK;
}

static enum err begin(struct page_ctx *c, const struct asking *q)
{
	struct store st = page_store(c);
	return survey_took_part(&st, c->school, q->s.id, q->person) ? done(c, q, true) : ask(c, q, &(struct answers){ .n = 0 });
}

enum err voice_ask_show(struct page_ctx *c)
{
	struct asking q;
	TRY(mine(c, &q));
	return begin(c, &q);
}

enum err voice_ask_do(struct page_ctx *c)
{
	struct asking q;
	TRY(mine(c, &q));
	return answered(c, &q);
}

/* ---- families, by their own link ---- */

static enum err familys(struct page_ctx *c, struct asking *q)
{
	struct family_who w = { 0 };
	enum err e = family_who(c, &w);
	TRY(e == ERR_SIGNIN ? ERR_FORBIDDEN : e);
	*q = (struct asking){ .who = SURVEY_PARENTS, .person = w.adult, .home = STR("/family") };
	TRY(open_for(c, "id", q->who, &q->s));
	q->action = arena_fmt(c->arena, "/family/voice/%lld", (long long)q->s.id);
	return OK;
}

enum err family_voice_show(struct page_ctx *c)
{
	struct asking q;
	TRY(familys(c, &q));
	return begin(c, &q);
}

enum err family_voice_do(struct page_ctx *c)
{
	struct asking q;
	TRY(familys(c, &q));
	return answered(c, &q);
}

/* ---- hands in a class ---- */

static const char *const HANDS[N_SURVEY_CHOICES] = { "yes", "unsure", "no" };

static enum survey_audience class_audience(const struct school_class *k)
{
	struct str g = str_z(class_group(k));
	return str_is(g, "ks1") || str_is(g, "early-years") ? SURVEY_YOUNG : SURVEY_OLDER;
}

static struct str hand_name(struct page_ctx *c, size_t i, int k) { return arena_fmt(c->arena, "h%zu-%s", i + 1, HANDS[k]); }

/* Questions counted so far; a number that cannot be says so. */
static size_t counted(struct page_ctx *c, const struct survey *s, int64_t (*out)[N_SURVEY_CHOICES], bool *wrong)
{
	for (size_t i = 0; i < s->n; i++)
		for (int k = 0; k < N_SURVEY_CHOICES; k++) {
			struct str typed = form_get(&c->req->form, hand_name(c, i, k).p);
			if (!typed.p)
				return i;
			typed = str_trim(typed);
			out[i][k] = 0;
			*wrong = typed.n && (str_i64(typed, &out[i][k]) != OK || out[i][k] < 0 || out[i][k] > SURVEY_CLASS_MAX);
			if (*wrong)
				return i;
		}
	return s->n;
}

static enum err hands_page(struct page_ctx *c, const struct school_class *k, const struct survey *s, size_t at, bool wrong)
{
	const struct survey_question *now = &s->questions[at];
	struct view_survey_hands_kept *kept = arena_array(c->arena, struct view_survey_hands_kept, at * N_SURVEY_CHOICES + 1);
	size_t n = 0;
	for (size_t i = 0; i < at; i++)
		for (int j = 0; j < N_SURVEY_CHOICES; j++, n++)
			kept[n] = (struct view_survey_hands_kept){ hand_name(c, i, j), page_field(c, hand_name(c, i, j).p) };
	return page_show(c, survey_hands, "A question", .action = arena_fmt(c->arena, "/class/%lld/voice/%lld", (long long)k->id, (long long)s->id), .survey = s->title,
		.class_name = k->name, .n = (int64_t)at + 1, .of = (int64_t)s->n, .picture = picture_of(c, now->picture), .words = now->words,
		.name = arena_fmt(c->arena, "h%zu", at + 1), .yes = page_field(c, hand_name(c, at, 0).p), .unsure = page_field(c, hand_name(c, at, 1).p),
		.no = page_field(c, hand_name(c, at, 2).p), .hint = wrong ? arena_fmt(c->arena, "Write whole numbers up to %d.", SURVEY_CLASS_MAX) : STR_NONE,
		.kept = kept, .n_kept = n);
}

enum err class_voice_show(struct page_ctx *c)
{
	struct school_class k;
	struct survey s;
	enum err e;
	if (!page_class(c, &k, &e))
		return e;
	TRY(open_for(c, "survey", class_audience(&k), &s));
	return hands_page(c, &k, &s, 0, false);
}

enum err class_voice_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "counted the hands of a class");
	struct school_class k;
	struct survey s;
	int64_t hands[SURVEY_QUESTIONS_MAX][N_SURVEY_CHOICES] = { { 0 } };
	bool wrong = false;
	enum err e;
	if (!page_class(c, &k, &e))
		return e;
	TRY(open_for(c, "survey", class_audience(&k), &s));
	size_t at = counted(c, &s, hands, &wrong);
	if (wrong)
		c->reply.status = 422;
	if (at < s.n)
		return hands_page(c, &k, &s, at, wrong);
	TRY(survey_hands(&st, &act, &s, class_audience(&k), k.id, (const int64_t(*)[N_SURVEY_CHOICES])hands));
	page_flash(c, FLASH_DONE, "%.*s", STRF(page_text(TEXT_survey_counted)));
	return page_redirect(c, "/voice");
}

/* ---- what came of it ---- */

static struct reg_may may_of(const struct page_ctx *c)
{
	const struct reg *r = registers_find(c->web->registers, STR("consultation"));
	return r ? reg_may_of(c->web->rights, c->roles, r) : (struct reg_may){ 0 };
}

static struct str group_title(struct page_ctx *c, const struct survey_result *r)
{
	struct school_class *k;
	size_t n;
	if (r->class_id && class_list(c->db, c->arena, c->school, &k, &n) == OK)
		for (size_t i = 0; i < n; i++)
			if (k[i].id == r->class_id)
				return arena_fmt(c->arena, "%.*s (hands counted in class)", STRF(k[i].name));
	return str_z(survey_audience_title(r->who));
}

static const struct view_survey_results_groups *group_rows(struct page_ctx *c, const struct survey *s, const struct survey_result *r, size_t n)
{
	struct view_survey_results_groups *out = arena_array(c->arena, struct view_survey_results_groups, n + 1);
	for (size_t i = 0; i < n; i++) {
		struct view_survey_results_groups_rows *rows = arena_array(c->arena, struct view_survey_results_groups_rows, s->n + 1);
		for (size_t k = 0; k < s->n; k++)
			rows[k] = (struct view_survey_results_groups_rows){ s->questions[k].words, r[i].n[k][SURVEY_YES], r[i].n[k][SURVEY_UNSURE], r[i].n[k][SURVEY_NO] };
		out[i] = (struct view_survey_results_groups){ .title = group_title(c, &r[i]), .took = r[i].took, .hidden = r[i].hidden, .rows = rows, .n_rows = s->n };
	}
	return out;
}

enum err voice_results_show(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct reg_may may = may_of(c);
	struct survey s;
	struct survey_result *r;
	struct survey_words *w;
	size_t n, n_w;
	int64_t id;
	if (!may.see)
		return ERR_FORBIDDEN;
	TRY(page_id(c, "id", &id));
	TRY(survey_get(&st, c->arena, c->school, id, &s));
	TRY(survey_results(&st, c->arena, c->school, &s, &r, &n, &w, &n_w));
	struct view_survey_results_said *said = arena_array(c->arena, struct view_survey_results_said, n_w + 1);
	for (size_t i = 0; i < n_w; i++)
		said[i] = (struct view_survey_results_said){ str_z(survey_audience_title(w[i].who)), w[i].words };
	return page_show(c, survey_results, "What people answered", .title = s.title, .heard = s.heard, .changed = s.changed, .groups = group_rows(c, &s, r, n), .n_groups = n,
		.said = said, .n_said = may.change ? n_w : 0, .change = may.change ? arena_fmt(c->arena, "/registers/consultation/%lld/edit", (long long)id) : STR_NONE);
}

/* ---- the page of it all ---- */

static enum err open_rows(struct page_ctx *c, struct store *st, const struct survey *all, size_t n, struct view_have_say *v)
{
	struct view_have_say_open *rows = arena_array(c->arena, struct view_have_say_open, n + 1);
	struct str *taken = arena_array(c->arena, struct str, n + 1);
	for (size_t i = 0; i < n; i++) {
		if (!survey_open(&all[i], audience_of(c), clock_utc()))
			continue;
		if (survey_took_part(st, c->school, all[i].id, c->session->person))
			taken[v->n_taken++] = all[i].title;
		else
			rows[v->n_open++] = (struct view_have_say_open){ arena_fmt(c->arena, "/voice/%lld", (long long)all[i].id), all[i].title };
	}
	v->open = rows;
	v->taken = taken;
	return OK;
}

static enum err class_rows(struct page_ctx *c, const struct survey *all, size_t n, struct view_have_say *v)
{
	struct school_class *k;
	size_t n_k;
	if (!page_may(c, CAP_CLASS_SESSION, ACCESS_WRITE))
		return OK;
	TRY(class_list(c->db, c->arena, c->school, &k, &n_k));
	struct view_have_say_classes *rows = arena_array(c->arena, struct view_have_say_classes, n * n_k + 1);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n_k; j++)
			if (survey_open(&all[i], class_audience(&k[j]), clock_utc()) && class_has_staff(c->db, c->school, k[j].id, c->person->id))
				rows[v->n_classes++] = (struct view_have_say_classes){ arena_fmt(c->arena, "/class/%lld/voice/%lld", (long long)k[j].id, (long long)all[i].id),
					arena_fmt(c->arena, "%.*s: %.*s", STRF(k[j].name), STRF(all[i].title)) };
	v->classes = rows;
	return OK;
}

static enum err told_rows(struct page_ctx *c, struct store *st, struct view_have_say *v)
{
	struct survey *all;
	size_t n;
	TRY(survey_list(st, c->arena, c->school, "told", &all, &n));
	struct view_have_say_told *rows = arena_array(c->arena, struct view_have_say_told, n + 1);
	for (size_t i = 0; i < n; i++)
		rows[i] = (struct view_have_say_told){ all[i].title, all[i].heard, all[i].changed };
	v->told = rows;
	v->n_told = n;
	return OK;
}

static enum err closed_rows(struct page_ctx *c, struct store *st, struct view_have_say *v)
{
	static const char *const states[] = { "closed", "told" };
	struct view_have_say_closed *rows = arena_array(c->arena, struct view_have_say_closed, 200);
	for (size_t k = 0; k < ARRAY_N(states) && may_of(c).see; k++) {
		struct survey *all;
		size_t n;
		TRY(survey_list(st, c->arena, c->school, states[k], &all, &n));
		for (size_t i = 0; i < n; i++)
			if (all[i].is_survey)
				rows[v->n_closed++] = (struct view_have_say_closed){ arena_fmt(c->arena, "/voice/%lld/results", (long long)all[i].id), all[i].title };
	}
	v->closed = rows;
	return OK;
}

static enum err mine_rows(struct page_ctx *c, struct store *st, struct view_have_say *v)
{
	const struct reg *r = registers_find(c->web->registers, STR("contribution"));
	struct entry_may may = { .school = c->school, .person = c->session->person, .own = ENTRY_BIT(ENTRY_GENERAL) };
	struct entry_query q = { .reg = "contribution", .author = c->session->person, .limit = 50 };
	struct entry_page page = { 0 };
	if (r && c->person->kind != KIND_LEARNER)
		TRY(entry_list(st, c->arena, &may, &q, &page));
	struct view_have_say_mine *rows = arena_array(c->arena, struct view_have_say_mine, page.n + 1);
	for (size_t i = 0; i < page.n; i++) {
		struct reg_state s = reg_state_of(r, page.entries[i].state);
		rows[i] = (struct view_have_say_mine){ arena_fmt(c->arena, "/registers/contribution/%lld", (long long)page.entries[i].id), entry_value(&page.entries[i], "said"), s.label, s.colour,
			entry_value(&page.entries[i], "outcome") };
	}
	v->mine = rows;
	v->n_mine = page.n;
	return OK;
}

enum err voice_show(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct view_have_say v = { .learner = c->person->kind == KIND_LEARNER, .manage = may_of(c).add };
	struct survey *all;
	size_t n;
	TRY(survey_list(&st, c->arena, c->school, "open", &all, &n));
	TRY(open_rows(c, &st, all, n, &v));
	TRY(class_rows(c, all, n, &v));
	TRY(told_rows(c, &st, &v));
	TRY(closed_rows(c, &st, &v));
	TRY(mine_rows(c, &st, &v));
	page_begin(c, "Have your say");
	view_have_say_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

bool survey_waits(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct survey *all;
	size_t n;
	if (!c->web->registers || survey_list(&st, c->arena, c->school, "open", &all, &n) != OK)
		return false;
	for (size_t i = 0; i < n; i++)
		if (survey_open(&all[i], audience_of(c), clock_utc()) && !survey_took_part(&st, c->school, all[i].id, c->session->person))
			return true;
	return false;
}
