/* rights.h - who may do what: the matrix of data/roles.conf, loaded and
 * checked once, before any thread, never changed while the program runs.  The roles
 * that code names stand in ROLE_TABLE; the file may add others (up to ROLES_MAX), which
 * are numbers from N_ROLES on once it is loaded: adding one touches no C.  A person may hold
 * several roles; what they may do is the union.  Two things stand above the
 * union: capabilities refused to everybody (impersonation, sealed lists), and
 * the exclusion of the subject of a case, which the case itself checks. */
#pragma once
#include "base/diag.h"
#include "base/str.h"

/*        name         word          title */
#define ROLE_TABLE(X) \
	X(ROLE_ADMIN,      "admin",      "Administrator") \
	X(ROLE_TECHNICIAN, "technician", "Technician") \
	X(ROLE_DSL,        "dsl",        "Designated safeguarding lead") \
	X(ROLE_DEPUTY,     "deputy",     "Deputy safeguarding lead") \
	X(ROLE_HEAD,       "head",       "Headteacher") \
	X(ROLE_LEADERSHIP, "leadership", "Leadership team") \
	X(ROLE_GOVERNOR,   "governor",   "Governor") \
	X(ROLE_CHAIR,      "chair",      "Chair of governors") \
	X(ROLE_TEACHER,    "teacher",    "Teacher") \
	X(ROLE_STAFF,      "staff",      "Member of staff") \
	X(ROLE_OFFICE,     "office",     "School office") \
	X(ROLE_BUSINESS,   "business",   "Business manager") \
	X(ROLE_SENCO,      "senco",      "SENCO") \
	X(ROLE_LEARNER,    "learner",    "Pupil") \
	X(ROLE_PARENT,     "parent",     "Parent or carer") \
	X(ROLE_VISITOR,    "visitor",    "Visitor") \
	X(ROLE_SUPPLY,     "supply",     "Supply teacher")

enum role {
#define ROLE_ENUM_(name, word, title) name,
	ROLE_TABLE(ROLE_ENUM_)
#undef ROLE_ENUM_
	N_ROLES
};
enum { ROLES_MAX = 64, ROLE_WORD_MAX = 40, ROLE_TEXT_MAX = 300 };
typedef uint64_t role_set;                         /* bit 1 << role */
#define ROLE_BIT(r) ((role_set)1 << (r))

const char *role_word(enum role r);
const char *role_title(enum role r);
struct str role_titles(struct arena *a, role_set roles);    /* "Headteacher, Safeguarding lead" */
enum err role_read(struct str word, enum role *out);
int role_count(void);                              /* known now; roles are 0 to role_count() - 1 */

/* What the file says of a role beside its rights. */
struct role_facts {
	char title[81];
	char accountable[ROLE_TEXT_MAX];               /* "answers for": a sentence for the register; "" none */
	char needed[61];                               /* "yes": vacant is red; a parameter's key: when the profile says yes; "" no */
	bool second_factor;                            /* reads safeguarding text or changes rules */
	bool sole;                                     /* one holder at a time */
	bool duties;                                   /* an appointment must say what it comprises (4.2-03) */
	bool trained;                                  /* work is handed over only with training of the last two years (4-02) */
	bool trained_first;                            /* nobody is appointed without such training (7.8-11) */
	bool confirms;                                 /* may be the second person of a change of rights */
};
const struct role_facts *role_facts(enum role r);

/* The rows of the matrix. */
#define CAP_TABLE(X) \
	X(CAP_SCHOOL,        "school-parameters") \
	X(CAP_ROLES,         "role-register") \
	X(CAP_ACCOUNTS,      "accounts") \
	X(CAP_IMPERSONATE,   "impersonate") \
	X(CAP_AUP,           "aup-sign") \
	X(CAP_POLICY_TEXT,   "policy-text") \
	X(CAP_RULE_PROPOSE,  "rule-propose") \
	X(CAP_RULE_ASSESS,   "rule-assess") \
	X(CAP_SEALED,        "sealed-lists") \
	X(CAP_ACTIVITY_CLASS,"activity-class") \
	X(CAP_ACTIVITY_NAMED,"activity-named") \
	X(CAP_ACTIVITY_STAFF,"activity-staff") \
	X(CAP_ALERTS,        "alerts") \
	X(CAP_CONCERN_RAISE, "concern-raise") \
	X(CAP_CONCERN,       "concern") \
	X(CAP_CONCERN_DECIDE,"concern-decide") \
	X(CAP_STAFF_CASE,    "staff-case") \
	X(CAP_VIEWING,       "viewing-justification") \
	X(CAP_CUSTODY,       "evidence-custody") \
	X(CAP_RELEASE,       "device-release") \
	X(CAP_DEVICE_SEARCH, "device-search") \
	X(CAP_VULNERABLE,    "vulnerability") \
	X(CAP_RISK,          "risk-assessment") \
	X(CAP_ENTITLEMENT,   "entitlements") \
	X(CAP_EDITORIAL,     "editorial") \
	X(CAP_TRAINING,      "training") \
	X(CAP_CURRICULUM,    "curriculum") \
	X(CAP_GOVERNOR,      "governor-report") \
	X(CAP_CLASS_SESSION, "class-session") \
	X(CAP_VISITORS,      "visitors") \
	X(CAP_CHANNELS,      "official-channels") \
	X(CAP_CONTACTS,      "contacts") \
	X(CAP_EVIDENCE_PACK, "evidence-pack") \
	X(CAP_OWN_DATA,      "own-data") \
	X(CAP_REGISTERS,     "registers")

