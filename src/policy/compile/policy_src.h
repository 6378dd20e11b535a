/* policy_src.h - a policy while it is read from its sources (conf format) and
 * before it is written into a snapshot.  Everything lives in the arena. */
#pragma once
#include "base/conf.h"
#include "base/vec.h"
#include "policy/read/tables.h"

struct expect { struct str text, file; long line; };

/* A name that a file of the school puts above the rules. */
struct local_host { struct str host, file; long line; };

struct policy_src {
	struct arena *a;                /* borrowed */
	struct diag *d;                 /* borrowed; every finding, also after the first */
	const struct catalog *catalog;  /* categories by name */
	int64_t now_utc;
	bool house, local;              /* the source at hand is the house's own rules; is a file of the school */
	VEC(struct group) groups;
	VEC(struct rule) rules;
	VEC(struct rule_time) times;    /* by rule */
	long terms_later;               /* a line that speaks of terms before any was given; 0 = none */
	struct tools tools;
	struct downloads downloads;
	uint16_t download_ages[AGE_N];  /* kinds closed by age */
	struct engines engines;         /* by the number of the tool */
	struct calendar calendar;
	VEC(struct range) ranges;
	VEC(struct token) tokens;
	VEC(struct text) texts, meta;
	VEC(struct expect) expects;
	VEC(struct local_host) local_fixed;     /* help lines and own pages that the school added */
	uint64_t default_block[GROUP_CATEGORIES_MAX / 64], default_open[GROUP_CATEGORIES_MAX / 64], default_unread[GROUP_CATEGORIES_MAX / 64];
};

/* One source after the other; later ones add to and change what earlier ones
 * said.  Findings go to the diag; reading goes on. */
void policy_src_add(struct policy_src *s, const struct conf *c);
/* After the last: what must hold of the whole. */
void policy_src_finish(struct policy_src *s);
void policy_src_done(struct policy_src *s);

/* Pieces, one file each: handlers of block kinds. */
void src_group(struct policy_src *s, const struct conf *c, const struct conf_block *b);
void src_category_default(struct policy_src *s, const struct conf *c, const struct conf_block *b);
void src_rule(struct policy_src *s, const struct conf *c, const struct conf_block *b);
void src_private(struct policy_src *s, const struct conf *c, const struct conf_block *b);
void src_help(struct policy_src *s, const struct conf *c, const struct conf_block *b);
void src_own(struct policy_src *s, const struct conf *c, const struct conf_block *b);
void src_service(struct policy_src *s, const struct conf *c, const struct conf_block *b);
/* No help line or page of its own that the school wrote may cover a held service: after the last source. */
void src_service_finish(struct policy_src *s);
void src_download(struct policy_src *s, const struct conf *c, const struct conf_block *b);
void src_player(struct policy_src *s, const struct conf *c, const struct conf_block *b);
void src_embed(struct policy_src *s, const struct conf *c, const struct conf_block *b);
void src_source(struct policy_src *s, const struct conf *c, const struct conf_block *b);
void src_tool(struct policy_src *s, const struct conf *c, const struct conf_block *b);
void src_range(struct policy_src *s, const struct conf *c, const struct conf_block *b);
void src_device(struct policy_src *s, const struct conf *c, const struct conf_block *b);
void src_login(struct policy_src *s, const struct conf *c, const struct conf_block *b);
void src_term(struct policy_src *s, const struct conf *c, const struct conf_block *b);
void src_text(struct policy_src *s, const struct conf *c, const struct conf_block *b);
void src_upstream(struct policy_src *s, const struct conf *c, const struct conf_block *b);
void src_expect(struct policy_src *s, const struct conf *c, const struct conf_block *b);

/* Helpers. */
/* scope, who, until and reason of a block; false: the diag says what is wrong. */
bool src_common(struct policy_src *s, const struct conf *c, const struct conf_block *b, struct rule *out);
uint32_t src_ages(struct str word);     /* "learners" as bits of ages; 0: no such word */
void src_group_downloads(struct policy_src *s, const struct conf *c, const struct conf_pair *at, struct group *g, bool refuse);
uint32_t src_group_find(const struct policy_src *s, struct str name);
/* Categories that nobody's, or one group's, traffic is read in. */
void src_unread(struct policy_src *s, const struct conf *c, const struct conf_pair *at, uint32_t group);
void src_set_text(struct policy_src *s, bool meta, struct str key, struct str value);
/* A word of a list: white space and commas part words; false at the end. */
bool src_word(struct str *rest, struct str *word);
/* "host", "host/path" or a web address, in normal form in the arena. */
enum err src_address(struct policy_src *s, const struct conf *c, const struct conf_pair *at, struct str text,
                     struct str *host, struct str *path);
struct rule *src_add_rule(struct policy_src *s, enum rule_kind kind, struct str name, struct str host, struct str path);
/* "mon-fri 08:30-15:30", "sat,sun 22:00-02:00", "daily 06:00-21:00"; up to max spans. */
enum err src_spans(struct str text, struct week_span *out, size_t max, size_t *n);
int64_t src_id(struct policy_src *s, const struct conf *c, const struct conf_block *b, const char *key);
