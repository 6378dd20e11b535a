/* A teacher's classes, and signing together. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_ui.h"
#include "house/account/cover.h"
#include "house/account/lesson.h"
#include "house/account/whereabouts.h"
#include "house/agreement/agreement_store.h"
#include "house/page/my_class.h"
#include "house/page/page_store.h"
#include "house/page/promises.h"
#include "house/page/routes.h"
#include "house/web/directive.h"

enum { COVERS_SHOWN_S = 14 * 86400 };

/* ---- the list ---- */

static enum err unsigned_of(struct page_ctx *c, const struct person *kids, size_t n, struct view_classes_classes *out)
{
	struct store st = page_store(c);
	for (size_t i = 0; i < n; i++) {
		struct agreement_state s;
		TRY(agreement_state_of(&st, c->arena, &kids[i], clock_utc(), &s));
		out->missing += s.standing != STANDING_CURRENT && s.standing != STANDING_GRACE;
		out->untaught += s.untaught;
	}
	return OK;
}

/* Who took the class lately, and why: for those who teach it. */
static enum err covers_of(struct page_ctx *c, const struct school_class *k, struct view_classes_classes *out)
{
	struct store st = page_store(c);
	struct cover *list;
	size_t n;
	TRY(cover_list(&st, c->arena, c->school, k->id, clock_utc() - COVERS_SHOWN_S, &list, &n));
	struct str *words = arena_array(c->arena, struct str, n + 1);
	for (size_t i = 0; i < n; i++)
		words[i] = arena_fmt(c->arena, "%.*s, %.*s: %.*s", STRF(person_name(c->db, c->arena, c->school, list[i].person)),
			STRF(time_date_words(c->arena, list[i].from_utc)), STRF(list[i].why));
	out->covers = words;
	out->n_covers = n;
	return OK;
}

static enum err class_line(struct page_ctx *c, const struct school_class *k, struct view_classes_classes *out)
{
	struct store st = page_store(c);
	struct person *kids;
	struct whereabout *in;
	struct lesson l;
	size_t n, n_in;
	TRY(page_children(c, k->id, &kids, &n));
	enum err e = lesson_of(&st, c->arena, c->school, k->id, &l);
	if (e != ERR_ABSENT)
		TRY(e);
	*out = (struct view_classes_classes){ .id = k->id, .name = k->name, .learners = (int64_t)n,
		.open_until = e == OK ? time_clock_words(c->arena, l.until_utc) : STR_NONE,
		.needs = str_is(str_z(class_group(k)), "ks1") || str_is(str_z(class_group(k)), "early-years") };
	TRY(whereabouts_of_class(c->db, c->arena, c->school, k->id, &in, &n_in));
	for (size_t i = 0; i < n_in; i++)
		out->twice |= in[i].twice;
	TRY(covers_of(c, k, out));
	return unsigned_of(c, kids, n, out);
}

enum err classes_show(struct page_ctx *c)
{
	struct school_class *k;
	size_t n, n_mine = 0, n_others = 0;
	struct store st = page_store(c);
	TRY(class_list(c->db, c->arena, c->school, &k, &n));
	struct view_classes_classes *rows = arena_array(c->arena, struct view_classes_classes, n + 1);
	struct view_classes_others *others = arena_array(c->arena, struct view_classes_others, n + 1);
	for (size_t i = 0; i < n; i++)
		if (class_has_staff(c->db, c->school, k[i].id, c->person->id) || cover_holds(&st, c->school, k[i].id, c->person->id))
			TRY(class_line(c, &k[i], &rows[n_mine++]));
		else
			others[n_others++] = (struct view_classes_others){ k[i].id, k[i].name };
	if (n_mine && !(page_reach(c, CAP_CLASS_SESSION, ACCESS_WRITE) & REACH_ALL))
		n_others = 0;                    /* a supply teacher whom the desk gave classes sees those */
	return page_show(c, classes, "My classes", .classes = rows, .n_classes = n_mine, .others = others, .n_others = n_others);
}

/* ---- signing together ---- */

static enum err sign_rows(struct page_ctx *c, const struct person *kids, size_t n, bool posted, struct view_class_sign_children *rows)
{
	struct store st = page_store(c);
	for (size_t i = 0; i < n; i++) {
		struct agreement_state s;
		TRY(agreement_state_of(&st, c->arena, &kids[i], clock_utc(), &s));
		bool has = s.standing == STANDING_CURRENT;
		struct str day = s.last.at_utc && !s.last.undone && !s.last.declined ? time_date_words(c->arena, s.last.at_utc) : STR_NONE;
		rows[i] = (struct view_class_sign_children){ kids[i].id, kids[i].name, has, posted && page_ticked_id(c, "child", kids[i].id),
			s.standing == STANDING_DECLINED ? page_text(TEXT_class_declined) : day.n ? arena_fmt(c->arena, "%.*s %.*s", STRF(page_text(TEXT_class_signed_on)), STRF(day)) : STR_NONE };      /* a signature is a deed: nobody is ticked beforehand */
	}
	return OK;
}

