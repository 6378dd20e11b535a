/* Sentences about a case: its family, whom was asked, the steps of one's own. */
#include "base/mem.h"
#include "house/page/case.h"

const struct str *page_case_family(struct page_ctx *c, const struct case_view *v, size_t *n)
{
	struct str *list = arena_array(c->arena, struct str, v->n_adults + 1);
	for (size_t i = 0; i < v->n_adults; i++) {
		const struct case_adult *x = &v->adults[i];
		list[i] = arena_fmt(c->arena, "%.*s, %.*s%s%.*s%s%s", STRF(x->name), STRF(x->relation), x->language.n ? ", language: " : "",
		                    STRF(x->language), x->interpreter ? ", needs an interpreter" : "",
		                    x->kept_from ? ". Is kept from this child by the safeguarding lead: is told nothing, and nothing waits for them."
		                    : x->excluded ? ". Must not see this case." : "");
	}
	*n = v->n_adults;
	return list;
}

const struct str *page_case_asked(struct page_ctx *c, const struct case_view *v, bool all, size_t *n)
{
	struct str *list = arena_array(c->arena, struct str, v->n_referrals + 1);
	*n = 0;
	for (size_t i = 0; i < v->n_referrals; i++) {
		const struct case_referral *x = &v->referrals[i];
		bool waits = str_is(x->state, "waiting");
		if (waits && !all)
			continue;
		list[(*n)++] = arena_fmt(c->arena, "%.*s, %.*s, %.*s. %.*s%s%.*s. %s%.*s", STRF(x->agency), STRF(page_when(c, x->sent_utc)),
		                         STRF(x->channel), STRF(x->what), x->reference.n ? ". Reference: " : "", STRF(x->reference),
		                         waits ? "No answer yet." : str_is(x->state, "ended") ? "Nobody waits any more: " : "What came of it: ",
		                         STRF(x->outcome));
	}
	return list;
}

const struct str *page_case_own(struct page_ctx *c, const struct case_view *v, bool all, size_t *n)
{
	struct str *list = arena_array(c->arena, struct str, v->n_actions + 1);
	*n = 0;
	for (size_t i = 0; i < v->n_actions; i++) {
		const struct case_action *x = &v->actions[i];
		bool open = str_is(x->state, "open");
		if (open && !all)
			continue;
		list[(*n)++] = arena_fmt(c->arena, "%.*s (%.*s, until %.*s): %s%.*s", STRF(x->title), STRF(page_who(c, x->owner)),
		                         STRF(time_date_words(c->arena, x->due_utc)), open ? "not done yet" : str_is(x->state, "done") ? "done. " : "dropped. ",
		                         STRF(x->outcome));
	}
	return list;
}
