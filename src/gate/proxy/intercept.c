#include "gate/proxy/intercept.h"

#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6/ip6_tables.h>

#include "policy/read/groups.h"
#include "wire/tls_hello.h"

enum err intercept_target(int fd, struct sock_addr *out)
{
	struct sock_addr local, a = { .n = sizeof a.un };
	TRY(sock_local(fd, &local));
	uint8_t bytes[16];
	sock_addr_bytes(&local, bytes);
	struct addr where;
	memcpy(where.b, bytes, 16);
	bool four = addr_is4(where);                    /* also on a socket of both families */
	if (getsockopt(fd, four ? SOL_IP : SOL_IPV6, four ? SO_ORIGINAL_DST : IP6T_SO_ORIGINAL_DST, &a.any, &a.n) < 0)
		a = local;                              /* not redirected: TPROXY, or asked directly */
	*out = a;
	return OK;
}

const char *intercept_why_not(bool named, bool ech, unsigned group_flags)
{
	if (!named && !(group_flags & GROUP_NAMELESS))
		return "no name";
	return ech && group_flags & GROUP_NO_ECH ? "encrypted hello" : NULL;
}

void intercept_end(struct client *c, uint8_t alert)
{
	char record[7] = { 21, 3, 1, 0, 2, 2, (char)alert };
	stream_write(c->s, (struct str){ record, sizeof record });
	client_end(c);
}

static void refuse(struct client *c, const char *why, uint8_t alert)
{
	judge_mismatch(c, why);
	intercept_end(c, alert);
}

/* The name in the hello, or in its absence the address that was meant; false: neither is one. */
static bool take_host(struct client *c, const struct tls_hello *h)
{
	struct sock_addr to;
	char text[SOCK_TEXT];
	if (h->name_n)
		return url_read_authority((struct str){ h->name, h->name_n }, &c->url) == OK && !c->url.is_addr;
	if (stream_target(c->s, intercept_target, &to) != OK)
		return false;
	sock_addr_text(&to, text);
	return url_read_authority(str_z(text), &c->url) == OK;
}

static const char *why_not(const struct client *c, const struct tls_hello *h)
{
	const struct policy *p = policy_watch_policy(c->p->watch);
	bool ech = h->ech && c->p->conf.refuse_ech;     /* for everybody */
	return ech ? "encrypted hello" : intercept_why_not(h->name_n > 0, h->ech, p ? policy_group_flags(p, c->who.group) : GROUP_NO_ECH);
}

void intercept_hello(struct client *c)
{
	struct tls_hello h;
	enum err e = tls_hello_read(buf_str(&c->early), &h);
	if (e == ERR_END)
		return;
	if (e != OK) {
		refuse(c, "no TLS", ALERT_HANDSHAKE);
		return;
	}
	bool good = take_host(c, &h);
	if (good)
		judge(c, STR_NONE);
	const char *why = good ? why_not(c, &h) : "no host name";
	if (!good || (why && c->d.verdict == VERDICT_ALLOW)) {
		refuse(c, why, ALERT_NAME);
		return;
	}
	c->url.port = 443;
	if (secure_read(c))
		return;
	judge_log(c, STR_NONE, true);
	if (c->d.verdict != VERDICT_ALLOW) {
		intercept_end(c, ALERT_ACCESS_DENIED);
		return;
	}
	tunnel_hello(c);
}
