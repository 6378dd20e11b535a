#include <archive.h>
#include <archive_entry.h>

#include "base/rnd.h"
#include "base/test.h"
#include "house/roll/unzip.h"

struct made { struct archive *z; char *p; size_t n, room; };

static void zip_begin(struct made *m, const char *options)
{
	*m = (struct made){ .z = archive_write_new(), .room = 8 << 20 };
	m->p = mem_zero(1, m->room);
	CHECK(archive_write_set_format_zip(m->z) == ARCHIVE_OK);
	if (options)
		CHECK(archive_write_set_options(m->z, options) == ARCHIVE_OK && archive_write_set_passphrase(m->z, "letmein") == ARCHIVE_OK);
	CHECK(archive_write_open_memory(m->z, m->p, m->room, &m->n) == ARCHIVE_OK);
}

static void zip_add(struct made *m, const char *name, const void *bytes, size_t n, const char *link)
{
	struct archive_entry *e = archive_entry_new();
	archive_entry_set_pathname(e, name);
	archive_entry_set_filetype(e, link ? AE_IFLNK : name[strlen(name) - 1] == '/' ? AE_IFDIR : AE_IFREG);
	archive_entry_set_perm(e, 0644);
	if (link)
		archive_entry_set_symlink(e, link);
	else
		archive_entry_set_size(e, (la_int64_t)n);
	CHECK(archive_write_header(m->z, e) == ARCHIVE_OK);
	if (!link && n)
		CHECK(archive_write_data(m->z, bytes, n) == (la_ssize_t)n);
	archive_entry_free(e);
}

static enum err zip_read(struct made *m, struct arena *a, struct diag *d, struct roll_file **files, size_t *n)
{
	CHECK(archive_write_close(m->z) == ARCHIVE_OK);
	enum err e = unzip(a, STR("roll.zip"), (struct str){ m->p, m->n }, d, files, n);
	archive_write_free(m->z);
	return e;
}

TEST(unzip, tables_come_out_and_what_a_mac_adds_is_passed_over)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(5);
	struct roll_file *files;
	size_t n;
	struct made m;
	zip_begin(&m, NULL);
	zip_add(&m, "users.csv", "a,b\n", 4, NULL);
	zip_add(&m, "__MACOSX/._users.csv", "x", 1, NULL);
	zip_add(&m, "readme.pdf", "x", 1, NULL);
	zip_add(&m, "Classes.CSV", "c\n", 2, NULL);
	CHECK_OK(zip_read(&m, &a, &d, &files, &n));
	CHECK_INT(n, 2);
	CHECK_STR(files[0].name, "users.csv");
	CHECK_STR(files[0].bytes, "a,b\n");
	CHECK_STR(files[1].bytes, "c\n");
	mem_free(&m.p);
}

TEST(unzip, paths_links_twins_and_archives_inside_are_refused)
{
	static const struct { const char *name, *again, *link, *says; } bad[] = {
		{ "../users.csv", NULL, NULL, "folders" }, { "/etc/users.csv", NULL, NULL, "folders" }, { "school/users.csv", NULL, NULL, "folders" }, { "a\\users.csv", NULL, NULL, "folders" },
		{ "c:users.csv", NULL, NULL, "folders" }, { "folder/", NULL, NULL, "plain file" }, { "users.csv", NULL, "/etc/passwd", "plain file" },
		{ "users.csv", "USERS.csv", NULL, "same name" }, { "inner.zip", NULL, NULL, "inside" }, { "x\n.csv", NULL, NULL, "name" }, { "notes.md", NULL, NULL, "no CSV" },
	};
	for (size_t i = 0; i < ARRAY_N(bad); i++) {
		AUTO(arena_done) struct arena a = arena_init();
		AUTO(diag_done) struct diag d = diag_init(5);
		struct roll_file *files;
		size_t n;
		struct made m;
	zip_begin(&m, NULL);
		zip_add(&m, bad[i].name, "a\n", bad[i].name[strlen(bad[i].name) - 1] == '/' ? 0 : 2, bad[i].link);
		if (bad[i].again)
			zip_add(&m, bad[i].again, "a\n", 2, NULL);
		CHECK(zip_read(&m, &a, &d, &files, &n) != OK);
		CHECK(d.n == 1 && str_find(d.items[0].text, str_z(bad[i].says)) >= 0);
		mem_free(&m.p);
	}
}

TEST(unzip, an_archive_in_the_guise_of_a_table_and_one_with_a_password_are_refused)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(5);
	struct roll_file *files;
	size_t n;
	struct made m;
	zip_begin(&m, NULL);
	zip_add(&m, "users.csv", "PK\x03\x04zzzz", 8, NULL);
	CHECK(zip_read(&m, &a, &d, &files, &n) != OK && str_find(d.items[0].text, STR("inside")) >= 0);
	mem_free(&m.p);
	struct archive *probe = archive_write_new();
	bool can = archive_write_set_format_zip(probe) == ARCHIVE_OK && archive_write_set_options(probe, "zip:encryption=zipcrypt") == ARCHIVE_OK;
	archive_write_free(probe);
	if (!can)
		return;
	zip_begin(&m, "zip:encryption=zipcrypt");
	zip_add(&m, "users.csv", "a,b\n", 4, NULL);
	CHECK(zip_read(&m, &a, &d, &files, &n) != OK && d.n == 2 && str_find(d.items[1].text, STR("password")) >= 0);
	mem_free(&m.p);
}

TEST(unzip, what_unpacks_into_far_more_is_refused_before_it_is_in_memory)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(5);
	struct roll_file *files;
	size_t n, big = 40 << 20;
	char *zeroes = mem_zero(1, big);
	struct made m;
	zip_begin(&m, NULL);
	zip_add(&m, "users.csv", zeroes, big, NULL);
	CHECK_ERR(zip_read(&m, &a, &d, &files, &n), ERR_LIMIT);
	CHECK(d.n == 1 && a.used < 1 << 20);
	mem_free(&m.p);
	zip_begin(&m, NULL);
	for (int i = 0; i <= UNZIP_FILES_MAX; i++) {
		char name[20];
		snprintf(name, sizeof name, "f%d.csv", i);
		zip_add(&m, name, "x\n", 2, NULL);
	}
	CHECK(zip_read(&m, &a, &d, &files, &n) != OK);
	mem_free(&m.p);
	mem_free(&zeroes);
}

TEST(unzip, cut_and_flipped_archives_are_refused_or_read_and_never_more)
{
	struct made m;
	zip_begin(&m, NULL);
	zip_add(&m, "users.csv", "sourcedId,givenName\n1,Tansy\n", 28, NULL);
	zip_add(&m, "classes.csv", "sourcedId,title\n1,Elm\n", 22, NULL);
	CHECK(archive_write_close(m.z) == ARCHIVE_OK);
	for (size_t i = 0; i < m.n; i++) {
		AUTO(arena_done) struct arena a = arena_init();
		AUTO(diag_done) struct diag d = diag_init(5);
		struct roll_file *files;
		size_t n;
		char *copy = mem_copy(m.p, m.n);
		enum err e = unzip(&a, STR("z"), (struct str){ copy, i }, &d, &files, &n);
		CHECK(e == OK || d.errors == 1);
		copy[i] ^= (char)(1 << (i % 8));
		e = unzip(&a, STR("z"), (struct str){ copy, m.n }, &d, &files, &n);
		CHECK(e == OK || d.errors >= 1);
		mem_free(&copy);
	}
	archive_write_free(m.z);
	mem_free(&m.p);
}
