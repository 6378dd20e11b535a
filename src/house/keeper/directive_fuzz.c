/* What the portal asks of the keeper: any JSON, by people of every kind, against a small school. */
#include <ftw.h>
#include <sodium.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/fuzz.h"
#include "base/log.h"
#include "gen_queries.h"
#include "house/account/people.h"
#include "house/keeper/keeper.h"
#include "house/store/migrate.h"
#include "house/store/seal.h"
#include "io/file.h"

enum { RUNS = 20000 };                   /* then a new school: the old one has got long */

static struct keeper *keeper;
static char prefix[64];

static int take_away(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

static void close_school(void)
{
	keeper_free(&keeper);
	if (prefix[0])
		(void)nftw(prefix, take_away, 16, FTW_DEPTH | FTW_PHYS);      /* what cannot be removed stays */
	prefix[0] = '\0';
}

static const char *in(struct arena *a, const char *name) { return arena_fmt(a, "%s/%s", prefix, name).p; }

static void make_folders(struct arena *a)
{
	static const char *const folders[] = { "house", "policy", "spool", "run", "lists" };
	uint8_t pub[32], key[32];
	(void)snprintf(prefix, sizeof prefix, "/tmp/gatehouse-fuzz.XXXXXX");
	FUZZ_CHECK(mkdtemp(prefix) && sodium_init() >= 0 && crypto_box_keypair(pub, key) == 0);
	for (size_t i = 0; i < ARRAY_N(folders); i++)
		FUZZ_CHECK(dir_make(in(a, folders[i]), 0700) == OK);
	FUZZ_CHECK(dir_make(in(a, "keys"), 0700) == OK && keys_make(in(a, "keys")) == OK);
	FUZZ_CHECK(file_create(in(a, "keys/spool.pub"), (struct str){ (char *)pub, 32 }, 0600) == OK);
	FUZZ_CHECK(file_create(in(a, "keys/spool.key"), (struct str){ (char *)key, 32 }, 0600) == OK);
	FUZZ_CHECK(file_create(in(a, "gatehouse.conf"), STR("[school]\nname = Nettlebed Test School\nprofile = primary\n"), 0600) == OK);
}

static void make_database(struct arena *a, const char *name, enum db_part part)
{
	struct db *db = NULL;
	struct q_school_add_row row;
	FUZZ_CHECK(db_open(arena_fmt(a, "sqlite:%s/house/%s.db", prefix, name).p, &db) == OK && db_migrate(db, part) == OK);
	if (part == DB_HOUSE)
		FUZZ_CHECK(q_school_add_one(db, a, &(struct q_school_add_args){ .name = STR("Nettlebed Test School"), .profile = STR("primary"), .at = clock_utc() }, &row) == OK);
	db_free(&db);
}

/* 1 a teacher, 2 a safeguarding lead, 3 a technician, 4 a learner. */
static void make_people(struct diag *d)
{
	static const struct { const char *name; enum person_kind kind; enum role role; } who[] = {
		{ "Mr Bramble Quillfeather", KIND_STAFF, ROLE_TEACHER }, { "Mrs Juniper Leadwell", KIND_STAFF, ROLE_DSL },
		{ "Mr Cobalt Dummerby", KIND_STAFF, ROLE_TECHNICIAN }, { "Tansy Testerley", KIND_LEARNER, ROLE_LEARNER } };
	struct act act = { 1, 0, "fuzz" };
	int64_t class_id, id;
	FUZZ_CHECK(class_add(keeper->db, &act, STR("Teasel"), 4, STR("ks2"), d, &class_id) == OK);
	for (size_t i = 0; i < ARRAY_N(who); i++) {
		bool learner = who[i].kind == KIND_LEARNER;
		struct person_in p = { .kind = who[i].kind, .name = str_z(who[i].name), .year = learner ? 4 : YEAR_NONE, .class_id = learner ? class_id : 0 };
		FUZZ_CHECK(person_add(keeper->db, &act, &p, d, &id) == OK && role_give(keeper->db, &act, id, who[i].role, 1, 0, d) == OK);
	}
	FUZZ_CHECK(class_staff_set(keeper->db, &act, class_id, 1, true) == OK);
}

static void open_school(void)
{
	struct arena a = arena_init();
	struct diag d = diag_init(20);
	make_folders(&a);
	make_database(&a, "house", DB_HOUSE);
	make_database(&a, "activity", DB_ACTIVITY);
	FUZZ_CHECK(keeper_open(prefix, GH_SOURCE_ROOT "/data", &d, &keeper) == OK);
	make_people(&d);
	diag_done(&d);
	arena_done(&a);
}

FUZZ(directive, bytes)
{
	static int runs;
	clock_fake(1795000000000);
	if (!keeper)
		atexit(close_school);
	if (!keeper || ++runs % RUNS == 0) {
		close_school();
		open_school();
	}
	json_t *in = json_loadb(bytes.p ? bytes.p : "", bytes.n, JSON_REJECT_DUPLICATES, NULL);
	json_t *out = keeper_directive(keeper, in);
	FUZZ_CHECK(json_is_true(json_object_get(out, "ok")) || json_string_length(json_object_get(out, "why")) > 0);
	json_decref(in);
	json_decref(out);
}
