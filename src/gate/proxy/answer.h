/* answer.h - the two DNS messages that the proxy speaks itself: a question for
 * the addresses of a name, and the addresses in its answer.  Pure. */
#pragma once
#include "wire/addr.h"
#include "wire/host.h"

enum { ANSWER_ADDRS = 8, ANSWER_QUERY_MAX = HOST_MAX + 2 + 16, ANSWER_MAX = 4096 };

struct answer { struct addr a[ANSWER_ADDRS]; size_t n; uint32_t ttl; /* seconds, of the shortest */ };

/* six: AAAA instead of A.  host in normal form; gives the length. */
size_t answer_query(struct str host, bool six, uint16_t id, uint8_t out[ANSWER_QUERY_MAX]);
/* An answer to exactly this query: its addresses are added to *out.  ERR_SYNTAX:
 * not an answer to it; ERR_ABSENT: the name does not exist; ERR_NET: the server failed. */
enum err answer_read(struct str bytes, struct str query, struct answer *out);
