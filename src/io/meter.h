/* meter.h - what a gate worker counts of itself, in a page of its own that it maps
 * and anybody on the machine may read: P/run/meters/dns-1.  One writer, no lock and
 * no system call; numbers only, never a name, an address or a person.
 *
 * Counters grow from 0 at the start of the worker; gauges say what is now.
 * `gatehouse top` shows them, `gatehouse metrics` prints them for Prometheus. */
#pragma once
#include "base/str.h"

/*        name              counts  what it is */
#define METER_TABLE(X) \
	X(dns_asked,          true,  "Names asked for") \
	X(dns_cached,         true,  "Names answered from the cache") \
	X(dns_refused,        true,  "Names refused") \
	X(dns_signs,          true,  "Names answered with the page where agreements are signed") \
	X(dns_safe,           true,  "Names answered with a search engine's safe address") \
	X(dns_forwarded,      true,  "Names asked of the resolvers behind") \
	X(dns_failed,         true,  "Names for which no resolver answered") \
	X(dns_stale,          true,  "Names answered from an expired entry because no resolver answered") \
	X(dns_limited,        true,  "Queries dropped because one address asked too much") \
	X(web_requests,       true,  "Requests and tunnels decided") \
	X(web_refused,        true,  "Requests and tunnels refused") \
	X(web_signs,          true,  "Requests shown where agreements are signed") \
	X(web_tunnels,        true,  "Tunnels opened") \
	X(web_bytes_down,     true,  "Bytes from origins to clients") \
	X(web_connections,    false, "Client connections open now") \
	X(web_tickets,        true,  "Kerberos tickets that counted") \
	X(web_tickets_refused, true, "Kerberos tickets that did not count") \
	X(who_asked,          true,  "Questions and requests of which it was looked up whose they are") \
	X(who_unnamed,        true,  "Of those: nobody in particular, only the device or the network is known") \
	X(who_unknown,        true,  "Of those: nothing is known, the strictest rules hold") \
	X(events_lost,        false, "Events dropped for want of room and not yet reported") \
	X(spool_bytes,        false, "Bytes of events that wait for the house") \
	X(policy_generation,  false, "Number of the policy in use; 0: none, everything is refused")

enum meter {
#define METER_ENUM_(name, counts, help) METER_##name,
	METER_TABLE(METER_ENUM_)
#undef METER_ENUM_
	N_METERS
};

struct meter_info { const char *name, *help; bool counts; };
extern const struct meter_info METERS[N_METERS];

/* ---- the worker ---- */
struct meter_page;
/* Makes dir/name anew.  Never fails: without a file it counts into memory of its own and says so in the log. */
struct meter_page *meter_open(const char *dir, const char *name);
void meter_close(struct meter_page **p);                /* the file goes */
void meter_set(struct meter_page *p, enum meter m, uint64_t value);
/* Tells readers that the worker lives.  A few times a second. */
void meter_beat(struct meter_page *p, int64_t now_ms);

/* ---- whoever looks ---- */
enum { METER_NAME = 32, METER_SILENT_MS = 5000 };
struct meter_read {
	char name[METER_NAME];          /* "dns-1" */
	int64_t started_ms, beat_ms;    /* UTC */
	int64_t pid;
	uint64_t memory_bytes;          /* resident now, as the system says; 0: not known */
	uint64_t v[N_METERS];
};
/* Bytes of a file made by meter_open; ERR_CORRUPT when they are not, ERR_VERSION by another version. */
enum err meter_decode(struct str bytes, struct meter_read *out);
/* Every page of the folder by name, at most max; a file that is no such page is passed over.  A folder that is not there has none. */
enum err meter_read_all(const char *dir, struct meter_read *out, size_t max, size_t *n);
/* A worker that is stopped or killed does not beat. */
bool meter_alive(const struct meter_read *r, int64_t now_ms);
