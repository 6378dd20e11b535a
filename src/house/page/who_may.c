/* Who may do what, in plain words, from the table that decides it (data/roles.conf). */
#include "base/mem.h"
#include "gen_ui.h"
#include "house/page/routes.h"

/* What a narrowed right reaches. */
static struct str reach_words(struct arena *a, uint32_t reach)
{
	static const struct { uint32_t bit; const char *says; } all[] = {
		{ REACH_OWN, "their own" }, { REACH_RAISED, "what they wrote" }, { REACH_ASSIGNED, "what was given to them" }, { REACH_CLASS, "their own classes" },
		{ REACH_NOT_SUBJECT, "all but what is about themselves" }, { REACH_COUNTS, "numbers without names" }, { REACH_REQUEST, "when asked to, each time kept" },
		{ REACH_TECHNICAL, "the technical part" }, { REACH_EDUCATIONAL, "the educational part" }, { REACH_CONSENT, "their consent" },
		{ REACH_STAFF_CASES, "cases about staff" }, { REACH_SYSTEM, "faults of the system" }, { REACH_PUBLIC, "what is public" }, { REACH_COMMENT, "comments" },
		{ REACH_TIME, "for a time" }, { REACH_UNBLOCK, "asking for a site" }, { REACH_DRAFT, "drafts" }, { REACH_HEAD_CASES, "cases about the headteacher" }, { REACH_OTHER, "in part, as its page says" },
	};
	struct str out = STR("");
	if (reach & REACH_ALL)
		return out;
	for (size_t i = 0; i < ARRAY_N(all); i++)
		if (reach & all[i].bit)
			out = arena_fmt(a, "%.*s%s%s", STRF(out), out.n ? "; " : "", all[i].says);
	return out;
}

/* "Read; write (their own classes)"; absent: nothing. */
static struct str may_words(struct page_ctx *c, enum role r, enum cap cap)
{
	static const struct { enum access access; const char *says; } all[] = {
		{ ACCESS_READ, "see" }, { ACCESS_WRITE, "enter and change" }, { ACCESS_APPROVE, "approve and decide" }, { ACCESS_OWN, "what is their own" },
	};
	struct str out = STR_NONE;
	if (rights_refused(c->web->rights, r, cap))
		return STR("Never by this role");
	for (size_t i = 0; i < ARRAY_N(all); i++) {
		uint32_t reach = rights_reach(c->web->rights, ROLE_BIT(r), cap, all[i].access);
		struct str narrow = reach_words(c->arena, reach);
		if (!reach)
			continue;
		bool own = all[i].access == ACCESS_OWN;
		out = arena_fmt(c->arena, "%.*s%s%s%s%.*s%s", STRF(out), out.n ? "; " : "", all[i].says, !own && narrow.n ? " (" : "", STRF(own ? STR("") : narrow), !own && narrow.n ? ")" : "");
	}
	return out;
}

/* The one that was asked for, else the first that whoever asks holds. */
static enum role role_of(struct page_ctx *c)
{
	enum role r;
	if (role_read(page_query(c, "role"), &r) == OK)
		return r;
	for (int i = 0; i < role_count(); i++)
		if (c->roles & ROLE_BIT(i))
			return (enum role)i;
	return ROLE_STAFF;
}

enum err who_may_show(struct page_ctx *c)
{
	enum role r = role_of(c);
	size_t n = 0, roles = (size_t)role_count();
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, roles + 1);
	struct view_who_may_rows *rows = arena_array(c->arena, struct view_who_may_rows, CAPS_MAX + 1);
	for (size_t i = 0; i < roles; i++)
		items[i] = (struct part_select_items){ str_z(role_word((enum role)i)), str_z(role_title((enum role)i)), i == (size_t)r };
	for (int cap = 0; cap < CAPS_MAX; cap++) {
		struct str title = rights_title(c->web->rights, (enum cap)cap), may = title.n ? may_words(c, r, (enum cap)cap) : STR_NONE;
		if (may.n)
			rows[n++] = (struct view_who_may_rows){ title, may };
	}
	return page_show(c, who_may, "Who may do what", .role = { .name = STR("role"), .label = page_text(TEXT_rights_who_may_role), .items = items, .n_items = roles },
		.title = str_z(role_title(r)), .answers = str_z(role_facts(r)->accountable), .rows = rows, .n_rows = n);
}
