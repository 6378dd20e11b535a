#include "house/duty/lines.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/account/people.h"
#include "house/account/leaver.h"
#include "house/duty/turn_inner.h"
#include "house/voice/voices.h"

struct making { const struct duty_desk *k; struct arena *a; int64_t school, person; struct duty_lines *out; };

static void line(struct making *m, struct str id, struct str text, struct str shows)
{
	if (m->out->n >= DUTY_LINES_MAX)
		return;
	m->out->v[m->out->n] = (struct duty_line){ id, text };
	m->out->shows[m->out->n++] = shows;
}

/* ---- the filter's groups ---- */

static const struct { const char *word, *title, *stage; } GROUPS[] = {
	{ "early-years", "the youngest (early years)", "early-years" }, { "ks1", "key stage 1", "ks1" }, { "ks2", "key stage 2", "ks2" }, { "staff", "staff", NULL },
	{ "guests", "guests", NULL },
};

static bool has_group(const struct making *m, size_t i) { return !GROUPS[i].stage || profile_has(&m->k->library->profile, STR("school.key_stages"), str_z(GROUPS[i].stage)); }

static enum err count_of(struct making *m, const char *reg, int64_t *n, int64_t *last)
{
	struct entry_may may = duty_may(m->school);
	may.classes |= ENTRY_BIT(ENTRY_PERSONAL) | ENTRY_BIT(ENTRY_CHILD);
	struct entry_query q = { .reg = reg, .limit = 1, .bare = true };
	struct entry_page page;
	TRY(entry_list(m->k->store, m->a, &may, &q, &page));
	*n = page.total;
	*last = page.n ? page.entries[0].made_utc : 0;
	return OK;
}

static enum err groups(struct making *m)
{
	for (size_t i = 0; i < ARRAY_N(GROUPS); i++)
		if (has_group(m, i))
			line(m, str_z(GROUPS[i].word), arena_fmt(m->a, "Filtering and monitoring of %s suit their age and ability.", GROUPS[i].title), STR_NONE);
	return OK;
}

/* Each device type, place and group: what was tried, with its result (7.3.1-08, -09). */
static enum err filter_check(struct making *m)
{
	static const struct { const char *word, *title; } devices[] = { { "computer", "a school computer" }, { "tablet", "a school tablet" } };
	static const struct { const char *word, *title; } places[] = { { "school", "at school" }, { "away", "away from school" } };
	for (size_t g = 0; g < ARRAY_N(GROUPS); g++)
		for (size_t d = 0; has_group(m, g) && strcmp(GROUPS[g].word, "guests") != 0 && d < ARRAY_N(devices); d++)
			for (size_t p = 0; p < ARRAY_N(places); p++)
				line(m, arena_fmt(m->a, "%s-%s-%s", GROUPS[g].word, devices[d].word, places[p].word),
				     arena_fmt(m->a, "As %s, on %s, %s: the test pages were refused and the attempt stands in the log.", GROUPS[g].title, devices[d].title, places[p].title), STR_NONE);
	line(m, STR("guests-own"), STR("As a guest, on a device of one's own, at school: the test pages were refused."), STR_NONE);
	return OK;
}

/* ---- what the policy does, with what there is to show ---- */

static enum err mechanisms(struct making *m)
{
	static const struct { const char *word, *reg, *title; } all[] = {
		{ "changes", "filter-change", "Changes of the filter are assessed and agreed first." }, { "requests", "site-request", "Sites that people ask for are decided." },
		{ "agreements", "signature", "Everybody signs the agreement that fits them." }, { "reports", "case", "Worries are reported, answered and followed to their end." },
		{ "pages", "refused-page", "Unsuitable pages that come through are reported and closed." }, { "devices", "custody", "Devices that are handed in are written down." },
		{ "notices", "sign-place", "Posters and signs hang where there is internet." }, { "policy", "policy-version", "The policy is approved, published and read." },
		{ "visitors", "visitor-challenge", "Visitors keep to the rules and are challenged." }, { "statements", "statement", "Duties are done and statements made on time." },
		{ "plans", "support-plan", "Pupils who need it have a plan." }, { "training", "training-session", "Staff are trained." },
	};
	for (size_t i = 0; i < ARRAY_N(all); i++) {
		int64_t n, last;
		if (!registers_find(m->k->store->registers, str_z(all[i].reg)))
			continue;
		TRY(count_of(m, all[i].reg, &n, &last));
		line(m, str_z(all[i].word), str_z(all[i].title), n ? arena_fmt(m->a, "%lld %s kept, the last on %.*s", (long long)n, n == 1 ? "entry" : "entries",
			STRF(time_date_words(m->a, last))) : STR("nothing is kept yet"));
	}
	return OK;
}

