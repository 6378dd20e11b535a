/* Answering a duty: statements with their words, lines, what follows a "no". */
#include "base/clock.h"
#include "base/mem.h"
#include "house/account/people.h"
#include "house/duty/turn_inner.h"
#include "house/task/task.h"

enum { NOTE_MAX = 4000, FIELD_MAX = 4000, WORDS_MAX = 20000 };

static struct duty_statement statement_of(const struct entry *e)
{
	return (struct duty_statement){ .id = e->id, .turn = entry_i64(e, "turn"), .person = entry_i64(e, "person"), .at_utc = e->made_utc, .number = entry_i64(e, "number"),
		.role = entry_value(e, "role"), .answer = entry_value(e, "answer"), .wording = entry_value(e, "wording"), .lines = entry_value(e, "lines"),
		.fields = entry_value(e, "fields"), .note = entry_value(e, "note"), .late = str_is(entry_value(e, "late"), "yes") };
}

static enum err list(const struct duty_desk *k, struct arena *a, int64_t school, struct entry_query *q, struct duty_statement **out, size_t *n, int64_t *total)
{
	struct entry_may may = duty_may(school);
	struct entry_page page;
	q->reg = "statement";
	TRY(entry_list(k->store, a, &may, q, &page));
	*out = arena_array(a, struct duty_statement, page.n + 1);
	for (size_t i = 0; i < page.n; i++)
		(*out)[i] = statement_of(&page.entries[i]);
	*n = page.n;
	if (total)
		*total = page.total;
	return OK;
}

enum err duty_statements(const struct duty_desk *k, struct arena *a, int64_t school, const char *duty, int64_t person, int64_t offset, int64_t limit,
                         struct duty_statement **out, size_t *n, int64_t *total)
{
	struct entry_query q = { .offset = offset, .limit = limit };
	if (duty)
		q.where[q.n_where++] = (struct entry_where){ "duty", ENTRY_IS, 0, str_z(duty) };
	if (person)
		q.where[q.n_where++] = (struct entry_where){ "person", ENTRY_IS, person, STR_NONE };
	return list(k, a, school, &q, out, n, total);
}

struct str duty_roles_text(struct arena *a, struct str group)
{
	struct str word, rest = group, out = STR_NONE;
	enum role r;
	while (str_next(&rest, '/', &word)) {
		struct str title = str_is(word, "staff") ? STR("Everybody who works here") : role_read(word, &r) == OK ? str_z(role_title(r)) : word;
		out = out.n ? arena_fmt(a, "%.*s or %.*s", STRF(out), STRF(title)) : title;
	}
	return out;
}

/* ---- parts ---- */

enum err duty_turn_parts(const struct duty_desk *k, struct arena *a, const struct act *act, const struct duty *d, const struct duty_turn *t,
                         struct duty_part parts[DUTY_WHO_MAX], size_t *n)
{
	struct duty_statement *v;
	size_t found;
	struct entry_query q = { .where = { { "turn", ENTRY_IS, t->id, STR_NONE } }, .n_where = 1, .limit = 100 };
	TRY(list(k, a, act->school, &q, &v, &found, NULL));
	*n = d->n_who;
	for (size_t i = 0; i < *n; i++) {
		parts[i] = (struct duty_part){ .roles = d->who[i] };
		for (size_t m = 0; m < found; m++)
			if (str_eq(v[m].role, d->who[i]))
				parts[i].by = v[m];            /* newest first: the first one stays */
	}
	return OK;
}

int duty_part_of(const struct duty_part *parts, size_t n, const struct duty_turn *t, int64_t person, role_set roles, bool works_here)
{
	if (!str_is(t->state, "open") || (t->person && t->person != person))
		return -1;
	for (size_t i = 0; i < n; i++)
		if (parts[i].by.id && parts[i].by.person == person)
			return -1;                             /* two parts are two people's */
	for (size_t i = 0; i < n; i++)
		if (!parts[i].by.id && (t->person || duty_group_has(parts[i].roles, roles, works_here)))
			return (int)i;
	return -1;
}

