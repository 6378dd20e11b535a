#include "house/archive/archive.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include "house/store/activity.h"
#include "house/store/audit.h"
#include "house/store/fixture.h"

static const char registers_text[] =
	"[register case]\ntitle = Cases\nclass = child\n"
	"[field title]\nlabel = Title\ntype = text\nrequired = yes\nindex = yes\n"
	"[field words]\nlabel = Words\ntype = longtext\nsealed = yes\n";

static struct registers *regs(void)
{
	struct diag d = diag_init(5);
	struct registers *r = NULL;
	CHECK_OK(registers_read(STR("t"), str_z(registers_text), &d, &r));
	diag_done(&d);
	return r;
}

static int64_t new_case(struct store *st, int64_t school, int64_t parent)
{
	struct act act = { school, 0, "test" };
	struct entry_field f[] = { { STR("title"), STR("Tansy's worry") }, { STR("words"), STR("a plum fell") } };
	struct entry_in in = { .reg = "case", .parent = parent, .fields = f, .n_fields = 2 };
	int64_t id = 0;
	CHECK_OK(entry_create(st, &act, &in, NULL, &id));
	return id;
}

static void furnish(struct fixture *f, struct registers *r)
{
	struct store st = { f->db, f->keys, r };
	int64_t id = 0;
	for (int i = 0; i < 5; i++)
		id = new_case(&st, f->school, id && i % 2 ? id : 0);
	int64_t now = clock_utc();
	struct activity_item items[40];
	for (int i = 0; i < 40; i++)
		items[i] = (struct activity_item){ 1, i, { .at_ms = (now - i * 3 * 86400LL) * 1000, .school = f->school, .person = 5, .kind = 2,
			.host = i % 2 ? STR("one.example") : STR("two.example"), .group = STR("ks2") } };
	struct activity_cursor upto = { STR("g"), 0, 1, 39 };
	CHECK_OK(activity_ingest(f->activity, &upto, items, 40, NULL));
	CHECK_OK(activity_retain(f->activity, f->db, 80, now, NULL));
}

/* An empty place on an engine. */
static void place(struct fixture *to, int engine)
{
	*to = (struct fixture){ .turn = engine };
	fixture_where(to);
	CHECK_OK(db_open(to->where, &to->db));
	CHECK_OK(db_open(to->activity_where, &to->activity));
	to->keys = keys_fake(7);
}

static size_t errors_of(struct db *db, int64_t school)
{
	struct diag d = diag_init(20);
	struct audit_verify how = { 0 };
	struct audit_verified sum;
	CHECK_OK(audit_verify(db, school, &how, &d, &sum));
	for (size_t i = 0; i < d.n; i++)
		print_error("%.*s\n", STRF(d.items[i].text));
	size_t n = d.errors;
	diag_done(&d);
	CHECK(sum.records > 0 && sum.versions > 0);
	return n;
}

static size_t events_of(struct fixture *at, int64_t school)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct activity_view v = { .id = 1, .school = school, .viewer = 1, .upto_utc = clock_utc() + 100 };
	struct activity_row *rows;
	size_t n;
	bool more;
	CHECK_OK(activity_search(at->activity, &a, &v, &(struct activity_query){ .limit = 400 }, &rows, &n, &more));
	return n;
}

static void check_same(struct fixture *from, struct fixture *to, struct registers *r)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct store st = { to->db, to->keys, r };
	struct entry_may may = { .school = from->school, .person = 1, .classes = ENTRY_BIT(ENTRY_CHILD) };
	struct entry_page page;
	struct audit_head h1, h2;
	CHECK_INT(errors_of(to->db, from->school), 0);
	CHECK_OK(audit_head(from->db, from->school, &h1));
	CHECK_OK(audit_head(to->db, from->school, &h2));
	CHECK(h1.seq == h2.seq && memcmp(h1.digest, h2.digest, AUDIT_DIGEST) == 0);
	CHECK_OK(entry_list(&st, &a, &may, &(struct entry_query){ .words = STR("plum") }, &page));
	CHECK_INT(page.total, 5);
	CHECK_STR(entry_value(&page.entries[0], "words"), "a plum fell");
	CHECK_INT(events_of(to, from->school), events_of(from, from->school));
	CHECK(events_of(to, from->school) > 20);
	/* Life goes on where it was restored: new ids, numbers, audit records. */
	CHECK(new_case(&st, from->school, 0) > page.entries[0].id);
	CHECK_INT(errors_of(to->db, from->school), 0);
}

