/* The providers as a technician or administrator sees them: do they answer, whom do they link, who waits. */
#include "base/mem.h"
#include "base/time.h"
#include "house/outside/door_ask.h"
#include "house/page/outside.h"
#include "house/page/people.h"
#include "house/page/routes.h"

static const char *const FIRST[] = { [FIRST_NOBODY] = "no", [FIRST_LEARNERS] = "learners", [FIRST_EVERYBODY] = "everybody" };

static enum err may_manage(const struct page_ctx *c)
{
	return page_has_role(c, ROLE_ADMIN) || page_has_role(c, ROLE_TECHNICIAN) ? OK : ERR_FORBIDDEN;
}

static const char *kind_of(enum provider_kind k)
{
	static const char *const words[] = { [PROVIDER_ENTRA] = "Microsoft Entra", [PROVIDER_GOOGLE] = "Google Workspace",
		[PROVIDER_OIDC] = "OpenID Connect", [PROVIDER_LDAP] = "Directory (LDAP)" };
	return words[k];
}

static void put_rules(struct page_ctx *c, const struct identity_rules *r, struct view_outside *v)
{
	static const enum text_key labels[] = { TEXT_outside_first_no, TEXT_outside_first_learners, TEXT_outside_first_everybody };
	struct part_radios_items *items = arena_array(c->arena, struct part_radios_items, ARRAY_N(labels));
	for (size_t i = 0; i < ARRAY_N(labels); i++)
		items[i] = (struct part_radios_items){ .value = str_z(FIRST[i]), .label = page_text(labels[i]), .checked = r->first == (enum identity_first)i,
			.id = i ? arena_fmt(c->arena, "first-%zu", i) : STR("first") };
	v->first = (struct part_radios){ .name = STR("first"), .legend = page_text(TEXT_outside_first), .error = page_wrong_text(c, "first"), .items = items, .n_items = ARRAY_N(labels) };
	struct part_checkboxes_items *box = arena_new(c->arena, struct part_checkboxes_items);
	*box = (struct part_checkboxes_items){ .value = STR("yes"), .label = page_text(TEXT_outside_second_label), .checked = r->second_counts, .id = STR("second") };
	v->second = (struct part_checkboxes){ .name = STR("second"), .legend = page_text(TEXT_outside_second), .hint = page_text(TEXT_outside_second_hint), .items = box, .n_items = 1 };
}

static void put_ways(struct page_ctx *c, struct view_outside *v)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	struct providers all;
	outside_providers(c, &d, &all);
	struct view_outside_ways *ways = arena_array(c->arena, struct view_outside_ways, all.n + 1);
	struct str *findings = arena_array(c->arena, struct str, d.n + 1);
	for (size_t i = 0; i < all.n; i++)
		ways[i] = (struct view_outside_ways){ all.list[i].name, all.list[i].label, str_z(kind_of(all.list[i].kind)), all.list[i].issuer };
	for (size_t i = 0; i < d.n; i++)
		findings[i] = arena_str(c->arena, d.items[i].text);
	v->ways = ways;
	v->n_ways = all.n;
	v->findings = findings;
	v->n_findings = d.n;
}

static enum err put_waiting(struct page_ctx *c, struct view_outside *v)
{
	struct waiting *list;
	TRY(identity_waiting(c->db, c->arena, c->school, &list, &v->n_waiting));
	struct view_outside_waiting *rows = arena_array(c->arena, struct view_outside_waiting, v->n_waiting + 1);
	for (size_t i = 0; i < v->n_waiting; i++)
		rows[i] = (struct view_outside_waiting){ list[i].id, list[i].shown.n ? list[i].shown : list[i].subject, list[i].provider, time_words(c->arena, list[i].seen_utc),
			arena_fmt(c->arena, "who-%lld", (long long)list[i].id) };
	v->waiting = rows;
	return OK;
}

