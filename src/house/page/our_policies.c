/* The policies that the online safety policy leans on: how each stands, what it must say, who leans on it. */
#include "base/mem.h"
#include "base/time.h"
#include "house/page/desk.h"
#include "house/page/leans.h"
#include "house/page/page_store.h"
#include "house/register/may.h"

static struct str day(struct page_ctx *c, int64_t utc) { return utc ? time_date_words(c->arena, utc) : STR_NONE; }

static struct reg_may register_may(const struct page_ctx *c)
{
	const struct reg *r = registers_find(c->web->registers, STR("linked-policy"));
	return r ? reg_may_of(c->web->rights, c->roles, r) : (struct reg_may){ 0 };
}

static struct str entry_path(struct page_ctx *c, const struct linked_now *x, const char *more)
{
	if (!x->entry)
		return STR("/registers/linked-policy/new");
	return arena_fmt(c->arena, "/registers/linked-policy/%lld%s", (long long)x->entry, more);
}

enum err our_policies_show(struct page_ctx *c)
{
	struct linked_now *v;
	size_t n;
	TRY(page_linked(c, &v, &n));
	struct view_our_policies_rows *rows = arena_array(c->arena, struct view_our_policies_rows, n + 1);
	int64_t red = 0;
	for (size_t i = 0; i < n; i++) {
		struct part_tag tag = page_linked_tag(&v[i]);
		red += tag.label.n > 0;
		rows[i] = (struct view_our_policies_rows){ .href = arena_fmt(c->arena, "/our-policies/%.*s", STRF(v[i].def->kind)), .title = v[i].title,
			.version = v[i].version, .review = day(c, v[i].review_utc), .label = tag.label.n ? tag.label : STR("in force"),
			.colour = tag.label.n ? tag.colour : STR("green"), .owner = v[i].owner ? page_who(c, v[i].owner) : STR_NONE };
	}
	return page_show(c, our_policies, "Policies that belong together", .red = red, .rows = rows, .n_rows = n,
		.register_link = register_may(c).see);
}

static enum err the_policy(struct page_ctx *c, const struct linked_now **out)
{
	struct linked_now *v;
	size_t n;
	TRY(page_linked(c, &v, &n));
	*out = linked_of(v, n, page_param(c, "kind"));
	return *out ? OK : ERR_ABSENT;
}

/* Whether a list of ids, parted by spaces, has this one. */
static bool among(struct str list, struct str id)
{
	struct str piece;
	while (list.n && str_next(&list, ' ', &piece))
		if (str_eq(piece, id))
			return true;
	return false;
}

static const struct view_our_policy_says *says_of(struct page_ctx *c, const struct linked_now *x)
{
	struct view_our_policy_says *v = arena_array(c->arena, struct view_our_policy_says, x->def->n_say + 1);
	for (size_t i = 0; i < x->def->n_say; i++)
		v[i] = (struct view_our_policy_says){ .name = arena_fmt(c->arena, "say-%.*s", STRF(x->def->say[i].id)), .text = x->def->say[i].text,
			.found = among(x->said, x->def->say[i].id) };
	return v;
}

static const struct view_our_policy_clauses *clauses_of(struct page_ctx *c, const struct linked_now *x, size_t *n)
{
	const struct library *l = c->web->library;
	struct view_our_policy_clauses *v = arena_array(c->arena, struct view_our_policy_clauses, x->def->clauses.n / 2 + 1);
	struct str rest = x->def->clauses, id;
	*n = 0;
	while (rest.n && str_next(&rest, ' ', &id)) {
		const struct clause *k = clause_find(&l->clauses, id);
		if (k && clause_holds(k, l->profile.name))
			v[(*n)++] = (struct view_our_policy_clauses){ .id = id, .href = arena_fmt(c->arena, "/policy/clause/%.*s", STRF(id)), .duty = k->duty };
	}
	return v;
}

enum err our_policy_show(struct page_ctx *c)
{
	const struct linked_now *x;
	size_t n_clauses;
	TRY(the_policy(c, &x));
	struct part_tag tag = page_linked_tag(x);
	const struct view_our_policy_clauses *clauses = clauses_of(c, x, &n_clauses);
	bool change = register_may(c).change;
	return page_show(c, our_policy, arena_z(c->arena, x->title), .title = x->title, .kind = x->def->kind, .label = tag.label, .colour = tag.colour,
		.in_force = x->in_force, .version = x->version, .adopted = day(c, x->adopted_utc), .review = day(c, x->review_utc),
		.owner = x->owner ? page_who(c, x->owner) : STR_NONE, .link = x->link, .text = x->text, .steps = x->steps, .clauses = clauses, .n_clauses = n_clauses,
		.says = says_of(c, x), .n_says = x->def->n_say, .found_by = x->said_utc ? arena_fmt(c->arena, "%.*s, %.*s", STRF(page_who(c, x->said_by)),
		STRF(day(c, x->said_utc))) : STR_NONE, .change = change ? entry_path(c, x, "/edit") : STR_NONE,
		.may_say = page_may(c, CAP_POLICY_TEXT, ACCESS_WRITE) && x->in_force);
}

enum err our_policy_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "looked at what a policy says");
	const struct linked_now *x;
	struct str ids = STR("");
	TRY(the_policy(c, &x));
	for (size_t i = 0; i < x->def->n_say; i++)
		if (page_ticked(c, arena_fmt(c->arena, "say-%.*s", STRF(x->def->say[i].id)).p))
			ids = arena_fmt(c->arena, "%.*s%s%.*s", STRF(ids), ids.n ? " " : "", STRF(x->def->say[i].id));
	TRY(linked_say_put(&st, &act, x, ids));
	page_flash(c, FLASH_DONE, "Saved, for this version.");
	return page_redirect(c, "/our-policies/%.*s", STRF(x->def->kind));
}
