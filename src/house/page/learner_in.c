/* Children signing in: by password, by pictures, by card; and the page that greets them. */
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "house/account/card.h"
#include "house/account/rules.h"
#include "house/account/whereabouts.h"
#include "house/page/family_advice.h"
#include "house/page/voices.h"
#include "house/page/my_class.h"
#include "house/page/messages.h"
#include "house/page/outside.h"
#include "house/page/notices.h"
#include "house/page/page_store.h"
#include "house/page/routes.h"
#include "house/page/sign_in.h"
#include "house/page/young.h"

static struct str picture(struct arena *a, const char *word) { return arena_fmt(a, "/static/pic-%s.svg", word); }

/* ---- which class ---- */

static enum err put_lessons(struct page_ctx *c, struct view_learner_in *v)
{
	struct store st = page_store(c);
	struct lesson *l;
	size_t n;
	TRY(lesson_all(&st, c->arena, c->school, &l, &n));
	struct view_learner_in_classes *rows = arena_array(c->arena, struct view_learner_in_classes, n + 1);
	for (size_t i = 0; i < n; i++) {
		struct school_class k;
		if (lesson_here(c->db, c->school, l[i].class_id, &c->req->peer) && class_get(c->db, c->arena, c->school, l[i].class_id, &k) == OK)
			rows[v->n_classes++] = (struct view_learner_in_classes){ k.id, k.name };
	}
	v->classes = rows;
	return OK;
}

