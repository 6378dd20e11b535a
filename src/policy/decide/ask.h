/* ask.h - one question on its way to an answer: what gather.c found out and the
 * rows of decide.c look at.  Lives on decide()'s stack. */
#pragma once
#include "policy/decide/decide.h"
#include "policy/read/tables.h"

/* Everything that the rows ask about one question, gathered in one walk. */
struct ask {
	const struct policy *p;
	const struct facts *f;
	uint32_t group;                 /* that counts now */
	const struct group *g;
	const struct group *network;    /* whose timetable holds as well: of the network it came by; NULL = none */
	uint16_t minute;                /* of the local week */
	bool named;                     /* only the name is known, not the path */
	bool session;                   /* a class session is open */
	bool session_walled;
	int64_t session_until;          /* 0 = not known to the overlay */
	int64_t times_until;            /* when the hours of a rule over this host next change; 0 = none has any */
	struct hits hits;
	const struct rule *help, *own, *teaching, *wall, *search;
	const struct rule *held, *service, *in_use, *device, *unread;     /* of the register of services; the longest host of each */
	const struct rule *rule;        /* the school's rule that counts most */
	uint64_t rank;                  /* its rank */
	const struct rule *live_block, *live_allow;
	bool lifted;                    /* a rule lifts the categories, though not the wall */
	bool partial;
	struct decision *out;
};

/* Fills everything below `f` from the policy, its lists and the overlay. */
void ask_gather(struct ask *a);
/* The rule is in force now and its scope holds for who asks; needs p, f, group and minute only. */
/* As decide(), with this rule standing where a signed service stands. */
void decide_opened(const struct policy *p, const struct facts *f, const struct rule *opened, struct decision *out);
bool ask_meant(const struct ask *a, const struct rule *r);
