/* site.h - the pages that the gate itself serves to people: why a page is
 * refused, where to sign, "tell someone", "ask for this site", the captive portal.
 * Works with the house stopped.  Pure but for the spool: what a child tells is
 * acknowledged only when spool_add_durable() has said so. */
#pragma once
#include "base/buf.h"
#include "event/write/spool.h"
#include "gate/identity/identity.h"

enum { SITE_FORM_MAX = 16 * 1024, SITE_PAGE_MAX = 128 * 1024, SITE_WORDS_MAX = 2000 /* characters */ };

struct site_conf {
	const char *gate_name;          /* gatehouse.home.arpa; copied by reference, as the rest */
	const char *portal_url;         /* https://... without a final '/'; for the signing page */
	const char *school_name;        /* where the policy says none; may be NULL */
	int64_t school;
	uint8_t key[32];                /* of form tokens: the same in every worker */
	struct spool *spool;            /* borrowed; NULL: nothing can be told */
	uint16_t page_port;             /* where browsers without a proxy find us; 0 or 80: the usual */
	uint16_t proxy_port;            /* for the PAC file; 0: 3128 */
};

struct site;
void site_new(const struct site_conf *c, struct site **out);
void site_free(struct site **s);

struct site_ask {
	struct str method, path;        /* path with its query */
	struct str host;                /* as asked for: our own name, or the name whose page is refused */
	struct str origin, fetch_site;  /* of the request; may be absent */
	struct str body;                /* form of a POST, at most SITE_FORM_MAX */
	struct addr from;
	const struct who *who;
	const struct policy *policy;    /* may be NULL */
	const struct decision *refused; /* of host and path, when asked at a refused host; else NULL */
	bool framed;                    /* asked for inside a frame of another page: a refusal is a poster */
	int64_t now_utc;
	bool proxied;                   /* came through the proxy */
};

struct site_reply {
	int status;
	const char *type;               /* Content-Type */
	bool framed;                    /* may stand inside a frame: it has no button */
	bool untold;                    /* nothing that somebody told stands in it: it need not be wiped */
	bool probes;                    /* shows pictures of other names (safe.h) */
	struct buf location;            /* of a redirect; empty otherwise */
	struct buf body;
};
struct site_reply site_reply_init(void);
void site_reply_done(struct site_reply *r);

/* Our own pages. */
void site_answer(struct site *s, const struct site_ask *a, struct site_reply *r);
/* A refused page: `d` says why; host and path as asked for. */
void site_refused(struct site *s, const struct site_ask *a, const struct decision *d, struct site_reply *r);
/* For a device of the school that is away from it: why a page is closed there too.  host absent: of a page asked for without TLS. */
void site_away(struct site *s, const struct site_ask *a, struct site_reply *r);
/* The origin could not be reached or answered nonsense: a plain page. */
void site_trouble(struct site *s, const struct site_ask *a, enum err why, struct site_reply *r);
/* The host of an inspected connection is not who it claims to be: `why` says so in plain words. */
void site_untrusted(struct site *s, const struct site_ask *a, const char *why, struct site_reply *r);
/* An operating system's captive-portal probe?  Then the answer is filled in. */
bool site_probe(struct site *s, const struct site_ask *a, bool open, struct site_reply *r);
/* Content-Security-Policy of every page here: no script, only our own style. */
const char *site_csp(const struct site *s);
const char *site_csp_framed(const struct site *s);
const char *site_csp_of(const struct site *s, const struct site_reply *r);
/* "check." and our name: a page inside TLS that shows whether the school's certificate is installed. */
bool site_is_check(const struct site *s, struct str host);
bool site_is_own(const struct site *s, struct str host);
