/* What the profile says of passwords, and when a term begins. */
#include "base/mem.h"
#include "base/time.h"
#include "house/account/rules.h"
#include "house/procedure/library.h"

void account_rules_of(const struct profile *profile, struct account_rules *r)
{
	const struct param *terms = profile_param(profile, STR("school.term_starts"));
	const struct param *words = profile_param(profile, STR("school.words"));
	r->rotation = str_is(profile_text(profile, "password.rotation"), "termly") ? ROTATION_TERMLY : ROTATION_NONE;
	if (terms) {
		r->term_starts = terms->values;
		r->n_term_starts = terms->n_values;
	}
	if (words) {
		r->words = words->values;
		r->n_words = words->n_values;
	}
}

enum { NEAR_S = 150 * 86400 };       /* no term is longer: an older date says nothing about today */

static int64_t newest(const struct account_rules *r, int64_t now)
{
	int64_t best = 0, at;
	for (size_t i = 0; i < r->n_term_starts; i++)
		if (time_read_date(r->term_starts[i], &at) == OK && at <= now && at > now - NEAR_S && at > best)
			best = at;
	return best;
}

/* Where the school has not said its dates: those that most schools keep to within some days. */
static int64_t usual(int64_t now)
{
	static const struct { int month, day; } STARTS[] = { { 9, 1 }, { 4, 15 }, { 1, 5 } };
	int year = time_uk(now).year;
	for (size_t i = 0; i < ARRAY_N(STARTS); i++) {
		int64_t at = time_from_uk((struct civil){ .year = year, .month = STARTS[i].month, .day = STARTS[i].day });
		if (at <= now)
			return at;
	}
	return time_from_uk((struct civil){ .year = year - 1, .month = 9, .day = 1 });
}

/* Whether the school has said a later day for the term that usually began at `about`. */
static bool ahead(const struct account_rules *r, int64_t now, int64_t about)
{
	int64_t at;
	for (size_t i = 0; i < r->n_term_starts; i++)
		if (time_read_date(r->term_starts[i], &at) == OK && at > now && at < about + NEAR_S / 3)
			return true;
	return false;
}

/* The first day of the entered term, or of the one that ended last; 0: nothing near is entered. */
static int64_t of_calendar(const struct calendar *c, int64_t now)
{
	struct season_span s = calendar_season(c, now);
	for (size_t i = 0; i < c->n_terms; i++)
		if (c->terms[i].from_utc == s.from_utc && now < s.from_utc + NEAR_S)
			return s.from_utc;
	return 0;
}

int64_t account_term_start(const struct account_rules *r, int64_t now_utc)
{
	if (r->rotation != ROTATION_TERMLY)
		return 0;
	if (r->term_start_utc)
		return r->term_start_utc;
	int64_t entered = r->library ? of_calendar(library_calendar(r->library), now_utc) : 0;
	if (entered)
		return entered;
	int64_t said = newest(r, now_utc), about = usual(now_utc);
	if (said)
		return said;
	return ahead(r, now_utc, about) ? usual(about - 1) : about;
}
