/* One child and an adult of the class: reading together, signing with help, a mistake taken back, how the child reads. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/cli/cli.h"
#include "house/page/page_store.h"
#include "house/page/promises.h"
#include "house/page/routes.h"

/* The child of the address, in a class that this person teaches (or may reach); else ERR_ABSENT. */
static enum err my_child(struct page_ctx *c, int64_t *class_id, struct person *child)
{
	int64_t id;
	TRY(page_id(c, "id", class_id));
	TRY(page_id(c, "child", &id));
	if (!class_has_staff(c->db, c->school, *class_id, c->person->id) && !(page_reach(c, CAP_CLASS_SESSION, ACCESS_WRITE) & REACH_ALL))
		return ERR_ABSENT;
	TRY(person_get(c->db, c->arena, c->school, id, child));
	bool here = child->kind == KIND_LEARNER && child->class_id == *class_id && (!child->left_utc || child->left_utc > clock_utc());
	return here ? OK : ERR_ABSENT;
}

static struct part_select language_choice(struct page_ctx *c, struct str now)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct agreement_words *w;
	size_t n = 0;
	if (agreement_languages(c->arena, cli_data(), &d, &w, &n) != OK)
		n = 0;
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, n + 1);
	for (size_t i = 0; i < n; i++)
		items[i] = (struct part_select_items){ w[i].code, w[i].english, str_eq(w[i].code, now) };
	return (struct part_select){ .name = STR("language"), .label = page_text(TEXT_class_language), .items = items, .n_items = n };
}

static struct str state_words(const struct agreement_state *s)
{
	switch (s->standing) {
	case STANDING_CURRENT: return STR("Signed");
	case STANDING_GRACE: return STR("Signed the version before");
	case STANDING_DECLINED: return STR("Said no for now");
	default: return STR_NONE;
	}
}

enum err class_help_show(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct person child;
	struct agreement_state s;
	struct agreement_shown g;
	struct reading r;
	int64_t class_id;
	TRY(my_child(c, &class_id, &child));
	TRY(agreement_state_of(&st, c->arena, &child, clock_utc(), &s));
	TRY(reading_get(c->db, c->arena, c->school, child.id, &r));
	TRY(agreement_show_of(&st, c->arena, c->school, s.audience, r.language, &g));
	struct part_promises promises = promises_part(c, &g.in_force.text, &g.other, 0, 0);
	promises.child = true;
	return page_show(c, class_help, "Sign together", .class_id = class_id, .child_id = child.id, .name = child.name, .title = g.in_force.text.title,
		.notice = g.in_force.text.notice, .offline = g.in_force.text.offline, .digest = promises_hex(c, g.digest), .lang = promises.lang, .dir = promises.dir,
		.other_notice = g.other.text.notice, .unchecked = g.other.entry && !g.other.confirmed, .promises = promises, .language = language_choice(c, r.language),
		.symbols = r.symbols, .aloud = r.aloud, .state = state_words(&s), .signed_on = s.last.at_utc ? time_words(c->arena, s.last.at_utc) : STR_NONE,
		.mistake = s.last.at_utc && !s.last.undone);
}

static enum err write_answer(struct page_ctx *c, const struct person *child, struct str answer)
{
	struct store st = page_store(c);
	uint8_t digest[SHA256_BYTES];
	struct act act = page_act(c, "read an agreement with a child");
	if (str_is(answer, "undo"))
		return agreement_undo(&st, c->arena, &act, child->id, STR("taken back by an adult of the class"));
	TRY(hex_get(page_field(c, "digest"), digest, sizeof digest));
	if (!str_is(answer, "sign") && !str_is(answer, "decline"))
		return ERR_INVALID;
	struct sign_in in = { .person = child->id, .how = SIGN_HELPED, .witness = c->person->id, .declined = str_is(answer, "decline"),
		.digest = digest, .language = page_field(c, "language") };
	return agreement_sign(&st, c->arena, &act, &in);
}

enum err class_help_do(struct page_ctx *c)
{
	struct person child;
	int64_t class_id;
	struct str answer = page_field(c, "answer");
	TRY(my_child(c, &class_id, &child));
	enum err e = write_answer(c, &child, answer);
	if (e == ERR_STALE) {
		page_flash(c, FLASH_WARNING, "The text has changed since you opened the page. Please read the new one together.");
		return page_redirect(c, "/class/%lld/help/%lld", (long long)class_id, (long long)child.id);
	}
	TRY(e);
	const char *later = promises_tell_gate(c, &child.id, 1) == OK ? "" : " It may take a minute until the internet knows.";
	if (str_is(answer, "undo"))
		page_flash(c, FLASH_DONE, "The last entry of %.*s is taken back.%s", STRF(child.name), later);
	else if (str_is(answer, "decline"))
		page_flash(c, FLASH_DONE, "Kept: %.*s would rather not now. There is something else to do instead.%s", STRF(child.name), later);
	else
		page_flash(c, FLASH_DONE, "%.*s has signed, with you beside them.%s", STRF(child.name), later);
	return page_redirect(c, "/class/%lld/sign", (long long)class_id);
}

enum err class_reading_do(struct page_ctx *c)
{
	struct person child;
	int64_t class_id;
	struct act act = page_act(c, "how a child reads");
	struct reading r = { .language = page_field(c, "language"), .symbols = page_ticked(c, "symbols"), .aloud = page_ticked(c, "aloud") };
	TRY(my_child(c, &class_id, &child));
	if (!promises_language(c, r.language))
		return ERR_INVALID;
	TRY(reading_set(c->db, c->arena, &act, child.id, &r));
	page_flash(c, FLASH_DONE, "Kept. This is how %.*s sees agreements from now on.", STRF(child.name));
	return page_redirect(c, "/class/%lld/help/%lld", (long long)class_id, (long long)child.id);
}
