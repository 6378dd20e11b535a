#include "gate/dns/config.h"

static_assert((int)SETTINGS_LISTEN <= (int)DNS_LISTEN_MAX, "every address of the settings has its place");

enum { ENTRY_BYTES = 512, CACHE_LEAST = 1 << 20 };

static void take_clients(const struct conf *c, const struct conf_block *b, struct diag *d, struct resolver_options *o)
{
	size_t at = 0;
	for (const struct conf_pair *p; (p = conf_each(b, "client", &at));) {
		if (o->n_clients == RESOLVER_PREFIXES)
			diag_add(d, DIAG_ERROR, c->file, p->line, "There are more than %d networks that may ask.", RESOLVER_PREFIXES);
		else if (prefix_read(p->value, false, &o->clients[o->n_clients]) == OK)
			o->n_clients++;
		else
			diag_add(d, DIAG_ERROR, c->file, p->line, "\"%.*s\" is not a network; write one like 10.0.0.0/8.", STRF(p->value));
	}
}

static void take_domains(const struct conf *c, const struct conf_block *b, struct diag *d, struct resolver_options *o)
{
	struct dns_name name;
	size_t at = 0;
	for (const struct conf_pair *p; (p = conf_each(b, "local_domain", &at));) {
		if (o->locals == RESOLVER_DOMAINS)
			diag_add(d, DIAG_ERROR, c->file, p->line, "There are more than %d local domains.", RESOLVER_DOMAINS);
		else if (dns_name_of(p->value, &name) == OK && name.n > 1)
			o->local[o->locals++] = p->value;
		else
			diag_add(d, DIAG_ERROR, c->file, p->line, "\"%.*s\" is not a domain; write one like school.lan.", STRF(p->value));
	}
}

static enum err take_block(const struct conf *c, struct diag *d, struct resolver_options *o)
{
	static const char *const keys[] = { "client", "local_domain", "private_answers", "letter_case", "questions_per_second", "burst", "tunnel_names", NULL };
	const struct conf_block *b = conf_find(c, "dns", STR(""));
	int64_t per_s = RATE_PER_S, burst = RATE_BURST, names = TUNNEL_NAMES;
	if (!b)
		return OK;
	TRY(conf_only(c, "dns", keys, d));
	take_clients(c, b, d, o);
	take_domains(c, b, d, o);
	TRY(conf_bool(c, b, "private_answers", false, d, &o->allow_private));
	TRY(conf_bool(c, b, "letter_case", true, d, &o->letter_case));
	TRY(conf_int(c, b, "questions_per_second", RATE_PER_S, 0, 1000000, d, &per_s));
	TRY(conf_int(c, b, "burst", RATE_BURST, 0, 1000000, d, &burst));
	TRY(conf_int(c, b, "tunnel_names", TUNNEL_NAMES, 0, 1000000, d, &names));
	o->tunnel_names = (uint32_t)names;
	o->rate_per_s = (uint32_t)per_s;
	o->rate_burst = per_s ? (uint32_t)burst : 0;
	return OK;
}

static void take_addresses(const struct settings *s, struct dns_server_options *out)
{
	out->listens = s->dns_listens < DNS_LISTEN_MAX ? s->dns_listens : DNS_LISTEN_MAX;
	memcpy(out->listen, s->dns_listen, out->listens * sizeof *out->listen);
	out->dots = s->dot_listens;
	memcpy(out->dot, s->dot_listen, out->dots * sizeof *out->dot);
	out->dohs = s->doh_listens;
	memcpy(out->doh, s->doh_listen, out->dohs * sizeof *out->doh);
	out->cert = s->tls_cert;
	out->key = s->tls_key;
	out->asks[0] = settings_certificates(s, "dot");
	out->asks[1] = settings_certificates(s, "doh");
	out->zone = str_z(s->dns_name);
	out->resolver.servers = (unsigned)(s->upstreams < FORWARD_SERVERS ? s->upstreams : FORWARD_SERVERS);
	memcpy(out->upstream, s->upstream, out->resolver.servers * sizeof *out->upstream);
	memcpy(out->resolver.block4.b, s->block_address4, 16);
	memcpy(out->resolver.block6.b, s->block_address6, 16);
	memcpy(out->resolver.away4.b, s->away_address4, 16);
	memcpy(out->resolver.away6.b, s->away_address6, 16);
	out->resolver.turned = s->intercept_tls_listens > 0;
	out->resolver.has_away4 = s->has_away4;
	out->resolver.has_away6 = s->has_away6;
	out->resolver.has_block4 = s->has_block4;
	out->resolver.has_block6 = s->has_block6;
}

enum err dns_config(const struct settings *s, struct diag *d, struct dns_server_options *out)
{
	static char text[FORWARD_SERVERS][SOCK_TEXT];
	struct dns_server_options o = { .listens = 0 };
	struct resolver_options *r = &o.resolver;
	size_t errors = d->errors, bytes = (size_t)s->cache_entries * ENTRY_BYTES;
	take_addresses(s, &o);
	r->block_ttl_s = s->block_ttl > 5 ? 5 : s->block_ttl;
	r->gate_name = str_z(s->gate_name);
	r->cache_bytes = bytes < CACHE_LEAST ? CACHE_LEAST : bytes;
	r->letter_case = true;
	r->rate_per_s = RATE_PER_S;
	r->rate_burst = RATE_BURST;
	r->tunnel_names = TUNNEL_NAMES;
	for (unsigned i = 0; i < r->servers; i++) {
		sock_addr_text(&s->upstream[i], text[i]);
		r->server[i] = str_z(text[i]);
	}
	TRY(take_block(&s->conf, d, r));
	if (d->errors > errors)
		return ERR_INVALID;
	*out = o;
	return OK;
}
