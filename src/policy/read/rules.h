/* rules.h - hosts and paths with what the school says of them: help lines, own
 * pages, rules, teaching services, allow-lists.  One index over all, so that a
 * decision walks the labels of a host once. */
#pragma once
#include "base/buf.h"
#include "base/str.h"

struct snapshot;

enum { RULES_MAX = 100000 };

enum rule_kind {
	RULE_HELP,              /* a help line or help page: allowed, never kept by name */
	RULE_OWN,               /* the portal and the gate themselves */
	RULE_BLOCK,
	RULE_ALLOW,
	RULE_TEACHING,          /* a named teaching service: stands above `gaming` only */
	RULE_WALL,              /* on the allow-list of a walled group */
	RULE_SEARCH,            /* a search tool's own name (exactly): `who` is the tool's number (safesearch.h) */
	RULE_HELD,              /* a service of the school's register: closed but for those whom one of the next two meets */
	RULE_SERVICE,           /* opened by a signed risk assessment: stands above `service` categories and the wall */
	RULE_IN_USE,            /* was in use when the register began, and waits for its assessment: not held, and no more */
	RULE_DEVICE,            /* a service for the school's own devices only: held where no registered device asks */
	RULE_PRIVATE,           /* private between its visitors and itself: never read inside TLS */
	RULE_SOURCE,            /* an approved source of programs (7.5-08): opens no address, only what is downloaded there */
	RULE_PLAYER,            /* a player's page (policy/decide/embed.h); `name` is the player */
	RULE_PART,              /* what it is made of */
	RULE_WATCH,             /* where its films stand on the site */
	RULE_EMBED,             /* a page on which the player `name` may stand */
	RULE_EMBED_FOR,         /* at the player's pages: some page may show it, for this scope */
	RULE_EMBED_APPROVED,    /* the same: every approved page may */
	N_RULE_KIND
};

enum rule_scope { SCOPE_EVERYONE, SCOPE_GROUP, SCOPE_CLASS, SCOPE_PERSON, N_RULE_SCOPE };

struct rule {
	uint32_t id;                    /* number shown to people; unique in its table */
	enum rule_kind kind;
	enum rule_scope scope;
	int64_t who;                    /* group index, class id or person id; 0 for everyone */
	struct str host;                /* normal form: this name and every name below it */
	struct str path;                /* begins with "/": this path and what stands under it; absent = all */
	int64_t until_utc;              /* 0 = no end */
	struct str name;                /* as written in the source, e.g. "maths-games" */
	struct str reason;              /* one sentence for adults */
	int64_t school;                 /* live rules: whose; 0 = any */
	const struct rule_time *times;  /* hours in which it holds (times.h), of the table; NULL: always */
	size_t n_times;
	struct str group;               /* live rules with a group scope: its name (`who` is not used) */
};

struct rules {
	struct rule *v;                 /* owned array; the texts belong to whoever filled it */
	size_t n;
	struct rule_time *times;        /* owned; what the rules point into */
	uint32_t *slots;                /* owned; open addressing by hash of the host: first rule + 1 */
	uint32_t *next;                 /* owned; chain of rules on the same host: rule + 1, 0 ends */
	size_t n_slots;                 /* power of two, at least twice the hosts */
};

void rules_index(struct rules *r);              /* (re)builds slots and next */
void rules_done(struct rules *r);

/* Every rule whose host is this host or above it, longest host first. */
enum { RULE_LABELS_MAX = 127 };
struct rule_walk { const struct rules *r; struct str host; uint32_t hash[RULE_LABELS_MAX]; uint8_t at[RULE_LABELS_MAX]; int n, i; uint32_t next; };
void rule_walk_begin(struct rule_walk *w, const struct rules *r, struct str host);
const struct rule *rule_walk_next(struct rule_walk *w);
/* Does the rule's path cover this one?  "/a" covers "/a", "/a/b", "/a?x", not "/ab". */
bool rule_path_covers(struct str rule_path, struct str path);
/* One word of a source line: "host" or "host/path", parted.  The host is not normalised here. */
void rule_split(struct str text, struct str *host, struct str *path);

/* The RULES section.  rules_read checks everything and builds the index; texts are views of bytes. */
enum err rules_read(struct str bytes, struct rules *out);
void rules_write(const struct rule *v, size_t n, struct buf *out);
enum err rules_check(const struct snapshot *s, struct str bytes);
