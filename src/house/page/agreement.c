/* A person's own agreement: read it in one's language, one promise at a time if that helps, sign it, say "not now",
 * or take a signature back. */
#include "base/clock.h"
#include "base/time.h"
#include "house/agreement/roll.h"
#include "house/page/page_store.h"
#include "house/page/promises.h"
#include "house/page/routes.h"

static const char *state_word(const struct agreement_state *s)
{
	switch (s->standing) {
	case STANDING_CURRENT: return "signed";
	case STANDING_DECLINED: return "declined";
	case STANDING_GRACE: return "grace";
	default: return "unsigned";
	}
}

static enum err load(struct page_ctx *c, struct agreement_state *state, struct reading *reading, struct agreement_shown *shown)
{
	struct store st = page_store(c);
	TRY(agreement_state_of(&st, c->arena, c->person, clock_utc(), state));
	TRY(reading_get(c->db, c->arena, c->school, c->person->id, reading));
	return agreement_show_of(&st, c->arena, c->school, state->audience, reading->language, shown);
}

/* English, and every language that this version has words in. */
static enum err languages(struct page_ctx *c, const struct agreement_shown *s, struct view_agreement *v)
{
	struct store st = page_store(c);
	struct agreement_translation *t;
	size_t n;
	TRY(agreement_translations(&st, c->arena, c->school, s->in_force.entry, &t, &n));
	if (!n)
		return OK;
	struct view_agreement_languages *rows = arena_array(c->arena, struct view_agreement_languages, n + 1);
	rows[0] = (struct view_agreement_languages){ STR("en"), STR("English"), STR("ltr"), !s->other.entry };
	for (size_t i = 0; i < n; i++) {
		struct agreement_words w = promises_words(c, t[i].text.language);
		rows[i + 1] = (struct view_agreement_languages){ t[i].text.language, w.name, w.rtl ? STR("rtl") : STR("ltr"), t[i].entry == s->other.entry };
	}
	v->languages = rows;
	v->n_languages = n + 1;
	return OK;
}

static void other_words(struct page_ctx *c, const struct agreement_shown *s, struct view_agreement *v)
{
	if (!s->other.entry)
		return;
	struct agreement_words w = promises_words(c, s->other.text.language);
	struct view_agreement_word *word = arena_new(c->arena, struct view_agreement_word);
	*word = (struct view_agreement_word){ v->child ? w.child_sign : w.sign, v->child ? w.child_decline : w.decline, w.decline_help, w.instead, w.notice };
	v->word = word;
	v->n_word = 1;
	v->lang = s->other.text.language;
	v->dir = w.rtl ? STR("rtl") : STR("ltr");
	v->unchecked = !s->other.confirmed;
	v->other_title = s->other.text.title;
	v->other_notice = s->other.text.notice;
	v->other_offline = s->other.text.offline;
}

/* Which promise stands alone: 0 all together; past the last one the question whether to sign. */
static int64_t which(struct page_ctx *c, const struct reading *r, const struct agreement_shown *s, const struct agreement_state *state)
{
	bool alone = s->in_force.text.aloud || r->symbols || r->aloud;
	if (str_is(page_query(c, "one"), "all") || state->standing == STANDING_CURRENT || page_is_wrong(c))
		return 0;
	if (!page_query(c, "one").n)
		return alone && !c->errors.n && state->standing == STANDING_UNSIGNED && (r->symbols || r->aloud) ? 1 : 0;
	return page_query_int(c, "one", 0, 1, (int64_t)s->in_force.text.n + 1);
}

/* For a child who needs symbols every promise has one. */
static void symbols(struct page_ctx *c, struct part_promises *p)
{
	struct part_promises_rules *rules = arena_array(c->arena, struct part_promises_rules, p->n_rules + 1);
	for (size_t i = 0; i < p->n_rules; i++) {
		rules[i] = p->rules[i];
		if (!rules[i].picture.n)
			rules[i].picture = promises_picture(c, STR("book"));
	}
	p->rules = rules;
	p->child = true;
}

/* When this person was last asked, while the signature is outstanding. */
static enum err reminded(struct page_ctx *c, const struct agreement_state *s, struct str *out)
{
	struct store st = page_store(c);
	struct reminder *r;
	size_t n;
	int64_t total;
	*out = STR_NONE;
	if (s->standing == STANDING_CURRENT)
		return OK;
	TRY(agreement_reminders(&st, c->arena, c->school, c->person->id, 0, 1, &r, &n, &total));
	if (n)
		*out = time_date_words(c->arena, r[0].at_utc);
	return OK;
}

