/* Searching events: month by month, newest first, until the page is full. */
#include "base/buf.h"
#include "event/event.h"
#include "gen_queries.h"
#include "house/store/activity_inner.h"

enum {
	COMMON = 20000,        /* rows: a text that matches more is looked for along the time, not by host */
	HOSTS = 40,            /* hosts that are asked for one by one; more go by a subquery */
};

struct search {
	struct db *db;
	struct arena *a;
	const struct activity_view *view;
	const struct activity_query *q;
	int64_t limit;
	struct str like;               /* of the host name; absent = any */
	int64_t hosts[HOSTS];          /* when few match: which; 0 = none */
	bool few, by_host;
	struct activity_row *rows;
	size_t n;
};

struct build { struct buf sql; struct db_val v[DB_ARGS_MAX]; size_t n; };

static void arg(struct build *b, const char *text, struct db_val v)
{
	assert(b->n < ARRAY_N(b->v));
	b->v[b->n++] = v;
	buf_fmt(&b->sql, "%s$%zu", text, b->n);
}

static struct str like_of(struct arena *a, struct str text)
{
	char *p = arena_alloc(a, 2 * text.n + 3);
	size_t n = 0;
	p[n++] = '%';
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '%' || text.p[i] == '_' || text.p[i] == '!')
			p[n++] = '!';
		p[n++] = ascii_lower(text.p[i]);
	}
	p[n++] = '%';
	return (struct str){ p, n };
}

/* `+ 0` keeps the database from going by host where that is the longer way. */
static void host_condition(struct build *b, const struct search *s)
{
	if (s->view->person && !s->few) {       /* one person's rows are soon read; the hosts of all are not, once a month */
		arg(b, " AND COALESCE(h.name, '') LIKE ", DB_T(s->like));
		buf_z(&b->sql, " ESCAPE '!'");
		return;
	}
	buf_z(&b->sql, s->by_host ? " AND a.host IN (" : " AND a.host + 0 IN (");
	if (s->few)
		for (size_t i = 0; i < HOSTS; i++)
			arg(b, i ? ", " : "", DB_I(s->hosts[i]));
	else {
		arg(b, "SELECT x.id FROM activity_host x WHERE x.school = $1 AND x.name LIKE ", DB_T(s->like));
		buf_z(&b->sql, " ESCAPE '!'");
	}
	buf_z(&b->sql, ")");
}

static void conditions(struct build *b, const struct search *s)
{
	const struct activity_view *v = s->view;
	const struct activity_query *q = s->q;
	if (v->person)
		arg(b, " AND a.person = ", DB_I(v->person));
	if (v->class_id)
		arg(b, " AND a.class = ", DB_I(v->class_id));
	arg(b, " AND a.at_ms >= ", DB_I(v->from_utc * 1000));
	arg(b, " AND a.at_ms < ", DB_I(v->upto_utc * 1000));
	/* A child's press of "tell someone" and a protected rule's hit have pages of their own, with their own rights. */
	buf_fmt(&b->sql, " AND a.kind NOT IN (%d, %d)", EVENT_TELL, EVENT_SEALED_HIT);
	if (q->kind)
		arg(b, " AND a.kind = ", DB_I(q->kind));
	if (q->category.n)
		arg(b, " AND a.category = ", DB_T(q->category));
	if (q->refused_only)
		buf_z(&b->sql, " AND a.reason <> ''");
	if (s->like.p)
		host_condition(b, s);
	if (q->before_ms) {
		arg(b, " AND a.at_ms <= ", DB_I(q->before_ms));
		arg(b, " AND (a.at_ms < ", DB_I(q->before_ms));
		arg(b, " OR a.id < ", DB_I(q->before_id));
		buf_z(&b->sql, ")");
	}
}

static const struct db_col cols[] = {
#define AT_(f) offsetof(struct activity_row, f)
	{ DB_INT, AT_(id) }, { DB_INT, AT_(at_ms) }, { DB_INT, AT_(person) }, { DB_INT, AT_(class_id) }, { DB_INT, AT_(device) },
	{ DB_INT, AT_(kind) }, { DB_INT, AT_(how) }, { DB_INT, AT_(sure) }, { DB_INT, AT_(count) }, { DB_TEXT, AT_(host) },
	{ DB_TEXT, AT_(path) }, { DB_TEXT, AT_(group) }, { DB_TEXT, AT_(reason) }, { DB_TEXT, AT_(rule) }, { DB_TEXT, AT_(category) },
	{ DB_TEXT, AT_(list) }, { DB_TEXT, AT_(text) },
#undef AT_
};
static const struct db_shape shape = { sizeof(struct activity_row), ARRAY_N(cols), cols };

