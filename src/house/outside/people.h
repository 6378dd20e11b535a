/* people.h - who the school's directory says is there: what gatehouse.conf says of its groups, and an entry of the
 * directory as a pupil, a member of staff or nobody of the school.  Pure: no network, no database.
 *
 *   [people directory]                    the name of a [provider] of kind ldap or entra
 *   layout = ad                           ad or openldap; absent: ad when id_attribute is objectGUID
 *   base, filter                          absent: as the sign-in's;  groups_base: absent: base
 *   pupils = Pupils                       names of groups, OUs or words of sort_attribute; may repeat, as may all below
 *   staff = Staff     governors = ...     volunteers = ...
 *   leavers = Leavers                     whoever is in it has left
 *   year = Year {year}                    "Year 4", "Y4", "Reception" stand for {year}
 *   intake = Intake {intake}              the year in which they began Reception: moves up by itself each September
 *   class = Class {class}                 of staff: that they teach
 *   sort_attribute = department           its words count like names of groups
 *   reference_attribute = employeeID      the school office's own reference (UPN, admission number); absent: none
 *   username_attribute = uid              absent: sign-in names are made here, as for a file
 *   graph = https://graph.microsoft.com   (entra) absent: this
 *
 * Roles are not taken from a directory: people give them (docs/decisions/0295). */
#pragma once
#include "house/account/people.h"
#include "house/outside/provider.h"

enum { PEOPLE_MAX = 3000, PEOPLE_GROUPS_MAX = 1000, PEOPLE_WORDS_MAX = 12, PEOPLE_IN_MAX = 60, PEOPLE_TEACHES_MAX = 20, PEOPLE_TEXT_MAX = 200, PEOPLE_KEY_MAX = 64 };
/* Of the answer that holds them all: below the limit of a frame. */
enum { PEOPLE_BYTES_MAX = 1000 * 1024 };

enum people_word { PEOPLE_PUPILS, PEOPLE_STAFF, PEOPLE_GOVERNORS, PEOPLE_VOLUNTEERS, PEOPLE_LEAVERS, PEOPLE_YEAR, PEOPLE_INTAKE, PEOPLE_CLASS, PEOPLE_WORDS };
struct people_words { struct str v[PEOPLE_WORDS_MAX]; size_t n; };

struct people_rules {
	const struct provider *provider;
	bool ad;
	const char *base, *filter, *groups_base, *graph;
	const char *sort_attribute, *reference_attribute, *username_attribute;     /* NULL: none */
	struct people_words words[PEOPLE_WORDS];
	char shape[17];                    /* hex digits of a digest over the block and its provider: another one is agreed to anew */
};
struct people_sources { struct people_rules list[PROVIDERS_MAX]; size_t n; };

/* Views of the configuration and copies in the arena.  Findings to `d`: then ERR_INVALID. */
enum err people_rules_read(struct arena *a, const struct conf *c, const struct providers *p, struct diag *d, struct people_sources *out);
const struct people_rules *people_rules_find(const struct people_sources *s, struct str provider);       /* NULL: none */

/* One entry as the directory has it. */
struct people_entry {
	struct str key;                    /* objectGUID, entryUUID: lasting; never another's */
	struct str name, mail, ref, username;
	bool off;                          /* the account is disabled */
	struct str in[PEOPLE_IN_MAX];      /* groups, OUs, words of sort_attribute */
	size_t n_in;
	bool over;                         /* it is in more than PEOPLE_IN_MAX */
};
/* Adds one; empty and long ones are left out. */
void people_in(struct people_entry *e, struct str name);
struct people_row {
	enum person_kind kind;             /* 0: in none of the named groups: nobody is made of it */
	int year;                          /* YEAR_NONE: not said */
	struct str class;
	struct str teaches[PEOPLE_TEACHES_MAX];
	size_t n_teaches;
	bool gone;
	struct str wrong;                  /* a sentence: cannot be taken; absent: can */
};
void people_sort(struct arena *a, const struct people_rules *r, const struct people_entry *e, int64_t now_utc, struct people_row *out);

/* Whether a group of this name says anything by these rules. */
bool people_named(const struct people_rules *r, struct str group);

/* Who is in which groups: names live as long as the caller's arena. */
enum { PEOPLE_MEMBERS_MAX = 100000 };
struct people_members;
struct people_members *people_members_new(void);
void people_members_free(struct people_members **m);
enum err people_members_add(struct people_members *m, struct str member, struct str group);      /* ERR_LIMIT */
void people_members_into(const struct people_members *m, struct str member, struct people_entry *e);

/* The answer to be sent, grown entry by entry (house/roll/directory.h reads it). */
struct people_answer;
struct people_answer *people_answer_new(const struct people_rules *r);
void people_answer_free(struct people_answer **p);
/* ERR_LIMIT: more than PEOPLE_MAX.  Entries without key or name are counted and passed over. */
enum err people_answer_add(struct people_answer *p, const struct people_entry *e, int64_t now_utc);
/* Compact JSON, malloc'd; NULL: larger than PEOPLE_BYTES_MAX. */
char *people_answer_text(struct people_answer *p, size_t groups);
/* "It answers: 214 pupils, 31 staff, 4 who have left, 12 groups. ..." for whoever presses the test button. */
struct str people_answer_says(struct arena *a, const struct people_answer *p, size_t groups);
