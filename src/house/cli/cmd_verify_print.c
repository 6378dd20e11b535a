#include "house/cli/cmd_verify_print.h"

#include <stdio.h>

#include "base/time.h"
#include "house/cli/cli.h"
#include "house/cli/house.h"

static const char usage[] = "verify-print DIGEST [--prefix FOLDER]";
enum { DIGITS = 64 };

enum err print_digest_read(struct arena *a, struct str typed, struct str *out)
{
	char *hex = arena_alloc(a, DIGITS + 1);
	size_t n = 0;
	for (size_t i = 0; i < typed.n; i++) {
		char c = ascii_lower(typed.p[i]);
		if (ascii_space(c) || c == '-')
			continue;
		if (n == DIGITS || !(ascii_digit(c) || (c >= 'a' && c <= 'f')))
			return ERR_SYNTAX;
		hex[n++] = c;
	}
	*out = (struct str){ hex, n };
	return n == DIGITS ? OK : ERR_SYNTAX;
}

static enum err look(struct house *h, struct arena *a, struct str digest, struct court_made *out)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	AUTO(library_free) struct library *l = NULL;
	struct entry_may may = { .school = h->settings.school, .classes = ENTRY_BIT(ENTRY_CHILD) | ENTRY_BIT(ENTRY_STAFF) | ENTRY_BIT(ENTRY_CHAIR) };
	enum err e = library_load(cli_data(), h->settings.profile, &d, &l);
	house_say(&d);
	TRY(e);
	struct desk k = { .store = &h->store, .library = l };
	return court_verify(&k, a, &may, digest, out);
}

static int say(struct arena *a, enum err e, const struct court_made *m)
{
	if (e == ERR_ABSENT)
		printf("NOT KNOWN: no print with this digest was made here, or its case was disposed of.\n");
	else if (e != OK)
		fprintf(stderr, "gatehouse verify-print: %s\n", err_text(e));
	if (e != OK)
		return CLI_FAILED;
	printf("It was printed here on %.*s, %.*s, with %lld entries.\n", STRF(time_date_words(a, m->at_utc)), STRF(time_clock_words(a, m->at_utc)), (long long)m->entries);
	printf(m->same ? "The record says today what it said then.\n"
	               : "THE RECORD SAYS SOMETHING ELSE TODAY about what was known then. `gatehouse verify` looks for what was changed.\n");
	return m->same ? CLI_DONE : CLI_FAILED;
}

static int with_house(const char *prefix, struct arena *a, struct str digest)
{
	struct house h;
	struct court_made m = { 0 };
	if (!house_open(prefix, &h))
		return CLI_FAILED;
	enum err e = look(&h, a, digest, &m);
	house_done(&h);
	return say(a, e, &m);
}

int cmd_verify_print(int argc, char **argv)
{
	AUTO(arena_done) struct arena a = arena_init();
	const char *prefix = cli_prefix();
	const struct cli_option options[] = { { "--prefix", "the school's folder", &prefix, NULL }, { 0 } };
	struct str typed = STR(""), digest;
	int rest = 0;
	bool asked = false;
	if (!cli_options(argc, argv, usage, options, &rest, &asked))
		return asked ? CLI_DONE : CLI_USAGE;
	for (int i = 1; i <= rest; i++)
		typed = arena_fmt(&a, "%.*s%s", STRF(typed), argv[i]);
	if (print_digest_read(&a, typed, &digest) != OK) {
		fprintf(stderr, "gatehouse verify-print: write the digest that stands at the end of the print: 64 digits and letters from a to f.\n");
		return CLI_USAGE;
	}
	return with_house(prefix, &a, digest);
}
