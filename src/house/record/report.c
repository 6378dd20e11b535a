/* How a report becomes a case, and who is told. */
#include "base/clock.h"
#include "base/cut.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/rnd.h"
#include "house/record/inside.h"

static const char *const origins[] = { [ORIGIN_TELL] = "tell", [ORIGIN_PAGE] = "page", [ORIGIN_STAFF] = "staff",
	[ORIGIN_LEARNER] = "learner", [ORIGIN_PARENT] = "parent", [ORIGIN_MAIL] = "mail" };

struct shape { const char *reg; enum entry_class class; };

/* A headteacher is in office who is not the one it is about. */
static bool head_reads(const struct desk *k, int64_t school, const struct report *r)
{
	AUTO(arena_done) struct arena a = arena_init();
	int64_t *heads;
	size_t n;
	if (notify_holders(k->store->db, &a, school, STR("head"), &heads, &n) != OK || !n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (heads[i] == r->subject)
			return false;
	return true;
}

/* Whatever the reporter chose: what is about a headteacher goes to the chair, and so does what no headteacher would read. */
static struct shape shape_of(const struct desk *k, int64_t school, const struct report *r)
{
	if (r->about == ABOUT_CHILD)
		return (struct shape){ "case", ENTRY_CHILD };
	if (r->about == ABOUT_HEAD || !head_reads(k, school, r))
		return (struct shape){ "allegation-head", ENTRY_CHAIR };
	return (struct shape){ "allegation", ENTRY_STAFF };
}

static const struct topic *topic_named(const struct desk *k, const struct report *r)
{
	return r->topic_type.n ? topic_find(&k->library->topics, r->topic_type) : NULL;
}

static struct str procedure_id(const struct desk *k, const struct report *r)
{
	if (r->about != ABOUT_CHILD)
		return str_is(r->procedure, "low-level") ? r->procedure : STR("allegation");
	if (r->procedure.n)
		return r->procedure;
	const struct topic *t = topic_named(k, r);
	bool breach = r->origin == ORIGIN_PAGE || (r->origin == ORIGIN_TELL && !r->words.n);
	if (t && !breach)
		return t->procedure;
	return breach ? STR("filtering-breach") : STR("concern");
}

/* No letters that look like digits; nothing can be counted from it. */
static void make_reference(char out[RECORD_REFERENCE_MAX])
{
	static const char letters[] = "23456789CDFGHJKMNPQRTVWXY";
	for (size_t i = 0; i < 9; i++)
		out[i] = i == 4 ? '-' : letters[rnd_below(sizeof letters - 1)];
	out[9] = 0;
}

static enum err check_report(const struct desk *k, const struct report *r, struct diag *d)
{
	size_t before = d->errors;
	bool has_words = str_trim(r->words).n > 0 || str_trim(r->said).n > 0 || r->pictures.n > 0;
	if (r->words.n > RECORD_WORDS_MAX || r->said.n > RECORD_WORDS_MAX)
		diag_add(d, DIAG_ERROR, STR("words"), 0, "Please write at most %d characters; you can add more afterwards.",
		         RECORD_WORDS_MAX);
	if (!str_utf8(r->words) || !str_utf8(r->reporter) || !str_utf8(r->address) || !str_utf8(r->said) || !str_utf8(r->whom) ||
	    !str_utf8(r->place) || !str_utf8(r->body))
		diag_add(d, DIAG_ERROR, STR("words"), 0, "There are characters here that cannot be read.");
	if (!has_words && r->origin != ORIGIN_TELL && r->origin != ORIGIN_PAGE)
		diag_add(d, DIAG_ERROR, STR("words"), 0, "Please say what happened, in your own words.");
	if (r->n_barred > RECORD_BARRED_MAX)
		diag_add(d, DIAG_ERROR, STR("barred"), 0, "Please name at most %d people.", RECORD_BARRED_MAX);
	if (r->topic_type.n && !topic_named(k, r))
		diag_add(d, DIAG_ERROR, STR("topic"), 0, "There is no topic called %.*s.", STRF(r->topic_type));
	if (!library_procedure(k->library, procedure_id(k, r)))
		diag_add(d, DIAG_ERROR, STR("procedure"), 0, "There is no procedure called %.*s.", STRF(procedure_id(k, r)));
	return d->errors > before ? ERR_INVALID : OK;
}

/* One line for lists: the first words, cut at a character. */
static struct str title_of(const struct report *r)
{
	struct str s = str_trim(r->words.n ? r->words : r->said.n ? r->said : r->pictures);
	ptrdiff_t nl = str_chr(s, '\n');
	s = nl > 0 ? str_upto(s, (size_t)nl) : s;
	if (s.n)
		return str_cut(s, 120);
	return r->about != ABOUT_CHILD ? STR("A concern about an adult")
	     : r->origin == ORIGIN_TELL ? STR("Somebody pressed \"tell someone\"") : STR("A refused page");
}

static enum err find_by(const struct desk *k, struct arena *a, int64_t school, const char *reg, const char *field,
                        struct str value, struct entry_page *out)
{
	struct entry_may program = record_program(school);
	struct entry_query q = { .reg = reg, .where = { { field, ENTRY_IS, 0, value } }, .n_where = 1, .limit = 5 };
	return entry_list(k->store, a, &program, &q, out);
}

static int by_number(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

/* The same people in any order: the same word. */
static const char *bars_of(struct arena *a, const struct report *r)
{
	int64_t ids[RECORD_BARRED_MAX] = { 0 };
	uint8_t digest[SHA256_BYTES];
	char hex[2 * SHA256_BYTES + 1];
	if (!r->n_barred)
		return "-";
	memcpy(ids, r->barred, r->n_barred * sizeof *ids);
	qsort(ids, r->n_barred, sizeof *ids, by_number);
	hash_sha256((struct str){ (const char *)ids, sizeof ids }, digest);
	hex_put(digest, sizeof digest, hex);
	return arena_fmt(a, "%.24s", hex).p;
}

/* Child, topic, day and who must not see it: presses that belong together. */
static struct str topic_of(struct arena *a, const struct report *r, int64_t now)
{
	if (!r->subject || r->about != ABOUT_CHILD || (r->origin != ORIGIN_TELL && r->origin != ORIGIN_LEARNER))
		return STR_NONE;
	struct str what = r->category.n ? r->category : r->topic_type.n ? r->topic_type : STR("worry");
	return arena_fmt(a, "%lld/%.*s/%s/%s", (long long)r->subject, STRF(what), time_iso_date(a, now).p, bars_of(a, r));
}

int64_t case_ack_due(const struct desk *k, bool danger, int64_t from_utc)
{
	const struct library *l = k->library;
	if (!danger)
		return calendar_day_end(library_calendar(l), from_utc);
	return from_utc + 60 * profile_number(&l->profile, "ack.danger_minutes", 15);
}

static size_t people_of(const struct desk *k, const struct report *r, const struct shape *s, struct entry_person *out)
{
	size_t n = 0;
	if (r->subject)
		out[n++] = (struct entry_person){ r->subject, ENTRY_SUBJECT };
	for (size_t i = 0; i < r->n_barred; i++)
		if (r->barred[i] > 0)
			out[n++] = (struct entry_person){ r->barred[i], ENTRY_BARRED };
	for (size_t i = 0; i < r->n_team && s->class == ENTRY_CHILD; i++)
		out[n++] = (struct entry_person){ r->team[i], ENTRY_ASSIGNED };
	if (r->author && r->author != r->subject && s->class == ENTRY_CHILD)
		out[n++] = (struct entry_person){ r->author, ENTRY_AUTHOR };
	if (r->teacher && s->class == ENTRY_CHILD && record_teacher_told(k, procedure_id(k, r)))
		out[n++] = (struct entry_person){ r->teacher, ENTRY_ASSIGNED };
	return n;
}

static void case_fields(const struct desk *k, struct arena *a, const struct report *r, struct str reference, struct str topic, int64_t due,
                        int64_t procedure, struct fields *f)
{
	int64_t now = clock_utc();
	fields_text(f, "title", title_of(r));
	fields_text(f, "words", r->words);
	fields_text(f, "said", r->said);
	fields_text(f, "whom", r->whom);
	fields_text(f, "place", r->place);
	fields_text(f, "body", r->body);
	fields_text(f, "asked", r->asked);
	fields_text(f, "pictures", r->pictures);
	fields_text(f, "reporter", r->reporter);
	fields_text(f, "address", r->address);
	fields_int(a, f, "subject", r->subject);
	fields_text(f, "kind", procedure_id(k, r));
	fields_text(f, "origin", str_z(origins[r->origin]));
	fields_text(f, "topic_type", r->topic_type);
	fields_text(f, "risk_area", r->risk_area);
	fields_text(f, "category", r->category);
	fields_text(f, "reference", reference);
	fields_text(f, "event_key", r->event_key);
	fields_text(f, "topic", topic);
	fields_text(f, "danger", r->danger ? STR("yes") : STR("no"));
	fields_int(a, f, "happened", r->happened_utc ? r->happened_utc : now);
	fields_int(a, f, "procedure_text", procedure);
	fields_int(a, f, "ack_due", due);
	fields_int(a, f, "ack_level", 0);
	fields_int(a, f, "ack", 0);
	fields_int(a, f, "owner", 0);
	fields_int(a, f, "due", 0);
}

static enum err assign_chair(const struct desk *k, const struct act *act, struct entry *e, int64_t chair)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct entry_may program = record_program(act->school);
	struct entry_person one = { chair, ENTRY_ASSIGNED };
	struct entry_in in = { .reg = "case", .people = &one, .n_people = 1 };
	TRY(entry_update(k->store, act, &program, e->id, e->version, &in, &d));
	e->version++;
	return OK;
}

/* Steps that the program itself has done or knows. */
static enum err steps_known(const struct desk *k, const struct act *act, struct arena *a, const struct entry *e,
                            const struct procedure *p, const struct report *r, size_t told)
{
	struct act program = { .school = act->school, .person = 0, .why = "recorded by the program" };
	struct str how_many = arena_fmt(a, "Told by the program: %zu", told);
	if (procedure_step(p, STR("told-dsl")) && told)
		TRY(case_step_auto(k, &program, e, "told-dsl", "told", how_many, 0));
	if (procedure_step(p, STR("told-staff")) && r->origin == ORIGIN_STAFF)
		TRY(case_step_auto(k, &program, e, "told-staff", NULL, STR("Recorded by a member of staff"), 0));
	if (procedure_step(p, STR("address")) && r->address.n)
		TRY(case_step_auto(k, &program, e, "address", NULL, arena_fmt(a, "From the gate's record: %.*s", STRF(r->address)), 0));
	return OK;
}

static enum err open_case(const struct desk *k, const struct act *act, struct arena *a, const struct report *r,
                          struct str topic, struct diag *d, struct received *out)
{
	struct shape s = shape_of(k, act->school, r);
	const struct procedure *p = library_procedure(k->library, procedure_id(k, r));
	struct entry_person people[RECORD_BARRED_MAX + RECORD_TEAM_MAX + 4];
	struct fields f = { 0 };
	int64_t text;
	char link[LINK_MAX];
	TRY(procedure_keep(k, act, p, &text));
	make_reference(out->reference);
	case_fields(k, a, r, str_z(out->reference), topic, case_ack_due(k, r->danger, clock_utc()), text, &f);
	struct entry_in in = { .reg = s.reg, .class = s.class, .state = "open", .fields = f.v, .n_fields = f.n, .people = people,
		.n_people = people_of(k, r, &s, people) };
	TRY(entry_create(k->store, act, &in, d, &out->id));
	snprintf(link, sizeof link, "/case/%lld", (long long)out->id);
	struct circle c = { .k = k, .act = act, .people = people, .n_people = in.n_people, .about = out->id, .link = link };
	TRY(circle_report(&c, r, procedure_id(k, r), s.class));
	out->told = c.n_told;
	struct entry_may program = record_program(act->school);
	struct entry e;
	TRY(entry_get(k->store, a, &program, out->id, 0, &e));
	if (c.chair)
		TRY(assign_chair(k, act, &e, c.chair));
	TRY(entry_get(k->store, a, &program, out->id, 0, &e));
	TRY(steps_known(k, act, a, &e, p, r, c.n_told));
	return case_refresh(k, act, &e);
}

static void put_received(const struct entry *e, struct received *out)
{
	out->id = e->id;
	snprintf(out->reference, sizeof out->reference, "%.*s", STRF(entry_value(e, "reference")));
}

static bool says_more(const struct report *r) { return r->words.n || r->said.n || r->pictures.n; }

/* Everything that a later press says, in one text. */
static struct str all_told(struct arena *a, const struct report *r)
{
	const struct { const char *label; struct str text; } parts[] = { { "", r->words }, { "The child said: ", r->said }, { "Pictures: ", r->pictures },
		{ "About: ", r->whom }, { "Where: ", r->place }, { "Hurt: ", r->body }, { "A picture: ", r->asked } };
	struct str out = STR("");
	for (size_t i = 0; i < ARRAY_N(parts); i++)
		if (parts[i].text.n)
			out = arena_fmt(a, "%.*s%s%s%.*s", STRF(out), out.n ? "\n" : "", parts[i].label, STRF(parts[i].text));
	return out.n ? out : STR("Pressed the button again.");
}

/* Added to the open case of the same child, topic and day: one notice, no flood. */
static enum err merge(const struct desk *k, const struct act *act, const struct report *r, struct entry *e)
{
	char link[LINK_MAX];
	AUTO(arena_done) struct arena a = arena_init();
	struct str text = all_told(&a, r);
	TRY(case_note_of(k, act, e, "more", text, r->happened_utc, r->event_key));
	snprintf(link, sizeof link, "/case/%lld", (long long)e->id);
	int64_t owner = entry_int(e, "owner");
	if (says_more(r) && owner)
		TRY(notify_add(k->store->db, act, NOTICE_CONCERN_MORE, owner, link, e->id, 0));
	return OK;
}

/* A merged press leaves its key on the note, so that the same event is not added twice, whatever became of the case. */
static enum err kept_as_note(const struct desk *k, struct arena *a, int64_t school, struct str key, struct received *out, bool *found)
{
	struct entry_may program = record_program(school);
	struct entry_page page = { 0 };
	struct entry e;
	if (key.n)
		TRY(find_by(k, a, school, "case-note", "event_key", key, &page));
	*found = page.n > 0;
	if (!page.n)
		return OK;
	TRY(entry_get(k->store, a, &program, page.entries[0].parent, 0, &e));
	put_received(&e, out);
	out->merged = true;
	return OK;
}

static enum err already_kept(const struct desk *k, struct arena *a, int64_t school, const struct report *r, struct received *out,
                             bool *found)
{
	static const char *const regs[] = { "case", "allegation", "allegation-head" };
	struct entry_page page;
	for (size_t i = 0; r->event_key.n && i < ARRAY_N(regs); i++) {
		TRY(find_by(k, a, school, regs[i], "event_key", r->event_key, &page));
		if (page.n) {
			put_received(&page.entries[0], out);
			*found = true;
			return OK;
		}
	}
	return kept_as_note(k, a, school, r->event_key, out, found);
}

struct str record_read_when(const struct desk *k, struct arena *a, int64_t now_utc)
{
	static const char *const days[] = { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday" };
	const struct calendar *c = library_calendar(k->library);
	int64_t opens = calendar_next_moment(c, now_utc);
	if (time_uk_midnight(opens) == time_uk_midnight(now_utc))
		return arena_fmt(a, "today, by %.*s", STRF(time_clock_words(a, calendar_day_end(c, now_utc))));
	return arena_fmt(a, "on %s %.*s, after %.*s", days[time_uk(opens).weekday], STRF(time_date_words(a, opens)), STRF(time_clock_words(a, opens)));
}

bool record_in_hours(const struct desk *k, int64_t now_utc)
{
	return calendar_in_hours(library_calendar(k->library), now_utc);
}

static enum err find_topic(const struct desk *k, struct arena *a, int64_t school, struct str topic, struct entry *out, bool *found)
{
	struct entry_page page;
	struct entry_may program = record_program(school);
	*found = false;
	if (!topic.n)
		return OK;
	TRY(find_by(k, a, school, "case", "topic", topic, &page));
	for (size_t i = 0; i < page.n && !*found; i++)
		if (str_is(page.entries[i].state, "open")) {
			*found = true;
			return entry_get(k->store, a, &program, page.entries[i].id, 0, out);
		}
	return OK;
}

enum err record_report(const struct desk *k, const struct act *act, const struct report *r, struct diag *d,
                       struct received *out)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct received got = { .in_hours = record_in_hours(k, clock_utc()) };
	bool found;
	struct entry e;
	TRY(check_report(k, r, d));
	struct str topic = topic_of(&a, r, clock_utc());
	TRY(db_tx_begin(k->store->db, &tx));
	TRY(already_kept(k, &a, act->school, r, &got, &found));
	if (!found) {
		TRY(find_topic(k, &a, act->school, topic, &e, &found));
		if (found && !r->danger) {
			TRY(merge(k, act, r, &e));
			put_received(&e, &got);
			got.merged = true;
		} else {
			TRY(open_case(k, act, &a, r, topic, d, &got));
		}
	}
	TRY(db_tx_commit(&tx));
	*out = got;
	return OK;
}

static struct str stands(const struct entry *e)
{
	return str_is(e->state, "closed") ? STR("It has been dealt with.")
	     : entry_int(e, "ack") ? STR("Somebody is looking at it.") : STR("It has been received.");
}

enum err record_own(const struct desk *k, struct arena *a, int64_t school, int64_t person, struct own_report **out, size_t *n)
{
	struct entry_may may = { .school = school, .person = person, .own = ENTRY_BIT(ENTRY_CHILD) };
	struct entry_query q = { .reg = "case", .author = person, .limit = 100 };
	struct entry_page page;
	TRY(entry_list(k->store, a, &may, &q, &page));
	*out = arena_array(a, struct own_report, page.n + 1);
	*n = page.n;
	for (size_t i = 0; i < page.n; i++)
		(*out)[i] = (struct own_report){ entry_value(&page.entries[i], "reference"), stands(&page.entries[i]), page.entries[i].made_utc };
	return OK;
}

enum err record_status(const struct desk *k, int64_t school, struct str reference, struct str *out)
{
	static const char *const regs[] = { "case", "allegation", "allegation-head" };
	AUTO(arena_done) struct arena a = arena_init();
	struct entry_page page;
	if (!reference.n || reference.n >= RECORD_REFERENCE_MAX || !str_utf8(reference))
		return ERR_ABSENT;
	for (size_t i = 0; i < ARRAY_N(regs); i++) {
		TRY(find_by(k, &a, school, regs[i], "reference", reference, &page));
		if (!page.n)
			continue;
		*out = stands(&page.entries[0]);
		return OK;
	}
	return ERR_ABSENT;
}
