#include "house/cli/house.h"

#include <stdio.h>

#include "base/mem.h"
#include "house/cli/cli.h"
#include "io/file.h"

void house_say(const struct diag *d)
{
	AUTO(buf_done) struct buf b = buf_init(1024 * 1024);
	diag_print(d, &b);
	fwrite(buf_str(&b).p, 1, b.n, stderr);
}

static enum err open_parts(const char *prefix, struct house *h, struct diag *d, const char **what)
{
	char registers[4096];
	*what = "the settings (gatehouse.conf)";
	TRY(settings_load(prefix, d, &h->settings));
	*what = "the registers (data/registers)";
	TRY(path_join(registers, sizeof registers, cli_data(), "registers"));
	TRY(registers_load_own(registers, settings_path(&h->settings, "registers"), d, &h->registers));
	*what = "the keys";
	TRY(keys_load(settings_path(&h->settings, "keys"), &h->keys));
	*what = "the database";
	TRY(db_open(h->settings.database, &h->db));
	return db_migrated(h->db, DB_HOUSE);
}

bool house_open(const char *prefix, struct house *out)
{
	AUTO(diag_done) struct diag d = diag_init(50);
	const char *what = "";
	*out = (struct house){ 0 };
	enum err e = open_parts(prefix, out, &d, &what);
	house_say(&d);
	if (e != OK) {
		fprintf(stderr, "gatehouse: %s under %s: %s\n", what, prefix, err_text(e));
		house_done(out);
		return false;
	}
	out->store = (struct store){ out->db, out->keys, out->registers };
	return true;
}

void house_done(struct house *h)
{
	db_free(&h->db);
	keys_free(&h->keys);
	registers_free(&h->registers);
	settings_done(&h->settings);
}
