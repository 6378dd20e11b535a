/* Reads a procedure and its frame, and checks them: every finding is for the person who writes the file. */
#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "house/procedure/expect.h"
#include "house/procedure/procedure.h"

struct loading {
	struct arena *a;
	struct diag *d;
	const struct conf *c;             /* own text, a newline, the frame's text */
	struct procedure *p;
	struct str frame_file;
	long frame_line;                  /* first line of the frame in the whole; 0 = no frame */
	const struct conf_block **blocks; /* of the steps kept, as p->steps */
};

/* A finding in the file that holds the line; each "{}" of the sentence takes the next of x and y. */
static void say(const struct loading *l, long line, const char *sentence, struct str x, struct str y)
{
	AUTO(buf_done) struct buf b = buf_init(4096);
	bool in_frame = l->frame_line && line >= l->frame_line;
	struct str rest = str_z(sentence), values[2] = { x, y };
	for (size_t k = 0;; k++) {
		ptrdiff_t at = str_find(rest, STR("{}"));
		buf_add(&b, at < 0 || k == 2 ? rest : str_upto(rest, (size_t)at));
		if (at < 0 || k == 2)
			break;
		buf_add(&b, values[k]);
		rest = str_from(rest, (size_t)at + 2);
	}
	struct str text = buf_str(&b);
	diag_add(l->d, DIAG_ERROR, in_frame ? l->frame_file : l->c->file, in_frame ? line - l->frame_line + 1 : line, "%.*s",
	         STRF(text));
}

/* ---- pieces ---- */

static size_t count(const struct conf_block *b, const char *key)
{
	size_t n = 0, at = 0;
	while (conf_each(b, key, &at))
		n++;
	return n;
}

static size_t words(struct loading *l, const struct conf_block *b, const char *key, struct str **out)
{
	size_t n = count(b, key), at = 0;
	*out = arena_array(l->a, struct str, n + 1);
	for (size_t i = 0; i < n; i++)
		(*out)[i] = conf_each(b, key, &at)->value;
	return n;
}

/* "head : label" */
static bool split(struct str v, struct str *head, struct str *label)
{
	ptrdiff_t at = str_find(v, STR(" : "));
	if (at <= 0)
		return false;
	*head = str_trim(str_upto(v, (size_t)at));
	*label = str_trim(str_from(v, (size_t)at + 3));
	return label->n > 0;
}

static struct str next_word(struct str *rest)
{
	struct str w = STR_NONE;
	*rest = str_trim(*rest);
	if (rest->n)
		(void)str_next(rest, ' ', &w);    /* false only when nothing is left */
	return w;
}

static size_t step_named(struct loading *l, struct str id, long line)
{
	ptrdiff_t i = procedure_find(l->p, id);
	if (i < 0)
		say(l, line, "There is no step called {}.", id, STR(""));
	return i < 0 ? 0 : (size_t)i;
}

static void read_answers(struct loading *l, const struct conf_block *b, struct proc_step *s)
{
	size_t at = 0;
	s->answers = arena_array(l->a, struct proc_answer, count(b, "answer") + 1);
	for (const struct conf_pair *p; (p = conf_each(b, "answer", &at)) != NULL;) {
		struct proc_answer *x = &s->answers[s->n_answers];
		if (split(p->value, &x->id, &x->label))
			s->n_answers++;
		else
			say(l, p->line, "An answer is written \"word : what it says\", not \"{}\".", p->value, STR(""));
	}
}

/* change = ANSWER : PROCEDURE */
static void read_changes(struct loading *l, const struct conf_block *b, struct proc_step *s)
{
	size_t at = 0;
	for (const struct conf_pair *p; (p = conf_each(b, "change", &at)) != NULL;) {
		struct str answer, to;
		bool found = false;
		for (size_t i = 0; split(p->value, &answer, &to) && i < s->n_answers; i++)
			if (str_eq(s->answers[i].id, answer)) {
				s->answers[i].change = to;
				found = true;
			}
		if (!found)
			say(l, p->line, "A change is written \"answer of this step : procedure\", not \"{}\".", p->value, STR(""));
	}
}

