/* agreement_store.h - agreements in force and signatures, kept in the registers
 * `agreement`, `agreement-translation` and `signature`.  Every write carries who
 * and why; a version that was in force stays readable for ever, and so does what
 * stood beside it in another language. */
#pragma once
#include "house/account/people.h"
#include "house/agreement/agreement.h"
#include "house/store/entry.h"

/* ---- texts ---- */

struct agreement_active {
	struct agreement text;         /* in the arena */
	int64_t entry;                 /* its entry */
	int64_t seen;                  /* version of the entry */
	int64_t active_utc;            /* in force since; a draft: written */
	struct str state;              /* active, retired, draft, withdrawn */
	int64_t by, second;            /* who wrote it last, who looked at it and put it in force; 0 none */
};

/* Puts a text in force and retires the one before.  ERR_EXISTS: this very text is in force already; ERR_INVALID with a
 * finding: a mandatory tag is missing (6-09). */
enum err agreement_activate(struct store *st, struct arena *a, const struct act *act, const struct agreement *g, struct diag *d);
/* The same, with every translation of the folder that fits it. */
enum err agreement_activate_shipped(struct store *st, struct arena *a, const struct act *act, const struct agreement_data *data,
                                    const struct agreement *g, struct diag *d);
/* ERR_ABSENT: nothing is in force for that audience. */
enum err agreement_in_force(struct store *st, struct arena *a, int64_t school, struct str audience, struct agreement_active *out);
/* Any version by its entry. */
enum err agreement_version(struct store *st, struct arena *a, int64_t school, int64_t entry, struct agreement_active *out);
/* Nobody of that audience can be let on afterwards; `why` is kept.  ERR_STATE: it is not in force. */
enum err agreement_retire(struct store *st, struct arena *a, const struct act *act, int64_t entry, struct str why);
/* Days of grace of the text in force (0 to 366): the school's own choice, not part of what is signed. */
enum err agreement_grace_set(struct store *st, struct arena *a, const struct act *act, struct str audience, int64_t days);

/* A draft: one for each audience.  Written anew it replaces what stood in it, and a second look starts again. */
enum err agreement_draft_put(struct store *st, struct arena *a, const struct act *act, const struct agreement *g, struct diag *d, int64_t *entry);
enum err agreement_draft(struct store *st, struct arena *a, int64_t school, struct str audience, struct agreement_active *out);      /* ERR_ABSENT: none */
/* Puts it in force.  ERR_FORBIDDEN: who wrote it last does not also look at it; ERR_INVALID: a mandatory tag is missing. */
enum err agreement_draft_activate(struct store *st, struct arena *a, const struct act *act, int64_t entry, int64_t seen, struct diag *d);
enum err agreement_draft_drop(struct store *st, struct arena *a, const struct act *act, int64_t entry);

/* ---- translations ---- */

struct agreement_translation { struct agreement text; int64_t entry, seen; bool confirmed; struct str checked_by; };
/* Those of a version, by language; withdrawn ones are left out. */
enum err agreement_translations(struct store *st, struct arena *a, int64_t school, int64_t agreement, struct agreement_translation **out, size_t *n);
enum err agreement_translation_get(struct store *st, struct arena *a, int64_t school, int64_t entry, struct agreement_translation *out);
enum err agreement_translation_put(struct store *st, struct arena *a, const struct act *act, int64_t agreement, const struct agreement *t);
/* checked_by: who, and how they know the language; required to confirm. */
enum err agreement_translation_confirm(struct store *st, struct arena *a, const struct act *act, int64_t entry, struct str checked_by);
enum err agreement_translation_withdraw(struct store *st, struct arena *a, const struct act *act, int64_t entry);

/* What somebody is shown: the text in force and, when there is one, its translation. */
struct agreement_shown {
	struct agreement_active in_force;
	struct agreement_translation other;     /* other.entry 0: none */
	uint8_t digest[SHA256_BYTES];           /* of both; of the English alone when there is no other */
};
enum err agreement_show_of(struct store *st, struct arena *a, int64_t school, struct str audience, struct str language, struct agreement_shown *out);

/* ---- how somebody reads ---- */

struct reading { struct str language; bool symbols, aloud; };      /* language: BCP 47, "en" when nothing is set */
enum err reading_get(struct db *db, struct arena *a, int64_t school, int64_t person, struct reading *out);
enum err reading_set(struct db *db, struct arena *a, const struct act *act, int64_t person, const struct reading *r);

/* ---- signatures ---- */

/*        how        word */
#define SIGN_HOW_TABLE(X) X(SIGN_SELF, "self") X(SIGN_HELPED, "helped") X(SIGN_CLASS, "class") X(SIGN_PAPER, "paper") X(SIGN_TELEPHONE, "telephone")
enum sign_how {
#define SIGN_HOW_(name, word) name,
	SIGN_HOW_TABLE(SIGN_HOW_)
#undef SIGN_HOW_
};

struct sign_in {
	int64_t person;
	enum sign_how how;
	int64_t witness;               /* 0: none; needed for SIGN_HELPED and SIGN_CLASS */
	bool declined;
	int64_t until_utc;             /* 0: no end of its own */
	const uint8_t *digest;         /* of all that the page showed; ERR_STALE when another is in force now */
	struct str language;           /* that stood beside the English; absent: none */
	bool talked;                   /* parents: talked over with the child; without it a parent's signature is ERR_INVALID (5.4-09) */
	int64_t signed_utc;            /* on paper: that day; 0 = now.  Before the text was in force: ERR_STATE */
	struct str note;               /* absent: none */
};
enum err agreement_sign(struct store *st, struct arena *a, const struct act *act, const struct sign_in *in);
/* A whole class in one transaction: all or none. */
enum err agreement_sign_class(struct store *st, struct arena *a, const struct act *act, const int64_t *people, size_t n,
                              int64_t witness, const uint8_t *digest);
/* Takes the last signature or refusal back: a new entry, nothing is removed.  ERR_ABSENT: there is none. */
enum err agreement_undo(struct store *st, struct arena *a, const struct act *act, int64_t person, struct str why);

struct agreement_state {
	enum standing standing;
	struct str audience;
	struct agreement_signature last;
	bool in_force;                 /* there is an agreement for this audience at all */
	int64_t grace_until_utc;       /* STANDING_GRACE: when it ends */
	bool untaught;                 /* a pupil who has not had the lesson before access yet (taught.h) */
};
/* Where somebody stands now. */
enum err agreement_state_of(struct store *st, struct arena *a, const struct person *p, int64_t now_utc, struct agreement_state *out);
/* What the gate goes by: who was not taught first is held back like who has not signed (5.1-02). */
enum standing agreement_let_on(const struct agreement_state *s);
/* The filter group of a person: their own, else their class's, else by kind. */
struct str agreement_group(struct db *db, struct arena *a, const struct person *p);
/* Which agreement is theirs. */
struct str agreement_audience_of(struct db *db, struct arena *a, const struct person *p);
