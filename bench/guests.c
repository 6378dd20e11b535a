/* guests - the desk's part of a big evening: so many visitors arrive, sign the rules and get a code for the guest network, through the
 * store's own doors.  usage: guests PREFIX COUNT; one code a line. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "house/agreement/agreement_store.h"
#include "house/cli/house.h"
#include "house/visitor/visitor.h"

static struct house h;
static struct act act = { 1, 0, "bench" };

static void must(enum err e, const char *what)
{
	if (e == OK)
		return;
	fprintf(stderr, "guests: %s: %s\n", what, err_text(e));
	exit(1);
}

static void one(int i, const uint8_t *digest)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(20);
	struct visit_in in = { .kind = KIND_VISITOR, .name = arena_fmt(&a, "Visitor Inventley %d", i), .organisation = STR("Parents"), .purpose = STR("Concert"),
		.until_utc = clock_utc() + 3 * 3600 };
	char code[VISIT_CODE_TEXT];
	int64_t id;
	enum err e = visit_arrive(h.db, &act, 0, &in, &d, &id);
	house_say(&d);
	must(e, "arrive");
	must(visit_sign(&h.store, &a, &act, id, false, digest), "sign");
	must(visit_code(h.db, &act, id, code), "code");
	printf("%s\n", code);
}

int main(int argc, char **argv)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct agreement_shown shown;
	int64_t n = 0;
	if (argc != 3 || str_i64(str_z(argv[2]), &n) != OK || !house_open(argv[1], &h))
		return 2;
	must(agreement_show_of(&h.store, &a, 1, STR("visitor"), STR("en"), &shown), "the visitors' agreement");
	for (int i = 0; i < n; i++)
		one(i, shown.digest);
	house_done(&h);
	return 0;
}
