/* need.h - gates: what must be so before an entry of a register moves on, as it
 * stands in the register's own file, below its fields:
 *
 *   [gate approve]
 *   at = approved running                  before which states it stands
 *   only = profile social.official_enabled yes     the gate counts only then; or: only = field kind channel
 *   need = filled purpose | Say what the children will learn.
 *   need = if partner is other: yes checked | Somebody looks at the material first.
 *   need = current assessment service signed review 14 | No signed assessment holds. | /services/{id}
 *
 * A need is a test, the sentence for whoever is refused, and (perhaps) the page where it is mended.  In both,
 * {field} stands for the field's value, {id} for the entry, {who} for the name of the person at issue.
 *
 *   filled F           F has a value                    yes F               F is yes
 *   is F V...          F is one of the values           differ F G...       no two of them are alike, all filled
 *   before F G         day or moment F lies before G    ahead F             F is not past
 *   open F [DAYS]      F and so many days are not past: the gate shuts by itself after them
 *   domain F           an address in the school's own mail domain (parameter school.mail_domain)
 *   e164 F             a number as ITU-T E.164 writes it: + and 7 to 15 digits
 *   role F R...        who stands in F holds one of these roles now; "@KEY": the words of that parameter
 *   kind F K...        who stands in F is of one of these kinds
 *   some REG           an entry of REG belongs to this one
 *   each REG TEST...   the test holds for each entry of REG that belongs to this one
 *   current REG LINK STATES DATE [DAYS]     an entry of REG whose LINK is this one, in one of STATES (commas), DATE not past
 *   linked F REG STATES DATE [DAYS]         the same, of the entry whose number stands in F
 *   consent F KIND [written|learners]       the newest consent of that kind of who stands in F is given (register consent); learners:
 *                                           asked of learners only
 *   among F KEY        the value is one of the words of that parameter
 *   through F GATE     that gate of the entry whose number stands in F is open
 *   record F REG PERSON KIND K              an entry of REG is about who stands in F (its field PERSON), and its field KIND is K
 *   public F...        nothing in these texts is kept off the public website (house/site/guard.h); {what} says what is
 *   found REG F V GATE                      REG is still empty, or an entry with F = V is there whose gate is open
 *   (some, each: REG.LINK for those whose field LINK names this one; REG.LINK=F for those that name what F names here)
 *
 * DATE may be "-": no day is asked for.  Plain values in the arena of the registers. */
#pragma once
#include "base/conf.h"

#define NEED_TABLE(X) \
	X(FILLED, "filled", 1, 1) X(YES, "yes", 1, 1) X(IS, "is", 2, 9) X(DIFFER, "differ", 2, 9) X(BEFORE, "before", 2, 2) X(AHEAD, "ahead", 1, 1) \
	X(OPEN, "open", 1, 2) X(DOMAIN, "domain", 1, 1) X(E164, "e164", 1, 1) X(ROLE, "role", 2, 9) X(KIND, "kind", 2, 9) X(SOME, "some", 1, 1) \
	X(AMONG, "among", 2, 2) X(THROUGH, "through", 2, 2) X(RECORD, "record", 5, 5) X(FOUND, "found", 4, 4) X(PUBLIC, "public", 1, 9) \
	X(EACH, "each", 3, 9) X(CURRENT, "current", 4, 5) X(LINKED, "linked", 4, 5) X(CONSENT, "consent", 2, 3)
enum need_test {
#define NEED_ENUM_(name, word, least, most) NEED_##name,
	NEED_TABLE(NEED_ENUM_)
#undef NEED_ENUM_
	N_NEED
};

enum { NEED_ARGS_MAX = 9, GATE_NEEDS_MAX = 60, GATE_STATES_MAX = 8, GATES_MAX = 8 };

struct need {
	enum need_test test, inner;    /* inner: of `each`, whose own words are arg[1] onwards */
	struct str arg[NEED_ARGS_MAX];
	size_t n;
	struct str if_field, if_value; /* absent: always */
	bool if_not;
	struct str says, link;         /* link absent: the entry's own page */
};

struct gate_def {
	struct str name;
	struct str at[GATE_STATES_MAX];
	size_t n_at;
	struct str only_key, only_field, only_value;   /* of the profile, or of the entry; absent: always */
	struct need *needs;
	size_t n_needs;
};

/* One [gate NAME] block; findings name file and line. */
enum err gate_read(struct arena *a, struct str file, const struct conf_block *b, struct diag *d, struct gate_def *out);