static enum err show(struct page_ctx *c)
{
	struct agreement_state s;
	struct agreement_shown g;
	struct reading r;
	enum err e = load(c, &s, &r, &g);
	if (e == ERR_ABSENT)
		return page_show(c, agreement_none, "Agreement", .nothing = true);
	TRY(e);
	const struct agreement *t = &g.in_force.text;
	int64_t one = which(c, &r, &g, &s);
	struct view_agreement v = { .title = t->title, .notice = t->notice, .offline = t->offline, .digest = promises_hex(c, g.digest),
		.state = str_z(state_word(&s)), .signed_on = s.last.at_utc ? time_words(c->arena, s.last.at_utc) : STR_NONE,
		.grace_end = s.grace_until_utc ? time_date_words(c->arena, s.grace_until_utc - 1) : STR_NONE,
		.untaught = s.untaught, .child = c->person->kind == KIND_LEARNER, .parent = c->person->kind == KIND_PARENT, .version = t->version,
		.talked_error = page_wrong_text(c, "talked"), .errors = page_errors(c), .n = (int64_t)t->n,
		.one = one > (int64_t)t->n ? 0 : one, .last = one > (int64_t)t->n, .read = page_text(TEXT_agreement_read) };
	v.promises = promises_part(c, t, &g.other, v.one ? (size_t)v.one - 1 : 0, v.one ? 1 : 0);
	v.promises.child = v.child;
	v.next = arena_fmt(c->arena, "/agreement?one=%lld", (long long)v.one + 1);
	if (r.symbols)
		symbols(c, &v.promises);
	other_words(c, &g, &v);
	TRY(languages(c, &g, &v));
	TRY(reminded(c, &s, &v.reminded));
	page_begin(c, "Agreement");
	view_agreement_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

enum err agreement_show(struct page_ctx *c) { return show(c); }

/* Remembered for this person, here and wherever else something is written for them. */
enum err agreement_language_do(struct page_ctx *c)
{
	struct act act = page_act(c, "chose a language");
	struct reading r;
	struct str code = page_field(c, "language");
	if (!promises_language(c, code))
		return ERR_INVALID;
	TRY(reading_get(c->db, c->arena, c->school, c->person->id, &r));
	r.language = code;
	TRY(reading_set(c->db, c->arena, &act, c->person->id, &r));
	return page_redirect(c, "/agreement");
}

static void tell_gate(struct page_ctx *c)
{
	if (promises_tell_gate(c, &c->person->id, 1) != OK)
		page_flash(c, FLASH_NOTE, "Saved. It may take a minute until the internet knows.");
}

static enum err stale(struct page_ctx *c)
{
	page_flash(c, FLASH_WARNING, "The text has changed since you opened the page. Please read the new one.");
	return page_redirect(c, "/agreement");
}

enum err agreement_do(struct page_ctx *c)
{
	uint8_t digest[SHA256_BYTES];
	struct str answer = page_field(c, "answer");
	bool declined = str_is(answer, "decline"), talked = page_ticked(c, "talked");
	if (hex_get(page_field(c, "digest"), digest, sizeof digest) != OK || (!declined && !str_is(answer, "sign")))
		return ERR_INVALID;
	if (c->person->kind == KIND_PARENT && !declined && !talked) {
		page_wrong(c, "talked", "Please talk about it with your child first, then tick that you did.");
		return show(c);
	}
	struct store st = page_store(c);
	struct act act = page_act(c, declined ? "declined an agreement" : "signed an agreement");
	struct sign_in in = { .person = c->person->id, .how = SIGN_SELF, .declined = declined, .digest = digest, .language = page_field(c, "language"), .talked = talked };
	enum err e = agreement_sign(&st, c->arena, &act, &in);
	if (e == ERR_STALE)
		return stale(c);
	TRY(e);
	page_flash(c, FLASH_DONE, declined ? "That is all right. Your teacher knows what you do instead." : "Thank you. You have signed.");
	tell_gate(c);
	return page_redirect(c, c->person->kind == KIND_LEARNER ? "/welcome" : "/agreement");
}

enum err agreement_undo_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "took a signature back");
	enum err e = agreement_undo(&st, c->arena, &act, c->person->id, STR("taken back by the person"));
	if (e != ERR_ABSENT)
		TRY(e);
	page_flash(c, FLASH_DONE, "It is taken back. You can sign whenever you like.");
	tell_gate(c);
	return page_redirect(c, "/agreement");
}
