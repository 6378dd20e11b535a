#include "house/page/voices.h"

#include "base/mem.h"
#include "base/time.h"
#include "house/page/desk.h"
#include "house/page/page_store.h"
#include "house/register/may.h"

enum { SAID_MAX = 4000 };

static struct reg_may may_of(const struct page_ctx *c, const struct reg **out)
{
	*out = registers_find(c->web->registers, STR("contribution"));
	return *out ? reg_may_of(c->web->rights, c->roles, *out) : (struct reg_may){ 0 };
}

/* Of what is taught only the SENCO is asked for by the policy; pupils and staff are shown. */
static bool asked(bool policy, int g) { return policy || g == VOICE_SENCO || g == VOICE_STAFF || g == VOICE_LEARNERS; }

static const struct part_voices_groups *group_rows(struct page_ctx *c, const struct voices *v, bool policy, size_t *n)
{
	struct part_voices_groups *rows = arena_array(c->arena, struct part_voices_groups, N_VOICES);
	*n = 0;
	for (int g = 0; g < N_VOICES; g++) {
		const char *missing = policy || g == VOICE_SENCO ? voices_missing(v, (enum voice_group)g) : NULL;
		if (!asked(policy, g))
			continue;
		rows[(*n)++] = (struct part_voices_groups){ .title = str_z(voice_title((enum voice_group)g)), .n = v->n[g], .missing = missing ? str_z(missing) : STR_NONE,
			.reason = !v->n[g] && v->reason[g] };
	}
	return rows;
}

static struct part_voices_said said_row(struct page_ctx *c, const struct entry *e, bool answers)
{
	enum voice_group g;
	int64_t on = 0;
	bool known = voice_read(entry_value(e, "group"), &g) == OK, waits = str_is(e->state, "received");
	(void)time_read_iso(entry_value(e, "on"), &on);          /* a day that cannot be read is shown as none */
	const struct reg *r = registers_find(c->web->registers, STR("contribution"));
	struct reg_state s = reg_state_of(r, e->state);
	return (struct part_voices_said){ .group = known ? str_z(voice_title(g)) : STR_NONE, .words = entry_value(e, "said"), .on = on ? time_date_words(c->arena, on) : STR_NONE,
		.state = s.label, .colour = s.colour, .outcome = entry_value(e, "outcome"), .by = page_who(c, e->made_by),
		.key = arena_fmt(c->arena, "%lld", (long long)e->id),
		.answer = answers && waits && e->made_by != c->session->person ? arena_fmt(c->arena, "/voices/%lld", (long long)e->id) : STR_NONE };
}

