/* policy.h - a policy as the gate and explain() see it: one opened snapshot,
 * read into plain tables, and the overlay of live directives.
 *
 * policy_open() allocates and checks everything; after that nothing changes and
 * decide() allocates nothing.  Texts are views of the mapped snapshot and live
 * as long as the policy.  A policy belongs to one process; workers share the
 * mapped bytes through the page cache. */
#pragma once
#include "base/str.h"
#include "policy/read/live.h"
#include "policy/read/rules.h"

struct snapshot;
struct policy;
struct phrases;

enum safe_level { SAFE_OFF, SAFE_MODERATE, SAFE_STRICT };

enum { GROUP_MAX = 1024, GROUP_NONE = 0xffffffffu };

/* Opens one snapshot file.  sealed_key: 32 bytes of P/keys/sealed.key, or absent
 * (explain without the key: sealed lists are then not asked, and
 * policy_sealed_known() says so).  *out is untouched on failure. */
enum err policy_open(const char *path, struct str sealed_key, struct policy **out);
void policy_free(struct policy **p);

uint32_t   policy_generation(const struct policy *p);
uint32_t   policy_group(const struct policy *p, struct str name);   /* GROUP_NONE when there is none */
uint32_t   policy_strictest(const struct policy *p);                /* the group "unknown" */
struct str policy_group_name(const struct policy *p, uint32_t group);
unsigned   policy_group_flags(const struct policy *p, uint32_t group);        /* GROUP_WALLED ... of groups.h; of the strictest where unknown */
struct phrases *policy_phrases(const struct policy *p);             /* borrowed; NULL: none (policy/read/phrases.h) */
enum safe_level policy_group_safe(const struct policy *p, uint32_t group);  /* strict for no group */
bool       policy_assistant(const struct policy *p, struct str host);          /* a list of AI assistants (category `ai`) holds it */
struct str policy_category_name(const struct policy *p, uint16_t category);   /* "gaming" */
struct str policy_list_name(const struct policy *p, uint16_t list);           /* "ut1/games" */
struct str policy_list_version(const struct policy *p, uint16_t list);
bool       policy_sealed_known(const struct policy *p);
/* Short texts of the school: "school.name", "gate.name", "portal.url", "block.screen-off",
 * "help.childline", "upstream-filter.supplier" ...; absent when not given. */
struct str policy_text(const struct policy *p, const char *key);
const struct live *policy_live(const struct policy *p);             /* may be NULL */

/* The group of an address by the school's ranges (longest prefix); GROUP_NONE when none fits. */
struct range_hit { uint32_t group; int64_t school, class_id; };
bool policy_range(const struct policy *p, const uint8_t addr[16], struct range_hit *out);

/* A device by the digest of its token (HMAC-SHA-256 with P/keys/token.key).  person: in whose hands it is, for as long
 * as their agreement is in force; 0: nobody's. */
struct token_hit { int64_t school, device, person, class_id; uint32_t group; };
bool policy_token(const struct policy *p, const uint8_t digest[32], struct token_hit *out);

/* The running policy of a gate process: follows P/policy/current and live.log.
 * Call policy_source_poll() from a timer (100 ms or so; two system calls when
 * nothing changed).  A snapshot that does not check is refused, the last good
 * one stays. */
struct policy_source;
enum policy_change {                    /* bits */
	POLICY_SNAPSHOT = 1,            /* a new snapshot is in use */
	POLICY_LIVE = 2,                /* live directives were folded in */
	POLICY_REFUSED = 4,             /* `current` names a snapshot that was refused; the old one stays */
	POLICY_LIVE_BAD = 8,            /* live.log holds a record that is not believed */
};
/* dir = P/policy.  Opening succeeds without a snapshot: policy_source_now() is
 * then NULL and decide(NULL, ...) refuses everything (fail closed). */
enum err policy_source_open(const char *dir, struct str sealed_key, struct policy_source **out);
void policy_source_free(struct policy_source **s);
/* From now on a later snapshot is opened and checked by a helper thread, so that
 * the loop goes on serving; a poll takes it over when it is ready.  The first one
 * is still opened at once, and so is any when no thread can be started. */
void policy_source_background(struct policy_source *s);
unsigned policy_source_poll(struct policy_source *s, int64_t now_utc);    /* policy_change bits */
bool policy_source_opening(const struct policy_source *s);                /* a snapshot is being opened beside the loop */
const char *policy_source_dir(const struct policy_source *s);
enum err policy_source_error(const struct policy_source *s);              /* why the last one was refused */
const struct policy *policy_source_now(const struct policy_source *s);    /* valid until the next poll */
