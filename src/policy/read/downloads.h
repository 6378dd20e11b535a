/* downloads.h - kinds of files that a group may not download (7.5-08): data/policy/base/05-downloads.conf names for each kind its
 * endings, its media types and its shapes (wire/shape.h).  A kind that is `approved` is downloaded by nobody, of whatever role, but from
 * a source that the register of software has approved; no group's rules open it. */
#pragma once
#include "base/buf.h"
#include "base/str.h"

struct snapshot;
struct policy;
struct groups;

enum { DOWNLOADS_MAX = 16 };            /* kinds: a bit each */

struct download_kind {
	struct str name, title;         /* "programs", "Programs" */
	struct str names;               /* endings, lower case, parted by single spaces: " exe dll " */
	struct str attached;            /* endings that count only where a file is named for saving: names of sites end like them */
	struct str types;               /* media types, the same way */
	uint32_t shapes;                /* SHAPE_ bits */
	bool approved;
};

/* Most words stand in no list: those that do are in a filter, which says no and never a wrong one. */
enum { DOWNLOADS_FILTER = 16 /* words of 64 bits */ };
struct downloads {
	struct download_kind v[DOWNLOADS_MAX];
	size_t n;
	bool filtered;                  /* the filters are filled: as they are read */
	uint64_t endings_in[DOWNLOADS_FILTER], types_in[DOWNLOADS_FILTER];
};

/* Bits of kinds.  file: a name or the last piece of a path; attached: the server names it for saving. */
uint32_t downloads_by_name(const struct downloads *d, struct str file, bool attached);
uint32_t downloads_by_type(const struct downloads *d, struct str type);
uint32_t downloads_by_shape(const struct downloads *d, uint32_t shapes);
uint32_t downloads_approved(const struct downloads *d);         /* kinds that only an approved source opens */

const struct downloads *policy_downloads(const struct policy *p);

/* The DOWNLOADS section: the kinds, and for each group the bits of those closed to it. */
enum err downloads_read(struct str bytes, struct downloads *out, struct groups *groups);
void downloads_write(const struct downloads *d, const struct groups *groups, struct buf *out);
enum err downloads_check(const struct snapshot *s, struct str bytes);
