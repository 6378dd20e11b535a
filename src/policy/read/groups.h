/* groups.h - the groups of a school and what each may do: the age profile of
 * 7.3.1-02.  A plan for one learner (5.2-04) is a group with a parent and an
 * end; when it has ended, its parent counts. */
#pragma once
#include "base/buf.h"
#include "base/str.h"
#include "policy/read/calendar.h"
#include "policy/read/policy.h"

struct snapshot;

enum {
	GROUP_WALLED = 1,               /* only the allow-list */
	GROUP_SESSION = 2,              /* needs an open class session (7.1-15) */
	GROUP_TERM_ONLY = 4,            /* closed outside school terms */
	GROUP_NAMELESS = 8,             /* a TLS hello without a name goes to its address, when that is open */
	GROUP_NO_ECH = 16,              /* a TLS hello with an encrypted part is refused, also under an open name */
	GROUP_INSPECT = 32,             /* HTTPS is read, but for what is private */
	GROUP_CATEGORIES_MAX = 1024,
	GROUP_HOURS_MAX = 64,           /* spans of a timetable */
	GROUP_TIMED_MAX = 64,
	GROUP_DEPTH_MAX = 4,            /* a plan of a plan ... */
};

struct timed { uint16_t category; struct week_span span; };

struct group {
	struct str name, title;
	uint32_t parent;                /* index, or GROUP_NONE */
	int64_t until_utc;              /* a plan's end; 0 = none */
	uint8_t flags;                  /* GROUP_WALLED ... */
	enum safe_level safe;
	uint64_t blocked[GROUP_CATEGORIES_MAX / 64];    /* categories closed */
	uint64_t timed_set[GROUP_CATEGORIES_MAX / 64];  /* categories that open only at the times below */
	uint64_t unread[GROUP_CATEGORIES_MAX / 64];     /* categories never read inside TLS */
	uint64_t tools;                 /* search tools chosen: bit of the tool's number */
	bool any_tool;                  /* not limited to chosen tools (staff) */
	uint16_t downloads;             /* kinds of files that are not downloaded (downloads.h); stands in their own section */
	uint8_t home_tool;              /* where other search tools are sent; 255 = none */
	struct week_span *hours;        /* open times; none = always.  Owned by the table */
	size_t n_hours;
	struct timed *timed;            /* owned by the table */
	size_t n_timed;
};

struct groups { struct group *v; size_t n; uint32_t strictest; };

static inline bool group_bit(const uint64_t *set, uint16_t category)
{
	return category < GROUP_CATEGORIES_MAX && (set[category / 64] >> (category % 64) & 1);
}
static inline void group_set(uint64_t *set, uint16_t category, bool on)
{
	if (category < GROUP_CATEGORIES_MAX)
		set[category / 64] = (set[category / 64] & ~(UINT64_C(1) << category % 64)) | (uint64_t)on << category % 64;
}
uint32_t groups_find(const struct groups *g, struct str name);          /* GROUP_NONE when absent */
/* The group itself, or what stands for it now: its parent after a plan's end, the strictest for no group. */
uint32_t groups_now(const struct groups *g, uint32_t group, int64_t now_utc);
/* How far `of` stands above group (0 = the same); -1 when it does not. */
int groups_distance(const struct groups *g, uint32_t group, uint32_t of);

enum err groups_read(struct str bytes, struct groups *out);
void groups_write(const struct groups *g, struct buf *out);
void groups_done(struct groups *g);
enum err groups_check(const struct snapshot *s, struct str bytes);