/* no_uploads = ANSWER */
static void read_no_uploads(struct loading *l, const struct conf_block *b, struct proc_step *s)
{
	size_t at = 0;
	for (const struct conf_pair *p; (p = conf_each(b, "no_uploads", &at)) != NULL;) {
		bool found = false;
		for (size_t i = 0; i < s->n_answers; i++)
			if (str_eq(s->answers[i].id, p->value))
				s->answers[i].no_uploads = found = true;
		if (!found)
			say(l, p->line, "The step {} has no answer \"{}\".", b->id, p->value);
	}
}

static void read_each(struct loading *l, const struct conf_block *b, struct proc_step *s)
{
	struct str each = conf_get(b, "each");
	s->each = str_is(each, "learner") ? EACH_LEARNER : str_is(each, "adult") ? EACH_ADULT : EACH_NONE;
	if (each.n && !s->each)
		say(l, b->line, "A step can be done for each learner or each adult, not for each {}.", each, STR(""));
}

static bool has_answer(const struct proc_step *s, struct str id)
{
	for (size_t i = 0; i < s->n_answers; i++)
		if (str_eq(s->answers[i].id, id))
			return true;
	return false;
}

static bool field_kind(struct str w, enum proc_field_type *out)
{
	static const char *const names[] = { [ASK_LINE] = "line", [ASK_TEXT] = "text", [ASK_WHEN] = "when",
		[ASK_CONTACT] = "contact", [ASK_CHOICE] = "choice" };
	for (size_t i = 0; i < ARRAY_N(names); i++)
		if (str_is(w, names[i])) {
			*out = (enum proc_field_type)i;
			return true;
		}
	return false;
}

/* "yes", or "yes or unsure" */
static bool answers_known(const struct proc_step *s, struct str list)
{
	size_t n = 0;
	for (struct str w; (w = next_word(&list)).n > 0; n++)
		if (!str_is(w, "or") && !has_answer(s, w))
			return false;
	return n > 0;
}

/* field = ID TYPE required|optional|if ANSWER [or ANSWER] : LABEL */
static bool read_field(const struct proc_step *s, struct str value, struct proc_field *f)
{
	struct str head;
	if (!split(value, &head, &f->label))
		return false;
	f->id = next_word(&head);
	if (!field_kind(next_word(&head), &f->type))
		return false;
	struct str need = next_word(&head);
	f->required = !str_is(need, "optional");
	if (str_is(need, "if")) {
		f->only_if = str_trim(head);
		return answers_known(s, f->only_if);
	}
	return (str_is(need, "required") || str_is(need, "optional")) && !head.n;
}

static void read_options(struct loading *l, const struct conf_block *b, struct proc_field *f)
{
	size_t at = 0;
	f->options = arena_array(l->a, struct proc_answer, count(b, "option") + 1);
	for (const struct conf_pair *p; (p = conf_each(b, "option", &at)) != NULL;) {
		struct str head;
		struct proc_answer *x = &f->options[f->n_options];
		if (split(p->value, &head, &x->label) && str_eq(next_word(&head), f->id)) {
			x->id = str_trim(head);
			f->n_options++;
		}
	}
	if ((f->type == ASK_CHOICE) != (f->n_options > 0))
		say(l, b->line, "The field {} of {} is a choice exactly when it has options.", f->id, b->id);
}

static void read_fields(struct loading *l, const struct conf_block *b, struct proc_step *s)
{
	size_t at = 0;
	s->fields = arena_array(l->a, struct proc_field, count(b, "field") + 1);
	for (const struct conf_pair *p; (p = conf_each(b, "field", &at)) != NULL;) {
		struct proc_field *f = &s->fields[s->n_fields];
		if (!read_field(s, p->value, f)) {
			say(l, p->line, "A field is \"name line|text|when|contact|choice required|optional|if ANSWER : question\", "
			    "not \"{}\".", p->value, STR(""));
			*f = (struct proc_field){ 0 };
			continue;
		}
		read_options(l, b, f);
		s->n_fields++;
	}
}

