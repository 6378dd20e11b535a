#include "policy/compile/list_parse.h"

#include "base/mem.h"

static bool space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v'; }

/* Takes the next word from *rest. */
static struct str word(struct str *rest)
{
	size_t at = 0, end;
	while (at < rest->n && space(rest->p[at]))
		at++;
	for (end = at; end < rest->n && !space(rest->p[end]);)
		end++;
	struct str w = { rest->p + at, end - at };
	*rest = str_from(*rest, end);
	return w;
}

static bool comment(struct str s) { return s.n == 0 || s.p[0] == '#'; }

static bool target(struct list_entry *out, struct str text)
{
	*out = (struct list_entry){ ENTRY_TARGET, text, STR_NONE, NULL };
	return true;
}

static bool exception(struct list_entry *out, struct str text)
{
	*out = (struct list_entry){ ENTRY_EXCEPTION, text, STR_NONE, NULL };
	return true;
}

static bool bad(struct list_entry *out, struct str text, const char *why)
{
	*out = (struct list_entry){ ENTRY_BAD, text, STR_NONE, why };
	return true;
}

static const char not_block[] = "sends the name somewhere instead of refusing it; that is not a block";

/* Where block lists point the names they refuse. */
static bool sinkhole(struct str s)
{
	struct addr a;
	return str_is(s, "0") || str_is(s, "#") || s.n == 0 ||
	       (addr_read(s, &a) == OK && (addr_is4(a) ? a.b[12] == 0 || a.b[12] == 127 : a.b[0] == 0));
}

/* Every hosts file begins with names of the machine itself. */
static bool own_name(struct str s)
{
	static const char *const names[] = { "localhost", "localhost.localdomain", "local", "broadcasthost", "ip6-localhost",
	                                     "ip6-loopback", "ip6-localnet", "ip6-mcastprefix", "ip6-allnodes",
	                                     "ip6-allrouters", "ip6-allhosts", "0.0.0.0" };
	for (size_t i = 0; i < ARRAY_N(names); i++)
		if (str_ieq(s, str_z(names[i])))
			return true;
	return false;
}

static bool address_word(struct str s)
{
	struct addr a;
	ptrdiff_t zone = str_chr(s, '%');
	return s.n > 1 && (ascii_digit(s.p[0]) || str_chr(s, ':') >= 0) && addr_read(zone < 0 ? s : str_upto(s, (size_t)zone), &a) == OK;
}

/* A further name of a line that names several; those of the machine itself are passed over. */
static bool next_more(struct list_cursor *c, struct list_entry *out)
{
	struct str name;
	do {
		name = c->rest;
		if (c->more == ' ')
			name = word(&c->rest);
		else if (!str_next(&c->rest, c->more, &name))
			return false;
	} while (own_name(name));
	return !comment(name) && target(out, name);
}

/* Plain names and hosts files differ by line in real lists, so one reader serves both. */
static bool next_plain(struct list_cursor *c, struct list_entry *out)
{
	struct str first = word(&c->rest), tail = c->rest, second = word(&tail);
	if (comment(first) || strchr("!;[", first.p[0]))
		return false;
	if (!address_word(first) || comment(second)) {
		c->rest = STR_NONE;
		return target(out, first);
	}
	c->more = ' ';
	if (!next_more(c, out))
		return false;
	if (sinkhole(first))
		return true;
	c->rest = STR_NONE;
	return bad(out, out->text, not_block);
}

static bool option_blocks(struct str option)
{
	static const char *const whole[] = { "important", "all", "document", "doc", "popup" };
	for (size_t i = 0; i < ARRAY_N(whole); i++)
		if (str_is(option, whole[i]))
			return true;
	return false;
}

static bool next_adblock(struct list_cursor *c, struct list_entry *out)
{
	struct str line = str_trim(c->rest), option;
	c->rest = STR_NONE;
	if (line.n == 0 || line.p[0] == '!' || line.p[0] == '[' || line.p[0] == '#')
		return false;
	if (str_starts(line, STR("@@")))
		return exception(out, line);
	if (!str_starts(line, STR("||")))
		return bad(out, line, "is not a rule about a whole site");
	struct str host = str_from(line, 2), options = STR_NONE;
	ptrdiff_t dollar = str_chr(host, '$');
	if (dollar >= 0) {
		options = str_from(host, (size_t)dollar + 1);
		host = str_upto(host, (size_t)dollar);
	}
	while (str_next(&options, ',', &option))
		if (!option_blocks(option))
			return bad(out, line, "applies only in part (an option after $), so it cannot block a site");
	if (str_ends(host, STR("|")))
		host.n--;
	if (str_ends(host, STR("^")))
		host.n--;
	return target(out, host);
}

