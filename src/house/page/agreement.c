/* A person's own agreement: read it, sign it, or say "not now". */
#include "base/clock.h"
#include "base/time.h"
#include "gen_ui.h"
#include "house/agreement/agreement_store.h"
#include "house/page/page_store.h"
#include "house/page/routes.h"
#include "house/web/directive.h"

static const char *state_word(const struct agreement_state *s)
{
	switch (s->standing) {
	case STANDING_CURRENT: return "signed";
	case STANDING_DECLINED: return "declined";
	case STANDING_GRACE: return "grace";
	default: return "unsigned";
	}
}

static enum err load(struct page_ctx *c, struct agreement_state *state, struct agreement_active *g)
{
	struct store st = page_store(c);
	TRY(agreement_state_of(&st, c->arena, c->person, clock_utc(), state));
	return agreement_in_force(&st, c->arena, c->school, state->audience, g);
}


static struct str picture(struct page_ctx *c, struct str name)
{
	return name.n ? arena_fmt(c->arena, "/static/promise-%.*s.svg", STRF(name)) : STR_NONE;
}

enum err agreement_show(struct page_ctx *c)
{
	struct agreement_state s;
	struct agreement_active g;
	enum err e = load(c, &s, &g);
	if (e == ERR_ABSENT)
		return page_show(c, agreement_none, "Agreement", .nothing = true);
	TRY(e);
	struct view_agreement_rules *rules = arena_array(c->arena, struct view_agreement_rules, g.text.n);
	for (size_t i = 0; i < g.text.n; i++)
		rules[i] = (struct view_agreement_rules){ g.text.rules[i].text, picture(c, g.text.rules[i].picture) };
	char *digest = arena_alloc(c->arena, 2 * SHA256_BYTES + 1);
	hex_put(g.text.digest, SHA256_BYTES, digest);
	return page_show(c, agreement, "Agreement", .title = g.text.title, .notice = g.text.notice, .offline = g.text.offline,
		.digest = str_z(digest), .rules = rules, .n_rules = g.text.n, .state = str_z(state_word(&s)),
		.signed_on = s.last.at_utc ? time_words(c->arena, s.last.at_utc) : STR_NONE,
		.child = c->person->kind == KIND_LEARNER, .version = g.text.version);
}

/* The gate learns of it at once; if the keeper is away it learns within a minute of its return. */
static void tell_gate(struct page_ctx *c)
{
	struct str people = arena_fmt(c->arena, "\"people\":[%lld]", (long long)c->person->id);
	if (directive_ask(c, "signed", people.p, NULL) != OK)
		page_flash(c, FLASH_NOTE, "Saved. It may take a minute until the internet opens.");
}

enum err agreement_do(struct page_ctx *c)
{
	uint8_t digest[SHA256_BYTES];
	struct str answer = page_field(c, "answer");
	bool declined = str_is(answer, "decline");
	if (hex_get(page_field(c, "digest"), digest, sizeof digest) != OK || (!declined && !str_is(answer, "sign")))
		return ERR_INVALID;
	struct store st = page_store(c);
	struct act act = page_act(c, declined ? "declined an agreement" : "signed an agreement");
	struct sign_in in = { .person = c->person->id, .how = SIGN_SELF, .declined = declined, .digest = digest };
	enum err e = agreement_sign(&st, c->arena, &act, &in);
	if (e == ERR_STALE) {
		page_flash(c, FLASH_WARNING, "The text has changed since you opened the page. Please read the new one.");
		return page_redirect(c, "/agreement");
	}
	TRY(e);
	page_flash(c, FLASH_DONE, declined ? "That is all right. Your teacher knows what you do instead." : "Thank you. You have signed.");
	tell_gate(c);
	return page_redirect(c, c->person->kind == KIND_LEARNER ? "/welcome" : "/agreement");
}
