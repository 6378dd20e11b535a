/* What is kept about one child: the account, the chronology, and every other register that names them.  About an adult: the account and every entry that is
 * about them, concerns and allegations too, where the asker may read these. */
#include "base/buf.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_queries.h"
#include "house/account/people.h"
#include "house/casefile/chronology.h"
#include "house/casefile/pack_inner.h"

static struct pack_item *next(struct pack *p) { return p->n < PACK_ITEMS_MAX ? &p->v[p->n++] : NULL; }

static enum err account(const struct desk *k, struct arena *a, int64_t school, int64_t child, struct pack *p)
{
	struct person x;
	struct q_person_known_as_row known;
	TRY(person_get(k->store->db, a, school, child, &x));
	TRY(q_person_known_as_one(k->store->db, a, &(struct q_person_known_as_args){ .school = school, .id = child }, &known));
	if (x.kind != KIND_LEARNER) {
		*next(p) = (struct pack_item){ .key = STR("person"), .at_utc = x.joined_utc, .kind = STR("The account"),
			.text = arena_fmt(a, "Name: %.*s\nNumber: %.*s\nSign-in name: %.*s\nHere since: %.*s\nUntil: %.*s", STRF(x.name), STRF(known.ref), STRF(x.username),
				STRF(time_date_words(a, x.joined_utc)), STRF(x.left_utc ? time_date_words(a, x.left_utc) : STR("today"))) };
		return OK;
	}
	*next(p) = (struct pack_item){ .key = STR("person"), .at_utc = x.joined_utc, .kind = STR("The account"),
		.text = arena_fmt(a, "Name: %.*s\nBorn: %.*s\nNumber: %.*s\nYear: %s\nSign-in name: %.*s\nHere since: %.*s\nUntil: %.*s", STRF(x.name), STRF(known.born), STRF(known.ref),
			year_title(x.year), STRF(x.username), STRF(time_date_words(a, x.joined_utc)), STRF(x.left_utc ? time_date_words(a, x.left_utc) : STR("today"))) };
	return OK;
}

/* ---- registers ---- */

static bool in_chronology(struct str reg)
{
	return str_is(reg, "case") || str_is(reg, "case-step") || str_is(reg, "case-note") || str_is(reg, "document") || str_is(reg, "earlier");
}

/* The program's own bookkeeping, and what would open a bundle. */
static bool own(struct str field)
{
	static const char *const words[] = { "phrase", "digest", "document", "bundle", "source", "event_key", "cases", "learner", "child", "subject" };
	for (size_t i = 0; i < ARRAY_N(words); i++)
		if (str_is(field, words[i]))
			return true;
	return false;
}

static struct str field_words(struct arena *a, const struct field *f, struct str v)
{
	for (size_t i = 0; i < f->n_choices; i++)
		if (str_eq(f->choices[i].value, v))
			return f->choices[i].label;
	int64_t t;
	return f->type == FIELD_TIME && time_read_iso(v, &t) == OK ? time_words(a, t) : v;
}

static struct str lines_of(struct arena *a, const struct reg *r, const struct entry *e)
{
	AUTO(buf_done) struct buf b = buf_init(PACK_TEXT_MAX);
	for (size_t i = 0; i < e->n_fields; i++) {
		const struct field *f = reg_field(r, e->fields[i].name);
		if (f && f->type != FIELD_PERSON && e->fields[i].value.n && !own(f->name)) {
			buf_fmt(&b, "%.*s: ", STRF(f->label));
			buf_add(&b, field_words(a, f, e->fields[i].value));
			buf_byte(&b, '\n');
		}
	}
	return str_trim(arena_str(a, buf_str(&b)));
}

static enum err registers(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t child, int64_t request, struct pack *p)
{
	bool adult = p->class != ENTRY_CHILD;
	uint32_t cases = ENTRY_BIT(ENTRY_CHILD) | (adult ? ENTRY_BIT(ENTRY_STAFF) | ENTRY_BIT(ENTRY_CHAIR) : 0);
	struct entry_may wide = { .school = may->school, .person = may->person, .classes = (may->classes & cases) | ENTRY_BIT(ENTRY_GENERAL) | ENTRY_BIT(ENTRY_PERSONAL) };
	struct entry_query q = { .about = child, .limit = ENTRY_PAGE_MAX };
	struct entry_page page;
	do {
		TRY(entry_list(k->store, a, &wide, &q, &page));
		for (size_t i = 0; i < page.n; i++) {
			const struct entry *e = &page.entries[i];
			const struct reg *r = registers_find(k->store->registers, e->reg);
			struct pack_item *x;
			if (!r || (!adult && in_chronology(e->reg)) || e->id == request || e->destroyed)
				continue;
			if (!(x = next(p)))
				return ERR_LIMIT;
			*x = (struct pack_item){ .key = arena_fmt(a, "e%lld", (long long)e->id), .entry = e->id, .at_utc = e->made_utc, .by = e->made_by, .kind = r->title, .text = lines_of(a, r, e),
				.document = str_is(e->reg, "document") ? e->id : 0 };
		}
		q.offset += (int64_t)page.n;
	} while (page.n && q.offset < page.total);
	return OK;
}

static enum err chronology(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t child, struct pack *p)
{
	struct chronology c;
	struct chron_query q = { .learner = child };
	TRY(chronology_read(k, a, may, &q, &c));
	for (size_t i = 0; i < c.n; i++) {
		const struct chron_entry *e = &c.v[i];
		struct pack_item *x;
		if (e->destroyed)
			continue;
		if (!(x = next(p)))
			return ERR_LIMIT;
		*x = (struct pack_item){ .key = arena_fmt(a, "e%lld", (long long)e->id), .entry = e->id, .at_utc = e->at_utc, .by = e->by, .kind = str_z(chron_title(e->type)),
			.document = e->type == CHRON_DOCUMENT ? e->id : 0, .text = arena_fmt(a, "%.*s\n%.*s", STRF(e->title), STRF(e->text)) };
	}
	return c.cut ? ERR_LIMIT : OK;
}

enum err pack_gather(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t child, int64_t request, struct pack *out)
{
	out->v = arena_array(a, struct pack_item, PACK_ITEMS_MAX);
	out->n = 0;
	TRY(account(k, a, may->school, child, out));
	TRY(registers(k, a, may, child, request, out));
	return out->class == ENTRY_CHILD ? chronology(k, a, may, child, out) : OK;
}
