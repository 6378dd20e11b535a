/* What stands beside the English. */
#include "base/mem.h"
#include "house/agreement/agreement_store.h"
#include "house/agreement/inside.h"
#include "house/agreement/lines.h"

static const char *const reg = "agreement-translation";

static enum err translation_read(struct arena *a, const struct entry *e, struct agreement_translation *out)
{
	struct agreement g = { .audience = entry_value(e, "audience"), .language = entry_value(e, "language"), .title = entry_value(e, "title"),
		.notice = entry_value(e, "notice"), .offline = entry_value(e, "offline") };
	TRY(hex_get(entry_value(e, "digest"), g.digest, SHA256_BYTES));
	agreement_lines_read(a, entry_value(e, "rules"), &g);
	*out = (struct agreement_translation){ g, e->id, e->version, str_is(e->state, "confirmed"), entry_value(e, "checked_by") };
	return OK;
}

enum err agreement_translations(struct store *st, struct arena *a, int64_t school, int64_t agreement, struct agreement_translation **out, size_t *n)
{
	struct entry_may may = agreement_may(school);
	struct entry_query q = { .reg = reg, .states = { "draft", "confirmed" }, .order_by = "language", .ascending = true, .limit = 100,
		.where = { { "agreement", ENTRY_IS, agreement, STR_NONE } }, .n_where = 1 };
	struct entry_page page;
	TRY(entry_list(st, a, &may, &q, &page));
	struct agreement_translation *t = arena_array(a, struct agreement_translation, page.n + 1);
	for (size_t i = 0; i < page.n; i++)
		TRY(translation_read(a, &page.entries[i], &t[i]));
	*out = t;
	*n = page.n;
	return OK;
}

static enum err of_language(struct store *st, struct arena *a, int64_t school, int64_t agreement, struct str language, struct agreement_translation *out)
{
	struct agreement_translation *t;
	size_t n;
	*out = (struct agreement_translation){ 0 };
	if (!language.n || str_is(language, "en"))
		return OK;
	TRY(agreement_translations(st, a, school, agreement, &t, &n));
	for (size_t i = 0; i < n; i++)
		if (str_eq(t[i].text.language, language))
			*out = t[i];
	return OK;
}

enum err agreement_translation_get(struct store *st, struct arena *a, int64_t school, int64_t entry, struct agreement_translation *out)
{
	struct entry_may may = agreement_may(school);
	struct entry e;
	TRY(entry_get(st, a, &may, entry, 0, &e));
	return str_is(e.reg, reg) && !str_is(e.state, "withdrawn") ? translation_read(a, &e, out) : ERR_ABSENT;
}

enum err agreement_translation_put(struct store *st, struct arena *a, const struct act *act, int64_t agreement, const struct agreement *t)
{
	struct entry_field f[] = {
		agreement_field("agreement", arena_i64(a, agreement)), agreement_field("audience", t->audience), agreement_field("language", t->language),
		agreement_field("title", t->title), agreement_field("notice", t->notice), agreement_field("offline", t->offline),
		agreement_field("rules", agreement_lines(a, t)), agreement_field("digest", agreement_hex(a, t->digest)),
	};
	struct entry_in in = { .reg = reg, .state = "draft", .fields = f, .n_fields = agreement_filled(f, ARRAY_N(f)) };
	int64_t id;
	return entry_create(st, act, &in, NULL, &id);
}

static enum err change(struct store *st, struct arena *a, const struct act *act, int64_t entry, const char *state, struct str checked_by)
{
	struct agreement_translation t;
	struct entry_may may = agreement_may(act->school);
	TRY(agreement_translation_get(st, a, act->school, entry, &t));
	struct entry_field f[] = { agreement_field("checked_by", checked_by) };
	struct entry_in in = { .reg = reg, .state = state, .fields = f, .n_fields = checked_by.n ? 1 : 0 };
	return entry_update(st, act, &may, entry, t.seen, &in, NULL);
}

enum err agreement_translation_confirm(struct store *st, struct arena *a, const struct act *act, int64_t entry, struct str checked_by)
{
	return checked_by.n ? change(st, a, act, entry, "confirmed", checked_by) : ERR_INVALID;
}

enum err agreement_translation_withdraw(struct store *st, struct arena *a, const struct act *act, int64_t entry)
{
	return change(st, a, act, entry, "withdrawn", STR_NONE);
}

/* Of both texts: neither can be swapped for another under a signature. */
static void shown_digest(struct agreement_shown *s)
{
	uint8_t both[2 * SHA256_BYTES];
	memcpy(both, s->in_force.text.digest, SHA256_BYTES);
	memcpy(s->digest, both, SHA256_BYTES);
	if (!s->other.entry)
		return;
	memcpy(both + SHA256_BYTES, s->other.text.digest, SHA256_BYTES);
	hash_sha256((struct str){ (const char *)both, sizeof both }, s->digest);
}

enum err agreement_show_of(struct store *st, struct arena *a, int64_t school, struct str audience, struct str language, struct agreement_shown *out)
{
	TRY(agreement_in_force(st, a, school, audience, &out->in_force));
	TRY(of_language(st, a, school, out->in_force.entry, language, &out->other));
	shown_digest(out);
	return OK;
}
