/* Whom outside the school a case turned to, and what became of it. */
#include "base/clock.h"
#include "base/mem.h"
#include "house/record/inside.h"
#include "house/record/when.h"

enum { REFERENCE_MAX = 300, WORDS_MAX = 4000, CHASE_DAYS = 3 };

static struct str agency_title(const struct desk *k, struct str id)
{
	const struct contact *c = contact_find(&k->library->contacts, id);
	return c ? c->title : id;
}

static struct str channel_title(const struct desk *k, struct str word)
{
	const struct reg *r = registers_find(k->store->registers, STR("referral"));
	const struct field *f = r ? reg_field(r, STR("channel")) : NULL;
	for (size_t i = 0; f && i < f->n_choices; i++)
		if (str_eq(f->choices[i].value, word))
			return f->choices[i].label;
	return word;
}

static struct case_referral referral_of(const struct desk *k, const struct entry *e)
{
	struct case_referral x = { .id = e->id, .case_id = e->parent, .sent_utc = entry_int(e, "sent"), .chase_utc = entry_int(e, "chase"),
		.answered_utc = entry_int(e, "answered"), .chased = entry_int(e, "chased"), .state = e->state,
		.agency = agency_title(k, entry_value(e, "agency")), .channel = channel_title(k, entry_value(e, "channel")),
		.reference = entry_value(e, "reference"), .what = entry_value(e, "what"), .outcome = entry_value(e, "outcome") };
	x.overdue = str_is(x.state, "waiting") && x.chase_utc < clock_utc();
	return x;
}

static int by_chase(const void *a, const void *b)
{
	const struct case_referral *x = a, *y = b;
	bool wx = str_is(x->state, "waiting"), wy = str_is(y->state, "waiting");
	if (wx != wy)
		return wx ? -1 : 1;
	return (x->chase_utc > y->chase_utc) - (x->chase_utc < y->chase_utc);
}

enum err case_referrals(const struct desk *k, struct arena *a, int64_t school, const struct entry *e, struct case_referral **out, size_t *n)
{
	struct entry *all;
	TRY(case_under(k, a, school, e, "referral", &all, n));
	struct case_referral *list = arena_array(a, struct case_referral, *n + 1);
	for (size_t i = 0; i < *n; i++)
		list[i] = referral_of(k, &all[i]);
	if (*n)
		qsort(list, *n, sizeof *list, by_chase);
	*out = list;
	return OK;
}

/* Whoever only raised the case finds what stands under it, and must not: they work on it or read its class. */
static bool works_on(const struct desk *k, const struct entry_may *may, const struct entry *e)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entry parent;
	return (may->classes & ENTRY_BIT(e->class)) || case_for_work(k, &a, may, e->parent, &parent) == OK;
}

enum err record_waiting(const struct desk *k, struct arena *a, const struct entry_may *may, struct case_referral **out, size_t *n)
{
	struct entry_query q = { .reg = "referral", .states = { "waiting" }, .order_by = "chase", .ascending = true, .limit = 100 };
	struct entry_page page;
	TRY(entry_list(k->store, a, may, &q, &page));
	struct case_referral *list = arena_array(a, struct case_referral, page.n + 1);
	*n = 0;
	for (size_t i = 0; i < page.n; i++)
		if (works_on(k, may, &page.entries[i]))
			list[(*n)++] = referral_of(k, &page.entries[i]);
	*out = list;
	return OK;
}

static int64_t chase_day(const struct desk *k) { return calendar_days_on(library_calendar(k->library), clock_utc(), CHASE_DAYS); }

