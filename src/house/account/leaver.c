#include "house/account/leaver.h"

#include "base/clock.h"
#include "base/conf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/task/task.h"

static enum err read_platform(const struct conf *c, const struct conf_block *b, struct diag *d, struct platform *out)
{
	const struct conf_pair *pair;
	size_t at = 0;
	enum role role;
	*out = (struct platform){ .id = b->id, .title = conf_get(b, "title"), .role = conf_get(b, "role") };
	if (b->id.n == 0 || b->id.n > 30 || out->title.n == 0 || out->title.n > 120)
		return diag_fail(d, c->file, b->line, "A platform has an id and a title.");
	if (role_read(out->role, &role) != OK)
		return diag_fail(d, c->file, b->line, "There is no role \"%.*s\".", STRF(out->role));
	while ((pair = conf_each(b, "who", &at)) != NULL) {
		enum person_kind k;
		if (kind_read(pair->value, &k) != OK)
			return diag_fail(d, c->file, pair->line, "\"%.*s\" is no kind of person.", STRF(pair->value));
		out->kinds |= 1u << k;
	}
	return out->kinds ? OK : diag_fail(d, c->file, b->line, "Say who has an account there: who = learner.");
}

enum err platforms_load(struct arena *a, const char *path, struct diag *d, struct platforms *out)
{
	static const char *const keys[] = { "title", "who", "role", NULL };
	struct conf c;
	struct platforms p = { .n = 0 };
	TRY(conf_load(a, path, d, &c));
	TRY(conf_only(&c, "platform", keys, d));
	for (size_t i = 0; i < c.n; i++) {
		if (!str_is(c.blocks[i].kind, "platform"))
			continue;
		if (p.n == PLATFORMS_MAX)
			return diag_fail(d, c.file, c.blocks[i].line, "There are more than %d platforms.", PLATFORMS_MAX);
		TRY(read_platform(&c, &c.blocks[i], d, &p.v[p.n]));
		p.n++;
	}
	*out = p;
	return OK;
}

/* ---- tasks ---- */

static bool has_one(const struct platform *p, const struct leaver *l) { return p->kinds >> l->kind & 1; }

static enum err one_apart(struct store *st, const struct act *act, struct arena *a, const struct platform *p, const struct leaver *l, int64_t due, struct diag *d, bool *opened)
{
	int64_t id;
	struct str key = arena_fmt(a, "leave:%lld:%.*s:%.*s", (long long)l->person, STRF(p->id), STRF(time_iso_date(a, due)));
	struct task_in in = { .kind = "leaver", .title = arena_fmt(a, "Somebody leaves. Close or hand over: %.*s", STRF(p->title)), .link = arena_fmt(a, "/people/%lld", (long long)l->person).p,
		.about = l->person, .for_role = arena_z(a, p->role), .due_utc = due, .key = key.p };
	return task_open_once(st, act, &in, d, &id, opened);
}

/* Names the very group of people, so that the same leaving opens nothing twice. */
static struct str group_key(struct arena *a, const struct platform *p, const struct leaver *who, size_t n, int64_t due)
{
	AUTO(buf_done) struct buf b = buf_init(4 * 1024 * 1024);
	uint8_t digest[SHA256_BYTES];
	char hex[17];
	for (size_t i = 0; i < n; i++)
		if (has_one(p, &who[i]))
			buf_fmt(&b, "%lld,", (long long)who[i].person);
	hash_sha256(buf_str(&b), digest);
	hex_put(digest, 8, hex);
	return arena_fmt(a, "leave:%s:%.*s:%.*s", hex, STRF(p->id), STRF(time_iso_date(a, due)));
}

static enum err one_for_all(struct store *st, const struct act *act, struct arena *a, const struct platform *p, const struct leaver *who, size_t n, int64_t due, struct diag *d, bool *opened)
{
	int64_t id;
	struct task_item_in *items = arena_array(a, struct task_item_in, n + 1);
	size_t n_items = 0;
	for (size_t i = 0; i < n && n_items < TASK_ITEMS_MAX; i++)
		if (has_one(p, &who[i]))
			items[n_items++] = (struct task_item_in){ .label = who[i].name, .about = who[i].person };
	struct task_in in = { .kind = "leaver", .title = arena_fmt(a, "%zu people leave. Close or hand over: %.*s", n_items, STRF(p->title)), .for_role = arena_z(a, p->role), .due_utc = due,
		.key = group_key(a, p, who, n, due).p, .items = items, .n_items = n_items };
	return task_open_once(st, act, &in, d, &id, opened);
}

enum err leaver_tasks(struct store *st, const struct act *act, const struct platforms *p, const struct leaver *who, size_t n,
                      int64_t at_utc, struct diag *d, int64_t *opened)
{
	AUTO(arena_done) struct arena a = arena_init();
	int64_t due = at_utc ? at_utc : time_uk_midnight(clock_utc()) + 86400 - 1;
	*opened = 0;
	for (size_t i = 0; i < p->n; i++) {
		size_t count = 0;
		bool fresh = false;
		for (size_t k = 0; k < n; k++)
			count += has_one(&p->v[i], &who[k]);
		if (count > LEAVERS_APART_MAX) {
			TRY(one_for_all(st, act, &a, &p->v[i], who, n, due, d, &fresh));
			*opened += fresh;
			continue;
		}
		for (size_t k = 0; k < n; k++)
			if (has_one(&p->v[i], &who[k])) {
				TRY(one_apart(st, act, &a, &p->v[i], &who[k], due, d, &fresh));
				*opened += fresh;
			}
	}
	return OK;
}