/* ---- what this person's account reaches (4.3-05) ---- */

static enum err systems(struct making *m)
{
	struct grant *g;
	size_t n;
	role_set roles;
	if (!m->person)
		return OK;
	TRY(role_held(m->k->store->db, m->school, m->person, clock_utc(), &roles));
	for (int r = 0; r < role_count(); r++)
		if (roles & ROLE_BIT(r))
			line(m, arena_fmt(m->a, "as-%s", role_word((enum role)r)), arena_fmt(m->a, "I keep safe what I reach here as %s.", role_title((enum role)r)), str_z(role_facts((enum role)r)->accountable));
	TRY(grant_list(m->k->store->db, m->a, m->school, m->person, &g, &n));
	for (size_t i = 0; i < n && i < 20; i++) {
		enum role r;
		bool role = false;
		for (int x = 0; x < role_count() && !role; x++)
			role = str_is(g[i].what, role_title((enum role)x));
		if (!role && !str_is(g[i].what, "account") && role_read(g[i].what, &r) != OK && (!g[i].until_utc || g[i].until_utc > clock_utc()))
			line(m, arena_fmt(m->a, "grant-%lld", (long long)g[i].id), arena_fmt(m->a, "I keep safe what I was given: %.*s.", STRF(g[i].what)), STR_NONE);
	}
	return OK;
}

/* ---- figures without names, for a briefing (4.2-17) ---- */

static enum err since(struct making *m, const char *word, const char *reg, const char *state, const char *title, int64_t from)
{
	struct entry_may may = duty_may(m->school);
	may.classes |= ENTRY_BIT(ENTRY_CHILD);
	struct entry_query q = { .reg = reg, .states = { state }, .from_utc = from };
	int64_t n = 0;
	if (!registers_find(m->k->store->registers, str_z(reg)))
		return OK;
	TRY(entry_count(m->k->store, &may, &q, &n));
	line(m, str_z(word), str_z(title), arena_fmt(m->a, "%lld", (long long)n));
	return OK;
}

static enum err figures(struct making *m)
{
	int64_t from = calendar_half(library_calendar(m->k->library), clock_utc()).from_utc;
	TRY(since(m, "reports", "case", NULL, "Told: reports that came in this half-term.", from));
	TRY(since(m, "open", "case", "open", "Told: cases that are open now.", 0));
	TRY(since(m, "pages", "refused-page", NULL, "Told: unsuitable pages that were reported this half-term.", from));
	TRY(since(m, "requests", "site-request", NULL, "Told: sites that were asked for this half-term.", from));
	struct duty_turn *v;
	size_t n;
	int64_t late;
	TRY(duty_turns(m->k, m->a, m->school, &(struct duty_query){ .which = DUTY_OVERDUE, .everyone = true, .limit = 1 }, &v, &n, &late));
	line(m, STR("late"), STR("Told: duties of the school that are overdue."), arena_fmt(m->a, "%lld", (long long)late));
	return OK;
}

/* ---- guidance: what is registered of each source (1-04 to 1-06, 4.1-02) ---- */

static enum err edition(struct making *m, const char *source, struct str *out)
{
	struct entry_may may = duty_may(m->school);
	struct entry_query q = { .reg = "guidance", .states = { "current" }, .where = { { "source", ENTRY_IS, 0, str_z(source) } }, .n_where = 1, .limit = 1 };
	struct entry_page page;
	TRY(entry_list(m->k->store, m->a, &may, &q, &page));
	*out = STR("no edition is registered");
	if (page.n)
		*out = arena_fmt(m->a, "registered: %.*s, read on %.*s", STRF(entry_value(&page.entries[0], "edition")), STRF(entry_value(&page.entries[0], "read-on")));
	return OK;
}

