#include "policy/decide/explain.h"

#include "base/mem.h"
#include "base/time.h"
#include "policy/read/tables.h"
#include "wire/url.h"

static enum err number(struct str s, int64_t *out)
{
	TRY(str_i64(s, out));
	return *out > 0 ? OK : ERR_SYNTAX;
}

static enum err standing_read(struct str s, enum standing *out)
{
	static const char *const word[N_STANDING] = { "unknown", "unsigned", "declined", "grace", "current" };
	for (int i = 0; i < N_STANDING; i++)
		if (str_is(s, word[i])) {
			*out = (enum standing)i;
			return OK;
		}
	return ERR_SYNTAX;
}

static enum err network_read(const struct policy *p, struct str name, struct facts *f)
{
	uint32_t group = policy_group(p, name);
	f->network = group == GROUP_NONE ? 0 : group + 1;
	return group == GROUP_NONE ? ERR_ABSENT : OK;
}

static enum err who_part(const struct policy *p, struct str part, struct facts *f)
{
	if (str_is(part, "session")) {
		f->session_open = true;
		return OK;
	}
	if (str_starts(part, STR("network=")))
		return network_read(p, str_from(part, 8), f);
	if (str_starts(part, STR("class=")))
		return number(str_from(part, 6), &f->class_id);
	if (str_starts(part, STR("person=")))
		return number(str_from(part, 7), &f->person);
	if (str_starts(part, STR("device=")))
		return number(str_from(part, 7), &f->device);
	return standing_read(part, &f->standing);
}

enum err who_read(const struct policy *p, struct str who, struct facts *out)
{
	struct str part;
	struct facts f = { .standing = STANDING_CURRENT };
	if (!str_next(&who, ':', &part))
		return ERR_SYNTAX;
	f.group = policy_group(p, part);
	if (f.group == GROUP_NONE)
		return ERR_ABSENT;
	if (f.group == policy_strictest(p))
		f.standing = STANDING_UNKNOWN;
	while (str_next(&who, ':', &part))
		TRY(who_part(p, part, &f));
	*out = f;
	return OK;
}

static enum err address(struct arena *a, struct str text, struct explained *out)
{
	struct url u;
	char path[URL_PATH_MAX];
	size_t n;
	TRY(url_read(str_trim(text), &u));
	out->host = arena_str(a, url_host(&u));
	if (!u.path.n)
		return OK;
	TRY(url_path_norm(u.path, path, sizeof path, &n));
	out->path = arena_str(a, (struct str){ path, n });
	return OK;
}

static const struct rule *rule_of(const struct rules *r, uint32_t id, struct str host, uint8_t matched)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->v[i].id == id && r->v[i].host.n == matched && str_ends(host, r->v[i].host))
			return &r->v[i];
	return NULL;
}

static void name_rule(struct arena *a, const struct policy *p, struct explained *e)
{
	const struct rule *r = NULL;
	if (e->d.row == ROW_LIVE && p->live)
		r = rule_of(live_rules(p->live), e->d.rule, e->host, e->d.matched);
	else if (e->d.rule)
		r = rule_of(&p->rules, e->d.rule, e->host, e->d.matched);
	if (!r)
		return;
	e->rule = r->name.n ? arena_str(a, r->name) : arena_fmt(a, "%u", r->id);
	e->rule_reason = r->reason.n ? arena_str(a, r->reason) : STR_NONE;
}

static struct str keep(struct arena *a, struct str s)
{
	return s.n ? arena_str(a, s) : STR_NONE;
}

static void name_sources(struct arena *a, const struct policy *p, struct explained *e)
{
	if (e->d.sealed) {                      /* nothing that could tell one entry from another */
		e->d.list = LIST_NONE;
		e->d.ref = 0;
		return;
	}
	name_rule(a, p, e);
	e->category = keep(a, policy_category_name(p, e->d.category));
	e->list = keep(a, policy_list_name(p, e->d.list));
	e->list_version = keep(a, policy_list_version(p, e->d.list));
	e->matched = str_from(e->host, e->host.n - (e->d.matched <= e->host.n ? e->d.matched : 0));
	e->d.safe_host = keep(a, e->d.safe_host);
	e->d.redirect = keep(a, e->d.redirect);
}

enum err explain(struct arena *a, const struct policy *p, struct str url, struct str who, int64_t at_utc,
                 struct explained *out)
{
	struct explained e = { .who = arena_str(a, who) };
	struct facts f;
	TRY(address(a, url, &e));
	TRY(who_read(p, who, &f));
	f.host = e.host;
	f.path = e.path;
	f.now_utc = at_utc;
	decide(p, &f, &e.d);
	const struct reason_info *info = reason_info(e.d.reason);
	e.verdict = verdict_word(e.d.verdict);
	e.row = row_text(e.d.row);
	e.word = info->word;
	e.adult = info->adult;
	e.ten = info->ten;
	e.six = info->six;
	e.group = arena_str(a, policy_group_name(p, groups_now(&p->groups, f.group, at_utc)));
	e.generation = policy_generation(p);
	e.sealed_unknown = !policy_sealed_known(p);
	name_sources(a, p, &e);
	*out = e;
	return OK;
}

static void line(struct buf *b, const char *what, struct str value)
{
	if (value.n)
		buf_fmt(b, "%-10s %.*s\n", what, STRF(value));
}

static void print_sources(const struct explained *e, struct buf *b)
{
	line(b, "rule", e->rule);
	line(b, "", e->rule_reason);
	line(b, "category", e->category);
	if (e->list.n)
		buf_fmt(b, "%-10s %.*s, version %.*s\n", "list", STRF(e->list), STRF(e->list_version));
	line(b, "matched", e->matched);
	line(b, "safe name", e->d.safe_host);
	line(b, "sent to", e->d.redirect);
	if (e->d.partial)
		line(b, "note", STR("A rule speaks of some pages of this site only; ask with the whole address."));
}

void explain_print(const struct explained *e, int64_t at_utc, struct buf *out)
{
	AUTO(arena_done) struct arena a = arena_init();
	buf_fmt(out, "%-10s %.*s%.*s\n", "address", STRF(e->host), STRF(e->path));
	buf_fmt(out, "%-10s %.*s (group %.*s), %.*s\n", "as", STRF(e->who), STRF(e->group), STRF(time_words(&a, at_utc)));
	buf_fmt(out, "%-10s %s\n", "verdict", e->verdict);
	buf_fmt(out, "%-10s %s: %s\n", "reason", e->word, e->adult);
	if (!e->d.sealed) {
		line(out, "row", str_z(e->row));
		print_sources(e, out);
	}
	buf_fmt(out, "%-10s %s\n%-10s %s\n", "child, 10", e->ten, "child, 6", e->six);
	buf_fmt(out, "%-10s %u\n", "policy", e->generation);
	if (e->sealed_unknown)
		line(out, "note", STR("The sealed lists were not asked: their key is not here."));
}