static void read_due(struct loading *l, const struct conf_block *b, struct proc_step *s)
{
	struct str v = conf_get(b, "due"), rest = v;
	uint64_t n = 0;
	if (str_is(v, "at once")) {
		s->due = DUE_AT_ONCE;
	} else if (str_is(v, "none")) {
		s->due = DUE_NONE;
	} else if (str_is(v, "same school day")) {
		s->due = DUE_SCHOOL_DAYS;
	} else if (v.n > 1 && (v.p[v.n - 1] == 'm' || v.p[v.n - 1] == 'h') && str_u64(str_upto(v, v.n - 1), &n) == OK && n < 1000) {
		s->due = DUE_MINUTES;
		s->due_amount = (int)n * (v.p[v.n - 1] == 'h' ? 60 : 1);
	} else if (str_u64(next_word(&rest), &n) == OK && str_is(rest, "school days") && n < 200) {
		s->due = DUE_SCHOOL_DAYS;
		s->due_amount = (int)n;
	} else {
		say(l, b->line, "The time of {} is \"at once\", \"15m\", \"2h\", \"same school day\", \"3 school days\" or "
		    "\"none\", not \"{}\".", b->id, v);
	}
}

static void read_kind(struct loading *l, const struct conf_block *b, struct proc_step *s)
{
	static const char *const names[] = { [STEP_ACT] = "act", [STEP_DECISION] = "decision", [STEP_NOTICE] = "notice",
		[STEP_AGENCY] = "agency", [STEP_REVIEW] = "review" };
	struct str v = conf_get(b, "kind");
	for (size_t i = 0; i < ARRAY_N(names); i++)
		if (str_is(v, names[i])) {
			s->kind = (enum step_kind)i;
			return;
		}
	say(l, b->line, "The kind of {} is act, decision, notice, agency or review, not \"{}\".", b->id, v);
}

static bool flag(struct loading *l, const struct conf_block *b, const char *key)
{
	struct str v = conf_get(b, key);
	if (v.n && !str_is(v, "yes") && !str_is(v, "no"))
		say(l, b->line, "\"{}\" is yes or no, not \"{}\".", str_z(key), v);
	return str_is(v, "yes");
}

static bool known_role(struct str role)
{
	static const char *const roles[] = { "admin", "technician", "dsl", "deputy", "head", "leadership", "governor", "chair",
		"teacher", "staff", "office", "business", "senco", "learner", "parent", "visitor", "supply" };
	for (size_t i = 0; i < ARRAY_N(roles); i++)
		if (str_is(role, roles[i]))
			return true;
	return false;
}

static bool has_field_option(const struct proc_step *s, struct str field, struct str value)
{
	for (size_t i = 0; i < s->n_fields; i++)
		for (size_t k = 0; k < s->fields[i].n_options; k++)
			if (str_eq(s->fields[i].id, field) && str_eq(s->fields[i].options[k].id, value))
				return true;
	return false;
}

/* task = FIELD VALUE ROLE DAYS : TITLE */
static bool read_task(const struct proc_step *s, struct str value, struct proc_task *t)
{
	struct str head;
	uint64_t days;
	if (!split(value, &head, &t->title))
		return false;
	t->field = next_word(&head);
	t->value = next_word(&head);
	t->role = next_word(&head);
	if (str_u64(next_word(&head), &days) != OK || days < 1 || days > 400 || head.n)
		return false;
	t->days = (int)days;
	return known_role(t->role) && has_field_option(s, t->field, t->value);
}

static void read_tasks(struct loading *l, const struct conf_block *b, struct proc_step *s)
{
	size_t at = 0;
	s->tasks = arena_array(l->a, struct proc_task, count(b, "task") + 1);
	for (const struct conf_pair *p; (p = conf_each(b, "task", &at)) != NULL;)
		if (read_task(s, p->value, &s->tasks[s->n_tasks]))
			s->n_tasks++;
		else
			say(l, p->line, "A task is \"field option role school-days : title\", not \"{}\".", p->value, STR(""));
}

