/* The texts: in force, before, and being written. */
#include "house/agreement/agreement_store.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/vec.h"
#include "house/agreement/inside.h"
#include "house/agreement/lines.h"

static const char *const reg = "agreement";

static enum err active_read(struct arena *a, const struct entry *e, struct agreement_active *out)
{
	struct agreement g = {
		.audience = entry_value(e, "audience"), .language = entry_value(e, "language"), .title = entry_value(e, "title"),
		.notice = entry_value(e, "notice"), .offline = entry_value(e, "offline"), .mandatory = entry_value(e, "mandatory"),
		.aloud = str_is(entry_value(e, "aloud"), "yes"), .version = entry_i64(e, "version"), .grace_days = entry_i64(e, "grace_days"),
	};
	TRY(hex_get(entry_value(e, "digest"), g.digest, SHA256_BYTES));
	agreement_lines_read(a, entry_value(e, "rules"), &g);
	*out = (struct agreement_active){ .text = g, .entry = e->id, .seen = e->version, .active_utc = entry_utc(e, "activated"),
		.state = e->state, .by = e->changed_by, .second = entry_i64(e, "second") };
	return OK;
}

static enum err of_state(struct store *st, struct arena *a, int64_t school, struct str audience, const char *state, struct agreement_active *out)
{
	struct entry_may may = agreement_may(school);
	struct entry_query q = { .reg = reg, .states = { state }, .limit = 1, .order_by = "activated",
		.where = { { "audience", ENTRY_IS, 0, audience } }, .n_where = 1 };
	struct entry_page page;
	TRY(entry_list(st, a, &may, &q, &page));
	return page.n ? active_read(a, &page.entries[0], out) : ERR_ABSENT;
}

enum err agreement_in_force(struct store *st, struct arena *a, int64_t school, struct str audience, struct agreement_active *out)
{
	return of_state(st, a, school, audience, "active", out);
}

enum err agreement_draft(struct store *st, struct arena *a, int64_t school, struct str audience, struct agreement_active *out)
{
	return of_state(st, a, school, audience, "draft", out);
}

enum err agreement_version(struct store *st, struct arena *a, int64_t school, int64_t entry, struct agreement_active *out)
{
	struct entry_may may = agreement_may(school);
	struct entry e;
	TRY(entry_get(st, a, &may, entry, 0, &e));
	return str_is(e.reg, reg) ? active_read(a, &e, out) : ERR_ABSENT;
}

static size_t fields_of(struct arena *a, const struct agreement *g, struct entry_field *f)
{
	size_t n = 0;
	f[n++] = agreement_field("audience", g->audience);
	f[n++] = agreement_field("language", g->language);
	f[n++] = agreement_field("version", arena_i64(a, g->version));
	f[n++] = agreement_field("digest", agreement_hex(a, g->digest));
	f[n++] = agreement_field("title", g->title);
	f[n++] = agreement_field("notice", g->notice);
	f[n++] = agreement_field("offline", g->offline);
	f[n++] = agreement_field("rules", agreement_lines(a, g));
	f[n++] = agreement_field("aloud", g->aloud ? STR("yes") : STR("no"));
	f[n++] = agreement_field("grace_days", arena_i64(a, g->grace_days));
	f[n++] = agreement_field("mandatory", g->mandatory);
	f[n++] = agreement_field("activated", time_iso(a, clock_utc()));
	return agreement_filled(f, n);
}

static enum err set_state(struct store *st, const struct act *act, const struct agreement_active *g, const char *state, struct str why)
{
	struct entry_may may = agreement_may(act->school);
	struct entry_field f[] = { agreement_field("note", why) };
	struct entry_in in = { .reg = reg, .state = state, .fields = f, .n_fields = why.n ? 1 : 0 };
	return entry_update(st, act, &may, g->entry, g->seen, &in, NULL);
}

/* 6-09, whoever asks and however the text came. */
static enum err complete(const struct agreement *g, struct diag *d)
{
	struct str missing = agreement_missing(g);
	if (!missing.n)
		return OK;
	if (d)
		diag_add(d, DIAG_ERROR, STR("rules"), 0, "The agreement \"%.*s\" cannot be put in force: no rule speaks of \"%.*s\".", STRF(g->audience), STRF(missing));
	return ERR_INVALID;
}

/* The text before goes; ERR_EXISTS when it is the same.  *was.entry is 0 when there was none. */
static enum err replace(struct store *st, struct arena *a, const struct act *act, const struct agreement *g, struct agreement_active *was)
{
	*was = (struct agreement_active){ 0 };
	enum err e = agreement_in_force(st, a, act->school, g->audience, was);
	if (e == ERR_ABSENT)
		return OK;
	TRY(e);
	if (hash_same(was->text.digest, g->digest, SHA256_BYTES))
		return ERR_EXISTS;
	return set_state(st, act, was, "retired", STR_NONE);
}

/* What was translated before stays so where the English is the same. */
static enum err carry_translations(struct store *st, struct arena *a, const struct act *act, const struct agreement_active *was,
                                   const struct agreement *now, int64_t entry)
{
	struct agreement_translation *t;
	size_t n = 0;
	if (was->entry)
		TRY(agreement_translations(st, a, act->school, was->entry, &t, &n));
	for (size_t i = 0; i < n; i++) {
		struct agreement next = agreement_carry(a, &was->text, &t[i].text, now);
		TRY(agreement_translation_put(st, a, act, entry, &next));
	}
	return OK;
}

