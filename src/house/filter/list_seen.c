#include "house/filter/list_seen.h"

#include "gen_queries.h"
#include "policy/read/tables.h"

enum { DAY_S = 86400 };

static bool is_open(const struct catalog *c, struct list l)
{
	return !(catalog_category(c, l.category).flags & CATEGORY_SEALED);
}

static enum err put(struct db *db, int64_t school, struct str list, struct str version, int64_t since)
{
	return q_list_version_put_do(db, &(struct q_list_version_put_args){ .school = school, .list = list, .since = since, .version = version }, NULL);
}

static struct str version_in(const struct q_list_version_now_row *v, size_t n, struct str list)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(v[i].list, list))
			return v[i].version;
	return STR_NONE;
}

/* What is new or of another version. */
static enum err put_new(struct db *db, int64_t school, const struct catalog *c, const struct q_list_version_now_row *v, size_t n, int64_t since, size_t *changed)
{
	for (uint16_t i = 0; i < c->lists_n; i++) {
		struct list l = catalog_list(c, i);
		if (!is_open(c, l) || !l.version.n || str_eq(version_in(v, n, l.name), l.version))
			continue;
		TRY(put(db, school, l.name, l.version, since));
		(*changed)++;
	}
	return OK;
}

static bool has(const struct catalog *c, struct str list)
{
	for (uint16_t i = 0; i < c->lists_n; i++)
		if (str_eq(catalog_list(c, i).name, list))
			return true;
	return false;
}

static enum err put_gone(struct db *db, int64_t school, const struct catalog *c, const struct q_list_version_now_row *v, size_t n, int64_t since, size_t *changed)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].version.n && !has(c, v[i].list)) {
			TRY(put(db, school, v[i].list, STR(""), since));
			(*changed)++;
		}
	return OK;
}

enum err list_seen(struct db *db, int64_t school, const struct policy *p, int64_t since_utc, size_t *changed)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct q_list_version_now_row *v;
	size_t n, new = 0;
	TRY(db_tx_begin(db, &tx));
	TRY(q_list_version_now(db, &a, &(struct q_list_version_now_args){ .school = school }, &v, &n));
	TRY(put_new(db, school, &p->catalog, v, n, since_utc, &new));
	TRY(put_gone(db, school, &p->catalog, v, n, since_utc, &new));
	if (new)
		TRY(q_list_version_drop_do(db, &(struct q_list_version_drop_args){ .school = school, .before = since_utc - (int64_t)LIST_SEEN_DAYS * DAY_S }, NULL));
	if (changed)
		*changed = new;
	return db_tx_commit(&tx);
}

enum err list_version_at(struct db *db, struct arena *a, int64_t school, struct str list, int64_t at_utc, struct str *out)
{
	struct q_list_version_at_row row;
	TRY(q_list_version_at_one(db, a, &(struct q_list_version_at_args){ .school = school, .list = list, .at = at_utc }, &row));
	if (!row.version.n)
		return ERR_ABSENT;
	*out = row.version;
	return OK;
}