static void read_step(struct loading *l, const struct conf_block *b, struct proc_step *s)
{
	*s = (struct proc_step){ .id = b->id, .title = conf_get(b, "title"), .text = conf_get(b, "text"), .line = b->line,
		.who_param = conf_get(b, "who_from"), .recipients_param = conf_get(b, "recipients_from"),
		.never_locked = flag(l, b, "never_locked"), .may_skip = flag(l, b, "skip"), .strict = flag(l, b, "strict"),
		.repeats = flag(l, b, "repeat"), .optional = flag(l, b, "optional"),
		.is_outcome = flag(l, b, "outcome"), .is_review = flag(l, b, "review") };
	read_kind(l, b, s);
	read_due(l, b, s);
	s->n_who = words(l, b, "who", &s->who);
	s->n_clauses = words(l, b, "clause", &s->clauses);
	s->n_contacts = words(l, b, "contact", &s->contacts);
	read_answers(l, b, s);
	read_changes(l, b, s);
	read_no_uploads(l, b, s);
	read_each(l, b, s);
	read_fields(l, b, s);
	read_tasks(l, b, s);
}

/* ---- references between steps ---- */

/* Values after "is" or "is not", with "or" between. */
static void read_values(struct loading *l, struct str rest, struct proc_cond *c)
{
	c->values = arena_array(l->a, struct str, rest.n / 2 + 1);
	for (struct str w; (w = next_word(&rest)).n > 0;)
		if (!str_is(w, "or"))
			c->values[c->n_values++] = w;
}

static void check_values(struct loading *l, const struct proc_cond *c, long line)
{
	for (size_t i = 0; i < c->n_values; i++)
		if (!has_answer(&l->p->steps[c->step], c->values[i]))
			say(l, line, "The step {} has no answer \"{}\".", c->key, c->values[i]);
	if (l->p->steps[c->step].each)
		say(l, line, "The step {} has an answer for each, and so decides nothing for the case.", c->key, STR(""));
	if (!c->n_values)
		say(l, line, "Say which answer of {}.", c->key, STR(""));
}

/* when = profile KEY [is [not] VALUE...] | profile not KEY | answer STEP is [not] ANSWER [or ANSWER]... */
static void read_when(struct loading *l, const struct conf_pair *pair, struct proc_cond *c)
{
	struct str rest = pair->value, what = next_word(&rest);
	c->is_param = str_is(what, "profile");
	if (!c->is_param && !str_is(what, "answer")) {
		say(l, pair->line, "A condition begins with \"profile\" or \"answer\", not \"{}\".", what, STR(""));
		return;
	}
	c->key = next_word(&rest);
	if (c->is_param && str_is(c->key, "not")) {
		c->negate = true;
		c->key = next_word(&rest);
	}
	struct str is = next_word(&rest);
	if (is.n && !str_is(is, "is"))
		say(l, pair->line, "After {} stands \"is\", not \"{}\".", c->key, is);
	if (str_starts(rest, STR("not "))) {
		c->negate = true;
		rest = str_from(rest, 4);
	}
	read_values(l, rest, c);
	if (!c->is_param) {
		c->step = step_named(l, c->key, pair->line);
		if (l->p->n && str_eq(l->p->steps[c->step].id, c->key))
			check_values(l, c, pair->line);
	}
}

static void link_conditions(struct loading *l, const struct conf_block *b, struct proc_step *s)
{
	size_t at = 0;
	s->when = arena_array(l->a, struct proc_cond, count(b, "when") + 1);
	for (const struct conf_pair *p; (p = conf_each(b, "when", &at)) != NULL;)
		read_when(l, p, &s->when[s->n_when++]);
}

