/* agreement.h - what people sign before they are let on, and what a signature
 * is worth on a given day (clauses 7.2-02 to -04, 4.5-01, 6-09).  Pure: texts
 * come from data/agreements, signatures from the caller.
 *
 * Nothing interrupts a lesson: a new version leaves everybody who signed the
 * one before in STANDING_GRACE until midnight (UK) after the grace days. */
#pragma once
#include "base/conf.h"
#include "base/hash.h"
#include "policy/decide/decide.h"

struct agreement_rule { struct str id, tag, picture, text; };

struct agreement {
	struct str audience;          /* early-years ks1 ks2 staff supply volunteer governor visitor parent */
	struct str language;          /* BCP 47, "en" */
	struct str title;
	struct str notice;            /* the monitoring notice, acknowledged with the signature (7.3.4-06) */
	struct str offline;           /* what somebody who declines is offered */
	bool aloud;                   /* read out by an adult, with pictures */
	int64_t version;              /* 1, 2, ... */
	int64_t grace_days;
	struct agreement_rule *rules; /* in the arena */
	size_t n;
	uint8_t digest[SHA256_BYTES]; /* of everything a signer was shown */
};

struct agreement_set { struct agreement *v; size_t n; };

/* Reads one file of agreements.  One that lacks a mandatory tag, a text or a
 * notice is a finding, and none of the file is taken (6-09). */
enum err agreement_load(struct arena *a, const char *path, struct diag *d, struct agreement_set *out);
/* The agreement of an audience in a language, else in English; NULL when there is none. */
const struct agreement *agreement_find(const struct agreement_set *set, struct str audience, struct str language);
/* Which audience a person belongs to: kind of person, and for a learner the group. */
struct str agreement_audience(struct str kind, struct str group);

struct agreement_signature {
	int64_t at_utc;               /* 0: none */
	int64_t version;
	uint8_t digest[SHA256_BYTES];
	bool declined;
	int64_t until_utc;            /* a visitor's signature ends with the visit; 0: no end of its own */
};

/* What the last signature is worth now.  active_utc: when this version was made active. */
enum standing agreement_standing(const struct agreement *current, int64_t active_utc,
                                 const struct agreement_signature *last, int64_t now_utc);
