#include "house/record/trends.h"

#include "house/record/town.h"

enum { DAY = 86400 };

/* One concern a number of days ago, in this place, of this topic. */
static int64_t concern(struct town *t, int days, const char *place, const char *risk, enum who subject, enum who barred)
{
	int64_t now = clock_utc();
	clock_step(-days * INT64_C(86400000));
	struct report r = { .about = ABOUT_CHILD, .origin = ORIGIN_STAFF, .subject = t->person[subject], .author = t->person[TEACHER], .danger = true,
		.words = STR("Somebody asked for my zebra picture"), .place = str_z(place), .risk_area = str_z(risk) };
	if (barred != N_WHO)
		r.barred[r.n_barred++] = t->person[barred];
	struct received got = send(t, &r);
	clock_step((now - clock_utc()) * 1000);
	return got.id;
}

static const struct trend_row *row(const struct trends *t, enum trend_by by, const char *word)
{
	for (size_t i = 0; i < t->by[by].n; i++)
		if (str_ieq(t->by[by].rows[i].word, str_z(word)))
			return &t->by[by].rows[i];
	return NULL;
}

static void seed(struct town *t)
{
	for (int i = 0; i < 6; i++)
		concern(t, 3 + i, "Library", "contact", LEARNER, N_WHO);
	for (int i = 0; i < 4; i++)
		concern(t, 12 + i, i % 2 ? "library " : "Playground", "conduct", OTHER_LEARNER, N_WHO);
	concern(t, 45, "Library", "contact", LEARNER, N_WHO);
	concern(t, 46, "Playground", "conduct", LEARNER, N_WHO);
}

static struct trends month(struct town *t, enum who w)
{
	struct trends out;
	struct entry_may m = may(t, w);
	CHECK_OK(record_trends(&t->k, &t->a, &m, clock_utc() - 30 * DAY, clock_utc() + DAY, &out));
	return out;
}

TEST(clause, c4_2_14_trends_over_seeded_incidents_count_right_and_mark_what_rises)
{
	static const char *const profiles[] = { "junior", "primary" };
	for (size_t p = 0; p < ARRAY_N(profiles); p++)
		ON_EACH_ENGINE(fx) {
			struct town t;
			open_town(&t, &fx, profiles[p]);
			seed(&t);
			struct trends m = month(&t, DSL);
			CHECK_INT(m.total, 10);
			CHECK_INT(m.before, 2);
			CHECK(row(&m, TREND_PLACE, "library")->n == 8 && row(&m, TREND_PLACE, "library")->before == 1);
			CHECK(row(&m, TREND_RISK, "Contact")->n == 6 && row(&m, TREND_RISK, "Contact")->before == 1);
			CHECK(row(&m, TREND_RISK, "Contact")->rising && !row(&m, TREND_RISK, "Conduct")->rising);
			int64_t sum[TREND_BY] = { 0 };
			for (size_t b = 0; b < TREND_BY; b++)
				for (size_t i = 0; i < m.by[b].n; i++)
					sum[b] += m.by[b].rows[i].n;
			for (size_t b = 0; b < TREND_BY; b++)
				CHECK_INT(sum[b], b == TREND_ASKED ? 0 : 10);
			close_town(&t);
		}
}

TEST(trends, what_is_kept_from_somebody_is_not_counted_for_them)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "junior");
		seed(&t);
		int64_t before = month(&t, DEPUTY).total;
		concern(&t, 2, "Library", "contact", LEARNER, DEPUTY);
		CHECK_INT(month(&t, DEPUTY).total, before);
		CHECK_INT(month(&t, DSL).total, before + 1);
		CHECK_INT(month(&t, TEACHER).total, 0);
		close_town(&t);
	}
}

/* ---- small numbers ---- */

static struct trend_row ROWS[8];

static struct trends of_numbers(const int64_t *n, size_t count)
{
	struct trends t = { 0 };
	for (size_t i = 0; i < count; i++) {
		static const char *const words[] = { "a", "b", "c", "d", "e", "f", "g", "h" };
		ROWS[i] = (struct trend_row){ .word = str_z(words[i]), .n = n[i] };
		t.total += n[i];
	}
	t.by[TREND_RISK] = (struct trend){ .rows = ROWS, .n = count };
	return t;
}

/* Every table with this total that shows the same: a small number is safe when they do not agree on any hidden cell. */
static size_t tables(const struct trends *shown, int64_t total, size_t at, int64_t left, int64_t *now, int64_t *low, int64_t *high)
{
	const struct trend *t = &shown->by[TREND_RISK];
	if (at == t->n) {
		for (size_t i = 0; !left && i < t->n; i++) {
			low[i] = now[i] < low[i] ? now[i] : low[i];
			high[i] = now[i] > high[i] ? now[i] : high[i];
		}
		return !left;
	}
	size_t n = 0;
	int64_t from = t->rows[at].n == TREND_HIDDEN ? 0 : t->rows[at].n, upto = t->rows[at].n == TREND_HIDDEN ? left : t->rows[at].n;
	for (now[at] = from; now[at] <= upto && now[at] <= left; now[at]++)
		n += tables(shown, total, at + 1, left - now[at], now, low, high);
	return n;
}

TEST(trends, no_number_below_five_can_be_worked_out_from_the_rest)
{
	uint64_t state = 7;
	for (int turn = 0; turn < 300; turn++) {
		int64_t n[5], now[5], low[5], high[5];
		size_t count = 2 + turn % 4;
		for (size_t i = 0; i < count; i++) {
			state = state * 6364136223846793005u + 1442695040888963407u;
			n[i] = (int64_t)((state >> 33) % (turn % 3 ? 9 : 5));
			low[i] = INT64_MAX;
			high[i] = -1;
		}
		struct trends t = of_numbers(n, count);
		int64_t total = t.total;
		trends_suppress(&t, TREND_SMALL);
		CHECK(t.by[TREND_PLACE].hidden && !t.by[TREND_PLACE].n);
		CHECK(tables(&t, total, 0, total, now, low, high) > 0);
		for (size_t i = 0; i < count; i++) {
			CHECK(t.by[TREND_RISK].rows[i].n != TREND_HIDDEN || high[i] > low[i]);
			CHECK(n[i] == 0 || n[i] >= TREND_SMALL || t.by[TREND_RISK].rows[i].n == TREND_HIDDEN);
		}
		CHECK(t.total == TREND_HIDDEN || t.total == 0 || t.total >= TREND_SMALL);
	}
}
