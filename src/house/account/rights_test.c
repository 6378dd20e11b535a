#include "house/account/rights.h"

#include "base/test.h"

static struct rights *load(void)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	struct rights *r = NULL;
	enum err e = rights_load(test_source("data/roles.conf"), &d, &r);
	for (size_t i = 0; i < d.n; i++)
		fprintf(stderr, "%ld: %.*s\n", d.items[i].line, STRF(d.items[i].text));
	CHECK_OK(e);
	return r;
}

TEST(rights, nobody_may_act_as_another_or_open_a_sealed_list)
{
	AUTO(rights_free) struct rights *r = load();
	for (int role = 0; role < N_ROLES; role++) {
		CHECK(rights_refused(r, (enum role)role, CAP_IMPERSONATE) && rights_refused(r, (enum role)role, CAP_SEALED));
		for (int access = 1; access <= ACCESS_OWN; access *= 2) {
			CHECK(!rights_may(r, ~(role_set)0, CAP_IMPERSONATE, (enum access)access));
			CHECK(!rights_may(r, ~(role_set)0, CAP_SEALED, (enum access)access));
		}
	}
}

/* The cells that matter most, as the two policies have them. */
TEST(rights, key_cells_of_the_matrix)
{
	static const struct { enum role role; enum cap cap; enum access access; uint32_t reach; } cells[] = {
		{ ROLE_ADMIN, CAP_CONCERN, ACCESS_READ, REACH_RAISED },
		{ ROLE_TECHNICIAN, CAP_CONCERN, ACCESS_READ, REACH_RAISED },
		{ ROLE_DSL, CAP_CONCERN, ACCESS_READ, REACH_NOT_SUBJECT },
		{ ROLE_GOVERNOR, CAP_CONCERN, ACCESS_READ, REACH_COUNTS },
		{ ROLE_TEACHER, CAP_CONCERN, ACCESS_READ, REACH_RAISED | REACH_ASSIGNED },
		{ ROLE_OFFICE, CAP_CONCERN, ACCESS_READ, REACH_RAISED },
		{ ROLE_VISITOR, CAP_CONCERN, ACCESS_READ, 0 },
		{ ROLE_LEARNER, CAP_CONCERN, ACCESS_READ, REACH_OWN },
		{ ROLE_ADMIN, CAP_STAFF_CASE, ACCESS_READ, 0 },
		{ ROLE_LEADERSHIP, CAP_STAFF_CASE, ACCESS_READ, 0 },
		{ ROLE_HEAD, CAP_STAFF_CASE, ACCESS_APPROVE, REACH_NOT_SUBJECT },
		{ ROLE_CHAIR, CAP_STAFF_CASE, ACCESS_APPROVE, REACH_HEAD_CASES },
		{ ROLE_GOVERNOR, CAP_STAFF_CASE, ACCESS_READ, 0 },
		{ ROLE_HEAD, CAP_ACTIVITY_STAFF, ACCESS_READ, REACH_NOT_SUBJECT },
		{ ROLE_DSL, CAP_ACTIVITY_STAFF, ACCESS_READ, 0 },
		{ ROLE_TEACHER, CAP_ACTIVITY_NAMED, ACCESS_READ, 0 },
		{ ROLE_TECHNICIAN, CAP_ACTIVITY_NAMED, ACCESS_READ, REACH_REQUEST },
		{ ROLE_ADMIN, CAP_ACTIVITY_NAMED, ACCESS_READ, 0 },
		{ ROLE_TEACHER, CAP_RULE_PROPOSE, ACCESS_WRITE, REACH_UNBLOCK },
		{ ROLE_TECHNICIAN, CAP_RULE_ASSESS, ACCESS_APPROVE, REACH_TECHNICAL },
		{ ROLE_LEADERSHIP, CAP_RULE_ASSESS, ACCESS_APPROVE, REACH_CONSENT },
		{ ROLE_ADMIN, CAP_RULE_PROPOSE, ACCESS_WRITE, 0 },
		{ ROLE_DSL, CAP_VIEWING, ACCESS_WRITE, REACH_ALL },
		{ ROLE_HEAD, CAP_VIEWING, ACCESS_WRITE, 0 },
		{ ROLE_LEARNER, CAP_CONCERN_RAISE, ACCESS_WRITE, REACH_ALL },
		{ ROLE_VISITOR, CAP_CONCERN_RAISE, ACCESS_WRITE, REACH_ALL },
		{ ROLE_GOVERNOR, CAP_ALERTS, ACCESS_READ, 0 },
		{ ROLE_OFFICE, CAP_ACCOUNTS, ACCESS_WRITE, REACH_ALL },
		{ ROLE_DSL, CAP_ACCOUNTS, ACCESS_WRITE, 0 },
		{ ROLE_LEARNER, CAP_ACCOUNTS, ACCESS_READ, 0 },
		{ ROLE_TECHNICIAN, CAP_ROLES, ACCESS_READ, 0 },
		{ ROLE_HEAD, CAP_ROLES, ACCESS_APPROVE, REACH_ALL },
	};
	AUTO(rights_free) struct rights *r = load();
	for (size_t i = 0; i < ARRAY_N(cells); i++)
		CHECK_INT(rights_reach(r, ROLE_BIT(cells[i].role), cells[i].cap, cells[i].access), cells[i].reach);
}

TEST(rights, several_roles_are_a_union)
{
	AUTO(rights_free) struct rights *r = load();
	role_set both = ROLE_BIT(ROLE_TEACHER) | ROLE_BIT(ROLE_DSL);
	CHECK_INT(rights_reach(r, both, CAP_CONCERN, ACCESS_READ), REACH_RAISED | REACH_ASSIGNED | REACH_NOT_SUBJECT);
	CHECK_INT(rights_reach(r, 0, CAP_CONCERN, ACCESS_READ), 0);
	CHECK(rights_second_factor(r, both) && !rights_second_factor(r, ROLE_BIT(ROLE_TEACHER)));
}

TEST(rights, a_matrix_that_opens_a_sealed_list_is_refused)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(200);
	const char *path = arena_fmt(&a, "%s/roles.conf", test_dir()).p;
	FILE *in = fopen(test_source("data/roles.conf"), "r"), *out = fopen(path, "w");
	char line[512];
	bool sealed = false;
	while (fgets(line, sizeof line, in)) {
		sealed = line[0] == '[' ? strstr(line, "sealed-lists") != NULL : sealed;
		fputs(sealed && strstr(line, "admin") ? "admin = W\n" : line, out);
	}
	fclose(in);
	fclose(out);
	struct rights *r = NULL;
	CHECK_ERR(rights_load(path, &d, &r), ERR_INVALID);
	CHECK(r == NULL && d.errors == 1);
}

TEST(rights, faults_are_told_with_their_line)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(500);
	const char *path = arena_fmt(&a, "%s/bad.conf", test_dir()).p;
	FILE *out = fopen(path, "w");
	fputs("[capability accounts]\ntitle = x\npirate = W\nadmin = Q\ndsl = R sometimes\n[capability flying]\ntitle = y\n", out);
	fclose(out);
	struct rights *r = NULL;
	CHECK_ERR(rights_load(path, &d, &r), ERR_INVALID);
	CHECK(d.n > 4 && d.items[0].line == 3 && d.items[1].line == 4 && d.items[2].line == 5 && d.items[3].line == 6);
}
