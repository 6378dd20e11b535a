#include "policy/read/tables.h"

#include <assert.h>

#include "base/mem.h"

/* A section that is not there gives an empty table: small test snapshots, and files from before it existed.
 * Groups and a calendar every policy must have. */
static enum err read_tables(struct policy *p)
{
	const struct snapshot *s = p->snapshot;
	TRY(groups_read(snapshot_section(s, SECTION_GROUPS), &p->groups));
	TRY(calendar_read(snapshot_section(s, SECTION_CALENDAR), &p->calendar));
	if (snapshot_has(s, SECTION_RULES))
		TRY(rules_read(snapshot_section(s, SECTION_RULES), &p->rules));
	if (snapshot_has(s, SECTION_TIMES))
		TRY(times_read(snapshot_section(s, SECTION_TIMES), &p->rules));
	if (snapshot_has(s, SECTION_SAFESEARCH))
		TRY(tools_read(snapshot_section(s, SECTION_SAFESEARCH), &p->tools));
	if (snapshot_has(s, SECTION_ENGINES))
		TRY(engines_read(snapshot_section(s, SECTION_ENGINES), &p->engines));
	if (snapshot_has(s, SECTION_DOWNLOADS))
		TRY(downloads_read(snapshot_section(s, SECTION_DOWNLOADS), &p->downloads, &p->groups));
	if (snapshot_has(s, SECTION_RANGES))
		TRY(ranges_read(snapshot_section(s, SECTION_RANGES), &p->ranges));
	if (snapshot_has(s, SECTION_TOKENS))
		TRY(tokens_read(snapshot_section(s, SECTION_TOKENS), &p->tokens));
	if (snapshot_has(s, SECTION_TEXTS))
		TRY(texts_read(snapshot_section(s, SECTION_TEXTS), &p->texts));
	if (snapshot_has(s, SECTION_META))
		TRY(texts_read(snapshot_section(s, SECTION_META), &p->meta));
	if (snapshot_has(s, SECTION_PHRASES))
		TRY(phrases_read(snapshot_section(s, SECTION_PHRASES), &p->phrases));
	if (p->phrases)
		phrases_name_version(p->phrases, snapshot_section(s, SECTION_PHRASES));
	return OK;
}

/* With the gate's key an unfitting one is an error, never a quiet gap; where
 * nothing is sealed, no key is needed and any is as good. */
static enum err open_sealed(struct policy *p, struct str key)
{
	if (!sealed_count(p->snapshot)) {
		p->sealed_known = true;
		return OK;
	}
	if (!key.n)
		return OK;
	if (key.n != SEALED_KEY_BYTES)
		return ERR_CRYPTO;
	TRY(sealed_open(p->snapshot, (const uint8_t *)key.p, &p->sealed));
	p->sealed_known = true;
	return OK;
}

/* Every rule, range and tool must name a group and a tool that are there. */
static enum err check_links(const struct policy *p)
{
	for (size_t i = 0; i < p->rules.n; i++) {
		const struct rule *r = &p->rules.v[i];
		if (r->scope == SCOPE_GROUP && (r->who < 0 || (size_t)r->who >= p->groups.n))
			return ERR_CORRUPT;
		if (r->kind == RULE_SEARCH && (r->who < 0 || (size_t)r->who >= p->tools.n))
			return ERR_CORRUPT;
	}
	for (size_t i = 0; i < p->ranges.n; i++)
		if (p->ranges.v[i].hit.group >= p->groups.n)
			return ERR_CORRUPT;
	for (size_t i = 0; i < p->tokens.n; i++)
		if (p->tokens.v[i].hit.group >= p->groups.n && p->tokens.v[i].hit.group != GROUP_NONE)
			return ERR_CORRUPT;
	for (size_t i = 0; i < p->groups.n; i++)
		if (p->groups.v[i].home_tool != TOOL_NONE && p->groups.v[i].home_tool >= p->tools.n)
			return ERR_CORRUPT;
	return OK;
}

