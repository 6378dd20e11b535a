#include "house/page/filter_form.h"

#include "base/mem.h"
#include "house/web/directive.h"
#include "wire/url.h"

static const struct { const char *value, *label; } groups[] = {
	{ "early-years", "Early years" }, { "ks1", "Key stage 1" }, { "ks2", "Key stage 2" }, { "own-devices", "Pupils' own devices" }, { "staff", "Staff" },
	{ "governors", "Governors" }, { "guests", "Guests" }, { "everyone", "Everyone" },
};

struct part_select filter_groups(struct page_ctx *c, const char *name, enum text_key label, struct str now, bool everyone)
{
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, ARRAY_N(groups) + 1);
	size_t n = 0;
	items[n++] = (struct part_select_items){ STR(""), STR("Choose"), false };
	for (size_t i = 0; i < ARRAY_N(groups) - (everyone ? 0 : 1); i++)
		items[n++] = (struct part_select_items){ str_z(groups[i].value), str_z(groups[i].label), str_is(now, groups[i].value) };
	return (struct part_select){ .name = str_z(name), .label = page_text(label), .error = page_wrong_text(c, name), .items = items, .n_items = n };
}

struct str filter_group_title(struct str group)
{
	for (size_t i = 0; i < ARRAY_N(groups); i++)
		if (str_is(group, groups[i].value))
			return str_z(groups[i].label);
	return group;
}

bool filter_address(struct page_ctx *c, const char *field, struct str *host, struct str *path)
{
	struct str typed = page_field(c, field);
	struct url *u = arena_new(c->arena, struct url);
	char *norm = arena_alloc(c->arena, URL_PATH_MAX + 1);
	size_t n = 0;
	*path = STR_NONE;
	if (url_read(typed, u) != OK || u->is_addr || host_is_suffix(url_host(u)) || str_find(url_host(u), STR(".")) < 0) {
		page_wrong(c, field, "Write the address of a site, like castles.example or castles.example/knights.");
		return false;
	}
	*host = url_host(u);
	if (u->path.n > 1 && url_path_norm(u->path, norm, 1000, &n) == OK && n > 1)
		*path = (struct str){ norm, n };
	return true;
}

struct entry_may filter_may(const struct page_ctx *c)
{
	return (struct entry_may){ .school = c->school, .person = c->person->id, .classes = ENTRY_BIT(ENTRY_GENERAL) };
}

static struct str some(struct arena *a, int64_t n, const char *unit)
{
	return arena_fmt(a, "%lld %s%s", (long long)n, unit, n == 1 ? "" : "s");
}

struct str filter_took(struct arena *a, int64_t seconds)
{
	if (seconds < 3600)
		return some(a, (seconds + 59) / 60, "minute");
	return seconds < 2 * 86400 ? some(a, seconds / 3600, "hour") : some(a, seconds / 86400, "day");
}

struct str filter_state(struct str state, const char **colour)
{
	static const struct { const char *state, *words, *colour; } all[] = {
		{ "asked", "Waiting", "yellow" }, { "granted", "Let through", "green" }, { "refused", "Refused", "grey" },
		{ "proposed", "Proposed", "yellow" }, { "assessed", "Assessed", "blue" }, { "consented", "Agreed", "blue" },
		{ "live", "In force", "green" }, { "ended", "Ended", "grey" }, { "withdrawn", "Withdrawn", "grey" },
	};
	for (size_t i = 0; i < ARRAY_N(all); i++)
		if (str_is(state, all[i].state)) {
			*colour = all[i].colour;
			return str_z(all[i].words);
		}
	*colour = "grey";
	return state;
}

uint32_t filter_assess(const struct page_ctx *c)
{
	uint32_t reach = page_reach(c, CAP_RULE_ASSESS, ACCESS_APPROVE);
	return (reach & REACH_TECHNICAL ? ASSESS_TECHNICAL : 0u) | (reach & (REACH_EDUCATIONAL | REACH_ALL) ? ASSESS_EDUCATIONAL : 0u) |
	       (reach & (REACH_CONSENT | REACH_ALL) ? ASSESS_CONSENT : 0u);
}

bool filter_may_try(const struct page_ctx *c)
{
	static const enum role roles[] = { ROLE_TECHNICIAN, ROLE_ADMIN, ROLE_DSL, ROLE_DEPUTY, ROLE_HEAD, ROLE_LEADERSHIP };
	for (size_t i = 0; i < ARRAY_N(roles); i++)
		if (page_has_role(c, roles[i]))
			return true;
	return false;
}

void filter_publish(struct page_ctx *c)
{
	if (directive_ask(c, "publish", "", NULL) == OK)
		page_flash(c, FLASH_DONE, "Saved. The filter knows of it within a minute.");
	else
		page_flash(c, FLASH_WARNING, "Saved, but the filter could not be told now. Please ask the technician to publish the policy.");
}
