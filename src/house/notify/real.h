/* real.h - for tests: the servers of test/mail, when they run. */
#pragma once
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/test.h"
#include "io/file.h"

#define REAL __attribute__((unused))
#define REAL_USER "gatehouse"
#define REAL_PASSWORD "lantern-kestrel"
#define REAL_OR_SKIP() do { if (!getenv("GH_TEST_MAIL")) SKIP("needs the mail servers of test/mail"); } while (0)

REAL static const char *real_path(struct arena *a, const char *name) { return arena_fmt(a, "%s/%s", getenv("GH_TEST_MAIL"), name).p; }

REAL static int real_port(struct arena *a, const char *name)
{
	AUTO(buf_done) struct buf b = buf_init(100);
	int64_t n = 0;
	CHECK_OK(file_read(real_path(a, name), &b));
	CHECK_OK(str_i64(str_trim(buf_str(&b)), &n));
	return (int)n;
}

/* A file of that name stands, or does not. */
REAL static void real_switch(struct arena *a, const char *name, bool on)
{
	if (on) {
		FILE *f = fopen(real_path(a, name), "w");
		CHECK(f != NULL);
		fclose(f);
	} else {
		(void)unlink(real_path(a, name));          /* it may not have been there */
	}
}

/* Until a letter with that text is in the folder; a mail server delivers when it has time.  That letter. */
REAL static struct str real_wait(struct arena *a, const char *folder, const char *text)
{
	const char *path = real_path(a, folder);
	for (int i = 0; i < 2000; i++) {
		DIR *d = opendir(path);
		for (struct dirent *e; d && (e = readdir(d));) {
			AUTO(buf_done) struct buf one = buf_init(8 << 20);
			if (e->d_name[0] != '.' && file_read(arena_fmt(a, "%s/%s", path, e->d_name).p, &one) == OK && str_find(buf_str(&one), str_z(text)) >= 0) {
				closedir(d);
				return arena_str(a, buf_str(&one));
			}
		}
		if (d)
			closedir(d);
		usleep(20000);
	}
	CHECK(!"the letter came");
	return STR_NONE;
}