static void link_step(struct loading *l, const struct conf_block *b, struct proc_step *s)
{
	size_t at = 0;
	s->needs = arena_array(l->a, size_t, count(b, "needs") + 1);
	for (const struct conf_pair *p; (p = conf_each(b, "needs", &at)) != NULL;)
		s->needs[s->n_needs++] = step_named(l, p->value, p->line);
	at = 0;
	s->shows = arena_array(l->a, size_t, count(b, "shows") + 1);
	for (const struct conf_pair *p; (p = conf_each(b, "shows", &at)) != NULL;)
		s->shows[s->n_shows++] = step_named(l, p->value, p->line);
	at = 0;
	s->locks = arena_array(l->a, struct proc_lock, count(b, "lock") + 1);
	for (const struct conf_pair *p; (p = conf_each(b, "lock", &at)) != NULL;) {
		struct proc_lock *x = &s->locks[s->n_locks++];
		struct str id;
		if (split(p->value, &id, &x->why))
			x->step = step_named(l, id, p->line);
		else
			say(l, p->line, "A lock is \"step : why\", not \"{}\".", p->value, STR(""));
	}
	link_conditions(l, b, s);
}

/* ---- checks ---- */

static void check_who(struct loading *l, const struct proc_step *s)
{
	for (size_t i = 0; i < s->n_who; i++)
		if (!known_role(s->who[i]))
			say(l, s->line, "There is no role called {} (step {}).", s->who[i], s->id);
	if (!s->n_who && !s->who_param.n)
		say(l, s->line, "Nobody is named who does the step {}.", s->id, STR(""));
}

static void check_step(struct loading *l, const struct proc_step *s)
{
	if (!s->title.n)
		say(l, s->line, "The step {} has no title.", s->id, STR(""));
	if (!s->n_clauses)
		say(l, s->line, "The step {} names no clause of the policy.", s->id, STR(""));
	if (s->kind == STEP_DECISION && s->n_answers < 2)
		say(l, s->line, "The decision {} needs at least two answers.", s->id, STR(""));
	if (s->never_locked && s->n_locks)
		say(l, s->line, "The step {} is never locked, and yet has a lock.", s->id, STR(""));
	if (s->kind == STEP_AGENCY && !s->n_contacts)
		say(l, s->line, "The step {} names no contact of the directory.", s->id, STR(""));
	for (size_t i = 0; i < s->n_locks; i++)
		if (l->p->steps[s->locks[i].step].may_skip)
			say(l, s->line, "The step {} locks others and so may not be left out (lock of {}).",
			    l->p->steps[s->locks[i].step].id, s->id);
	check_who(l, s);
}

static void check_twice(struct loading *l)
{
	for (size_t i = 0; i < l->p->n; i++)
		if (procedure_find(l->p, l->p->steps[i].id) != (ptrdiff_t)i)
			say(l, l->p->steps[i].line, "The step {} stands twice.", l->p->steps[i].id, STR(""));
}

static void check_end(struct loading *l)
{
	bool outcome = false, review = false;
	for (size_t i = 0; i < l->p->n; i++) {
		outcome = outcome || (l->p->steps[i].is_outcome && !l->p->steps[i].optional && !l->p->steps[i].n_when);
		review = review || (l->p->steps[i].is_review && !l->p->steps[i].optional && !l->p->steps[i].n_when);
	}
	if (!outcome || !review)
		say(l, 1, "A procedure ends with an outcome and a review that always apply; {} has not both.", l->p->id,
		    STR(""));
}

static bool waits_on(const struct proc_step *s, const bool *placed)
{
	for (size_t i = 0; i < s->n_needs; i++)
		if (!placed[s->needs[i]])
			return true;
	for (size_t i = 0; i < s->n_locks; i++)
		if (!placed[s->locks[i].step])
			return true;
	for (size_t i = 0; i < s->n_when; i++)
		if (!s->when[i].is_param && !placed[s->when[i].step])
			return true;
	return false;
}

