#include "gate/proxy/config.h"

static bool is_space(char c) { return c == ' ' || c == ',' || c == '\n' || c == '\t'; }

/* The next word of a list; false at the end. */
static bool next_word(struct str *rest, struct str *word)
{
	size_t i = 0;
	while (i < rest->n && is_space(rest->p[i]))
		i++;
	*rest = str_from(*rest, i);
	for (i = 0; i < rest->n && !is_space(rest->p[i]);)
		i++;
	*word = str_upto(*rest, i);
	*rest = str_from(*rest, i);
	return word->n > 0;
}

static void read_ports(const struct conf *c, const struct conf_block *b, const char *key, struct diag *d, uint16_t out[PROXY_PORTS])
{
	struct str rest = conf_get(b, key), word;
	size_t n = 0;
	while (next_word(&rest, &word)) {
		uint64_t port;
		if (str_u64(word, &port) != OK || port == 0 || port > 65535 || n == PROXY_PORTS)
			(void)diag_fail(d, c->file, b->line, "%s: \"%.*s\" is not one of at most %d ports.", key, STRF(word), PROXY_PORTS);
		else
			out[n++] = (uint16_t)port;
	}
}

static void read_reach(const struct conf *c, const struct conf_block *b, struct diag *d, struct reach *out)
{
	struct str rest = conf_get(b, "reach"), word;
	while (next_word(&rest, &word)) {
		struct prefix p;
		if (out->n == REACH_MAX || prefix_read(word, false, &p) != OK)
			(void)diag_fail(d, c->file, b->line, "reach: \"%.*s\" is not one of at most %d prefixes like 10.1.0.0/16.", STRF(word), REACH_MAX);
		else
			out->allow[out->n++] = p;
	}
}

enum err proxy_config(const struct conf *c, struct diag *d, struct proxy_conf *out)
{
	static const char *const keys[] = { "http_ports", "connect_ports", "reach", "addresses", "ech", "per_client", "connections", "wait", "roots", NULL };
	const struct conf_block *b = conf_find(c, "proxy", STR(""));
	if (!b)
		return OK;
	size_t before = d->errors;
	int64_t per_client = 0, connections = 0, wait_s = 0;
	enum err e = conf_only(c, "proxy", keys, d);
	read_ports(c, b, "http_ports", d, out->http_ports);
	read_ports(c, b, "connect_ports", d, out->connect_ports);
	read_reach(c, b, d, &out->reach);
	e = e == OK ? conf_bool(c, b, "addresses", false, d, &out->literals) : e;
	e = e == OK ? conf_int(c, b, "per_client", 0, 0, 65535, d, &per_client) : e;
	e = e == OK ? conf_int(c, b, "connections", 4096, 1, 65535, d, &connections) : e;
	e = e == OK ? conf_int(c, b, "wait", 120, 1, 3600, d, &wait_s) : e;
	out->per_client = (unsigned)per_client;
	out->wait_ms = wait_s * 1000;
	out->connections = (unsigned)connections;
	struct str ech = conf_get(b, "ech");
	if (ech.n && !str_is(ech, "match") && !str_is(ech, "refuse"))
		e = diag_fail(d, c->file, b->line, "ech: write match or refuse.");
	out->refuse_ech = str_is(ech, "refuse");
	return e != OK ? e : d->errors > before ? ERR_SYNTAX : OK;
}

enum err proxy_config_tickets(const struct conf *c, struct diag *d, struct proxy_conf *out)
{
	const struct conf_block *b = conf_find(c, "kerberos", STR(""));
	size_t at = 0, before = d->errors;
	for (const struct conf_pair *p; b && (p = conf_each(b, "client", &at));) {
		if (out->ticket_clients == PROXY_TICKET_CLIENTS)
			diag_add(d, DIAG_ERROR, c->file, p->line, "There are more than %d networks that are asked for a ticket.", PROXY_TICKET_CLIENTS);
		else if (prefix_read(p->value, false, &out->ticket_client[out->ticket_clients]) == OK)
			out->ticket_clients++;
		else
			diag_add(d, DIAG_ERROR, c->file, p->line, "\"%.*s\" is not a network; write one like 10.0.8.0/22.", STRF(p->value));
	}
	return d->errors > before ? ERR_INVALID : OK;
}

const char *proxy_config_roots(struct arena *a, const struct conf *c)
{
	const struct conf_block *b = conf_find(c, "proxy", STR(""));
	struct str path = b ? conf_get(b, "roots") : STR_NONE;
	return path.n ? arena_z(a, path) : NULL;
}
