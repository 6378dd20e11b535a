/* agreement_store.h - agreements in force and signatures, kept in the registers
 * `agreement` and `signature`.  Every write carries who and why; a version that
 * was in force stays readable for ever. */
#pragma once
#include "house/account/people.h"
#include "house/agreement/agreement.h"
#include "house/store/entry.h"

struct agreement_active {
	struct agreement text;         /* in the arena */
	int64_t entry;                 /* its entry */
	int64_t active_utc;            /* in force since */
};

/* Puts a text in force and retires the one before.  ERR_EXISTS: this very text is in force already. */
enum err agreement_activate(struct store *st, struct arena *a, const struct act *act, const struct agreement *g, struct diag *d);
/* ERR_ABSENT: nothing is in force for that audience. */
enum err agreement_in_force(struct store *st, struct arena *a, int64_t school, struct str audience, struct agreement_active *out);

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
	const uint8_t *digest;         /* of the text that the page showed; ERR_STALE when another is in force now */
};
enum err agreement_sign(struct store *st, struct arena *a, const struct act *act, const struct sign_in *in);
/* A whole class in one transaction: all or none. */
enum err agreement_sign_class(struct store *st, struct arena *a, const struct act *act, const int64_t *people, size_t n,
                              int64_t witness, const uint8_t *digest);

struct agreement_state {
	enum standing standing;
	struct str audience;
	struct agreement_signature last;
	bool in_force;                 /* there is an agreement for this audience at all */
};
/* Where somebody stands now. */
enum err agreement_state_of(struct store *st, struct arena *a, const struct person *p, int64_t now_utc, struct agreement_state *out);
/* The filter group of a person: their own, else their class's, else by kind. */
struct str agreement_group(struct db *db, struct arena *a, const struct person *p);