/* Most classes have one text; one with children of two ages, or with a plan of their own, signs each text apart. */
enum { TEXTS_MAX = 4 };
struct class_texts { struct str word[TEXTS_MAX]; int64_t children[TEXTS_MAX]; size_t n, at; };

static void text_counted(struct class_texts *t, struct str word)
{
	size_t i = 0;
	while (i < t->n && !str_eq(t->word[i], word))
		i++;
	if (i == TEXTS_MAX)
		return;
	t->word[i] = word;
	t->children[i]++;
	t->n += i == t->n;
}

/* The texts of these children; `at` the one asked for, else the class's own, else the first.  Keeps the children whose text that is. */
static struct class_texts texts_of(struct page_ctx *c, const struct school_class *k, struct person *kids, size_t *n)
{
	struct class_texts t = { 0 };
	struct str asked = c->req->method == METHOD_POST ? page_field(c, "text") : page_query(c, "text");
	struct str own = agreement_audience(STR("learner"), str_z(class_group(k)));
	struct str *theirs = arena_array(c->arena, struct str, *n + 1);
	size_t kept = 0;
	for (size_t i = 0; i < *n; i++)
		text_counted(&t, theirs[i] = agreement_audience_of(c->db, c->arena, &kids[i]));
	if (!t.n)
		text_counted(&t, own);
	for (size_t pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < t.n; i++)
			t.at = str_eq(t.word[i], pass ? asked : own) ? i : t.at;
	for (size_t i = 0; i < *n; i++)
		if (str_eq(theirs[i], t.word[t.at]))
			kids[kept++] = kids[i];
	*n = kept;
	return t;
}

static struct view_class_sign_texts *text_links(struct page_ctx *c, const struct school_class *k, const struct class_texts *t, size_t *n)
{
	struct view_class_sign_texts *out = arena_array(c->arena, struct view_class_sign_texts, TEXTS_MAX);
	for (size_t i = 0; i < t->n; i++)
		out[i] = (struct view_class_sign_texts){ .title = str_z(agreement_audience_title(t->word[i])), .n = t->children[i], .now = i == t->at,
			.href = arena_fmt(c->arena, "/class/%lld/sign?text=%.*s", (long long)k->id, STRF(t->word[i])) };
	*n = t->n > 1 ? t->n : 0;
	return out;
}

static enum err sign_page(struct page_ctx *c, const struct school_class *k, bool posted)
{
	struct agreement_active g;
	struct person *kids;
	size_t n, n_texts;
	struct store st = page_store(c);
	TRY(page_children(c, k->id, &kids, &n));
	struct class_texts t = texts_of(c, k, kids, &n);
	TRY(agreement_in_force(&st, c->arena, c->school, t.word[t.at], &g));
	struct view_class_sign_texts *links = text_links(c, k, &t, &n_texts);
	struct view_class_sign_children *rows = arena_array(c->arena, struct view_class_sign_children, n + 1);
	TRY(sign_rows(c, kids, n, posted, rows));
	struct part_promises promises = promises_part(c, &g.text, NULL, 0, 0);
	promises.child = true;
	return page_show(c, class_sign, "Sign as a class", .class_name = k->name, .class_id = k->id, .title = g.text.title,
		.notice = g.text.notice, .digest = promises_hex(c, g.text.digest), .promises = promises, .texts = links, .n_texts = n_texts,
		.text = t.word[t.at], .children = rows, .n_children = n, .error = page_wrong_text(c, "child"));
}

enum err class_sign_show(struct page_ctx *c)
{
	struct school_class k;
	enum err e;
	return page_class(c, &k, &e) ? sign_page(c, &k, false) : e;
}

enum err class_sign_do(struct page_ctx *c)
{
	struct school_class k;
	struct person *kids;
	size_t n, chosen = 0;
	uint8_t digest[SHA256_BYTES];
	enum err e;
	if (!page_class(c, &k, &e))
		return e;
	TRY(page_children(c, k.id, &kids, &n));
	TRY(hex_get(page_field(c, "digest"), digest, sizeof digest));
	struct class_texts t = texts_of(c, &k, kids, &n);
	int64_t *people = arena_array(c->arena, int64_t, n + 1);
	for (size_t i = 0; i < n; i++)
		if (page_ticked_id(c, "child", kids[i].id))
			people[chosen++] = kids[i].id;
	if (!chosen) {
		page_wrong(c, "child", "Tick the children who are here and agree.");
		return sign_page(c, &k, true);
	}
	struct store st = page_store(c);
	struct act act = page_act(c, "signed as a class, teacher as witness");
	e = agreement_sign_class(&st, c->arena, &act, people, chosen, c->person->id, digest);
	if (e == ERR_STALE) {
		page_flash(c, FLASH_WARNING, "The text has changed since you opened the page. Please read the new one together.");
		return page_redirect(c, "/class/%lld/sign?text=%.*s", (long long)k.id, STRF(t.word[t.at]));
	}
	TRY(e);
	page_flash(c, FLASH_DONE, "%zu children of %.*s have signed.%s", chosen, STRF(k.name),
	           promises_tell_gate(c, people, chosen) == OK ? "" : " It may take a minute until the internet opens.");
	return page_redirect(c, "/classes");
}
