#include "house/filter/trial_here.h"

#include "base/mem.h"
#include "house/ca/school_ca.h"
#include "house/filter/trial_ask.h"
#include "house/filter/trial_web.h"
#include "io/ca_ask.h"

enum { PEM_MAX = 64 * 1024 };

void trial_here_of(struct settings *s, struct trial_here *out)
{
	AUTO(buf_done) struct buf room = buf_init(CA_ANSWER_MAX);
	struct ca_list cas = { .n = 0 };
	*out = (struct trial_here){ .s = s, .ways = s->dns_listens ? 1u << WAY_DNS : 0, .pem = buf_init(PEM_MAX) };
	if (!s->proxy_listens)
		return;
	out->ways |= 1u << WAY_HTTP | 1u << WAY_HTTPS;
	enum err e = ca_ask(settings_path(s, "run/signer.sock"), &(struct ca_question){ .op = CA_SHOW }, &room, &cas);
	for (size_t i = 0; e == OK && i < cas.n; i++)
		if (cas.v[i].state == CA_USED) {
			out->ways |= 1u << WAY_INSIDE;
			school_ca_pem(&cas.v[i], &out->pem);
		}
}

void trial_here_done(struct trial_here *h) { buf_done(&h->pem); }

/* Up to a port or a path. */
static struct str name_of(struct str host)
{
	ptrdiff_t slash = str_chr(host, '/');
	host = slash < 0 ? host : str_upto(host, (size_t)slash);
	ptrdiff_t colon = str_chr(host, ':');
	return colon < 0 ? host : str_upto(host, (size_t)colon);
}

enum trial_got trial_here_ask(const struct trial_here *h, enum trial_way way, const uint8_t from[16], struct str host)
{
	return way == WAY_DNS ? trial_ask_dns(&h->s->dns_listen[0], from, name_of(host)) : trial_ask_web(way, &h->s->proxy_listen[0], buf_str(&h->pem), from, host);
}
