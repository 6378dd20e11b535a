#include "base/time.h"
#include "policy/compile/policy_src.h"
#include "wire/host.h"

/* Rules written with a name and not a number get one from here on. */
enum { NAMED_RULES_FROM = 0x40000000 };

struct rule *src_add_rule(struct policy_src *s, enum rule_kind kind, struct str name, struct str host, struct str path)
{
	uint64_t number;
	struct rule *r = vec_push(&s->rules);
	bool numbered = str_u64(name, &number) == OK && number && number < NAMED_RULES_FROM;
	*r = (struct rule){ .kind = kind, .name = name, .host = host, .path = path };
	r->id = numbered ? (uint32_t)number : NAMED_RULES_FROM + (uint32_t)s->rules.n;
	return r;
}

/* ---- [rule ID] */

enum { RULE_SPANS = 64 };

struct common { enum rule_scope scope; int64_t who, until_utc; struct str reason; bool above_gaming; struct week_span *spans; size_t n_spans; uint8_t times; };

static bool scope_read(struct policy_src *s, const struct conf *c, const struct conf_block *b, struct common *out)
{
	struct str text = conf_get(b, "scope"), kind, id;
	int64_t number = 0;
	out->scope = SCOPE_EVERYONE;
	if (!text.n || str_is(text, "everyone"))
		return true;
	(void)src_word(&text, &kind);
	(void)src_word(&text, &id);
	if (str_is(kind, "group")) {
		out->scope = SCOPE_GROUP;
		out->who = src_group_find(s, id);
		if (out->who != GROUP_NONE)
			return true;
		diag_add(s->d, DIAG_ERROR, c->file, b->line, "There is no group \"%.*s\" before this rule.", STRF(id));
		return false;
	}
	out->scope = str_is(kind, "class") ? SCOPE_CLASS : SCOPE_PERSON;
	if ((str_is(kind, "class") || str_is(kind, "person")) && str_i64(id, &number) == OK && number > 0) {
		out->who = number;
		return true;
	}
	diag_add(s->d, DIAG_ERROR, c->file, b->line, "A rule's scope is \"everyone\", \"group ks2\", \"class 4\" or \"person 12\".");
	return false;
}

/* hours, except_hours, term */
static void hours_read(struct policy_src *s, const struct conf *c, const struct conf_block *b, struct common *out)
{
	bool except = conf_has(b, "except_hours"), both = except && conf_has(b, "hours");
	struct str term = conf_get(b, "term");
	const struct conf_pair *at;
	if (!except && !conf_has(b, "hours") && !term.n)
		return;
	out->spans = arena_array(s->a, struct week_span, RULE_SPANS);
	out->times = (uint8_t)((except ? TIME_EXCEPT : 0) | (term.n ? TIME_TERM_ONLY : 0));
	for (size_t i = 0; (at = conf_each(b, except ? "except_hours" : "hours", &i));)
		if (src_spans(at->value, out->spans, RULE_SPANS, &out->n_spans) != OK)
			diag_add(s->d, DIAG_ERROR, c->file, at->line, "Hours are written as \"mon-fri 08:00-16:00\" or \"fri 22:00-06:00\".");
	if (!out->n_spans)                              /* the whole week */
		out->spans[out->n_spans++] = (struct week_span){ 0, WEEK_MINUTES };
	if (both || (term.n && !str_is(term, "only")))
		diag_add(s->d, DIAG_ERROR, c->file, b->line, "A rule has \"hours\" or \"except_hours\", and \"term = only\" or no term.");
	else if (term.n && !s->calendar.n_terms && !s->terms_later)
		s->terms_later = b->line;
}

static bool common_read(struct policy_src *s, const struct conf *c, const struct conf_block *b, struct common *out)
{
	struct str until = conf_get(b, "until"), above = conf_get(b, "above");
	size_t before = s->d->errors;
	*out = (struct common){ .reason = conf_get(b, "reason") };
	(void)scope_read(s, c, b, out);         /* its finding is counted below */
	if (until.n && time_read_iso(until, &out->until_utc) != OK && time_read_date(until, &out->until_utc) != OK)
		diag_add(s->d, DIAG_ERROR, c->file, b->line, "The end is a date such as 2027-02-12.");
	if (above.n && !str_is(above, "gaming"))
		diag_add(s->d, DIAG_ERROR, c->file, b->line, "A teaching service can stand above \"gaming\" and above nothing else.");
	out->above_gaming = above.n;
	hours_read(s, c, b, out);
	if (!out->reason.n)
		diag_add(s->d, DIAG_ERROR, c->file, b->line, "A rule needs a reason: one sentence that says why.");
	return s->d->errors == before;
}

