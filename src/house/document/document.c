#include "house/document/document.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/site/site.h"
#include "house/store/audit.h"
#include "wire/addr.h"

enum { FIELDS = 16, LIST_MAX = 100 };

static const char *const written[] = { "title", "label", "authors", "adviser", "adviser-on", "adviser-permission", "months", "text" };

static struct entry_may everybody(int64_t school)
{
	return (struct entry_may){ .school = school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
}

/* Length and bytes of each part, so that no two texts share one digest. */
static void digest_of(const struct entry *e, char out[DOCUMENT_DIGEST_TEXT])
{
	uint8_t sum[SHA256_BYTES];
	AUTO(buf_done) struct buf b = buf_init(64 * 1024);
	for (size_t i = 0; i < ARRAY_N(written); i++) {
		struct str v = entry_value(e, written[i]);
		buf_fmt(&b, "%zu:", v.n);
		buf_add(&b, v);
	}
	hash_sha256(buf_str(&b), sum);
	hex_put(sum, sizeof sum, out);
}

enum err document_day(struct str s, int64_t *out)
{
	char z[48];
	s = str_trim(s);
	if (time_read_date(s, out) == OK)
		return OK;
	if (s.n < 5 || s.n > 30)
		return ERR_SYNTAX;
	if (s.n == 7 && s.p[4] == '-')
		snprintf(z, sizeof z, "%.*s-01", STRF(s));
	else if (s.n == 7 && s.p[2] == '/')
		snprintf(z, sizeof z, "01/%.*s", STRF(s));
	else
		snprintf(z, sizeof z, "1 %.*s", STRF(s));
	return time_read_date(str_z(z), out);
}

static int64_t months_after(int64_t utc, int64_t months)
{
	struct civil c = time_uk(utc);
	int64_t m = c.year * 12 + c.month - 1 + months;
	c.year = (int)(m / 12);
	c.month = (int)(m % 12) + 1;
	while (c.day > 28 && !time_valid(c))
		c.day--;
	return time_from_uk(c);
}

static bool holds(const struct document *d, const char *field)
{
	return str_is(entry_value(&d->e, field), d->digest);
}

static void read_into(struct document *d)
{
	int64_t months = 0;
	digest_of(&d->e, d->digest);
	d->by_governor = holds(d, "governor-digest");
	d->by_head = holds(d, "head-digest");
	d->assessed = holds(d, "impact-digest");
	d->was_signed = (entry_value(&d->e, "governor-digest").n && !d->by_governor) || (entry_value(&d->e, "head-digest").n && !d->by_head);
	if (!holds(d, "approved-digest") || document_day(entry_value(&d->e, "approved"), &d->approved_utc) != OK)
		return;
	d->approved = true;
	if (str_i64(entry_value(&d->e, "months"), &months) == OK)
		d->review_utc = months_after(d->approved_utc, months);
	d->overdue = d->review_utc <= clock_utc();
}

enum err document_get(struct store *st, struct arena *a, int64_t school, int64_t id, struct document *out)
{
	struct entry_may may = everybody(school);
	struct document d = { 0 };
	TRY(entry_get(st, a, &may, id, 0, &d.e));
	if (!str_is(d.e.reg, "policy-version"))
		return ERR_ABSENT;
	read_into(&d);
	*out = d;
	return OK;
}

static enum err list(struct store *st, struct arena *a, int64_t school, const char *state, struct document **out, size_t *n)
{
	struct entry_may may = everybody(school);
	struct entry_page page;
	TRY(entry_list(st, a, &may, &(struct entry_query){ .reg = "policy-version", .states = { state }, .limit = LIST_MAX }, &page));
	*out = arena_array(a, struct document, page.n + 1);
	for (size_t i = 0; i < page.n; i++) {
		(*out)[i].e = page.entries[i];
		read_into(&(*out)[i]);
	}
	*n = page.n;
	return OK;
}

enum err document_list(struct store *st, struct arena *a, int64_t school, struct document **out, size_t *n)
{
	return list(st, a, school, NULL, out, n);
}

enum err document_active(struct store *st, struct arena *a, int64_t school, struct document *out)
{
	struct document *v;
	size_t n;
	TRY(list(st, a, school, "active", &v, &n));
	if (!n)
		return ERR_ABSENT;
	*out = v[0];
	return OK;
}

/* ---- writing ---- */

static bool label_taken(struct store *st, struct arena *a, int64_t school, struct str label, int64_t but)
{
	struct document *v;
	size_t n;
	if (list(st, a, school, NULL, &v, &n) != OK)
		return true;
	for (size_t i = 0; i < n; i++)
		if (v[i].e.id != but && str_ieq(entry_value(&v[i].e, "label"), str_trim(label)))
			return true;
	return false;
}

static enum err check(struct store *st, struct arena *a, int64_t school, const struct document_in *in, int64_t but, struct diag *d)
{
	int64_t months = 0;
	size_t before = d->errors;
	struct addr own;
	if (!str_trim(in->authors).n)
		diag_add(d, DIAG_ERROR, STR("authors"), 0, "Authors: say who wrote this version, and whose template it was made from.");
	if (str_i64(in->months, &months) != OK || months < 1 || months > DOCUMENT_MONTHS_MAX)
		diag_add(d, DIAG_ERROR, STR("months"), 0, "The policy is reviewed at least every 12 months: give 1 to 12.");
	if (label_taken(st, a, school, in->label, but))
		diag_add(d, DIAG_ERROR, STR("label"), 0, "Another version has this name already.");
	if (addr_in_text(in->text, &own))
		diag_add(d, DIAG_ERROR, STR("text"), 0, "The text holds a network address, which everybody would read. Take it out.");      /* 7.9-06 */
	return d->errors > before ? ERR_INVALID : OK;
}

struct fields { struct entry_field v[FIELDS]; size_t n; };

static void put(struct fields *f, const char *name, struct str value)
{
	assert(f->n < FIELDS);
	f->v[f->n++] = (struct entry_field){ str_z(name), value.p ? value : STR("") };
}

static void put_number(struct arena *a, struct fields *f, const char *name, int64_t n)
{
	put(f, name, n ? arena_fmt(a, "%lld", (long long)n) : STR_NONE);
}

static struct fields fields_of(struct arena *a, const struct document_in *in)
{
	struct fields f = { .n = 0 };
	const struct str v[] = { in->title, in->label, in->authors, in->adviser, in->adviser_on, in->adviser_permission, in->months, in->text };
	for (size_t i = 0; i < ARRAY_N(written); i++)
		put(&f, written[i], v[i]);
	put_number(a, &f, "owner", in->owner);
	return f;
}

/* The lock on the school's audit comes first: two of one label cannot both pass. */
static enum err lock(struct store *st, const struct act *act, const char *what, int64_t id)
{
	return audit_add(st->db, act, what, (struct audit_about){ "entry", id }, NULL);
}

enum err document_create(struct store *st, const struct act *act, const struct document_in *in, struct diag *d, int64_t *id)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(st->db, &tx));
	TRY(lock(st, act, "policy.written", 0));
	enum err bad = check(st, &a, act->school, in, 0, d);
	struct fields f = fields_of(&a, in);
	struct entry_in e = { .reg = "policy-version", .state = "draft", .fields = f.v, .n_fields = f.n };
	if (bad != OK)
		return entry_check(st->registers, &e, d) == OK ? bad : ERR_INVALID;
	TRY(entry_create(st, act, &e, d, id));
	return db_tx_commit(&tx);
}