enum cap {
#define CAP_ENUM_(name, word) name,
	CAP_TABLE(CAP_ENUM_)
#undef CAP_ENUM_
	N_CAPS
};
const char *cap_word(enum cap c);
/* The file may add rows of its own for the school's registers, [capability registers-NAME]: numbers from N_CAPS on. */
enum { CAPS_MAX = 80 };

enum access { ACCESS_READ = 1, ACCESS_WRITE = 2, ACCESS_APPROVE = 4, ACCESS_OWN = 8 };   /* bits; WRITE and APPROVE bring READ */

/* How far a grant reaches: a bit each; the page narrows what it shows by it. */
#define REACH_TABLE(X) \
	X(REACH_ALL,         "all",            0)  /* without any narrowing */ \
	X(REACH_OWN,         "own",            1)  /* what is about, or belongs to, the person */ \
	X(REACH_RAISED,      "raised",         2)  /* what the person wrote */ \
	X(REACH_ASSIGNED,    "assigned",       3)  /* what was given to the person */ \
	X(REACH_CLASS,       "own-class",      4) \
	X(REACH_NOT_SUBJECT, "unless-subject", 5)  /* all, but never what is about the person */ \
	X(REACH_COUNTS,      "counts",         6)  /* numbers without names */ \
	X(REACH_REQUEST,     "on-request",     7)  /* when asked to, each time kept */ \
	X(REACH_TECHNICAL,   "technical",      8) \
	X(REACH_EDUCATIONAL, "educational",    9) \
	X(REACH_CONSENT,     "consent",        10) \
	X(REACH_STAFF_CASES, "staff-cases",    11) \
	X(REACH_SYSTEM,      "system-faults",  12) \
	X(REACH_PUBLIC,      "public",         13) \
	X(REACH_COMMENT,     "comment",        14) \
	X(REACH_TIME,        "time-limited",   15) \
	X(REACH_UNBLOCK,     "unblock-request",16) \
	X(REACH_DRAFT,       "draft",          17) \
	X(REACH_HEAD_CASES,  "head-is-subject",18) \
	X(REACH_OTHER,       "other",          19)

enum reach {
#define REACH_ENUM_(name, word, bit) name = 1 << (bit),
	REACH_TABLE(REACH_ENUM_)
#undef REACH_ENUM_
};

struct rights;                                     /* the loaded matrix; shared by all threads */
enum err rights_load(const char *path, struct diag *d, struct rights **out);
void rights_free(struct rights **r);
/* Only the roles of the file, for programs that show no pages: words and facts. */
enum err roles_load(const char *path, struct diag *d);

/* The reaches by which a person with these roles has this access; 0: none at all. */
uint32_t rights_reach(const struct rights *r, role_set roles, enum cap cap, enum access access);
static inline bool rights_may(const struct rights *r, role_set roles, enum cap cap, enum access access)
{
	return rights_reach(r, roles, cap, access) != 0;
}
/* Whether the matrix refuses this to the role in so many words (X), whatever other roles bring. */
bool rights_refused(const struct rights *r, enum role role, enum cap cap);
/* Whether a role reads safeguarding text or changes rules: a second factor is asked of it. */
bool rights_second_factor(const struct rights *r, role_set roles);
struct str rights_title(const struct rights *r, enum cap cap);
/* By its word, also those that the file added; false: none. */
bool rights_cap(const struct rights *r, struct str word, enum cap *out);
