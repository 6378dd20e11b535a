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

/* ---- every role against every capability: test/rights/matrix.tsv says what the policies have ---- */

/* "W~", "XR~", "-": a cell of the matrix as rights has it. */
static const char *cell_text(const struct rights *r, enum role role, enum cap cap, char out[8])
{
	static const struct { enum access access; char letter; } letters[] = { { ACCESS_WRITE, 'W' }, { ACCESS_APPROVE, 'A' }, { ACCESS_OWN, 'O' } };
	uint32_t reach = rights_reach(r, ROLE_BIT(role), cap, ACCESS_READ);
	size_t n = 0;
	if (rights_refused(r, role, cap))
		out[n++] = 'X';
	size_t before = n;
	for (size_t i = 0; i < ARRAY_N(letters); i++)
		if (rights_may(r, ROLE_BIT(role), cap, letters[i].access))
			out[n++] = letters[i].letter;
	if (n == before && reach)
		out[n++] = 'R';
	bool own = rights_may(r, ROLE_BIT(role), cap, ACCESS_OWN);
	if (reach && (own ? reach & ~(uint32_t)REACH_OWN : !(reach & REACH_ALL)))
		out[n++] = '~';
	if (!n)
		out[n++] = '-';
	out[n] = '\0';
	return out;
}

static void check_cell(const struct rights *r, const char *role_word_, const char *cap_word_, const char *want)
{
	char got[8];
	enum role role;
	int cap = 0;
	CHECK_OK(role_read(str_z(role_word_), &role));
	while (cap < N_CAPS && strcmp(cap_word((enum cap)cap), cap_word_) != 0)
		cap++;
	CHECK(cap < N_CAPS);
	cell_text(r, role, (enum cap)cap, got);
	if (strcmp(got, want) != 0)
		fprintf(stderr, "%s, %s: roles.conf says %s, the policies say %s\n", cap_word_, role_word_, got, want);
	CHECK(strcmp(got, want) == 0);
}

/* These are like a column of the policies, but for what is named. */
static void check_alike(const struct rights *r, enum role role, enum role like, const enum cap *but, size_t n_but)
{
	for (int cap = 0; cap < N_CAPS; cap++) {
		char mine[8], theirs[8];
		bool differs = false;
		for (size_t i = 0; i < n_but; i++)
			differs = differs || but[i] == (enum cap)cap;
		if (!differs)
			CHECK(strcmp(cell_text(r, role, (enum cap)cap, mine), cell_text(r, like, (enum cap)cap, theirs)) == 0);
	}
}

TEST(rights, every_role_against_every_capability)
{
	AUTO(rights_free) struct rights *r = load();
	FILE *f = fopen(test_source("test/rights/matrix.tsv"), "r");
	char line[600], heads[600] = "";
	int rows = 0;
	CHECK(f != NULL);
	while (fgets(line, sizeof line, f)) {
		line[strcspn(line, "\n")] = '\0';
		if (line[0] == '#')
			continue;
		if (!heads[0]) {
			memcpy(heads, line, sizeof line);
			continue;
		}
		char copy[600], *h = copy, *c = line;
		memcpy(copy, heads, sizeof copy);
		const char *cap = strsep(&c, "\t");
		(void)strsep(&h, "\t");
		for (const char *role; (role = strsep(&h, "\t")) != NULL;)
			check_cell(r, role, cap, strsep(&c, "\t"));
		rows++;
	}
	fclose(f);
	CHECK_INT(rows, N_CAPS);
	check_alike(r, ROLE_TEACHER, ROLE_STAFF, NULL, 0);
	check_alike(r, ROLE_CHAIR, ROLE_GOVERNOR, (const enum cap[]){ CAP_STAFF_CASE, CAP_ACTIVITY_STAFF }, 2);
}

/* What a role of the file alone may never bring: a child's record, an allegation, a named person's browsing, rules, rights. */
TEST(rights, a_role_added_by_the_file_reads_no_safeguarding_text)
{
	static const enum cap never[] = { CAP_CONCERN, CAP_CONCERN_DECIDE, CAP_STAFF_CASE, CAP_ACTIVITY_NAMED, CAP_ACTIVITY_STAFF, CAP_ALERTS, CAP_VULNERABLE,
		CAP_RULE_ASSESS, CAP_VIEWING, CAP_CUSTODY, CAP_RELEASE, CAP_DEVICE_SEARCH, CAP_IMPERSONATE, CAP_SEALED };
	AUTO(rights_free) struct rights *r = load();
	CHECK(role_count() >= 32 && role_count() <= ROLES_MAX);
	for (int role = N_ROLES; role < role_count(); role++)
		for (size_t i = 0; i < ARRAY_N(never); i++)
			CHECK(!rights_may(r, ROLE_BIT(role), never[i], ACCESS_READ) || role_facts((enum role)role)->second_factor);
}