/* ---- ending ---- */

enum err duty_turn_end(const struct duty_desk *k, struct arena *a, const struct act *act, const struct duty_turn *t, const char *state, struct str evidence)
{
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entry_may may = duty_may(act->school);
	struct entry_field f[5];
	size_t n = duty_put(f, 0, "done-on", time_iso(a, clock_utc()));
	n = duty_put(f, n, "done-by", arena_id(a, act->person));
	n = duty_put(f, n, "late", clock_utc() >= t->due_utc ? STR("yes") : STR("no"));
	n = duty_put(f, n, "evidence", str_upto(evidence, NOTE_MAX));
	struct entry_in in = { .reg = "duty-turn", .state = state, .fields = f, .n_fields = n };
	TRY(db_tx_begin(k->store->db, &tx));
	TRY(entry_update(k->store, act, &may, t->id, t->version, &in, NULL));
	for (size_t i = 0; i < DUTY_WHO_MAX; i++) {
		struct task task;
		enum err e = task_by_key(k->store, a, act->school, arena_fmt(a, "duty %lld %zu", (long long)t->id, i).p, &task);
		if (e == OK && (str_is(task.state, "open") || str_is(task.state, "ready")))
			e = task_done(k->store, act, task.id, evidence.n ? str_upto(evidence, 200) : STR("Done in the calendar."), NULL);
		if (e != OK && e != ERR_ABSENT)
			return e;
	}
	return db_tx_commit(&tx);
}

/* ---- answering ---- */

struct signing {
	const struct duty_desk *k;
	struct arena *a;
	const struct act *act;
	const struct duty *d;
	const struct duty_turn *t;
	const struct duty_lines *lines;
	const struct duty_answer *in;
	struct diag *diag;
	struct buf lines_text, fields_text, missing;
	size_t n_missing;
};

static bool is_answer(struct str s) { return str_is(s, "yes") || str_is(s, "no") || str_is(s, "na"); }

/* The lines of a statement are part of its words: one answer is for all of them. */
static void check_lines(struct signing *s)
{
	for (size_t i = 0; !s->d->yes_no && i < s->lines->n; i++) {
		struct str id = s->lines->v[i].id, answer = s->in->lines[i], note = s->in->line_notes[i];
		struct str field = arena_fmt(s->a, "line-%.*s", STRF(id));
		if (!is_answer(answer)) {
			diag_add(s->diag, DIAG_ERROR, field, 0, "Answer: %.*s", STRF(s->lines->v[i].text));
			continue;
		}
		if (!str_is(answer, "yes") && !note.n)
			diag_add(s->diag, DIAG_ERROR, field, 0, "Write a note beside \"%s\": %.*s", str_is(answer, "no") ? "No" : "Does not apply", STRF(s->lines->v[i].text));
		buf_fmt(&s->lines_text, "%s: %.*s%s%.*s\n", str_is(answer, "yes") ? "Yes" : str_is(answer, "no") ? "NO" : "Does not apply", STRF(s->lines->v[i].text),
		        note.n ? " - " : "", STRF(note));
		if (str_is(answer, "no")) {
			buf_fmt(&s->missing, "%.*s: %.*s\n", STRF(s->lines->v[i].text), STRF(note));
			s->n_missing++;
		}
	}
}

static void check_fields(struct signing *s)
{
	for (size_t i = 0; i < s->d->n_fields; i++) {
		const struct duty_field *f = &s->d->fields[i];
		struct str value = s->in->fields[i], name = arena_fmt(s->a, "field-%.*s", STRF(f->id));
		if (f->required && !value.n)
			diag_add(s->diag, DIAG_ERROR, name, 0, "Answer: %.*s", STRF(f->label));
		else if (value.n > FIELD_MAX)
			diag_add(s->diag, DIAG_ERROR, name, 0, "Write at most %d letters.", FIELD_MAX);
		else if (value.n)
			buf_fmt(&s->fields_text, "%.*s %.*s\n", STRF(f->label), STRF(value));
	}
}