static enum err update(struct store *st, const struct act *act, const struct document *doc, const char *state, struct fields *f, struct diag *d)
{
	struct entry_may may = everybody(act->school);
	struct entry_in e = { .reg = "policy-version", .state = state, .fields = f->v, .n_fields = f->n };
	return entry_update(st, act, &may, doc->e.id, doc->e.version, &e, d);
}

enum err document_edit(struct store *st, const struct act *act, int64_t id, int64_t seen, const struct document_in *in, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct document doc;
	TRY(db_tx_begin(st->db, &tx));
	TRY(lock(st, act, "policy.edited", id));
	TRY(document_get(st, &a, act->school, id, &doc));
	if (!str_is(doc.e.state, "draft"))
		return ERR_STATE;
	if (doc.e.version != seen)
		return ERR_STALE;
	TRY(check(st, &a, act->school, in, id, d));
	struct fields f = fields_of(&a, in);
	TRY(update(st, act, &doc, NULL, &f, d));
	return db_tx_commit(&tx);
}

static void check_approval(const struct profile *p, const struct document *doc, const struct document_approval *in, struct diag *d)
{
	int64_t day;
	if (!str_trim(in->on).n)
		diag_add(d, DIAG_ERROR, STR("approved"), 0, "Enter the day, or the month, in which the policy was approved.");
	else if (document_day(in->on, &day) != OK || day > clock_utc())
		diag_add(d, DIAG_ERROR, STR("approved"), 0, "Enter a day or a month that is not in the future, such as 14 September 2026 or 2026-09.");
	if (!str_trim(in->body).n)
		diag_add(d, DIAG_ERROR, STR("body"), 0, "Enter the body that approved the policy.");
	if (profile_yes(p, "policy.minute_required") && !str_trim(in->minute).n)
		diag_add(d, DIAG_ERROR, STR("minute"), 0, "Enter the number of the minute in which the approval stands.");
	if (profile_yes(p, "policy.impact_assessment") && !doc->assessed)
		diag_add(d, DIAG_ERROR, STR("impact"), 0, "The headteacher confirms the equality impact assessment of this text first.");
}