static enum err whole_page(struct page_ctx *c)
{
	struct identity_rules rules;
	struct view_outside v = { .errors = page_errors(c) };
	TRY(identity_rules_get(c->db, c->school, &rules));
	put_rules(c, &rules, &v);
	put_ways(c, &v);
	TRY(put_waiting(c, &v));
	page_begin(c, "Signing in with outside accounts");
	view_outside_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

enum err outside_show(struct page_ctx *c)
{
	TRY(may_manage(c));
	return whole_page(c);
}

enum err outside_do(struct page_ctx *c)
{
	struct identity_rules r = { .second_counts = page_ticked(c, "second") };
	struct act act = page_act(c, "signing in with outside accounts");
	struct str first = page_field(c, "first");
	bool found = false;
	TRY(may_manage(c));
	for (size_t i = 0; i < ARRAY_N(FIRST); i++)
		if (str_is(first, FIRST[i])) {
			r.first = (enum identity_first)i;
			found = true;
		}
	if (!page_has_role(c, ROLE_ADMIN))
		return ERR_FORBIDDEN;                    /* whoever keeps the machines does not decide who is believed */
	if (!found) {
		page_wrong(c, "first", "Choose who is linked by a first sign-in.");
		return whole_page(c);
	}
	TRY(identity_rules_set(c->db, &act, &r));
	page_flash(c, FLASH_DONE, "Saved.");
	return page_redirect(c, "/outside");
}

enum err outside_test_do(struct page_ctx *c)
{
	struct providers all;
	struct door_reply r;
	TRY(may_manage(c));
	outside_providers(c, NULL, &all);
	const struct provider *p = providers_find(&all, page_param(c, "provider"));
	if (!p)
		return ERR_ABSENT;
	enum err e = door_test(c->arena, outside_sock(c), p->name, &r);
	if (e != OK)
		page_flash(c, FLASH_WARNING, "%.*s", STRF(page_text(e == ERR_BUSY ? TEXT_outside_busy : TEXT_outside_not_running)));
	else
		page_flash(c, r.ok ? FLASH_DONE : FLASH_WARNING, "%.*s: %.*s", STRF(p->label), STRF(r.ok ? r.says : r.why));
	return page_redirect(c, "/outside");
}

/* ---- who waits ---- */

static enum err link_to(struct page_ctx *c, int64_t waiting, int64_t person)
{
	struct act act = page_act(c, "linked by an administrator");
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(people_may_reset(c, person));
	TRY(people_other_half(c, person, "second-factor.cleared"));
	TRY(db_tx_begin(c->db, &tx));
	TRY(identity_settle(c->db, &act, waiting, person));
	TRY(people_tell_of_access(c, &act, person));
	return db_tx_commit(&tx);
}

enum err outside_waiting_do(struct page_ctx *c)
{
	struct person p = { 0 };
	struct act act = page_act(c, "nobody of ours");
	int64_t id;
	TRY(may_manage(c));
	TRY(page_id(c, "id", &id));
	if (!page_has_role(c, ROLE_ADMIN))
		return ERR_FORBIDDEN;
	const char *field = arena_fmt(c->arena, "who-%lld", (long long)id).p;
	if (page_ticked(c, "forget"))
		TRY(identity_settle(c->db, &act, id, 0));
	else if (person_by_username(c->db, c->arena, c->school, page_field(c, field), &p) != OK)
		page_wrong(c, field, "%.*s", STRF(page_text(TEXT_outside_no_such)));
	else {
		enum err e = link_to(c, id, p.id);
		if (e == ERR_EXISTS)
			page_wrong(c, field, "%.*s", STRF(page_text(TEXT_outside_link_taken)));
		else
			TRY(e);
	}
	if (page_is_wrong(c))
		return whole_page(c);
	page_flash(c, FLASH_DONE, "%.*s", STRF(page_text(TEXT_outside_settled)));
	return page_redirect(c, "/outside");
}