static enum err guidance(struct making *m)
{
	static const struct { const char *word, *title, *stage; } all[] = {
		{ "kcsie", "Keeping children safe in education", NULL }, { "eyfs", "Early years foundation stage framework", "early-years" },
		{ "working-together", "Working together to safeguard children", NULL }, { "partnership", "Procedures of the local safeguarding children partnership", NULL },
		{ "filtering", "National standards and guides on filtering and monitoring", NULL }, { "sexting", "National guidance on nudes and semi-nudes that children share", NULL },
		{ "local-imagery", "Local guidance on images made by young people", NULL },
	};
	for (size_t i = 0; i < ARRAY_N(all); i++) {
		struct str shows;
		if (all[i].stage && !profile_has(&m->k->library->profile, STR("school.key_stages"), str_z(all[i].stage)))
			continue;
		if (!registers_find(m->k->store->registers, STR("guidance")))
			return OK;
		TRY(edition(m, all[i].word, &shows));
		line(m, str_z(all[i].word), arena_fmt(m->a, "%s: we work by the newest edition.", all[i].title), shows);
	}
	return OK;
}

/* ---- who was heard: a review shows each group, an empty one in so many words (4.4-01, 5.1-17, 5.2-06, 5.2-07) ---- */

enum { YEAR_S = 366 * 86400 };

static enum err heard(struct making *m, const char *about, const enum voice_group *groups, size_t n)
{
	struct entry_may may = duty_may(m->school);
	struct voices v;
	if (!registers_find(m->k->store->registers, STR("contribution")))
		return OK;
	TRY(voices_of(m->k->store, m->a, &may, &(struct voices_query){ about, 0, clock_utc() - YEAR_S }, &v));
	for (size_t i = 0; i < n; i++) {
		const char *missing = voices_missing(&v, groups[i]);
		struct str shows = missing ? arena_fmt(m->a, "Warning: %s", missing)
		                   : v.n[groups[i]] ? arena_fmt(m->a, "contributions in the last year: %lld", (long long)v.n[groups[i]]) : STR("a reason is recorded");
		line(m, str_z(voice_word(groups[i])), arena_fmt(m->a, "Heard: %s.", voice_title(groups[i])), shows);
	}
	return OK;
}

static enum err voices_policy(struct making *m)
{
	static const enum voice_group all[] = { VOICE_STAFF, VOICE_LEARNERS, VOICE_PARENTS, VOICE_TECHNICAL, VOICE_SENCO, VOICE_CIC };
	return heard(m, "policy", all, ARRAY_N(all));
}

static enum err voices_curriculum(struct making *m)
{
	static const enum voice_group all[] = { VOICE_SENCO };
	return heard(m, "curriculum", all, ARRAY_N(all));
}

static const struct { const char *word; enum err (*make)(struct making *m); } SOURCES[] = {
	{ "voices-policy", voices_policy }, { "voices-curriculum", voices_curriculum }, { "figures", figures }, { "guidance", guidance }, { "filter-groups", groups }, { "filter-check", filter_check }, { "mechanisms", mechanisms }, { "systems", systems },
};

bool duty_lines_known(struct str word)
{
	for (size_t i = 0; i < ARRAY_N(SOURCES); i++)
		if (str_is(word, SOURCES[i].word))
			return true;
	return false;
}

struct str duty_lines_words(struct arena *a)
{
	struct str all = STR_NONE;
	for (size_t i = 0; i < ARRAY_N(SOURCES); i++)
		all = arena_fmt(a, "%.*s%s%s", STRF(all), all.n ? ", " : "", SOURCES[i].word);
	return all;
}

enum err duty_lines(const struct duty_desk *k, struct arena *a, int64_t school, const struct duty *d, int64_t person, struct duty_lines *out)
{
	*out = (struct duty_lines){ .v = arena_array(a, struct duty_line, DUTY_LINES_MAX), .shows = arena_array(a, struct str, DUTY_LINES_MAX) };
	struct making m = { k, a, school, person, out };
	for (size_t i = 0; i < d->n_lines; i++)
		line(&m, d->lines[i].id, d->lines[i].text, STR_NONE);
	for (size_t i = 0; i < ARRAY_N(SOURCES); i++)
		if (str_is(d->lines_from, SOURCES[i].word))
			return SOURCES[i].make(&m);
	return OK;
}