/* An order in which each step comes after all that it looks at; what cannot be placed stands in a circle. */
static void put_order(struct loading *l)
{
	struct procedure *p = l->p;
	bool placed[PROC_STEPS_MAX] = { false };
	size_t n = 0;
	p->order = arena_array(l->a, size_t, p->n + 1);
	for (bool moved = true; moved;) {
		moved = false;
		for (size_t i = 0; i < p->n; i++) {
			if (placed[i] || waits_on(&p->steps[i], placed))
				continue;
			placed[i] = moved = true;
			p->order[n++] = i;
		}
	}
	for (size_t i = 0; i < p->n; i++)
		if (!placed[i])
			say(l, p->steps[i].line, "The step {} waits for itself in a circle.", p->steps[i].id, STR(""));
}

/* Two conditions on one decision with no answer in common: the step can never be reached. */
static bool disjoint(const struct proc_cond *a, const struct proc_cond *b)
{
	if (a->is_param || b->is_param || a->negate || b->negate || a->step != b->step)
		return false;
	for (size_t i = 0; i < a->n_values; i++)
		for (size_t j = 0; j < b->n_values; j++)
			if (str_eq(a->values[i], b->values[j]))
				return false;
	return true;
}

/* Everything that must be true for step `i`, its own conditions and those of the decisions it hangs on. */
static size_t all_conditions(const struct procedure *p, size_t i, const struct proc_cond **out, size_t n, size_t max)
{
	for (size_t k = 0; k < p->steps[i].n_when && n < max; k++) {
		const struct proc_cond *c = &p->steps[i].when[k];
		out[n++] = c;
		if (!c->is_param)
			n = all_conditions(p, c->step, out, n, max);
	}
	return n;
}

static void check_reachable(struct loading *l)
{
	const struct proc_cond *c[64];
	for (size_t i = 0; i < l->p->n; i++) {
		size_t n = all_conditions(l->p, i, c, 0, ARRAY_N(c));
		for (size_t a = 0; a < n; a++)
			for (size_t b = a + 1; b < n; b++)
				if (disjoint(c[a], c[b])) {
					say(l, l->p->steps[i].line, "The step {} can never be reached: it asks for two different answers of {}.",
					    l->p->steps[i].id, c[a]->key);
					a = n;
					break;
				}
	}
}

/* ---- the whole ---- */

static bool in_frame(const struct loading *l, const struct conf_block *b)
{
	return l->frame_line && b->line >= l->frame_line;
}

/* The block that a step of the frame is read from: the procedure's own of that name stands in its place. */
static const struct conf_block *instead(const struct loading *l, const struct conf_block *b)
{
	for (size_t i = 0; i < l->c->n; i++) {
		const struct conf_block *own = &l->c->blocks[i];
		if (!in_frame(l, own) && str_is(own->kind, "step") && str_eq(own->id, b->id))
			return own;
	}
	return b;
}

static const struct conf_block *frame_step(const struct loading *l, struct str id)
{
	for (size_t i = 0; i < l->c->n; i++)
		if (in_frame(l, &l->c->blocks[i]) && str_is(l->c->blocks[i].kind, "step") && str_eq(l->c->blocks[i].id, id))
			return &l->c->blocks[i];
	return NULL;
}

/* Whether a line of the frame's step joins this one's own. */
static bool takes(struct loading *l, const struct conf_block *own, struct str key)
{
	if (str_is(key, "when") && conf_has(own, "always"))
		return false;
	return str_is(key, "clause") || !conf_has(own, arena_z(l->a, key));
}

/* `from = frame`: the frame's step with this one's lines in place of the frame's lines of the same key; clauses join. */
static const struct conf_block *filled(struct loading *l, const struct conf_block *b)
{
	struct str from = conf_get(b, "from");
	const struct conf_block *f = from.n ? frame_step(l, b->id) : NULL;
	if (!from.n || b == f)
		return b;
	if (!str_is(from, "frame") || !f) {
		say(l, b->line, "\"from = frame\" needs a step {} in the frame.", b->id, STR(""));
		return b;
	}
	struct conf_block *out = arena_new(l->a, struct conf_block);
	*out = (struct conf_block){ .kind = b->kind, .id = b->id, .line = b->line };
	out->pairs = arena_array(l->a, struct conf_pair, b->n + f->n + 1);
	for (size_t i = 0; i < b->n; i++)
		out->pairs[out->n++] = b->pairs[i];
	for (size_t i = 0; i < f->n; i++)
		if (takes(l, b, f->pairs[i].key))
			out->pairs[out->n++] = f->pairs[i];
	return out;
}

