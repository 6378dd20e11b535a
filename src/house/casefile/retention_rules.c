/* data/retention.conf, read and reckoned. */
#include "base/mem.h"
#include "base/time.h"
#include "house/casefile/retention.h"

static const char *const events[] = { [RETAIN_BIRTH] = "birth", [RETAIN_CLOSED] = "closed", [RETAIN_LEFT] = "left", [RETAIN_NEVER] = "never" };

static enum err read_from(const struct conf *c, const struct conf_block *b, struct diag *d, enum retention_from *out)
{
	struct str word = conf_get(b, "from");
	for (size_t i = 0; i < ARRAY_N(events); i++)
		if (str_is(word, events[i])) {
			*out = (enum retention_from)i;
			return OK;
		}
	return diag_fail(d, c->file, b->line, "Say from when it counts: from = birth, closed, left or never.");
}

static enum err read_rule(const struct conf *c, const struct conf_block *b, struct diag *d, struct retention_rule *out)
{
	const struct conf_pair *p;
	size_t at = 0;
	*out = (struct retention_rule){ .id = b->id, .title = conf_get(b, "title"), .why = conf_get(b, "why") };
	if (!out->id.n || out->id.n > 40 || !out->title.n || !out->why.n)
		return diag_fail(d, c->file, b->line, "A rule has a short name, a title, and says why.");
	TRY(read_from(c, b, d, &out->from));
	TRY(conf_int(c, b, "years", 0, 0, 200, d, &out->years));
	while ((p = conf_each(b, "register", &at)) != NULL) {
		if (out->n_registers == RETENTION_REGISTERS_MAX)
			return diag_fail(d, c->file, p->line, "There are more than %d registers here.", RETENTION_REGISTERS_MAX);
		out->registers[out->n_registers++] = p->value;
	}
	return OK;
}

enum err retention_load(struct arena *a, const char *path, struct diag *d, struct retention *out)
{
	static const char *const keys[] = { "title", "from", "years", "register", "why", NULL };
	struct conf c;
	struct retention r = { .n = 0 };
	TRY(conf_load(a, path, d, &c));
	TRY(conf_only(&c, "rule", keys, d));
	for (size_t i = 0; i < c.n; i++) {
		if (!str_is(c.blocks[i].kind, "rule"))
			continue;
		if (r.n == RETENTION_RULES_MAX)
			return diag_fail(d, c.file, c.blocks[i].line, "There are more than %d rules.", RETENTION_RULES_MAX);
		TRY(read_rule(&c, &c.blocks[i], d, &r.v[r.n]));
		r.n++;
	}
	*out = r;
	return r.n ? OK : diag_fail(d, c.file, 1, "There is no rule of retention in it.");
}

const struct retention_rule *retention_find(const struct retention *r, struct str id)
{
	for (size_t i = 0; i < r->n; i++)
		if (str_eq(r->v[i].id, id))
			return &r->v[i];
	return NULL;
}

const struct retention_rule *retention_for(const struct retention *r, struct str reg)
{
	for (size_t i = 0; i < r->n; i++)
		for (size_t k = 0; k < r->v[i].n_registers; k++)
			if (str_eq(r->v[i].registers[k], reg))
				return &r->v[i];
	return NULL;
}

int64_t retention_due(const struct retention_rule *rule, int64_t event_utc)
{
	struct civil t;
	if (!rule || rule->from == RETAIN_NEVER || !event_utc)
		return 0;
	t = time_uk(event_utc);
	t.year += (int)rule->years;
	t.hour = t.minute = t.second = 0;
	while (!time_valid(t))                           /* born on 29 February */
		t.day--;
	return time_from_uk(t);
}
