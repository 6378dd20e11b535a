/* The spool: each event once, damage told, help never kept against a name. */
#include "house/filter/list_seen.h"
#include "house/keeper/gate_world.h"
#include "house/keeper/home.h"

struct spooled { struct home *h; uint64_t gate, sequence; uint32_t record; struct buf b; uint8_t before[32]; };

static struct spooled spool_begin(struct home *h, uint64_t gate, uint64_t sequence, const uint8_t *before)
{
	struct spooled s = { .h = h, .gate = gate, .sequence = sequence, .b = buf_init(1 << 20) };
	struct seg_header head = { .gate = gate, .sequence = sequence, .made_ms = clock_ms(), .worker = "proxy-1" };
	uint8_t digest[32], bytes[SEG_HEADER];
	hash_sha256((struct str){ (char *)h->pub, 32 }, digest);
	memcpy(head.key_id, digest, sizeof head.key_id);
	if (before)
		memcpy(head.before, before, 32);
	seg_header_put(bytes, &head);
	buf_add(&s.b, (struct str){ (char *)bytes, sizeof bytes });
	return s;
}

static void spool_frame(struct spooled *s, enum seg_kind kind, struct str body)
{
	uint8_t head[REC_HEAD];
	rec_head(head, kind, 1, body);
	buf_add(&s->b, (struct str){ (char *)head, sizeof head });
	buf_add(&s->b, body);
}

static void spool_event(struct spooled *s, const struct event *e)
{
	uint8_t inner[8192], box[8400];
	struct wr w = wr_over(inner, sizeof inner), x = wr_over(box, sizeof box);
	wr_u64le(&w, s->gate);
	wr_u64le(&w, s->sequence);
	wr_u32le(&w, s->record);
	CHECK_OK(event_put(&w, e));
	wr_u32le(&x, s->record++);
	wr_u16le(&x, 1);
	CHECK(crypto_box_seal(box + SEG_BATCH_HEAD, inner, wr_len(&w), s->h->pub) == 0);
	spool_frame(s, SEG_BATCH, (struct str){ (char *)box, SEG_BATCH_HEAD + SEG_SEAL + wr_len(&w) });
}

static void spool_end(struct spooled *s, uint8_t whole[32])
{
	uint8_t body[36];
	struct wr w = wr_over(body, sizeof body);
	wr_u32le(&w, s->record);
	hash_sha256(buf_str(&s->b), wr_room(&w, 32));
	spool_frame(s, SEG_END, (struct str){ (char *)body, sizeof body });
	hash_sha256(buf_str(&s->b), whole);
}

static const char *segment_path(struct home *h, uint64_t sequence)
{
	char name[32];
	seg_name(sequence, name);
	return in_home(h, arena_fmt(&h->a, "spool/proxy-1/%s", name).p);
}

static void spool_put(struct spooled *s)
{
	CHECK_OK(file_replace(segment_path(s->h, s->sequence), buf_str(&s->b), 0600));
	buf_done(&s->b);
}

static struct ingest ingest_of(struct home *h)
{
	struct ingest in = { .activity = h->k->activity, .spool_dir = in_home(h, "spool"), .named = true, .concern = keeper_concern, .ctx = h->k };
	memcpy(in.pub, h->pub, 32);
	memcpy(in.key, h->key, 32);
	return in;
}

static struct event visit(struct home *h)
{
	return (struct event){ .kind = EVENT_VISIT, .at_ms = clock_ms(), .school = 1, .person = h->child, .host = STR("otters.example"), .reason = STR("allowed") };
}

/* Rows that stand in the activity part against this child. */
static size_t kept_of(struct home *h)
{
	struct activity_view v;
	struct activity_row *rows;
	size_t n;
	bool more;
	CHECK_OK(activity_open_view(h->k->db, &(struct act){ 1, h->dsl, "a test looks" }, h->child, 0, 0, clock_utc() + 100, &v));
	CHECK_OK(activity_search(h->k->activity, &h->a, &v, &(struct activity_query){ .limit = 100 }, &rows, &n, &more));
	return n;
}