static void add_hosts(struct policy_src *s, const struct conf *c, const struct conf_pair *at, enum rule_kind kind,
                      struct str name, const struct common *common)
{
	struct str rest = at->value, word, host, path;
	while (src_word(&rest, &word)) {
		if (src_address(s, c, at, word, &host, &path) != OK)
			continue;                       /* the finding is in the diag */
		if (s->local && (kind == RULE_HELP || kind == RULE_OWN))
			*vec_push(&s->local_fixed) = (struct local_host){ host, c->file, at->line };
		struct rule *r = src_add_rule(s, kind, name, host, path);
		r->scope = common->scope;
		r->who = common->who;
		r->until_utc = common->until_utc;
		r->reason = common->reason;
		for (size_t i = 0; i < common->n_spans; i++)
			*vec_push(&s->times) = (struct rule_time){ (uint32_t)s->rules.n - 1, common->spans[i], common->times };
		if (kind == RULE_ALLOW && path.n)
			diag_add(s->d, DIAG_NOTE, c->file, at->line, "Over HTTPS, without inspection, this opens the whole of %.*s.", STRF(host));
	}
}

void src_rule(struct policy_src *s, const struct conf *c, const struct conf_block *b)
{
	struct common common;
	bool any = false;
	if (!common_read(s, c, b, &common))
		return;
	for (size_t i = 0; i < b->n; i++) {
		const struct conf_pair *at = &b->pairs[i];
		bool block = str_is(at->key, "block");
		if (!block && !str_is(at->key, "allow"))
			continue;
		any = true;
		if (block && common.above_gaming)
			diag_add(s->d, DIAG_ERROR, c->file, at->line, "A rule that stands above gaming allows; it cannot block.");
		add_hosts(s, c, at, block ? RULE_BLOCK : common.above_gaming ? RULE_TEACHING : RULE_ALLOW, b->id, &common);
	}
	if (!any)
		diag_add(s->d, DIAG_ERROR, c->file, b->line, "This rule neither allows nor blocks anything.");
}

/* ---- [service ID]: what the register of services decided (house/service) */

static enum rule_kind service_kind(struct str key)
{
	return str_is(key, "hold") ? RULE_HELD : str_is(key, "open") ? RULE_SERVICE : str_is(key, "in-use") ? RULE_IN_USE : str_is(key, "device") ? RULE_DEVICE : N_RULE_KIND;
}

void src_service(struct policy_src *s, const struct conf *c, const struct conf_block *b)
{
	struct common common;
	if (!s->house) {
		diag_add(s->d, DIAG_ERROR, c->file, b->line, "A service is opened by its signed risk assessment, on the page of services, and never in a file.");
		return;
	}
	if (!common_read(s, c, b, &common))
		return;
	for (size_t i = 0; i < b->n; i++)
		if (service_kind(b->pairs[i].key) != N_RULE_KIND)
			add_hosts(s, c, &b->pairs[i], service_kind(b->pairs[i].key), b->id, &common);
}

void src_service_finish(struct policy_src *s)
{
	for (size_t i = 0; i < s->local_fixed.n; i++) {
		const struct local_host *l = &s->local_fixed.v[i];
		for (size_t k = 0; k < s->rules.n; k++) {
			const struct rule *r = &s->rules.v[k];
			if (r->kind == RULE_HELD && (host_within(l->host, r->host) || host_within(r->host, l->host)))
				diag_add(s->d, DIAG_ERROR, l->file, l->line, "%.*s belongs to a service of the register (%.*s): only its assessment opens it.",
				         STRF(l->host), STRF(r->name));
		}
	}
}

bool src_common(struct policy_src *s, const struct conf *c, const struct conf_block *b, struct rule *out)
{
	struct common common;
	if (!common_read(s, c, b, &common))
		return false;
	*out = (struct rule){ .scope = common.scope, .who = common.who, .until_utc = common.until_utc, .reason = common.reason };
	return true;
}

/* ---- [source ID]: where approved software comes from (7.5-08) */

void src_source(struct policy_src *s, const struct conf *c, const struct conf_block *b)
{
	struct common common;
	const struct conf_pair *at;
	if (!s->house) {
		diag_add(s->d, DIAG_ERROR, c->file, b->line, "A source of programs is approved on the page of software, and never in a file.");
		return;
	}
	if (common_read(s, c, b, &common))
		for (size_t i = 0; (at = conf_each(b, "host", &i));)
			add_hosts(s, c, at, RULE_SOURCE, b->id, &common);
}

/* ---- [private ID]: what is never read inside TLS, and why */

