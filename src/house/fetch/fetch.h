/* fetch.h - one file from the web, by HTTPS (plain HTTP only from this machine
 * itself), with limits on size and time, asked for only when it has changed. */
#pragma once
#include "base/hash.h"

enum { FETCH_WHY = 200, FETCH_MARK = 256 };

struct fetch_ask {
	const char *url, *to;            /* to: file to write, made new */
	const char *etag, *modified;     /* of what we have; NULL or "": nothing */
	const char *ca_file;             /* NULL: the system's certificates */
	uint64_t max_bytes;
	long seconds;                    /* for the whole of it */
};

struct fetch_got {
	bool unchanged;                  /* nothing was written: what we have is the newest */
	uint64_t bytes;
	char etag[FETCH_MARK], modified[FETCH_MARK];
	uint8_t sha256[SHA256_BYTES];
};

/* On failure `to` is removed and why holds a sentence. */
enum err fetch_url(const struct fetch_ask *a, struct fetch_got *out, char why[FETCH_WHY]);
/* Whether the address may be fetched at all; why as above. */
enum err fetch_allowed(const char *url, char why[FETCH_WHY]);