static bool rpz_type(struct str s)
{
	static const char *const types[] = { "CNAME", "A", "AAAA", "TXT", "SOA", "NS", "MX", "SRV", "DNAME" };
	for (size_t i = 0; i < ARRAY_N(types); i++)
		if (str_ieq(s, str_z(types[i])))
			return true;
	return false;
}

static bool rpz_end(struct str type, struct str data, struct str name, struct list_entry *out)
{
	if (str_ieq(type, STR("SOA")) || str_ieq(type, STR("NS")) || str_is(name, "@"))
		return false;
	if (str_ends(name, STR(".rpz-ip")) || str_ends(name, STR(".rpz-nsdname")) || str_ends(name, STR(".rpz-nsip")) ||
	    str_ends(name, STR(".rpz-client-ip")))
		return bad(out, name, "is a rule about answers or clients, not about a name");
	if (str_ieq(data, STR("rpz-passthru.")))
		return exception(out, name);
	if (str_ieq(type, STR("CNAME")))
		return str_is(data, ".") || str_is(data, "*.") || str_ieq(data, STR("rpz-drop.")) ? target(out, name) : bad(out, name, not_block);
	return sinkhole(data) ? target(out, name) : bad(out, name, not_block);
}

/* Continuations of an SOA in brackets carry no name at the line's start. */
static bool next_rpz(struct list_cursor *c, struct list_entry *out)
{
	struct str line = c->rest, all = line;
	c->rest = STR_NONE;
	if (line.n == 0 || space(line.p[0]) || strchr(";$@)#", line.p[0]))
		return false;
	struct str name = word(&all), type = word(&all);
	for (int i = 0; i < 3 && type.n && !rpz_type(type); i++)
		type = word(&all);                   /* TTL, class */
	struct str data = word(&all);
	if (type.n == 0 || data.n == 0 || data.p[0] == ';')
		return bad(out, line, "is not a record with a name, a type and a value");
	return rpz_end(type, data, name, out);
}

/* address=/a/b/VALUE: several names, then where they go. */
static bool next_dnsmasq(struct list_cursor *c, struct list_entry *out)
{
	struct str line = str_trim(c->rest), tail = line, rule = word(&tail);
	c->rest = STR_NONE;
	if (comment(rule))
		return false;
	bool address = str_starts(rule, STR("address=/")), server = str_starts(rule, STR("server=/"));
	if (!address && !server && !str_starts(rule, STR("local=/")))
		return bad(out, line, "is not an address=, server= or local= line");
	ptrdiff_t first = str_chr(rule, '/'), last = str_rchr(rule, '/');
	if (first >= last)
		return bad(out, line, "has no name between two slashes");
	struct str to = str_from(rule, (size_t)last + 1);
	struct str names = str_upto(str_from(rule, (size_t)first + 1), (size_t)(last - first - 1));
	if (server && str_is(to, "#"))
		return exception(out, names);
	if (address ? !sinkhole(to) : to.n > 0)
		return bad(out, names, not_block);
	*c = (struct list_cursor){ names, '/' };
	return next_more(c, out);
}

static struct str unquote(struct str s)
{
	if (s.n >= 2 && (s.p[0] == '"' || s.p[0] == '\'') && s.p[s.n - 1] == s.p[0])
		return (struct str){ s.p + 1, s.n - 2 };
	return s;
}

static bool zone_blocks(struct str type)
{
	static const char *const types[] = { "always_nxdomain", "always_null", "always_refuse", "always_deny", "always_nodata", "refuse",
	                                     "deny", "static", "inform_deny", "redirect", "inform_redirect" };
	for (size_t i = 0; i < ARRAY_N(types); i++)
		if (str_is(type, types[i]))
			return true;
	return false;
}

static bool next_unbound(struct list_cursor *c, struct list_entry *out)
{
	struct str line = str_trim(c->rest), tail = line, key = word(&tail);
	c->rest = STR_NONE;
	if (comment(key) || str_is(key, "server:") || str_is(key, "local-data:"))
		return false;                        /* local-data only says more about a zone */
	if (!str_is(key, "local-zone:"))
		return bad(out, line, "is not a local-zone line");
	struct str name = unquote(word(&tail)), type = unquote(word(&tail));
	if (name.n == 0 || type.n == 0)
		return bad(out, line, "has no name or no type");
	return zone_blocks(type) ? target(out, name) : exception(out, name);
}

