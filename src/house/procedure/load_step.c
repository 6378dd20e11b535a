/* One step of a procedure from its block: what it asks, of whom, until when. */
#include "base/buf.h"
#include "base/mem.h"
#include "house/procedure/load_inner.h"

void load_say(const struct loading *l, long line, const char *sentence, struct str x, struct str y)
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

size_t load_count(const struct conf_block *b, const char *key)
{
	size_t n = 0, at = 0;
	while (conf_each(b, key, &at))
		n++;
	return n;
}

static size_t words(struct loading *l, const struct conf_block *b, const char *key, struct str **out)
{
	size_t n = load_count(b, key), at = 0;
	*out = arena_array(l->a, struct str, n + 1);
	for (size_t i = 0; i < n; i++)
		(*out)[i] = conf_each(b, key, &at)->value;
	return n;
}

/* "head : label" */
bool load_split(struct str v, struct str *head, struct str *label)
{
	ptrdiff_t at = str_find(v, STR(" : "));
	if (at <= 0)
		return false;
	*head = str_trim(str_upto(v, (size_t)at));
	*label = str_trim(str_from(v, (size_t)at + 3));
	return label->n > 0;
}

struct str load_word(struct str *rest)
{
	struct str w = STR_NONE;
	*rest = str_trim(*rest);
	if (rest->n)
		(void)str_next(rest, ' ', &w);    /* false only when nothing is left */
	return w;
}

size_t load_step_named(struct loading *l, struct str id, long line)
{
	ptrdiff_t i = procedure_find(l->p, id);
	if (i < 0)
		load_say(l, line, "There is no step called {}.", id, STR(""));
	return i < 0 ? 0 : (size_t)i;
}

static void read_answers(struct loading *l, const struct conf_block *b, struct proc_step *s)
{
	size_t at = 0;
	s->answers = arena_array(l->a, struct proc_answer, load_count(b, "answer") + 1);
	for (const struct conf_pair *p; (p = conf_each(b, "answer", &at)) != NULL;) {
		struct proc_answer *x = &s->answers[s->n_answers];
		if (load_split(p->value, &x->id, &x->label))
			s->n_answers++;
		else
			load_say(l, p->line, "An answer is written \"word : what it says\", not \"{}\".", p->value, STR(""));
	}
}

/* change = ANSWER : PROCEDURE */
static void read_changes(struct loading *l, const struct conf_block *b, struct proc_step *s)
{
	size_t at = 0;
	for (const struct conf_pair *p; (p = conf_each(b, "change", &at)) != NULL;) {
		struct str answer, to;
		bool found = false;
		for (size_t i = 0; load_split(p->value, &answer, &to) && i < s->n_answers; i++)
			if (str_eq(s->answers[i].id, answer)) {
				s->answers[i].change = to;
				found = true;
			}
		if (!found)
			load_say(l, p->line, "A change is written \"answer of this step : procedure\", not \"{}\".", p->value, STR(""));
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
			load_say(l, p->line, "The step {} has no answer \"{}\".", b->id, p->value);
	}
}

static void read_each(struct loading *l, const struct conf_block *b, struct proc_step *s)
{
	struct str each = conf_get(b, "each");
	s->each = str_is(each, "learner") ? EACH_LEARNER : str_is(each, "adult") ? EACH_ADULT : EACH_NONE;
	if (each.n && !s->each)
		load_say(l, b->line, "A step can be done for each learner or each adult, not for each {}.", each, STR(""));
}

bool load_has_answer(const struct proc_step *s, struct str id)
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
	for (struct str w; (w = load_word(&list)).n > 0; n++)
		if (!str_is(w, "or") && !load_has_answer(s, w))
			return false;
	return n > 0;
}

/* field = ID TYPE required|optional|if ANSWER [or ANSWER] : LABEL */
static bool read_field(const struct proc_step *s, struct str value, struct proc_field *f)
{
	struct str head;
	if (!load_split(value, &head, &f->label))
		return false;
	f->id = load_word(&head);
	if (!field_kind(load_word(&head), &f->type))
		return false;
	struct str need = load_word(&head);
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
	f->options = arena_array(l->a, struct proc_answer, load_count(b, "option") + 1);
	for (const struct conf_pair *p; (p = conf_each(b, "option", &at)) != NULL;) {
		struct str head;
		struct proc_answer *x = &f->options[f->n_options];
		if (load_split(p->value, &head, &x->label) && str_eq(load_word(&head), f->id)) {
			x->id = str_trim(head);
			f->n_options++;
		}
	}
	if ((f->type == ASK_CHOICE) != (f->n_options > 0))
		load_say(l, b->line, "The field {} of {} is a choice exactly when it has options.", f->id, b->id);
}