/* As a form of a register asks for it; 0: of no version. */
static int64_t number_of(struct page_ctx *c, struct store *st, int64_t version)
{
	struct entry_may may = { .school = c->school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct entry e;
	return version && entry_get(st, c->arena, &may, version, 0, &e) == OK ? e.number : 0;
}

enum err page_voices(struct page_ctx *c, const struct voices_query *q, struct str action, struct part_voices *out)
{
	struct store st = page_store(c);
	const struct reg *r;
	struct voices v;
	struct reg_may rights = may_of(c, &r);
	*out = (struct part_voices){ 0 };
	if (!r || !c->session || c->person->kind == KIND_LEARNER)
		return OK;
	struct entry_may may = reg_entry_may(r, &rights, c->school, c->session->person);
	TRY(voices_of(&st, c->arena, &may, q, &v));
	struct part_voices_said *said = arena_array(c->arena, struct part_voices_said, v.n_entries + 1);
	for (size_t i = 0; i < v.n_entries; i++)
		if (!str_is(v.entries[i].state, REG_UNDONE))
			said[out->n_said++] = said_row(c, &v.entries[i], rights.approve);
	struct part_voices_surveys *surveys = arena_array(c->arena, struct part_voices_surveys, v.n_surveys + 1);
	for (size_t i = 0; i < v.n_surveys; i++)
		surveys[i] = (struct part_voices_surveys){ arena_fmt(c->arena, "/voice/%lld/results", (long long)v.surveys[i].id),
			arena_fmt(c->arena, "%.*s (%.*s)", STRF(v.surveys[i].title), STRF(v.surveys[i].audience)), v.surveys[i].took, v.surveys[i].hidden };
	out->surveys = surveys;
	out->n_surveys = v.n_surveys;
	out->shown = true;
	out->groups = group_rows(c, &v, strcmp(q->about, "policy") == 0, &out->n_groups);
	out->said = said;
	out->nobody = !v.total && q->version;
	out->add = rights.approve;
	out->about = str_z(q->about);
	out->version = number_of(c, &st, q->version);
	out->action = rights.add ? action : STR_NONE;
	out->comment = (struct part_textarea){ .name = STR("said"), .label = page_text(TEXT_voices_comment), .hint = page_text(TEXT_voices_comment_hint), .rows = 3,
		.value = page_field(c, "said"), .error = page_wrong_text(c, "said") };
	return OK;
}

/* Whom this person speaks for: by the role that is asked for most. */
static enum voice_group group_of(const struct page_ctx *c)
{
	static const struct { enum role r; enum voice_group g; } all[] = { { ROLE_CHAIR, VOICE_GOVERNORS }, { ROLE_GOVERNOR, VOICE_GOVERNORS } };
	static const struct { const char *role; enum voice_group g; } named[] = { { "cic-teacher", VOICE_CIC }, { "senco", VOICE_SENCO }, { "technician", VOICE_TECHNICAL },
		{ "link-governor", VOICE_GOVERNORS }, { "parent", VOICE_PARENTS } };
	enum role r;
	for (size_t i = 0; i < ARRAY_N(named); i++)
		if (role_read(str_z(named[i].role), &r) == OK && page_has_role(c, r))
			return named[i].g;
	for (size_t i = 0; i < ARRAY_N(all); i++)
		if (page_has_role(c, all[i].r))
			return all[i].g;
	return VOICE_STAFF;
}

enum err page_voice_take(struct page_ctx *c, const char *about, int64_t version)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "said what they think");
	const struct reg *r;
	int64_t id;
	if (!may_of(c, &r).add)
		return ERR_FORBIDDEN;
	struct str said = page_need(c, "said", SAID_MAX, "Write what you think.");
	if (page_is_wrong(c))
		return ERR_INVALID;
	struct voice_in in = { .about = about, .how = "comment", .version = version, .group = group_of(c), .said = said };
	TRY(voice_add(&st, &act, &in, &c->errors, &id));
	page_flash(c, FLASH_DONE, "Thank you. You will see here what becomes of it.");
	return OK;
}

enum err page_voices_heard(struct page_ctx *c, int64_t version)
{
	struct store st = page_store(c);
	struct voices v;
	struct entry_may may = { .school = c->school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	TRY(voices_of(&st, c->arena, &may, &(struct voices_query){ "policy", version, 0 }, &v));
	if (v.total)
		return OK;
	page_wrong(c, "said", "Nobody was heard on this version: staff, pupils, parents, governors. A review closes when at least one of them has contributed.");
	return ERR_INVALID;
}

enum err voices_answer_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "said what became of a contribution");
	const struct reg *r;
	int64_t id;
	if (!may_of(c, &r).approve)
		return ERR_FORBIDDEN;
	TRY(page_id(c, "id", &id));
	enum err e = voice_answer(&st, &act, id, str_is(page_field(c, "turn"), "adopted"), page_field(c, "outcome"), &c->errors);
	if (e == ERR_INVALID)
		page_flash(c, FLASH_WARNING, "%.*s", STRF(page_wrong_text(c, "outcome")));
	else
		TRY(e);
	if (e == OK)
		page_flash(c, FLASH_DONE, "Saved. Whoever said it can read it.");
	return page_redirect(c, "%.*s", STRF(page_next(c, page_field(c, "next"), "/registers/contribution")));
}

enum err curriculum_comment_do(struct page_ctx *c)
{
	if (c->person->kind == KIND_LEARNER || c->person->kind == KIND_PARENT)
		return ERR_FORBIDDEN;
	enum err e = page_voice_take(c, "curriculum", 0);
	if (e == ERR_INVALID)
		page_flash(c, FLASH_WARNING, "Write what you think.");
	else
		TRY(e);
	return page_redirect(c, "/curriculum");
}
