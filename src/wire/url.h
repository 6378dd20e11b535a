/* url.h - a web address taken apart, as a filter needs it: http and https,
 * or no scheme at all ("example.test/page", as lists and people write it).
 * User name, password and fragment are dropped. */
#pragma once
#include "wire/addr.h"
#include "wire/host.h"

enum { URL_MAX = 8192, URL_PATH_MAX = 4096 };

struct url {
	struct str scheme;            /* view: "http", "https", as written; absent when there was none */
	char host[HOST_MAX + 1];      /* normal form; for an address its RFC 5952 text, no brackets */
	size_t host_n;
	bool is_addr;                 /* the host is an address: addr holds it */
	struct addr addr;
	uint16_t port;                /* 0 when not given */
	struct str path;              /* view: path and query as written, without fragment; may be absent */
};

enum err url_read(struct str s, struct url *out);
static inline struct str url_host(const struct url *u) { return (struct str){ u->host, u->host_n }; }
/* host, host:port, [v6]:port - as in a Host header or a CONNECT request. */
enum err url_read_authority(struct str s, struct url *out);
/* The path as lists are compared: begins with '/', unreserved %XX decoded (others in upper case),
 * "." and ".." resolved, runs of '/' made one, query kept.  ERR_LIMIT past max. */
enum err url_path_norm(struct str path, char *out, size_t max, size_t *n);