TEST(ingest, an_empty_spool_is_nothing_and_no_trouble)
{
	AUTO(home_end) struct home h = home_of();
	AUTO(ingest_done) struct ingest in = ingest_of(&h);
	struct ingest_result r;
	for (int i = 0; i < 3; i++) {
		CHECK_OK(ingest_run(&in, &r));
		CHECK(r.events == 0 && r.findings == 0);
	}
}

TEST(ingest, each_event_once_also_when_killed_between_the_concern_and_the_cursor)
{
	AUTO(home_end) struct home h = home_of();
	struct event e = press(&h, "Somebody was unkind", ""), v = visit(&h);
	struct spooled s = spool_begin(&h, 7, 1, NULL);
	spool_event(&s, &v);
	spool_event(&s, &e);
	spool_put(&s);
	struct ingest_result r;
	for (int turn = 0; turn < 3; turn++) {                 /* the cursor cannot be kept: as if killed there */
		AUTO(ingest_done) struct ingest in = ingest_of(&h);
		AUTO(db_free) struct db *broken = NULL;
		CHECK_OK(db_open(arena_fmt(&h.a, "sqlite:%s/house/house.db", h.prefix).p, &broken));
		in.activity = broken;
		CHECK(ingest_run(&in, &r) != OK);
	}
	for (int turn = 0; turn < 3; turn++) {                 /* then from the start, and again */
		AUTO(ingest_done) struct ingest in = ingest_of(&h);
		CHECK_OK(ingest_run(&in, &r));
		CHECK_INT(r.events, turn ? 0 : 2);
		CHECK_INT(r.findings, 0);
	}
	CHECK(entries(&h, "case") == 1 && entries(&h, "case-note") == 0);
	CHECK_INT(kept_of(&h), 1);                             /* the visit; what was told stands in the case alone */
}

TEST(ingest, a_segment_goes_only_when_it_is_kept_and_its_going_is_no_gap)
{
	AUTO(home_end) struct home h = home_of();
	struct event v = visit(&h);
	struct ingest_result r;
	uint8_t whole[32];
	struct spooled one = spool_begin(&h, 7, 1, NULL);
	spool_event(&one, &v);
	spool_end(&one, whole);
	spool_put(&one);
	struct spooled two = spool_begin(&h, 7, 2, whole);
	spool_put(&two);
	{
		AUTO(ingest_done) struct ingest in = ingest_of(&h);
		CHECK_OK(ingest_run(&in, &r));
		CHECK(r.events == 1 && r.findings == 0 && !file_exists(segment_path(&h, 1)) && file_exists(segment_path(&h, 2)));
	}
	AUTO(ingest_done) struct ingest again = ingest_of(&h);
	CHECK_OK(ingest_run(&again, &r));
	CHECK(r.events == 0 && r.findings == 0);
	CHECK_INT(kept_of(&h), 1);
}

TEST(ingest, damage_is_reported_once_and_what_follows_is_kept)
{
	AUTO(home_end) struct home h = home_of();
	AUTO(ingest_done) struct ingest in = ingest_of(&h);
	struct event v = visit(&h);
	struct ingest_result r;
	struct spooled s = spool_begin(&h, 7, 1, NULL);
	spool_event(&s, &v);
	size_t at = s.b.n;
	spool_event(&s, &v);
	s.b.p[at + REC_HEAD + 40] ^= 1;                         /* inside the second one */
	spool_event(&s, &v);
	uint8_t whole[32];
	spool_end(&s, whole);
	spool_put(&s);
	CHECK_OK(ingest_run(&in, &r));
	CHECK(r.findings >= 1 && r.events == 2);
	CHECK_OK(ingest_run(&in, &r));
	CHECK(r.findings == 0 && r.events == 0);
	ingest_done(&in);
	in = ingest_of(&h);
	CHECK_OK(ingest_run(&in, &r));
	CHECK_INT(r.events, 0);
	CHECK_INT(kept_of(&h), 2);
}

