/* explain.h - "why was this refused?": asks decide() the question that the gate
 * would ask and says in words what came of it.  For the command line and for a
 * page.  Of a sealed entry it says "Refused by a protected rule." and nothing
 * else: no list, no matched name.  Whoever shows it to people limits the rate
 * and writes an audit line. */
#pragma once
#include "base/arena.h"
#include "policy/decide/decide.h"

/* "ks2", "plan-7", "ks1:session", "ks2:class=4:person=12:unsigned", "unknown".
 * After the group: session | class=N | person=N | device=N | network=GROUP | a standing
 * (unknown unsigned declined grace current).  Without one the agreement counts
 * as signed, except for the strictest group, where nobody is known. */
enum err who_read(const struct policy *p, struct str who, struct facts *out);

struct explained {
	struct decision d;
	struct str host, path;          /* as asked, in normal form; path absent when the address had none */
	struct str who, group;          /* as asked; the group that counts at that time */
	const char *verdict;            /* "allow" */
	const char *row;                /* the line of the precedence that decided */
	const char *word;               /* the reason's word */
	const char *adult, *ten, *six;  /* what each reads */
	struct str rule, rule_reason;   /* the rule's name and the school's sentence; absent when none decided */
	struct str category, list, list_version;
	struct str matched;             /* the part of the host that matched */
	uint32_t generation;
	bool sealed_unknown;            /* sealed lists were not asked: no key here */
};

/* ERR_SYNTAX: not an address; ERR_ABSENT: no such group.  url: "https://www.example.test/page", or a name alone.
 * Texts are copies in the arena. */
enum err explain(struct arena *a, const struct policy *p, struct str url, struct str who, int64_t at_utc,
                 struct explained *out);
/* As lines for a terminal. */
void explain_print(const struct explained *e, int64_t at_utc, struct buf *out);