enum err document_approve(struct store *st, const struct profile *p, const struct act *act, int64_t id,
                          const struct document_approval *in, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct document doc;
	struct fields f = { .n = 0 };
	size_t before = d->errors;
	TRY(document_get(st, &a, act->school, id, &doc));
	if (str_is(doc.e.state, "retired"))
		return ERR_STATE;
	check_approval(p, &doc, in, d);
	if (d->errors > before)
		return ERR_INVALID;
	put(&f, "approved", in->on);
	put(&f, "body", in->body);
	put(&f, "minute", in->minute);
	put_number(&a, &f, "approved-by", act->person);
	put(&f, "approved-digest", str_z(doc.digest));
	return update(st, act, &doc, NULL, &f, d);
}

enum err document_sign(struct store *st, const struct act *act, int64_t id, enum document_sign as, struct str digest)
{
	static const char *const names[] = { [DOCUMENT_GOVERNOR] = "governor", [DOCUMENT_HEAD] = "head", [DOCUMENT_IMPACT] = "impact" };
	AUTO(arena_done) struct arena a = arena_init();
	struct document doc;
	struct fields f = { .n = 0 };
	const char *n = names[as];
	TRY(document_get(st, &a, act->school, id, &doc));
	if (str_is(doc.e.state, "retired"))
		return ERR_STATE;
	if (!str_is(digest, doc.digest))
		return ERR_STALE;
	put_number(&a, &f, as == DOCUMENT_IMPACT ? "impact-by" : n, act->person);
	put(&f, arena_fmt(&a, "%s-on", n).p, time_iso(&a, clock_utc()));
	put(&f, arena_fmt(&a, "%s-digest", n).p, str_z(doc.digest));
	return update(st, act, &doc, NULL, &f, NULL);
}

enum err document_activate(struct store *st, const struct act *act, int64_t id, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct document doc, before;
	struct fields none = { .n = 0 };
	TRY(db_tx_begin(st->db, &tx));
	TRY(lock(st, act, "policy.activated", id));
	TRY(document_get(st, &a, act->school, id, &doc));
	if (!str_is(doc.e.state, "draft"))
		return ERR_STATE;
	if (!doc.approved) {
		diag_add(d, DIAG_ERROR, STR("approved"), 0, "This text has no approval date yet: it cannot be put in force.");
		return ERR_INVALID;
	}
	enum err e = document_active(st, &a, act->school, &before);
	if (e == OK)
		TRY(update(st, act, &before, "retired", &none, d));
	else if (e != ERR_ABSENT)
		return e;
	TRY(update(st, act, &doc, "active", &none, d));
	TRY(site_policy_changed(st, act, id, entry_value(&doc.e, "label")));
	return db_tx_commit(&tx);
}