static enum err put(struct store *st, struct arena *a, const struct act *act, const struct agreement *g, struct diag *d,
                    struct agreement_active *was, int64_t *entry)
{
	struct entry_field f[16];
	TRY(complete(g, d));
	TRY(replace(st, a, act, g, was));
	struct entry_in in = { .reg = reg, .state = "active", .fields = f, .n_fields = fields_of(a, g, f) };
	return entry_create(st, act, &in, d, entry);
}

enum err agreement_activate(struct store *st, struct arena *a, const struct act *act, const struct agreement *g, struct diag *d)
{
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct agreement_active was;
	int64_t entry;
	TRY(db_tx_begin(st->db, &tx));
	TRY(put(st, a, act, g, d, &was, &entry));
	TRY(carry_translations(st, a, act, &was, g, entry));
	return db_tx_commit(&tx);
}

enum err agreement_activate_shipped(struct store *st, struct arena *a, const struct act *act, const struct agreement_data *data,
                                    const struct agreement *g, struct diag *d)
{
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct agreement_active was;
	int64_t entry;
	TRY(db_tx_begin(st->db, &tx));
	TRY(put(st, a, act, g, d, &was, &entry));
	for (size_t i = 0; i < data->translations.n; i++) {
		const struct agreement *t = &data->translations.v[i];
		if (!str_eq(t->audience, g->audience) || t->version != g->version)
			continue;
		struct agreement whole = agreement_carry(a, g, t, g);
		TRY(agreement_translation_put(st, a, act, entry, &whole));
	}
	return db_tx_commit(&tx);
}

enum err agreement_retire(struct store *st, struct arena *a, const struct act *act, int64_t entry, struct str why)
{
	struct agreement_active g;
	TRY(agreement_version(st, a, act->school, entry, &g));
	if (!str_is(g.state, "active"))
		return ERR_STATE;
	return why.n ? set_state(st, act, &g, "retired", why) : ERR_INVALID;
}

enum err agreement_grace_set(struct store *st, struct arena *a, const struct act *act, struct str audience, int64_t days)
{
	struct agreement_active g;
	struct entry_may may = agreement_may(act->school);
	if (days < 0 || days > 366)
		return ERR_INVALID;
	TRY(agreement_in_force(st, a, act->school, audience, &g));
	struct entry_field f[] = { agreement_field("grace_days", arena_i64(a, days)) };
	struct entry_in in = { .reg = reg, .fields = f, .n_fields = 1 };
	return entry_update(st, act, &may, g.entry, g.seen, &in, NULL);
}

/* ---- drafts ---- */

/* One more than any version of this audience so far. */
static enum err next_version(struct store *st, struct arena *a, int64_t school, struct str audience, int64_t *out)
{
	struct entry_may may = agreement_may(school);
	struct entry_query q = { .reg = reg, .states = { "active", "retired" }, .limit = 1, .order_by = "version", .where = { { "audience", ENTRY_IS, 0, audience } }, .n_where = 1 };
	struct entry_page page;
	TRY(entry_list(st, a, &may, &q, &page));
	*out = page.n ? entry_i64(&page.entries[0], "version") + 1 : 1;
	return OK;
}

enum err agreement_draft_put(struct store *st, struct arena *a, const struct act *act, const struct agreement *g, struct diag *d, int64_t *entry)
{
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct agreement_active was;
	struct agreement next = *g;
	struct entry_field f[16];
	struct entry_may may = agreement_may(act->school);
	TRY(db_tx_begin(st->db, &tx));
	TRY(next_version(st, a, act->school, g->audience, &next.version));
	agreement_digest(&next);
	struct entry_in in = { .reg = reg, .state = "draft", .fields = f, .n_fields = fields_of(a, &next, f) };
	enum err e = agreement_draft(st, a, act->school, g->audience, &was);
	if (e == ERR_ABSENT)
		TRY(entry_create(st, act, &in, d, entry));
	else {
		TRY(e);
		*entry = was.entry;
		TRY(entry_update(st, act, &may, was.entry, was.seen, &in, d));
	}
	return db_tx_commit(&tx);
}

static enum err draft_of(struct store *st, struct arena *a, int64_t school, int64_t entry, struct agreement_active *out)
{
	TRY(agreement_version(st, a, school, entry, out));
	return str_is(out->state, "draft") ? OK : ERR_STATE;
}

enum err agreement_draft_activate(struct store *st, struct arena *a, const struct act *act, int64_t entry, int64_t seen, struct diag *d)
{
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct agreement_active g, was;
	struct entry_may may = agreement_may(act->school);
	TRY(db_tx_begin(st->db, &tx));
	TRY(draft_of(st, a, act->school, entry, &g));
	if (g.seen != seen)
		return ERR_STALE;
	if (!act->person || act->person == g.by)
		return ERR_FORBIDDEN;
	TRY(complete(&g.text, d));
	TRY(replace(st, a, act, &g.text, &was));
	struct entry_field f[] = { agreement_field("second", arena_i64(a, act->person)), agreement_field("activated", time_iso(a, clock_utc())) };
	struct entry_in in = { .reg = reg, .state = "active", .fields = f, .n_fields = 2 };
	TRY(entry_update(st, act, &may, entry, seen, &in, d));
	TRY(carry_translations(st, a, act, &was, &g.text, entry));
	return db_tx_commit(&tx);
}

enum err agreement_draft_drop(struct store *st, struct arena *a, const struct act *act, int64_t entry)
{
	struct agreement_active g;
	TRY(draft_of(st, a, act->school, entry, &g));
	return set_state(st, act, &g, "withdrawn", STR_NONE);
}