static enum err check(const struct desk *k, const struct referral_in *in, struct diag *d)
{
	size_t before = d->errors;
	if (!contact_find(&k->library->contacts, in->agency))
		diag_add(d, DIAG_ERROR, STR("agency"), 0, "Choose an agency of the directory.");
	if (!in->channel.n)
		diag_add(d, DIAG_ERROR, STR("channel"), 0, "Say by which way.");
	if (!str_trim(in->what).n || in->what.n > WORDS_MAX || !str_utf8(in->what))
		diag_add(d, DIAG_ERROR, STR("what"), 0, "Say what was asked. At most %d characters.", WORDS_MAX);
	if (in->reference.n > REFERENCE_MAX || !str_utf8(in->reference))
		diag_add(d, DIAG_ERROR, STR("reference"), 0, "Write the reference in at most %d characters.", REFERENCE_MAX);
	if (in->sent_utc > clock_utc() + 60)
		diag_add(d, DIAG_ERROR, STR("sent"), 0, "This lies in the future.");
	return d->errors > before ? ERR_INVALID : OK;
}

static void referral_fields(const struct desk *k, struct arena *a, const struct referral_in *in, struct str step, struct fields *f)
{
	fields_text(f, "agency", in->agency);
	fields_text(f, "channel", in->channel);
	fields_text(f, "step", step);
	fields_text(f, "reference", str_trim(in->reference));
	fields_text(f, "what", in->what);
	fields_int(a, f, "sent", in->sent_utc ? in->sent_utc : clock_utc());
	fields_int(a, f, "chase", in->chase_utc ? in->chase_utc : chase_day(k));
	fields_int(a, f, "chased", 0);
}

static enum err keep(const struct desk *k, const struct act *act, const struct entry *e, const struct referral_in *in, struct str step,
                     struct str outcome, struct diag *d, int64_t *id)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct fields f = { 0 };
	struct entry_person people[64];
	referral_fields(k, &a, in, step, &f);
	fields_text(&f, "outcome", outcome);
	fields_int(&a, &f, "answered", outcome.n ? clock_utc() : 0);
	struct entry_in entry = { .reg = "referral", .class = e->class, .state = outcome.n ? "answered" : "waiting", .parent = e->id,
		.fields = f.v, .n_fields = f.n, .people = people, .n_people = case_heirs(e, people, ARRAY_N(people)) };
	return entry_create(k->store, act, &entry, d, id);
}

enum err record_referral_add(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id,
                             const struct referral_in *in, struct diag *d, int64_t *referral)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entry e;
	int64_t made;
	TRY(db_tx_begin(k->store->db, &tx));
	TRY(case_for_work(k, &a, may, id, &e));
	if (!str_is(e.state, "open"))
		return ERR_STATE;
	TRY(check(k, in, d));
	TRY(keep(k, act, &e, in, STR_NONE, STR_NONE, d, &made));
	struct str said = arena_fmt(&a, "%.*s, %.*s. %.*s%s%.*s", STRF(agency_title(k, in->agency)), STRF(channel_title(k, in->channel)),
	                            STRF(in->what), in->reference.n ? "\nReference: " : "", STRF(in->reference));
	TRY(case_note(k, act, &e, "referral", said, in->sent_utc));
	TRY(case_acknowledge(k, act, &e));
	TRY(case_refresh(k, act, &e));
	TRY(db_tx_commit(&tx));
	*referral = made;
	return OK;
}

static enum err turn_fields(struct arena *a, const struct entry *x, enum referral_turn turn, struct str words, int64_t chase,
                            struct fields *f, struct diag *d)
{
	size_t before = d->errors;
	if (!str_trim(words).n || words.n > WORDS_MAX || !str_utf8(words))
		diag_add(d, DIAG_ERROR, STR("outcome"), 0, "%s At most %d characters.", turn == REFERRAL_ENDED ? "Say why nobody waits any more." :
		         turn == REFERRAL_CHASED ? "Say whom you asked, and what they said." : "Say what came of it.", WORDS_MAX);
	if (turn == REFERRAL_CHASED && chase <= clock_utc())
		diag_add(d, DIAG_ERROR, STR("chase"), 0, "Say when you ask again: a day from tomorrow on.");
	if (d->errors > before)
		return ERR_INVALID;
	if (turn == REFERRAL_CHASED) {
		fields_int(a, f, "chase", chase);
		fields_int(a, f, "chased", entry_int(x, "chased") + 1);
		return OK;
	}
	fields_text(f, "outcome", words);
	fields_int(a, f, "answered", clock_utc());
	return OK;
}

