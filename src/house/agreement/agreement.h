/* agreement.h - what people sign before they are let on, and what a signature
 * is worth on a given day (clauses 7.2-02 to -04, 4.5-01, 6-09).  Pure: texts
 * come from data/agreements, signatures from the caller.
 *
 * Nothing interrupts a lesson: a new version leaves everybody who signed the
 * one before in STANDING_GRACE until midnight (UK) after the grace days, and with
 * no grace days until the midnight that follows. */
#pragma once
#include "base/conf.h"
#include "base/hash.h"
#include "house/procedure/profile.h"
#include "policy/decide/decide.h"

struct agreement_rule {
	struct str id;                /* "phone-away"; the school's own lines begin with AGREEMENT_OWN */
	struct str tag;               /* what it is about; several are separated by spaces */
	struct str picture;           /* a symbol, ui/static/promise-NAME.svg; may be absent */
	struct str text;
};
#define AGREEMENT_OWN "own-"

struct agreement {
	struct str audience;          /* early-years ks1 ks2 staff supply volunteer governor visitor parent */
	struct str language;          /* BCP 47, "en" */
	struct str title;
	struct str notice;            /* the monitoring notice, acknowledged with the signature (7.3.4-06) */
	struct str offline;           /* what somebody who declines is offered */
	struct str mandatory;         /* tags that must not be missing, separated by spaces */
	bool aloud;                   /* read out by an adult, with pictures */
	int64_t version;              /* 1, 2, ... */
	int64_t grace_days;
	struct agreement_rule *rules; /* in the arena */
	size_t n;
	uint8_t digest[SHA256_BYTES]; /* of everything a signer was shown */
};

struct agreement_set { struct agreement *v; size_t n; };

/* What people of an audience must be told of: mandatory.conf, by clause. */
struct agreement_tag { struct str id, title, audiences, when, clauses; };

/* The words around a text, of one language. */
struct agreement_words {
	struct str code, name, english, sign, decline, child_sign, child_decline, rules, notice, decline_help, instead, aloud;
	bool rtl;                     /* written from the right */
};

/* Everything of data/agreements, settled for one profile. */
struct agreement_data {
	struct agreement_set texts;        /* the English ones */
	struct agreement_set translations; /* of all other languages, partial ones too */
	struct agreement_tag *tags;
	struct agreement_words *languages;
	size_t n_tags, n_languages;
};

/* Every audience, in the order of pages. */
#define AGREEMENT_AUDIENCE_TABLE(X) \
	X("early-years", "Nursery and Reception") X("ks1", "Years 1 and 2") X("ks2", "Years 3 to 6") X("staff", "Staff") \
	X("supply", "Supply staff") X("volunteer", "Volunteers") X("governor", "Governors") X("visitor", "Visitors and contractors") \
	X("parent", "Parents and carers")
enum { AGREEMENT_AUDIENCES = 9 };
extern const struct agreement_audience { const char *word, *title; bool child; } agreement_audiences[AGREEMENT_AUDIENCES];
const char *agreement_audience_title(struct str audience);     /* the word itself when unknown: never NULL */

/* Reads one file of agreements.  One that lacks a text or a notice, or a tag of its own line `mandatory`, is a finding,
 * and none of the file is taken (6-09).  Rules with a condition are kept when `p` fulfils it; p NULL: left out. */
enum err agreement_load_for(struct arena *a, const char *path, const struct profile *p, struct diag *d, struct agreement_set *out);
enum err agreement_load(struct arena *a, const char *path, struct diag *d, struct agreement_set *out);      /* without a profile */
/* The folder data/agreements.  `mandatory` of each English text is filled from mandatory.conf; a text that lacks one is a finding. */
enum err agreement_data_load(struct arena *a, const char *data_dir, const struct profile *p, struct diag *d, struct agreement_data *out);
/* languages.conf alone. */
enum err agreement_languages(struct arena *a, const char *data_dir, struct diag *d, struct agreement_words **out, size_t *n);
/* The words of a language; those of English when there is none of that code. */
const struct agreement_words *agreement_words_of(const struct agreement_words *w, size_t n, struct str code);

/* "phone.exam_rule is yes": whether the profile says so; absent is always.  Joined with " and ".  p NULL: only what has no condition. */
bool agreement_when(const struct profile *p, struct str condition);
/* The mandatory tags of an audience in a school of this profile, separated by spaces. */
struct str agreement_mandatory(struct arena *a, const struct agreement_tag *tags, size_t n, const struct profile *p, struct str audience);
/* The first mandatory tag that no rule has; STR_NONE: complete. */
struct str agreement_missing(const struct agreement *g);
bool agreement_has_tag(const struct agreement_rule *r, struct str tag);

/* The agreement of an audience in a language, else in English; NULL when there is none. */
const struct agreement *agreement_find(const struct agreement_set *set, struct str audience, struct str language);
/* Which audience a person belongs to: kind of person, and for a learner the group. */
struct str agreement_audience(struct str kind, struct str group);
/* Digest of the text as it stands, into g->digest. */
void agreement_digest(struct agreement *g);

/* A translation for `now`, made of one of `then`: what was worded as it is now keeps its translation, the rest has none
 * (an absent text). */
struct agreement agreement_carry(struct arena *a, const struct agreement *then, const struct agreement *translation, const struct agreement *now);
/* Rule of that id; NULL: none. */
const struct agreement_rule *agreement_rule_find(const struct agreement *g, struct str id);

struct agreement_signature {
	int64_t at_utc;               /* 0: none */
	int64_t version;
	uint8_t digest[SHA256_BYTES];
	bool declined;
	bool undone;                  /* taken back: given by mistake */
	int64_t until_utc;            /* a visitor's signature ends with the visit; 0: no end of its own */
	int64_t entry, by;            /* its entry, and who wrote it */
	struct str how;
};

/* What the last signature is worth now.  active_utc: when this version was made active. */
enum standing agreement_standing(const struct agreement *current, int64_t active_utc,
                                 const struct agreement_signature *last, int64_t now_utc);