static enum err search_in(struct search *s, struct str table)
{
	struct build b = { .sql = buf_init(8192) };
	buf_fmt(&b.sql, "SELECT a.id, a.at_ms, a.person, a.class, a.device, a.kind, a.how, a.sure, a.n, COALESCE(h.name, ''), a.path,"
	        " a.group_name, a.reason, a.rule, a.category, a.list, a.said FROM %.*s a", STRF(table));
	if (s->by_host && !s->view->person && db_engine(s->db) == DB_SQLITE)
		buf_fmt(&b.sql, " INDEXED BY %.*s_host", STRF(table));
	arg(&b, " LEFT JOIN activity_host h ON h.id = a.host AND h.school = ", DB_I(s->view->school));
	buf_z(&b.sql, " WHERE a.school = $1");
	conditions(&b, s);
	/* `+ 0`: PostgreSQL would walk the time backwards to have the order for nothing. */
	bool sorts = s->by_host && !s->view->person && db_engine(s->db) == DB_POSTGRES;
	arg(&b, sorts ? " ORDER BY a.at_ms + 0 DESC, a.id DESC LIMIT " : " ORDER BY a.at_ms DESC, a.id DESC LIMIT ", DB_I(s->limit + 1 - (int64_t)s->n));
	struct db_stmt st = { "activity_search", "", arena_z(s->a, buf_str(&b.sql)), 0, true };
	enum err e = buf_ok(&b.sql);
	buf_done(&b.sql);
	TRY(e);
	void *found;
	size_t n;
	TRY(db_fetch(s->db, s->a, &st, &shape, b.v, b.n, &found, &n));
	if (n)
		memcpy(s->rows + s->n, found, n * sizeof *s->rows);
	s->n += n;
	return OK;
}

static enum err search_months(struct search *s)
{
	int64_t *months;
	size_t n;
	if (db_engine(s->db) == DB_POSTGRES)
		return search_in(s, STR("activity"));
	TRY(month_list(s->db, s->a, &months, &n));
	for (size_t i = 0; i < n && (int64_t)s->n <= s->limit; i++) {
		int64_t from = month_start_ms(months[i]), upto = month_start_ms(month_next(months[i]));
		bool beside = from >= s->view->upto_utc * 1000 || upto <= s->view->from_utc * 1000 || (s->q->before_ms && from > s->q->before_ms);
		if (!beside)
			TRY(search_in(s, month_table(s->db, s->a, months[i])));
	}
	return OK;
}

/* Which hosts the text means, and how much there is of them. */
static enum err weigh(struct search *s, bool *nothing)
{
	struct q_activity_hosts_like_row *rows;
	size_t n;
	int64_t weight = 0;
	if (!s->q->text.n)
		return OK;
	if (s->q->text.n > ACTIVITY_TEXT_MAX || !str_utf8(s->q->text))
		return ERR_INVALID;
	s->like = like_of(s->a, s->q->text);
	struct q_activity_hosts_like_args args = { .school = s->view->school, .like = s->like, .limit = DB_ROWS_MAX };
	TRY(q_activity_hosts_like(s->db, s->a, &args, &rows, &n));
	s->few = n <= HOSTS;
	for (size_t i = 0; i < n; i++) {
		weight += rows[i].seen;
		if (s->few)
			s->hosts[i] = rows[i].id;
	}
	s->by_host = weight < COMMON;
	*nothing = n == 0;
	return OK;
}

enum err activity_search(struct db *db, struct arena *a, const struct activity_view *view, const struct activity_query *q,
                         struct activity_row **out, size_t *n, bool *more)
{
	if (view->id <= 0 || view->viewer <= 0)
		return ERR_FORBIDDEN;
	struct search s = { .db = db, .a = a, .view = view, .q = q, .limit = q->limit > 0 ? q->limit : 50 };
	if (s.limit > ACTIVITY_PAGE_MAX)
		return ERR_LIMIT;
	s.rows = arena_array(a, struct activity_row, (size_t)s.limit + 1);
	bool nothing = false;
	TRY(weigh(&s, &nothing));
	if (!nothing)
		TRY(search_months(&s));
	*more = (int64_t)s.n > s.limit;
	*n = *more ? (size_t)s.limit : s.n;
	*out = s.rows;
	return OK;
}

static enum err one_number(void *ctx, const struct db_val *v, size_t n)
{
	*(int64_t *)ctx = v[0].null ? 0 : v[0].i;
	return OK;
}

enum err activity_newest_ms(struct db *db, int64_t school, int64_t *out)
{
	AUTO(arena_done) struct arena a = arena_init();
	int64_t *months, newest = 0;
	size_t n;
	TRY(month_list(db, &a, &months, &n));
	for (size_t i = 0; i < n && !newest; i++) {
		struct db_stmt st = { "activity_newest", "", arena_fmt(&a, "SELECT max(at_ms) FROM activity_%lld WHERE school = $1", (long long)months[i]).p, 0, true };
		struct db_val v[] = { DB_I(school) };
		TRY(db_run(db, &st, v, 1, one_number, &newest, NULL));
	}
	*out = newest;
	return OK;
}