static void check_answer(struct signing *s)
{
	if (s->d->yes_no && !str_is(s->in->answer, "yes") && !str_is(s->in->answer, "no"))
		diag_add(s->diag, DIAG_ERROR, STR("answer"), 0, "Choose whether this is true.");
	if (str_is(s->in->answer, "no") && !s->in->note.n)
		diag_add(s->diag, DIAG_ERROR, STR("note"), 0, "Write in a sentence what is not so. Leadership is asked to look at it.");
	if (s->in->note.n > NOTE_MAX)
		diag_add(s->diag, DIAG_ERROR, STR("note"), 0, "Write at most %d letters.", NOTE_MAX);
}

/* The words that were shown: those of the file, and the lines that the program made. */
static struct str wording(struct signing *s)
{
	AUTO(buf_done) struct buf b = buf_init(WORDS_MAX);
	buf_add(&b, s->d->ask.n ? s->d->ask : s->d->title);
	for (size_t i = 0; i < s->lines->n; i++)
		buf_fmt(&b, "\n- %.*s%s%.*s", STRF(s->lines->v[i].text), s->lines->shows[i].n ? " - " : "", STRF(s->lines->shows[i]));
	return arena_str(s->a, buf_str(&b));
}

static enum err put_statement(struct signing *s, struct str role, bool late, int64_t *id)
{
	struct entry_field f[12];
	struct duty_text text;
	struct str answer = s->d->yes_no ? s->in->answer : STR("done");
	TRY(duty_text(s->k, s->a, s->act, s->d, &text));
	size_t n = duty_put(f, 0, "duty", s->d->id);
	n = duty_put(f, n, "turn", arena_id(s->a, s->t->id));
	n = duty_put(f, n, "person", arena_id(s->a, s->act->person));
	n = duty_put(f, n, "role", role);
	n = duty_put(f, n, "answer", answer);
	n = duty_put(f, n, "wording", wording(s));
	n = duty_put(f, n, "number", arena_id(s->a, text.number));
	n = duty_put(f, n, "lines", buf_str(&s->lines_text));
	n = duty_put(f, n, "fields", buf_str(&s->fields_text));
	n = duty_put(f, n, "note", s->in->note);
	n = duty_put(f, n, "late", late ? STR("yes") : STR("no"));
	struct entry_in in = { .reg = "statement", .parent = s->t->id, .fields = f, .n_fields = n };
	return entry_create(s->k->store, s->act, &in, s->diag, id);
}

/* What somebody could not confirm is leadership's to look at. */
static enum err tell_leadership(struct signing *s, int64_t statement)
{
	int64_t id;
	bool no = str_is(s->in->answer, "no");
	if (!no && !s->n_missing)
		return OK;
	struct task_in in = { .kind = "duty-no", .for_role = s->d->tell.n ? arena_z(s->a, s->d->tell) : "leadership", .due_utc = clock_utc() + 14 * 86400,
		.title = str_upto(arena_fmt(s->a, "%s: %.*s", no ? "Answered not so" : "To be put right", STRF(s->d->title)), 200),
		.details = str_upto(arena_fmt(s->a, "%.*s%s%.*s", STRF(s->in->note), s->in->note.n && s->n_missing ? "\n" : "", STRF(buf_str(&s->missing))), NOTE_MAX),
		.link = arena_fmt(s->a, "/calendar/turn/%lld", (long long)s->t->id).p, .key = arena_fmt(s->a, "duty-no %lld", (long long)statement).p };
	return task_open_once(s->k->store, s->act, &in, s->diag, &id, NULL);
}

static enum err part_task_done(struct signing *s, size_t part)
{
	struct task task;
	enum err e = task_by_key(s->k->store, s->a, s->act->school, arena_fmt(s->a, "duty %lld %zu", (long long)s->t->id, part).p, &task);
	if (e == OK && (str_is(task.state, "open") || str_is(task.state, "ready")))
		e = task_done(s->k->store, s->act, task.id, STR("Answered in the calendar."), NULL);
	return e == ERR_ABSENT ? OK : e;
}

