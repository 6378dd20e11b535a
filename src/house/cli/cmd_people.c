#include "house/cli/cmd_people.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/mem.h"
#include "gen_queries.h"
#include "house/account/import.h"
#include "house/account/password.h"
#include "house/cli/cli.h"
#include "io/file.h"
#include "io/settings.h"

static const char USAGE[] = "people load FILE [--prefix DIR] [--password TEXT]";

struct handing { const char *password; };

/* Prints "sign-in name,password"; with --password everybody gets that one (demonstrations only). */
static enum err hand_out(void *ctx, struct db *db, const struct act *act, int64_t person, struct str username)
{
	const struct handing *h = ctx;
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(5);
	struct str secret = h->password ? str_z(h->password) : password_suggest(&a);
	enum err e = password_set(db, act, person, secret, h->password == NULL, &d);
	for (size_t i = 0; i < d.n; i++)
		fprintf(stderr, "%.*s: %.*s\n", STRF(username), STRF(d.items[i].text));
	if (e == OK && !h->password)
		printf("%.*s,%.*s\n", STRF(username), STRF(secret));
	return e;
}

/* The school of the settings, made when the database is new. */
static enum err school_ready(struct db *db, const struct settings *s)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct q_school_all_row *rows;
	struct q_school_add_row id;
	size_t n;
	TRY(q_school_all(db, &a, &rows, &n));
	for (size_t i = 0; i < n; i++)
		if (rows[i].id == s->school)
			return OK;
	if (n > 0)
		return ERR_ABSENT;
	return q_school_add_one(db, &a, &(struct q_school_add_args){ .name = str_z(s->school_name), .profile = str_z(s->profile ? s->profile : ""), .at = clock_utc() }, &id);
}

static enum err load(const char *prefix, const char *file, const char *password, struct diag *d, struct people_imported *done)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(settings_done) struct settings s = { 0 };
	AUTO(db_free) struct db *db = NULL;
	struct handing h = { password };
	struct conf c;
	TRY(settings_load(prefix, d, &s));
	TRY(roles_load(arena_fmt(&a, "%s/roles.conf", cli_data()).p, d));
	TRY(conf_load(&a, file, d, &c));
	TRY(dir_make(settings_path(&s, "house"), 0750));
	TRY(dir_make(settings_path(&s, "keys"), 0700));
	TRY(keys_make(settings_path(&s, "keys")));
	TRY(db_open(s.database, &db));
	TRY(db_migrate(db, DB_HOUSE));
	TRY(school_ready(db, &s));
	return people_import(db, &(struct act){ s.school, 0, "loaded from a file" }, &c, d, hand_out, &h, done);
}

int cmd_people(int argc, char **argv)
{
	const char *prefix = cli_prefix(), *password = NULL;
	int rest;
	bool asked;
	const struct cli_option options[] = {
		{ "--prefix", "where this school's files are", &prefix, NULL },
		{ "--password", "one password for everybody: demonstrations only", &password, NULL },
		{ NULL, NULL, NULL, NULL },
	};
	if (!cli_options(argc, argv, USAGE, options, &rest, &asked))
		return asked ? CLI_DONE : CLI_USAGE;
	if (rest != 2 || !str_is(str_z(argv[1]), "load")) {
		fprintf(stderr, "usage: gatehouse %s\n", USAGE);
		return CLI_USAGE;
	}
	AUTO(diag_done) struct diag d = diag_init(100);
	struct people_imported done = { 0 };
	enum err e = load(prefix, argv[2], password, &d, &done);
	AUTO(buf_done) struct buf out = buf_init(1 << 20);
	diag_print(&d, &out);
	fprintf(stderr, "%.*s", STRF(buf_str(&out)));
	if (e != OK) {
		fprintf(stderr, "gatehouse: nothing was loaded: %s\n", err_text(e));
		return CLI_FAILED;
	}
	fprintf(stderr, "people: %lld new, %lld there already; classes: %lld new\n", (long long)done.people, (long long)done.there_already, (long long)done.classes);
	return CLI_DONE;
}
