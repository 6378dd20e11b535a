/* doh.h - a request of DNS over HTTPS (RFC 8484), and the names of devices in
 * it.  Pure.  A device of the school asks under a name of its own, so that it is
 * known wherever it is:
 *
 *   DNS over TLS     TOKEN.dns.school.example      the name in the hello
 *   DNS over HTTPS   https://dns.school.example/dns-query/TOKEN
 *
 * TOKEN is one label, "17-k3vq...": the device's number and its secret, lower case
 * letters and digits, since names have no other case. */
#pragma once
#include "base/str.h"

enum {
	DOH_QUERY_MAX = 4096,           /* bytes of a question */
	DOH_SECRET_MIN = 20, DOH_SECRET_MAX = 40,
	DOH_TOKEN_MAX = 63,             /* "17:k3vq...", as the policy's digest covers it */
};

struct doh_ask {
	uint8_t query[DOH_QUERY_MAX];   /* of GET, decoded; a POST has it in its body */
	size_t query_n;
	bool post;
	char token[DOH_TOKEN_MAX + 1];  /* "device:secret"; empty: no device named */
};

/* 0, or the status to answer with: 400, 404, 405, 414, 415.  type: of the body, for POST. */
int doh_read(struct str method, struct str target, struct str type, struct doh_ask *out);
/* "17-secret" as "17:secret"; ERR_SYNTAX: it is no such label. */
enum err doh_label(struct str label, char out[DOH_TOKEN_MAX + 1]);
/* The label before `zone` in a server name; ERR_ABSENT: the zone itself.  zone: lower case, no dot at its end. */
enum err doh_name(struct str name, struct str zone, char out[DOH_TOKEN_MAX + 1]);