/* daf.add 'qname = NAME deny' */
static bool next_knot(struct list_cursor *c, struct list_entry *out)
{
	struct str line = str_trim(c->rest);
	c->rest = STR_NONE;
	if (line.n == 0 || str_starts(line, STR("--")) || str_starts(line, STR("modules")))
		return false;
	ptrdiff_t at = str_find(line, STR("qname"));
	if (!str_starts(line, STR("daf.add")) || at < 0)
		return bad(out, line, "is not a daf.add rule about a name");
	struct str tail = str_from(line, (size_t)at + 5), op = word(&tail), name = word(&tail), act = word(&tail);
	if (act.n > 0 && strchr("'\"", act.p[act.n - 1]))
		act.n--;
	if (!str_is(op, "=") && !str_is(op, "~"))
		return bad(out, line, "is not a daf.add rule about a name");
	if (str_is(act, "pass"))
		return exception(out, name);
	return str_is(act, "deny") || str_is(act, "drop") || str_is(act, "refuse") ? target(out, name) : bad(out, name, not_block);
}

static bool next_tsv(struct list_cursor *c, struct list_entry *out)
{
	struct str line = c->rest, cell;
	c->rest = STR_NONE;
	if (comment(str_trim(line)))
		return false;
	if (!str_next(&line, '\t', &cell))
		return false;
	(void)target(out, str_trim(cell));
	if (str_next(&line, '\t', &cell))
		out->categories = str_trim(cell);
	return true;
}

bool list_next(enum list_format f, struct list_cursor *c, struct list_entry *out)
{
	static bool (*const readers[FORMAT_N])(struct list_cursor *, struct list_entry *) = {
		[FORMAT_DETECT] = next_plain, [FORMAT_DOMAINS] = next_plain, [FORMAT_HOSTS] = next_plain, [FORMAT_ADDRS] = next_plain,
		[FORMAT_ADBLOCK] = next_adblock, [FORMAT_RPZ] = next_rpz, [FORMAT_DNSMASQ] = next_dnsmasq,
		[FORMAT_UNBOUND] = next_unbound, [FORMAT_KNOT] = next_knot, [FORMAT_TSV] = next_tsv,
	};
	*out = (struct list_entry){ 0 };
	if (c->rest.n == 0)
		return false;
	return c->more ? next_more(c, out) : readers[f](c, out);
}

/* Reads the name part: "*.example.test", ".example.test", "example.test:8080". */
static const char *host_target(struct str text, struct target *out)
{
	uint64_t port;
	if (str_starts(text, STR("*.")))
		text = str_from(text, 2);
	else if (text.n > 1 && text.p[0] == '.')
		text = str_from(text, 1);
	ptrdiff_t colon = str_chr(text, ':');
	if (colon > 0 && str_u64(str_from(text, (size_t)colon + 1), &port) == OK && port <= 65535)
		text = str_upto(text, (size_t)colon);
	if (prefix_read(text, false, &out->prefix) == OK) {
		out->kind = TARGET_ADDR;
		return NULL;
	}
	enum err e = host_norm(text, out->host, &out->host_n);
	out->kind = TARGET_HOST;
	return e == OK ? NULL : e == ERR_LIMIT ? "is longer than a name can be" : "is not a name, an address or a web address";
}

static const char *url_target(struct str text, struct target *out)
{
	struct url u;
	if (str_starts(text, STR("*.")))
		text = str_from(text, 2);
	enum err e = url_read(text, &u);
	if (e != OK)
		return e == ERR_LIMIT ? "is longer than a web address can be" : "is not a web address";
	if (u.path.n <= 1 && u.is_addr) {
		out->kind = TARGET_ADDR;
		out->prefix = (struct prefix){ u.addr, 128 };
		return NULL;
	}
	memcpy(out->host, u.host, sizeof u.host);
	out->host_n = u.host_n;
	out->path = u.path;
	out->kind = u.path.n <= 1 ? TARGET_HOST : TARGET_URL;
	return NULL;
}

const char *list_target(struct str text, struct target *out)
{
	if (host_norm(text, out->host, &out->host_n) == OK) {
		out->kind = TARGET_HOST;
		return NULL;
	}
	if (prefix_read(text, false, &out->prefix) == OK) {
		out->kind = TARGET_ADDR;
		return NULL;
	}
	return str_chr(text, '/') >= 0 || str_chr(text, '?') >= 0 ? url_target(text, out) : host_target(text, out);
}