static enum err learner_page(struct page_ctx *c)
{
	struct view_learner_in v = { .errors = page_errors(c), .username = page_field(c, "username"),
		.username_error = page_wrong_text(c, "username"), .password_error = page_wrong_text(c, "password"),
		.outside = outside_buttons(c, STR_NONE) };
	TRY(put_lessons(c, &v));
	page_begin(c, "Sign in");
	view_learner_in_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

enum err learner_in_show(struct page_ctx *c) { return learner_page(c); }

enum err learner_in_do(struct page_ctx *c)
{
	struct person p = { 0 };
	struct session s;
	TRY(sign_in_guess(c, &p, TEXT_learner_bad, TEXT_learner_wait));
	if (page_is_wrong(c))
		return learner_page(c);
	TRY(sign_in_begin(c, &p, &s));
	TRY(sign_in_tell_of_others(c, &p, &s));
	return page_redirect(c, p.kind == KIND_LEARNER ? "/welcome" : "/sign");
}

/* ---- a card's door: only in an opened lesson, only where the class sits ---- */

/* A page that says kindly why not. */
static enum err not_now(struct page_ctx *c, int status, enum text_key title, enum text_key words)
{
	c->reply.status = status;
	return page_show(c, learner_not, "Not now", .title = page_text(title), .words = page_text(words));
}

/* True: *l is open for this device.  False: answered, *e. */
static bool lesson_open(struct page_ctx *c, int64_t class_id, struct lesson *l, enum err *e)
{
	struct store st = page_store(c);
	*e = class_id ? lesson_of(&st, c->arena, c->school, class_id, l) : ERR_ABSENT;
	if (*e == OK && lesson_here(c->db, c->school, class_id, &c->req->peer))
		return true;
	if (*e == OK)
		*e = not_now(c, 403, TEXT_young_elsewhere, TEXT_young_elsewhere_words);
	else if (*e == ERR_ABSENT)
		*e = not_now(c, 403, TEXT_young_closed, TEXT_young_closed_words);
	return false;
}

static enum err by_card(struct page_ctx *c, const struct person *p, const struct lesson *l, const char *how)
{
	struct session s;
	TRY(sign_in_known(c, p, HOW_CARD, false, &s));
	TRY(whereabouts_until(c->db, &s, l->until_utc));
	TRY(young_arrived(c, p, &s, l, how));
	return page_redirect(c, "/welcome");
}

/* Under termly change a card of last term serves two weeks into the new one. */
static bool too_old(struct page_ctx *c, const struct card *card)
{
	int64_t term = account_term_start(c->web->account, clock_utc());
	return card->made_utc < term && clock_utc() > term + CARD_GRACE_S;
}

/* ---- who are you ---- */

static enum err badges(struct page_ctx *c, const struct person *kids, size_t n, struct view_learner_class *v)
{
	struct view_learner_class_children *rows = arena_array(c->arena, struct view_learner_class_children, n + 1);
	for (size_t i = 0; i < n; i++) {
		struct card card;
		enum err e = card_get(c->db, c->web->keys, c->school, kids[i].id, &card);
		if (e == OK && card.usable)
			rows[v->n_children++] = (struct view_learner_class_children){ kids[i].id, page_first_name(c->arena, kids, n, &kids[i]),
				picture(c->arena, badge_word(card.badge)), badge_colour(card.badge) };
		else if (e != OK && e != ERR_ABSENT)
			return e;
	}
	v->children = rows;
	return OK;
}

enum err learner_class_show(struct page_ctx *c)
{
	struct school_class k;
	struct lesson l;
	struct person *kids;
	size_t n;
	int64_t id;
	enum err e;
	TRY(page_id(c, "class", &id));
	if (!lesson_open(c, id, &l, &e))
		return e;
	TRY(class_get(c->db, c->arena, c->school, id, &k));
	TRY(page_children(c, id, &kids, &n));
	struct view_learner_class v = { .class_name = k.name, .class_id = id };
	TRY(badges(c, kids, n, &v));
	page_begin(c, "Who are you?");
	view_learner_class_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

/* ---- three pictures ---- */

/* The child of the address, of the class of the address.  ERR_ABSENT: somebody else. */
static enum err child_of(struct page_ctx *c, int64_t *class_id, struct person *p)
{
	int64_t id;
	TRY(page_id(c, "class", class_id));
	TRY(page_id(c, "child", &id));
	TRY(person_get(c->db, c->arena, c->school, id, p));
	bool here = p->kind == KIND_LEARNER && p->class_id == *class_id && (p->left_utc == 0 || p->left_utc > clock_utc());
	return here ? OK : ERR_ABSENT;
}

static struct str first_name(struct page_ctx *c, const struct person *p) { return page_first_name(c->arena, p, 1, p); }

static enum err pick_page(struct page_ctx *c, const struct person *p, struct str picked, int step)
{
	struct card card;
	uint8_t grid[PHRASE_GRID];
	enum err e = card_get(c->db, c->web->keys, c->school, p->id, &card);
	if (e != OK && e != ERR_ABSENT)
		return e;
	if (e == OK && card.usable && card.locked)
		return not_now(c, 429, TEXT_young_ask, TEXT_young_ask_words);
	if (e == OK && card.usable && too_old(c, &card))
		return not_now(c, 403, TEXT_young_old, TEXT_young_old_words);
	card_grid(c->web->keys, c->school, p->id, e == OK ? &card : NULL, grid);
	struct view_learner_pick_pictures *rows = arena_array(c->arena, struct view_learner_pick_pictures, PHRASE_GRID);
	for (size_t i = 0; i < PHRASE_GRID; i++)
		rows[i] = (struct view_learner_pick_pictures){ str_z(phrase_word(grid[i])), picture(c->arena, phrase_word(grid[i])) };
	return page_show(c, learner_pick, "Your pictures", .name = first_name(c, p), .class_id = p->class_id, .child = p->id, .picked = picked,
		.first = step == 0, .second = step == 1, .third = step == 2, .wrong = page_is_wrong(c), .pictures = rows, .n_pictures = PHRASE_GRID);
}

enum err learner_pick_show(struct page_ctx *c)
{
	struct person p;
	struct lesson l;
	int64_t class_id;
	enum err e;
	TRY(child_of(c, &class_id, &p));
	return lesson_open(c, class_id, &l, &e) ? pick_page(c, &p, STR(""), 0) : e;
}

/* The pictures so far with the one just touched, or the words that were typed. */
static struct str picked_now(struct page_ctx *c, int *step)
{
	struct str so_far = page_field(c, "picked"), one = page_field(c, "pick"), words = page_field(c, "words"), piece;
	if (words.n)
		so_far = words;
	else if (phrase_picture(one) >= 0)
		so_far = arena_fmt(c->arena, "%.*s %.*s", STRF(so_far), STRF(one));
	struct str rest = so_far = str_trim(str_upto(so_far, 100));
	for (*step = 0; str_next(&rest, ' ', &piece); )
		*step += piece.n > 0;
	return so_far;
}

static enum err guess(struct page_ctx *c, const struct person *p, const struct lesson *l, struct str picked)
{
	struct phrase ph;
	enum err e = phrase_read(picked, &ph) == OK ? OK : ERR_SIGNIN;
	if (e == OK)
		e = card_try(c->db, c->web->keys, c->school, p->id, &ph);
	if (e == OK) {
		struct card card;
		TRY(card_get(c->db, c->web->keys, c->school, p->id, &card));
		return too_old(c, &card) ? not_now(c, 403, TEXT_young_old, TEXT_young_old_words) : by_card(c, p, l, "pictures");
	}
	if (e != ERR_SIGNIN && e != ERR_BUSY)
		return e;
	page_wrong(c, "pick", "%.*s", STRF(page_text(TEXT_young_wrong)));
	return pick_page(c, p, STR(""), 0);
}

enum err learner_pick_do(struct page_ctx *c)
{
	struct person p;
	struct lesson l;
	int64_t class_id;
	int step;
	enum err e;
	TRY(child_of(c, &class_id, &p));
	if (!lesson_open(c, class_id, &l, &e))
		return e;
	struct str picked = picked_now(c, &step);
	if (step >= PHRASE_LEN || page_field(c, "words").n)
		return guess(c, &p, &l, picked);
	return pick_page(c, &p, picked, step);
}

/* ---- the code on a card ---- */

/* True: whose card, and the lesson that is open.  False: answered. */
static bool card_of(struct page_ctx *c, struct person *p, struct lesson *l, enum err *e)
{
	struct card card;
	int64_t person = 0;
	*e = card_by_code(c->db, c->web->keys, c->school, page_param(c, "code"), &person);
	if (*e == OK)
		*e = person_get(c->db, c->arena, c->school, person, p);
	if (*e == OK)
		*e = card_get(c->db, c->web->keys, c->school, person, &card);
	if (*e == ERR_SIGNIN || *e == ERR_ABSENT || (*e == OK && (p->kind != KIND_LEARNER || (p->left_utc && p->left_utc <= clock_utc())))) {
		*e = not_now(c, 404, TEXT_young_dead, TEXT_young_dead_words);
		return false;
	}
	if (*e != OK || !lesson_open(c, p->class_id, l, e))
		return false;
	if (too_old(c, &card))
		*e = not_now(c, 403, TEXT_young_old, TEXT_young_old_words);
	return !too_old(c, &card);
}

/* Looking signs nobody in: a tablet may fetch an address before it is touched. */
enum err card_show(struct page_ctx *c)
{
	struct person p;
	struct lesson l;
	struct card card;
	enum err e;
	if (!card_of(c, &p, &l, &e))
		return e;
	TRY(card_get(c->db, c->web->keys, c->school, p.id, &card));
	return page_show(c, card_hello, "Is it you?", .name = first_name(c, &p), .code = page_param(c, "code"),
		.picture = picture(c->arena, badge_word(card.badge)), .colour = badge_colour(card.badge));
}

enum err card_do(struct page_ctx *c)
{
	struct person p;
	struct lesson l;
	enum err e;
	return card_of(c, &p, &l, &e) ? by_card(c, &p, &l, "code") : e;
}

/* ---- welcome ---- */

/* What the teacher chose for this lesson (7.1-18). */
static enum err put_lesson(struct page_ctx *c, struct view_welcome *v)
{
	struct store st = page_store(c);
	struct lesson l;
	enum err e = c->person->class_id ? lesson_of(&st, c->arena, c->school, c->person->class_id, &l) : ERR_ABSENT;
	if (e != OK)
		return e == ERR_ABSENT ? OK : e;
	struct view_welcome_sites *sites = arena_array(c->arena, struct view_welcome_sites, l.hosts.n + 1);
	struct str line;
	v->outcome = l.outcome;
	while (str_next(&l.hosts, '\n', &line)) {
		line = str_trim(line);
		if (line.n)
			sites[v->n_sites++] = (struct view_welcome_sites){ str_find(line, STR("://")) > 0 ? line : arena_fmt(c->arena, "https://%.*s", STRF(line)), line };
	}
	v->sites = sites;
	return OK;
}

enum err welcome_show(struct page_ctx *c)
{
	if (c->person->kind != KIND_LEARNER)
		return page_redirect(c, "/home");
	enum err e = sign_in_bind(c, c->person, c->session->until_utc);
	if (e != OK)
		log_line(LOG_WARN, "portal: the gate was not told of a sign-in: %s", err_text(e));
	struct view_welcome_links *links = arena_array(c->arena, struct view_welcome_links, N_NAV);
	size_t n = 0;
	for (size_t i = 0; i < N_NAV; i++)
		if (NAV[i].learner && strcmp(NAV[i].href, "/welcome") != 0)
			links[n++] = (struct view_welcome_links){ str_z(NAV[i].href), str_z(NAV[i].label) };
	struct str standing = str_z(page_standing(c, c->person->id));
	bool may = str_is(standing, "current") || str_is(standing, "grace");
	struct view_welcome v = { .survey = survey_waits(c), .cyber = page_cyber_choices(c), .name = first_name(c, c->person), .bound = e == OK && may, .untaught = str_is(standing, "untaught"),
		.sign = !may && !str_is(standing, "declined"),
		.declined = str_is(standing, "declined"), .links = links, .n_links = n };
	TRY(page_message(c, &v.message));
	TRY(page_duties(c, &v.duties, &v.mine));
	v.has_mine = v.mine.title.n > 0;
	TRY(put_lesson(c, &v));
	page_begin(c, "Hello");
	view_welcome_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}