static bool frame_has(const struct loading *l, struct str id)
{
	return frame_step(l, id) != NULL;
}

/* One of three passes: the frame's steps in front, the procedure's own, the frame's steps behind. */
static void take_pass(struct loading *l, int pass)
{
	for (size_t i = 0; i < l->c->n; i++) {
		const struct conf_block *b = &l->c->blocks[i];
		if (!str_is(b->kind, "step"))
			continue;
		bool front = str_is(conf_get(b, "place"), "before");
		int belongs = !in_frame(l, b) ? 1 : front ? 0 : 2;
		if (belongs != pass || (!in_frame(l, b) && frame_has(l, b->id)))
			continue;
		if (l->p->n == PROC_STEPS_MAX) {
			say(l, b->line, "{} is one step too many.", b->id, STR(""));
			return;
		}
		l->blocks[l->p->n] = filled(l, instead(l, b));
		read_step(l, l->blocks[l->p->n], &l->p->steps[l->p->n]);
		l->p->n++;
	}
}

static void take_never(struct loading *l)
{
	l->p->never = arena_array(l->a, struct str, 64);
	for (size_t i = 0; i < l->c->n; i++) {
		size_t at = 0;
		for (const struct conf_pair *p; (p = conf_each(&l->c->blocks[i], "never", &at)) != NULL && l->p->n_never < 64;)
			l->p->never[l->p->n_never++] = p->value;
	}
}

static void check_all(struct loading *l)
{
	check_twice(l);
	check_end(l);
	for (size_t i = 0; i < l->p->n; i++)
		check_step(l, &l->p->steps[i]);
	put_order(l);
}

static enum err check_keys(struct loading *l)
{
	static const char *const top[] = { "version", "frame", "title", "about", "never", "uploads", NULL };
	static const char *const frame[] = { "never", NULL };
	static const char *const step[] = { "place", "title", "text", "kind", "who", "who_from", "recipients_from", "due", "needs",
		"when", "lock", "field", "option", "answer", "contact", "clause", "never_locked", "skip", "optional", "outcome",
		"review", "each", "change", "no_uploads", "strict", "task", "from", "always", "repeat", "shows", NULL };
	TRY(conf_only(l->c, "procedure", top, l->d));
	TRY(conf_only(l->c, "frame", frame, l->d));
	return conf_only(l->c, "step", step, l->d);
}

static enum err build(struct loading *l, const struct conf_block *head)
{
	struct procedure *p = l->p;
	p->id = head->id;
	p->title = conf_get(head, "title");
	p->about = conf_get(head, "about");
	p->no_uploads = str_is(conf_get(head, "uploads"), "no");
	if (conf_get(head, "uploads").n && !p->no_uploads && !str_is(conf_get(head, "uploads"), "yes"))
		say(l, head->line, "Uploads are yes or no, not \"{}\".", conf_get(head, "uploads"), STR(""));
	TRY(conf_int(l->c, head, "version", 0, 1, 1000000, l->d, &p->version));
	p->steps = arena_array(l->a, struct proc_step, PROC_STEPS_MAX);
	l->blocks = arena_array(l->a, const struct conf_block *, PROC_STEPS_MAX);
	for (int pass = 0; pass < 3; pass++)
		take_pass(l, pass);
	for (size_t i = 0; i < p->n; i++)
		link_step(l, l->blocks[i], &p->steps[i]);
	take_never(l);
	return OK;
}

static void put_digest(struct arena *a, struct procedure *p)
{
	uint8_t sum[SHA256_BYTES];
	char hex[2 * SHA256_BYTES + 1];
	hash_sha256(p->source, sum);
	hex_put(sum, sizeof sum, hex);
	p->digest = arena_str(a, str_z(hex));
}