TEST(ingest, another_gate_in_the_same_folder_has_a_cursor_of_its_own)
{
	AUTO(home_end) struct home h = home_of();
	struct event v = visit(&h);
	struct ingest_result r;
	uint8_t whole[32];
	struct spooled one = spool_begin(&h, 7, 1, NULL);
	spool_event(&one, &v);
	spool_event(&one, &v);
	spool_end(&one, whole);
	spool_put(&one);
	struct spooled two = spool_begin(&h, 8, 2, whole);
	spool_event(&two, &v);
	spool_put(&two);
	for (int turn = 0; turn < 2; turn++) {
		AUTO(ingest_done) struct ingest in = ingest_of(&h);
		CHECK_OK(ingest_run(&in, &r));
		CHECK_INT(r.events, turn ? 0 : 3);
	}
	CHECK_INT(kept_of(&h), 3);
}

TEST(ingest, another_houses_key_is_told_and_nothing_is_lost)
{
	AUTO(home_end) struct home h = home_of();
	struct event v = visit(&h);
	struct ingest_result r;
	struct spooled s = spool_begin(&h, 7, 1, NULL);
	spool_event(&s, &v);
	spool_put(&s);
	AUTO(ingest_done) struct ingest wrong = ingest_of(&h);
	CHECK(crypto_box_keypair(wrong.pub, wrong.key) == 0);
	CHECK_ERR(ingest_run(&wrong, &r), ERR_CRYPTO);
	CHECK(file_exists(segment_path(&h, 1)));
	AUTO(ingest_done) struct ingest in = ingest_of(&h);
	CHECK_OK(ingest_run(&in, &r));
	CHECK_INT(r.events, 1);
}

TEST(ingest, help_is_never_kept_against_a_name_and_names_only_when_they_may_be)
{
	AUTO(home_end) struct home h = home_of();
	struct event v = visit(&h), help = visit(&h);
	struct ingest_result r;
	help.reason = STR("help");
	struct spooled s = spool_begin(&h, 7, 1, NULL);
	spool_event(&s, &help);
	spool_put(&s);
	AUTO(ingest_done) struct ingest in = ingest_of(&h);
	CHECK_OK(ingest_run(&in, &r));
	CHECK(r.events == 1 && r.kept == 0 && kept_of(&h) == 0);
	struct spooled two = spool_begin(&h, 9, 2, NULL);
	spool_event(&two, &v);
	spool_put(&two);
	in.named = false;
	CHECK_OK(ingest_run(&in, &r));
	CHECK(r.events == 1 && r.kept == 0 && kept_of(&h) == 0);
}

static struct str version_at(struct home *h, const char *list, int64_t at)
{
	struct str v;
	enum err e = list_version_at(h->k->db, &h->a, 1, str_z(list), at, &v);
	return e == OK ? v : str_z(err_text(e));
}

TEST(ingest, when_the_gate_takes_a_policy_into_use_its_lists_are_kept_with_their_versions)
{
	AUTO(home_end) struct home h = home_of();
	struct event other = { .kind = EVENT_SNAPSHOT_LOADED, .at_ms = clock_ms() - 60000, .school = 1, .count = 77 }, loaded = other;
	gate_world_publish(h.prefix, "primary", STR_NONE);
	struct spooled s = spool_begin(&h, 7, 1, NULL);
	spool_event(&s, &other);                               /* of a policy that is not there */
	spool_put(&s);
	keeper_tick(h.k, 1000);
	CHECK_STR(version_at(&h, "test/gaming", clock_utc()), err_text(ERR_ABSENT));
	loaded.count = 1;
	s = spool_begin(&h, 7, 2, NULL);
	spool_event(&s, &loaded);
	spool_put(&s);
	keeper_tick(h.k, 2000);
	CHECK_STR(version_at(&h, "test/gaming", clock_utc()), "2026-11-20");
	CHECK_STR(version_at(&h, "test/gaming", loaded.at_ms / 1000 - 1), err_text(ERR_ABSENT));
	CHECK_STR(version_at(&h, "test/iwf", clock_utc()), err_text(ERR_ABSENT));      /* protected */
}
