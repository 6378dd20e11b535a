/* Records for 75 years: readable without Gatehouse, checked without Gatehouse. */
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "house/casefile/casefile_test.h"
#include "house/casefile/longkeep.h"
#include "house/casefile/retention.h"

static struct str read_whole(struct web_school *w, const char *path)
{
	AUTO(buf_done) struct buf b = buf_init(1 << 20);
	CHECK_OK(file_read(path, &b));
	return arena_str(w->arena, buf_str(&b));
}

/* As `sha256sum -c` does. */
static size_t checked(struct web_school *w, const char *folder)
{
	struct str list = read_whole(w, AT(w, "%s/manifest.sha256", folder)), line;
	size_t n = 0;
	while (str_next(&list, '\n', &line)) {
		uint8_t sum[SHA256_BYTES];
		char hex[2 * SHA256_BYTES + 1];
		if (!line.n)
			continue;
		hash_sha256(read_whole(w, AT(w, "%s/%.*s", folder, STRF(str_from(line, 66)))), sum);
		hex_put(sum, sizeof sum, hex);
		CHECK(str_eq(str_upto(line, 64), str_z(hex)));
		n++;
	}
	return n;
}

static void keep_long(struct web_school *w, struct desk *k, int64_t id)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct entry_may all = { .school = w->school, .classes = ~1u };
	struct act act = { w->school, w->person[ROLE_DSL], "test" };
	struct entry e;
	CHECK_OK(entry_get(k->store, w->arena, &all, id, 0, &e));
	CHECK_OK(retention_set(k, &act, &e, STR("child-long"), &d));
}

TEST(longkeep, what_is_kept_for_75_years_is_read_and_checked_without_gatehouse)
{
	school_day();
	AUTO(web_school_done) struct web_school w = web_school();
	struct store st = store_of(&w);
	struct desk k = { &st, w.web->library };
	struct act act = { w.school, 0, "the archive of the trust" };
	struct longkeep_sum sum;
	const char *folder = AT(&w, "%s/archive", test_dir());
	int64_t one = case_about(&w, w.person[ROLE_LEARNER], "cyberbullying", "zebra in the corridor"), two = case_about(&w, w.person[ROLE_LEARNER], "cyberbullying", "giraffe on the roof");
	CHECK_INT(web_post_file(&w, ROLE_DSL, AT(&w, "/case/%lld/documents", LL(one)), "what=Letter", "letter.pdf", corpus(&w, "screen/letter.pdf")).status, 303);
	CHECK(longkeep_write(&k, &act, folder, &sum) == ERR_ABSENT && access(folder, F_OK) != 0);
	keep_long(&w, &k, one);
	CHECK_OK(longkeep_write(&k, &act, folder, &sum));
	CHECK(sum.people == 1 && sum.cases == 1 && strlen(sum.digest) == 64);
	CHECK_INT((int64_t)checked(&w, folder), sum.files);
	const char *child = AT(&w, "%s/person-%06lld", folder, LL(w.person[ROLE_LEARNER]));
	struct str page = read_whole(&w, AT(&w, "%s/index.html", child)), data = read_whole(&w, AT(&w, "%s/data.json", child));
	CHECK(str_find(page, STR("zebra in the corridor")) > 0 && str_find(page, STR("giraffe")) < 0 && str_find(page, STR("<script")) < 0);
	CHECK(str_find(data, STR("zebra in the corridor")) > 0 && str_find(data, STR("giraffe")) < 0);
	CHECK(str_eq(read_whole(&w, AT(&w, "%s/documents/1.pdf", child)), corpus(&w, "screen/letter.pdf")));
	CHECK(str_find(read_whole(&w, AT(&w, "%s/index.html", folder)), STR("person-")) > 0);
	struct stat s;
	CHECK(stat(folder, &s) == 0 && (s.st_mode & 077) == 0);
	CHECK(longkeep_write(&k, &act, folder, &sum) == ERR_EXISTS);
	struct web_visit v = web_get(&w, ROLE_DSL, AT(&w, "/case/%lld", LL(one)));
	CHECK(web_says(&v, "who took a copy out"));
	(void)two;
	clock_fake(0);
}
