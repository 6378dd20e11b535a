/* What a confirmed change of rights does, and who hears of it. */
#include "base/mem.h"
#include "base/time.h"
#include "house/account/appointment.h"
#include "house/account/password.h"
#include "house/account/second.h"
#include "house/account/session.h"
#include "house/notify/notify.h"

static int64_t utc_term(const struct second *s, const char *key)
{
	int64_t at = 0;
	struct str v = second_term(s, key);
	return v.n && time_read_iso(v, &at) == OK ? at : 0;
}

static int64_t id_term(const struct second *s, const char *key)
{
	int64_t id = 0;
	struct str v = second_term(s, key);
	return v.n && str_i64(v, &id) == OK ? id : 0;
}

/* Those who must know when somebody is given a way to what is confidential. */
static enum err tell(struct store *st, const struct act *act, const struct second *s)
{
	static const char *const roles[] = { "head", "dsl", "chair" };
	AUTO(arena_done) struct arena a = arena_init();
	for (size_t i = 0; i < ARRAY_N(roles); i++) {
		int64_t *people;
		size_t n;
		TRY(notify_holders(st->db, &a, act->school, str_z(roles[i]), &people, &n));
		for (size_t k = 0; k < n; k++)
			if (people[k] != s->about && people[k] != act->person && people[k] != s->decided_by)
				TRY(notify_add(st->db, act, NOTICE_ACCESS, people[k], "/roles", 0, 0));
	}
	return OK;
}

/* Line breaks stand as "\n" in the terms. */
static struct str unfolded(struct arena *a, struct str s)
{
	AUTO(buf_done) struct buf b = buf_init(DUTIES_MAX + 10);
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '\\' && i + 1 < s.n && s.p[i + 1] == 'n') {
			buf_byte(&b, '\n');
			i++;
		} else
			buf_byte(&b, (uint8_t)s.p[i]);
	return arena_str(a, buf_str(&b));
}

enum err second_role_give(struct store *st, const struct act *act, const struct second *s, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct appointment_in in = { .person = s->about, .from_utc = utc_term(s, "from"), .until_utc = utc_term(s, "until"), .cover_of = id_term(s, "cover"),
		.trained_utc = utc_term(s, "trained"), .duties = unfolded(&a, second_term(s, "duties")), .confirmed_by = s->decided_by };
	TRY(role_read(second_term(s, "role"), &in.role));
	TRY(appointment_make(st->db, act, &in, d));
	return tell(st, act, s);
}

enum err second_role_end(struct store *st, const struct act *act, const struct second *s, struct diag *d)
{
	enum role r;
	TRY(role_read(second_term(s, "role"), &r));
	enum err e = role_end(st->db, act, s->about, r, 0);
	if (e == ERR_ABSENT)
		diag_add(d, DIAG_ERROR, STR("role"), 0, "This person does not hold the role.");
	TRY(e == ERR_ABSENT ? ERR_INVALID : e);
	return tell(st, act, s);
}

enum err second_factor_clear(struct store *st, const struct act *act, const struct second *s, struct diag *d)
{
	TRY(factor_clear(st->db, act, s->about));
	TRY(session_end_all(st->db, act->school, s->about, 0));
	return tell(st, act, s);
}