TEST(archive, a_house_restored_on_either_engine_is_the_same_house)
{
	struct registers *r = regs();
	ON_EACH_ENGINE(fx) {
		char path[300];
		struct archive_sum wrote, read;
		snprintf(path, sizeof path, "%s/backup.gh", test_dir());
		furnish(&fx, r);
		CHECK_OK(archive_write(fx.db, fx.activity, path, &wrote));
		CHECK_ERR(archive_write(fx.db, fx.activity, path, &wrote), ERR_EXISTS);
		CHECK_OK(archive_check(path, &read));
		CHECK(read.rows == wrote.rows && read.tables == wrote.tables && read.bytes == wrote.bytes && read.rows > 50);
		struct stat st;
		CHECK(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600);
		for (int engine = 1; engine <= (getenv("GH_TEST_PG") ? 2 : 1); engine++) {
			struct fixture to;
			place(&to, engine);
			CHECK_OK(archive_restore(path, to.db, to.activity, &read));
			check_same(&fx, &to, r);
			CHECK_ERR(archive_restore(path, to.db, to.activity, &read), ERR_EXISTS);
			fixture_close(&to);
		}
	}
	registers_free(&r);
}

TEST(archive, any_flipped_byte_or_cut_is_refused_and_nothing_is_restored)
{
	struct registers *r = regs();
	char path[300];
	struct fixture fx = { 0 }, to;
	struct archive_sum sum;
	CHECK(fixture_next(&fx));
	snprintf(path, sizeof path, "%s/backup.gh", test_dir());
	furnish(&fx, r);
	CHECK_OK(archive_write(fx.db, fx.activity, path, &sum));
	place(&to, 1);
	int fd = open(path, O_RDWR);
	for (off_t at = 0; at < sum.bytes; at += at < 64 ? 1 : 211) {
		uint8_t c, bent;
		CHECK(pread(fd, &c, 1, at) == 1);
		bent = c ^ (uint8_t)(1u << (at % 8));
		CHECK(pwrite(fd, &bent, 1, at) == 1);
		enum err e = archive_check(path, &sum);
		CHECK(e == ERR_CORRUPT || e == ERR_VERSION);
		if (at % 5 == 0)
			CHECK(archive_restore(path, to.db, to.activity, &sum) == e);
		CHECK(pwrite(fd, &c, 1, at) == 1);
	}
	CHECK_OK(archive_check(path, &sum));
	for (off_t n = sum.bytes - 1; n > 0; n -= sum.bytes / 9) {
		CHECK(ftruncate(fd, n) == 0);
		CHECK_ERR(archive_check(path, &sum), ERR_CORRUPT);
	}
	close(fd);
	CHECK_ERR(db_migrated(to.db, DB_HOUSE), ERR_DB);       /* not even a table */
	fixture_close(&to);
	fixture_close(&fx);
	registers_free(&r);
}

struct writer { const struct fixture *fx; struct registers *r; int stop; };

static void *write_on(void *arg)
{
	struct writer *w = arg;
	struct db *db = NULL;
	CHECK_OK(db_open(w->fx->where, &db));
	struct store st = { db, w->fx->keys, w->r };
	while (!__atomic_load_n(&w->stop, __ATOMIC_ACQUIRE))
		new_case(&st, w->fx->school, 0);
	db_free(&db);
	return NULL;
}

TEST(archive, of_a_running_house_is_of_one_moment)
{
	struct registers *r = regs();
	ON_EACH_ENGINE(fx) {
		struct writer w = { &fx, r, 0 };
		pthread_t t;
		furnish(&fx, r);
		CHECK(pthread_create(&t, NULL, write_on, &w) == 0);
		for (int i = 0; i < 4; i++) {
			char path[300];
			struct archive_sum sum;
			struct fixture to;
			snprintf(path, sizeof path, "%s/backup.gh", test_dir());
			usleep(30000);
			CHECK_OK(archive_write(fx.db, fx.activity, path, &sum));
			place(&to, 1);
			CHECK_OK(archive_restore(path, to.db, to.activity, &sum));
			CHECK_INT(errors_of(to.db, fx.school), 0);
			fixture_close(&to);
		}
		__atomic_store_n(&w.stop, 1, __ATOMIC_RELEASE);
		pthread_join(t, NULL);
	}
	registers_free(&r);
}