static const struct conf_block *head_of(const struct conf *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (str_is(c->blocks[i].kind, "procedure") && c->blocks[i].id.n)
			return &c->blocks[i];
	return NULL;
}

static long frame_line(const struct conf *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (str_is(c->blocks[i].kind, "frame"))
			return c->blocks[i].line;
	return 0;
}

static enum err read_whole(struct arena *a, struct str name, struct str source, struct diag *d, struct conf *c,
                           struct procedure *out)
{
	struct procedure p = { 0 };
	struct loading l = { .a = a, .d = d, .c = c, .p = &p, .frame_file = STR("the frame") };
	size_t before = d->errors;
	p.source = arena_str(a, source);
	TRY(conf_parse(a, name, p.source, d, c));
	const struct conf_block *head = head_of(c);
	if (!head)
		return diag_fail(d, name, 1, "This file holds no [procedure NAME].");
	l.frame_line = frame_line(c);
	TRY(check_keys(&l));
	TRY(build(&l, head));
	check_all(&l);
	if (d->errors > before)
		return ERR_SYNTAX;
	check_reachable(&l);              /* walks the conditions: only when there is no circle */
	if (d->errors > before)
		return ERR_SYNTAX;
	put_digest(a, &p);
	*out = p;
	return OK;
}

enum err procedure_read(struct arena *a, struct str name, struct str source, struct diag *d, struct procedure *out)
{
	struct conf c;
	return read_whole(a, name, source, d, &c, out);
}

static enum err read_file(struct arena *a, const char *path, struct diag *d, struct str *out)
{
	AUTO(buf_done) struct buf b = buf_init(CONF_MAX_BYTES / 2);
	char block[4096];
	FILE *f = fopen(path, "re");
	if (!f)
		return diag_fail(d, arena_str(a, str_z(path)), 0, "This file cannot be read: %s.", strerror(errno));
	for (size_t n; (n = fread(block, 1, sizeof block, f)) > 0;)
		buf_add(&b, (struct str){ block, n });
	bool bad = ferror(f) != 0;
	fclose(f);
	if (bad || buf_ok(&b) != OK)
		return diag_fail(d, arena_str(a, str_z(path)), 0, "This file cannot be read whole.");
	*out = arena_str(a, buf_str(&b));
	return OK;
}

/* The frame stands in the same folder under the name that the procedure gives. */
static enum err with_frame(struct arena *a, const char *path, struct str own, struct diag *d, struct str *out)
{
	struct conf c;
	TRY(conf_parse(a, str_z(path), own, d, &c));
	const struct conf_block *head = head_of(&c);
	struct str frame = head ? conf_get(head, "frame") : STR_NONE, text;
	if (!frame.n) {
		*out = own;
		return OK;
	}
	if (str_chr(frame, '/') >= 0)
		return diag_fail(d, c.file, head->line, "A frame is named, not given as a path.");
	ptrdiff_t slash = str_rchr(str_z(path), '/');
	struct str dir = slash < 0 ? STR("./") : str_upto(str_z(path), (size_t)slash + 1);
	struct str file = arena_fmt(a, "%.*s%.*s.conf", STRF(dir), STRF(frame));
	TRY(read_file(a, file.p, d, &text));
	*out = arena_fmt(a, "%.*s\n%.*s", STRF(own), STRF(text));
	return OK;
}

enum err procedure_load(struct arena *a, const char *path, const struct profile *profiles, size_t n,
                        struct diag *d, struct procedure *out)
{
	struct str own, whole, name = arena_str(a, str_z(path));
	struct conf c;
	struct procedure p;
	TRY(read_file(a, path, d, &own));
	TRY(with_frame(a, name.p, own, d, &whole));
	TRY(read_whole(a, name, whole, d, &c, &p));
	TRY(procedure_expect(a, &p, &c, profiles, n, d));
	*out = p;
	return OK;
}