enum err policy_of(struct snapshot *s, struct str sealed_key, struct policy **out)
{
	AUTO(policy_free) struct policy *p = mem_new(struct policy);
	p->snapshot = s;
	TRY(read_tables(p));
	TRY(check_links(p));
	catalog_open(s, &p->catalog);
	hostset_open(s, &p->hosts);
	urlset_open(s, &p->urls);
	addrset_open(s, &p->addrs);
	p->reads = mem_array(bool, p->groups.n + 1);
	p->tells = mem_array(bool, p->groups.n + 1);
	for (uint32_t i = 0; i < p->groups.n; i++) {
		p->reads[i] = phrases_any(p, i);
		p->tells[i] = phrases_tell(p, i);
	}
	p->gaming = catalog_find(&p->catalog, STR("gaming"));
	p->ai = catalog_find(&p->catalog, STR("ai"));
	p->tools_assessed = str_is(texts_get(&p->texts, STR("service.search")), "assessed");
	TRY(open_sealed(p, sealed_key));
	*out = TAKE(p);
	return OK;
}

enum err policy_open(const char *path, struct str sealed_key, struct policy **out)
{
	struct snapshot *s;
	TRY(snapshot_open(path, &s));
	return policy_of(s, sealed_key, out);
}

void policy_free(struct policy **pp)
{
	struct policy *p = *pp;
	if (!p)
		return;
	groups_done(&p->groups);
	rules_done(&p->rules);
	ranges_done(&p->ranges);
	tokens_done(&p->tokens);
	texts_done(&p->texts);
	texts_done(&p->meta);
	sealed_done(&p->sealed);
	phrases_drop(&p->phrases);
	mem_free(&p->reads);
	mem_free(&p->tells);
	snapshot_free(&p->snapshot);
	mem_free(pp);
}

void policy_overlay(struct policy *p, const struct live *l)
{
	p->live = l;
}

uint32_t policy_generation(const struct policy *p)
{
	return (uint32_t)snapshot_generation(p->snapshot);
}

unsigned policy_group_flags(const struct policy *p, uint32_t group)
{
	return p->groups.v[group < p->groups.n ? group : p->groups.strictest].flags;
}

uint32_t policy_group(const struct policy *p, struct str name)
{
	return groups_find(&p->groups, name);
}

uint32_t policy_strictest(const struct policy *p)
{
	return p->groups.strictest;
}

struct str policy_group_name(const struct policy *p, uint32_t group)
{
	return group < p->groups.n ? p->groups.v[group].name : STR_NONE;
}

struct phrases *policy_phrases(const struct policy *p) { return p->phrases; }

enum safe_level policy_group_safe(const struct policy *p, uint32_t group)
{
	return group < p->groups.n ? p->groups.v[group].safe : SAFE_STRICT;
}

bool policy_assistant(const struct policy *p, struct str host)
{
	struct hits hits = { 0 };
	bool found = p->ai != CATEGORY_NONE && hostset_find(&p->hosts, host, &hits), ai = false;
	for (size_t i = 0; found && i < hits.n; i++)
		ai |= hits.v[i].category == p->ai;
	return ai;
}

struct str policy_category_name(const struct policy *p, uint16_t category)
{
	return category < p->catalog.categories_n ? catalog_category(&p->catalog, category).name : STR_NONE;
}

struct str policy_list_name(const struct policy *p, uint16_t list)
{
	return list < p->catalog.lists_n ? catalog_list(&p->catalog, list).name : STR_NONE;
}

struct str policy_list_version(const struct policy *p, uint16_t list)
{
	return list < p->catalog.lists_n ? catalog_list(&p->catalog, list).version : STR_NONE;
}

bool policy_sealed_known(const struct policy *p)
{
	return p->sealed_known;
}

struct str policy_text(const struct policy *p, const char *key)
{
	struct str v = texts_get(&p->texts, str_z(key));
	return v.n ? v : texts_get(&p->meta, str_z(key));
}

const struct live *policy_live(const struct policy *p)
{
	return p->live;
}

bool policy_range(const struct policy *p, const uint8_t addr[16], struct range_hit *out)
{
	struct addr a;
	memcpy(a.b, addr, sizeof a.b);
	return ranges_find(&p->ranges, a, out);
}

bool policy_token(const struct policy *p, const uint8_t digest[32], struct token_hit *out)
{
	const struct live *l = policy_live(p);
	return tokens_find(&p->tokens, digest, out) && !(l && live_withdrawn(l, digest));
}