enum err record_referral_turn(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id,
                              int64_t referral, enum referral_turn turn, struct str words, int64_t chase_utc, struct diag *d)
{
	static const char *const notes[] = { [REFERRAL_CHASED] = "chased", [REFERRAL_ANSWERED] = "answered", [REFERRAL_ENDED] = "answered" };
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entry e, x;
	struct fields f = { 0 };
	struct entry_may program = record_program(act->school);
	TRY(db_tx_begin(k->store->db, &tx));
	TRY(case_for_work(k, &a, may, id, &e));
	TRY(entry_get(k->store, &a, &program, referral, 0, &x));
	if (!str_is(x.reg, "referral") || x.parent != id)
		return ERR_ABSENT;
	if (!str_is(x.state, "waiting") || !str_is(e.state, "open"))
		return ERR_STATE;
	TRY(turn_fields(&a, &x, turn, words, chase_utc, &f, d));
	struct entry_in in = { .reg = "referral", .state = turn == REFERRAL_CHASED ? NULL : turn == REFERRAL_ENDED ? "ended" : "answered",
		.fields = f.v, .n_fields = f.n };
	TRY(entry_update(k->store, act, &program, x.id, x.version, &in, d));
	TRY(case_note(k, act, &e, notes[turn], arena_fmt(&a, "%.*s: %s%.*s", STRF(agency_title(k, entry_value(&x, "agency"))),
	                                                 turn == REFERRAL_ENDED ? "no answer is waited for. " : "", STRF(words)), 0));
	TRY(case_refresh(k, act, &e));
	return db_tx_commit(&tx);
}

/* ---- from a step of the procedure ---- */

static struct str first_of(const struct proc_step *s, const struct step_input *in, enum proc_field_type type)
{
	for (size_t i = 0; i < s->n_fields; i++)
		if (s->fields[i].type == type && proc_field_asked(&s->fields[i], in->answer) && case_step_value(in, s->fields[i].id).n)
			return case_step_value(in, s->fields[i].id);
	return STR_NONE;
}

static enum err already(const struct desk *k, struct arena *a, int64_t school, const struct entry *e, struct str step, bool *out)
{
	struct entry *all;
	size_t n;
	TRY(case_under(k, a, school, e, "referral", &all, &n));
	*out = false;
	for (size_t i = 0; i < n; i++)
		*out = *out || str_eq(entry_value(&all[i], "step"), step);
	return OK;
}

static const char *channel_of(struct str agency)
{
	return str_starts(agency, STR("police")) || str_is(agency, "first-contact") || str_is(agency, "advice-line") ? "telephone"
	     : str_find(agency, STR("mail")) >= 0 ? "mail" : str_find(agency, STR("form")) >= 0 ? "form" : "other";
}

enum err case_step_referral(const struct desk *k, const struct act *act, struct entry *e, const struct proc_step *s,
                            const struct step_input *in)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(5);
	struct str agency = first_of(s, in, ASK_CONTACT), reference = case_step_value(in, STR("reference"));
	int64_t made;
	bool kept;
	if (!s->n_contacts || (!agency.n && !reference.n))
		return OK;
	TRY(already(k, &a, act->school, e, s->id, &kept));
	if (kept)
		return OK;
	struct referral_in r = { .agency = agency.n ? agency : s->contacts[0], .reference = str_upto(reference, reference.n > REFERENCE_MAX ? 0 : reference.n),
		.what = s->title };
	r.channel = str_z(channel_of(r.agency));
	struct str when = first_of(s, in, ASK_WHEN);
	if (when_read(when, clock_utc(), &r.sent_utc) != OK)
		r.sent_utc = in->happened_utc;
	return keep(k, act, e, &r, s->id, case_step_value(in, STR("advice")), &d, &made);
}