static void read_fields(struct loading *l, const struct conf_block *b, struct proc_step *s)
{
	size_t at = 0;
	s->fields = arena_array(l->a, struct proc_field, load_count(b, "field") + 1);
	for (const struct conf_pair *p; (p = conf_each(b, "field", &at)) != NULL;) {
		struct proc_field *f = &s->fields[s->n_fields];
		if (!read_field(s, p->value, f)) {
			load_say(l, p->line, "A field is \"name line|text|when|contact|choice required|optional|if ANSWER : question\", "
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
	} else if (str_u64(load_word(&rest), &n) == OK && str_is(rest, "school days") && n < 200) {
		s->due = DUE_SCHOOL_DAYS;
		s->due_amount = (int)n;
	} else {
		load_say(l, b->line, "The time of {} is \"at once\", \"15m\", \"2h\", \"same school day\", \"3 school days\" or "
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
	load_say(l, b->line, "The kind of {} is act, decision, notice, agency or review, not \"{}\".", b->id, v);
}

static bool flag(struct loading *l, const struct conf_block *b, const char *key)
{
	struct str v = conf_get(b, key);
	if (v.n && !str_is(v, "yes") && !str_is(v, "no"))
		load_say(l, b->line, "\"{}\" is yes or no, not \"{}\".", str_z(key), v);
	return str_is(v, "yes");
}

bool load_known_role(struct str role)
{
	static const char *const roles[] = { "admin", "technician", "dsl", "deputy", "head", "leadership", "governor", "chair",
		"teacher", "staff", "office", "business", "senco", "learner", "parent", "visitor", "supply", "platform-admin" };
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

static bool has_field(const struct proc_step *s, struct str id)
{
	for (size_t i = 0; i < s->n_fields; i++)
		if (str_eq(s->fields[i].id, id))
			return true;
	return false;
}

/* task = FIELD VALUE ROLE DAYS [tell FIELD] : TITLE; FIELD may be "answer" */
static bool read_task(const struct proc_step *s, struct str value, struct proc_task *t)
{
	struct str head;
	uint64_t days;
	if (!load_split(value, &head, &t->title))
		return false;
	t->field = load_word(&head);
	t->value = load_word(&head);
	t->role = load_word(&head);
	if (str_u64(load_word(&head), &days) != OK || days < 1 || days > 400)
		return false;
	t->days = (int)days;
	if (str_is(load_word(&head), "tell") && !has_field(s, t->tell = load_word(&head)))
		return false;
	bool known = str_is(t->field, "answer") ? load_has_answer(s, t->value) : has_field_option(s, t->field, t->value);
	return known && load_known_role(t->role) && !head.n;
}

static void read_tasks(struct loading *l, const struct conf_block *b, struct proc_step *s)
{
	size_t at = 0;
	s->tasks = arena_array(l->a, struct proc_task, load_count(b, "task") + 1);
	for (const struct conf_pair *p; (p = conf_each(b, "task", &at)) != NULL;)
		if (read_task(s, p->value, &s->tasks[s->n_tasks]))
			s->n_tasks++;
		else
			load_say(l, p->line, "A task is \"field option role school-days : title\", with \"tell field\" before the colon where words go with it, not \"{}\".", p->value, STR(""));
}

/* suspend KIND | restore KIND | block FIELD | block-page FIELD, each with "if ANSWER" */
static bool read_effect(struct proc_step *s, struct str rest, struct proc_does *out)
{
	static const char *const names[] = { [EFFECT_SUSPEND] = "suspend", [EFFECT_RESTORE] = "restore", [EFFECT_BLOCK] = "block", [EFFECT_BLOCK_PAGE] = "block-page" };
	struct str what = load_word(&rest);
	*out = (struct proc_does){ 0 };
	for (size_t i = EFFECT_SUSPEND; i < ARRAY_N(names); i++)
		if (str_is(what, names[i]))
			out->what = (enum proc_effect)i;
	out->on = load_word(&rest);
	if (str_is(load_word(&rest), "if"))
		out->answer = load_word(&rest);
	bool known = out->what >= EFFECT_BLOCK ? has_field(s, out->on) : out->on.n > 0;
	return out->what && known && !rest.n && (!out->answer.n || load_has_answer(s, out->answer));
}

static void read_does(struct loading *l, const struct conf_block *b, struct proc_step *s)
{
	size_t at = 0;
	s->does = arena_array(l->a, struct proc_does, load_count(b, "does") + 1);
	for (const struct conf_pair *p; (p = conf_each(b, "does", &at)) != NULL;)
		if (read_effect(s, p->value, &s->does[s->n_does]))
			s->n_does++;
		else
			load_say(l, p->line, "What a step does is \"suspend KIND\", \"restore KIND\", \"block FIELD\" or \"block-page FIELD\", with \"if ANSWER\" behind it, not \"{}\".", p->value, STR(""));
}

void load_step(struct loading *l, const struct conf_block *b, struct proc_step *s)
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
	read_does(l, b, s);
}
