#include "house/service/channel.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/account/people.h"
#include "house/task/task.h"

static struct entry_may general(int64_t school) { return (struct entry_may){ .school = school, .classes = ENTRY_BIT(ENTRY_GENERAL) }; }
/* The program alone reads sealed ones: nobody's rights reach this register. */
static struct entry_may inside(int64_t school) { return (struct entry_may){ .school = school, .classes = ENTRY_BIT(ENTRY_CHAIR) }; }

static enum err channel_get(struct store *st, struct arena *a, int64_t school, int64_t id, struct entry *out)
{
	struct entry_may may = general(school);
	TRY(entry_get(st, a, &may, id, 0, out));
	return str_is(out->reg, "official-channel") ? OK : ERR_ABSENT;
}

static enum err newest(struct store *st, struct arena *a, int64_t school, int64_t channel, struct entry *out)
{
	struct entry_may may = inside(school);
	struct entry_query q = { .reg = "channel-credential", .states = { "sealed" }, .n_where = 1,
		.where = { { .key = "channel", .op = ENTRY_IS, .i = channel } } };
	return entry_first(st, a, &may, &q, out);
}

enum err channel_sealed(struct store *st, struct arena *a, int64_t school, int64_t channel, int64_t *at_utc)
{
	struct entry e;
	TRY(newest(st, a, school, channel, &e));
	*at_utc = e.made_utc;
	return OK;
}

enum err channel_seal(struct store *st, const struct act *act, int64_t channel, struct str secret, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entry_may may = inside(act->school);
	struct entry e, old;
	int64_t id;
	if (!str_trim(secret).n || secret.n > CHANNEL_SECRET_MAX)
		return diag_fail(d, STR("secret"), 0, "Write the sign-in name, the password and the way of recovery, in at most %d letters.", CHANNEL_SECRET_MAX);
	TRY(db_tx_begin(st->db, &tx));
	TRY(channel_get(st, &a, act->school, channel, &e));
	enum err was = newest(st, &a, act->school, channel, &old);
	if (was == OK)
		TRY(entry_update(st, act, &may, old.id, old.version, &(struct entry_in){ .reg = "channel-credential", .state = "replaced" }, d));
	else if (was != ERR_ABSENT)
		return was;
	struct entry_field f[] = { { STR("channel"), arena_fmt(&a, "%lld", (long long)channel) }, { STR("secret"), secret } };
	TRY(entry_create(st, act, &(struct entry_in){ .reg = "channel-credential", .fields = f, .n_fields = 2 }, d, &id));
	return db_tx_commit(&tx);
}

/* ---- opening ---- */

static enum err tell(struct store *st, struct arena *a, const struct act *act, const struct entry *e, int64_t person, const char *role, struct diag *d)
{
	int64_t id;
	if (person == act->person || (!person && !role))
		return OK;
	struct task_in in = { .kind = "channel-opening", .for_person = person, .for_role = person ? NULL : role, .due_utc = clock_utc() + 86400, .link = "/channels",
		.title = arena_fmt(a, "The sealed sign-in of %.*s was opened", STRF(entry_value(e, "name"))),
		.details = arena_fmt(a, "%.*s opened it: %s. Was that so? When it is over, change the password and seal the new one.",
			STRF(person_name(st->db, a, act->school, act->person)), act->why) };
	return task_open(st, act, &in, d, &id);
}

enum err channel_open(struct store *st, struct arena *a, const struct act *act, int64_t channel, struct str why, struct diag *d, struct str *secret)
{
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entry e, sealed;
	int64_t id;
	if (!str_trim(why).n || why.n > 200)
		return diag_fail(d, STR("why"), 0, "Say why, in a sentence.");
	TRY(db_tx_begin(st->db, &tx));
	TRY(channel_get(st, a, act->school, channel, &e));
	int64_t first = entry_i64(&e, "holder-1"), second = entry_i64(&e, "holder-2");
	if (!act->person || (act->person != first && act->person != second))
		return ERR_FORBIDDEN;
	TRY(newest(st, a, act->school, channel, &sealed));
	struct act told = { act->school, act->person, arena_z(a, why) };
	struct entry_field f[] = { { STR("channel"), arena_fmt(a, "%lld", (long long)channel) }, { STR("person"), arena_fmt(a, "%lld", (long long)act->person) }, { STR("why"), why } };
	TRY(entry_create(st, &told, &(struct entry_in){ .reg = "channel-opening", .fields = f, .n_fields = 3 }, d, &id));
	TRY(tell(st, a, &told, &e, first, NULL, d));
	TRY(tell(st, a, &told, &e, second, NULL, d));
	TRY(tell(st, a, &told, &e, entry_i64(&e, "manager"), NULL, d));
	TRY(tell(st, a, &told, &e, 0, "head", d));
	TRY(db_tx_commit(&tx));
	*secret = entry_value(&sealed, "secret");
	return OK;
}

/* ---- days ---- */

static enum err once(struct store *st, struct arena *a, const struct act *act, const struct entry *e, const char *what, const char *role, const char *title, int64_t due)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	int64_t id;
	struct task_in in = { .kind = "channel", .for_role = role, .due_utc = due, .link = arena_fmt(a, "/registers/official-channel/%lld", (long long)e->id).p,
		.title = arena_fmt(a, "Channel %.*s: %s", STRF(entry_value(e, "name")), title), .key = arena_fmt(a, "channel-%lld-%s", (long long)e->number, what).p };
	return task_open_once(st, act, &in, &d, &id, NULL);
}

static enum err look(struct store *st, struct arena *a, const struct act *act, const struct entry *e, int64_t now)
{
	int64_t reviewed = 0;
	TRY(once(st, a, act, e, "parents", "leadership", "tell parents what it is for, what is expected, what is done when something goes wrong", now + 14 * 86400));
	TRY(once(st, a, act, e, "learners", "leadership", "tell learners what it is for, what is expected, whom to tell", now + 14 * 86400));
	(void)time_read_date(entry_value(e, "reviewed"), &reviewed);     /* none: due at once */
	if (reviewed + (CHANNEL_REVIEW_DAYS - 30) * 86400 > now)
		return OK;
	return once(st, a, act, e, arena_fmt(a, "review-%lld", (long long)reviewed).p, "leadership",
	            "look at it as a whole: does it serve only its aim, how are privacy and sign-in set? Write it into the yearly looks", reviewed ? reviewed + CHANNEL_REVIEW_DAYS * 86400 : now + 14 * 86400);
}

enum err channel_tick(struct store *st, int64_t school, int64_t now_utc)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct act act = { school, 0, "channels of the school" };
	struct entry_may may = general(school);
	struct entry_query q = { .reg = "official-channel", .states = { "active" }, .limit = ENTRY_PAGE_MAX };
	struct entry_page page;
	TRY(entry_list(st, &a, &may, &q, &page));
	for (size_t i = 0; i < page.n; i++)
		TRY(look(st, &a, &act, &page.entries[i], now_utc));
	return OK;
}