static enum err needed(struct signing *s)
{
	struct entry_may may = duty_may(s->act->school);
	struct entry_query q = duty_needs_query(s->a, s->d, s->t);
	int64_t n = 0;
	const struct reg *r = s->d->needs.n ? registers_find(s->k->store->registers, s->d->needs) : NULL;
	if (!r)
		return OK;
	TRY(entry_count(s->k->store, &may, &q, &n));
	if (!n)
		diag_add(s->diag, DIAG_ERROR, STR("needs"), 0, "First make the entry that shows it: %.*s. It must be made in this period.", STRF(r->title));
	return OK;
}

/* Nothing may be left of what the duty looks after, whoever may see it: it is only counted. */
static enum err cleared(struct signing *s)
{
	struct entry_may may = duty_may(s->act->school);
	struct entry_query q = { .reg = arena_z(s->a, s->d->clear), .states = { arena_z(s->a, s->d->clear_state) }, .bare = true };
	int64_t n = 0;
	if (!s->d->clear.n || !registers_find(s->k->store->registers, s->d->clear))
		return OK;
	may.classes |= ENTRY_BIT(ENTRY_PERSONAL) | ENTRY_BIT(ENTRY_CHILD);
	TRY(entry_count(s->k->store, &may, &q, &n));
	if (n)
		diag_add(s->diag, DIAG_ERROR, STR("needs"), 0, "%.*s (%lld left)", STRF(s->d->clear_says), (long long)n);
	return OK;
}

static enum err write_all(struct signing *s, const struct duty_part *parts, size_t n, size_t mine, int64_t *statement)
{
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	size_t left = 0;
	bool no = str_is(s->in->answer, "no");
	TRY(db_tx_begin(s->k->store->db, &tx));
	TRY(put_statement(s, parts[mine].roles, clock_utc() >= s->t->due_utc, statement));
	TRY(tell_leadership(s, *statement));
	TRY(part_task_done(s, mine));
	for (size_t i = 0; i < n; i++) {
		left += i != mine && !parts[i].by.id;
		no = no || str_is(parts[i].by.answer, "no");
	}
	if (!left)
		TRY(duty_turn_end(s->k, s->a, s->act, s->t, no ? "declined" : "done", buf_str(&s->fields_text)));
	return db_tx_commit(&tx);
}

enum err duty_sign(const struct duty_desk *k, const struct act *act, role_set roles, bool works_here, const struct duty *d, int64_t turn,
                   const struct duty_lines *lines, const struct duty_answer *in, struct diag *d_out, int64_t *statement)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(buf_done) struct buf lines_text = buf_init(WORDS_MAX), fields_text = buf_init(WORDS_MAX), missing = buf_init(WORDS_MAX);
	struct duty_part parts[DUTY_WHO_MAX];
	struct duty_turn t;
	size_t n, before = d_out->errors;
	TRY(duty_turn_get(k, &a, act->school, turn, &t));
	if (!str_is(t.state, "open"))
		return ERR_STATE;
	TRY(duty_turn_parts(k, &a, act, d, &t, parts, &n));
	int mine = duty_part_of(parts, n, &t, act->person, roles, works_here);
	if (mine < 0)
		return ERR_FORBIDDEN;
	struct signing s = { k, &a, act, d, &t, lines, in, d_out, lines_text, fields_text, missing, 0 };
	check_lines(&s);
	check_fields(&s);
	check_answer(&s);
	enum err e = needed(&s);
	if (e == OK)
		e = cleared(&s);
	if (e == OK)
		e = d_out->errors > before ? ERR_INVALID : write_all(&s, parts, n, (size_t)mine, statement);
	lines_text = s.lines_text;             /* they may have moved as they grew */
	fields_text = s.fields_text;
	missing = s.missing;
	return e;
}