void src_private(struct policy_src *s, const struct conf *c, const struct conf_block *b)
{
	struct common common;
	const struct conf_pair *at;
	if (!common_read(s, c, b, &common))
		return;
	if (common.scope != SCOPE_EVERYONE && common.scope != SCOPE_GROUP)
		diag_add(s->d, DIAG_ERROR, c->file, b->line, "What is private is so for everyone or for a group.");
	for (size_t i = 0; (at = conf_each(b, "host", &i));)
		add_hosts(s, c, at, RULE_PRIVATE, b->id, &common);
	for (size_t i = 0; (at = conf_each(b, "category", &i));)
		src_unread(s, c, at, common.scope == SCOPE_GROUP ? (uint32_t)common.who : GROUP_NONE);
	if (!conf_has(b, "host") && !conf_has(b, "category"))
		diag_add(s->d, DIAG_ERROR, c->file, b->line, "This block needs at least one \"host\" or \"category\".");
}

/* ---- help lines and our own pages */

static void fixed_hosts(struct policy_src *s, const struct conf *c, const struct conf_block *b, enum rule_kind kind)
{
	const struct common everyone = { .scope = SCOPE_EVERYONE, .reason = conf_get(b, "title") };
	const struct conf_pair *at;
	size_t i = 0;
	while ((at = conf_each(b, "host", &i)))
		add_hosts(s, c, at, kind, b->id, &everyone);
	if (!conf_has(b, "host"))
		diag_add(s->d, DIAG_ERROR, c->file, b->line, "This block needs at least one \"host\".");
}

void src_help(struct policy_src *s, const struct conf *c, const struct conf_block *b)
{
	fixed_hosts(s, c, b, RULE_HELP);
}

void src_own(struct policy_src *s, const struct conf *c, const struct conf_block *b)
{
	fixed_hosts(s, c, b, RULE_OWN);
}

/* ---- search tools and safe modes */

static void tool_hosts(struct policy_src *s, const struct conf *c, const struct conf_block *b, uint8_t tool)
{
	const struct conf_pair *at;
	struct str word, host, path;
	for (size_t i = 0; (at = conf_each(b, "host", &i));) {
		struct str rest = at->value;
		while (src_word(&rest, &word))
			if (src_address(s, c, at, word, &host, &path) == OK)
				src_add_rule(s, RULE_SEARCH, b->id, host, STR_NONE)->who = tool;
	}
}

static struct str either(struct str a, struct str b)
{
	return a.n ? a : b;
}

/* "/search q": a page and the parameter that holds what was searched; "*" for any page. */
static bool is_query(struct str v)
{
	ptrdiff_t gap = str_rchr(v, ' ');
	return gap > 0 && (v.p[0] == '/' || v.p[0] == '*') && (size_t)gap + 1 < v.n;
}

/* The two values of a key: strict, and then moderate where it differs. */
static void two(const struct conf_block *b, const char *key, struct str *strict, struct str *moderate)
{
	size_t i = 0;
	const struct conf_pair *at = conf_each(b, key, &i);
	*strict = at ? at->value : STR_NONE;
	at = at ? conf_each(b, key, &i) : NULL;
	*moderate = at ? at->value : STR_NONE;
}

static void tool_engine(struct policy_src *s, const struct conf *c, const struct conf_block *b, uint8_t tool)
{
	AUTO(buf_done) struct buf lines = buf_init(4096);
	struct engine *e = &s->engines.v[tool];
	const struct conf_pair *at;
	for (size_t i = 0; (at = conf_each(b, "query", &i));) {
		if (!is_query(at->value))
			diag_add(s->d, DIAG_ERROR, c->file, at->line, "\"%.*s\": write a page and its parameter, such as \"/search q\", or \"* q\" for any page.", STRF(at->value));
		buf_fmt(&lines, "%s%.*s", lines.n ? "\n" : "", STRF(at->value));
	}
	*e = (struct engine){ .queries = arena_str(s->a, buf_str(&lines)) };
	two(b, "force", &e->strict, &e->moderate);
	s->engines.n = s->tools.n;
}

void src_tool(struct policy_src *s, const struct conf *c, const struct conf_block *b)
{
	uint8_t at = tools_find(&s->tools, b->id);
	if (at == TOOL_NONE && s->tools.n >= TOOLS_MAX) {
		diag_add(s->d, DIAG_ERROR, c->file, b->line, "There are more than %d search tools.", TOOLS_MAX);
		return;
	}
	if (at == TOOL_NONE)
		at = (uint8_t)s->tools.n++;
	struct str safe = conf_get(b, "safe"), kind = conf_get(b, "kind");
	if (kind.n && !str_is(kind, "search") && !str_is(kind, "site"))
		diag_add(s->d, DIAG_ERROR, c->file, b->line, "The kind is \"search\" (a search tool) or \"site\" (a site with a safe mode).");
	s->tools.v[at] = (struct tool){
		.name = b->id, .title = either(conf_get(b, "title"), b->id), .start = conf_get(b, "start"),
		.strict = either(conf_get(b, "strict"), safe), .moderate = either(conf_get(b, "moderate"), safe),
		.flags = str_is(kind, "site") ? 0 : TOOL_SEARCH,
	};
	tool_hosts(s, c, b, at);
	tool_engine(s, c, b, at);
}
