#include "house/procedure/compare.h"

#include "base/buf.h"
#include "base/mem.h"

const char *proc_differs_words(enum proc_differs what)
{
	static const char *const words[] = { [PROC_ADDED] = "New step", [PROC_REMOVED] = "No longer a step", [PROC_CHANGED] = "Changed",
		[PROC_FORBIDS] = "Newly forbidden", [PROC_ALLOWS] = "No longer named as forbidden" };
	return words[what];
}

static bool same_words(const struct str *x, size_t nx, const struct str *y, size_t ny)
{
	for (size_t i = 0; i < nx && nx == ny; i++)
		if (!str_eq(x[i], y[i]))
			return false;
	return nx == ny;
}

static bool same_answers(const struct proc_answer *x, size_t nx, const struct proc_answer *y, size_t ny)
{
	for (size_t i = 0; i < nx && nx == ny; i++)
		if (!str_eq(x[i].id, y[i].id) || !str_eq(x[i].label, y[i].label))
			return false;
	return nx == ny;
}

static bool same_fields(const struct proc_step *x, const struct proc_step *y)
{
	for (size_t i = 0; i < x->n_fields && x->n_fields == y->n_fields; i++) {
		const struct proc_field *f = &x->fields[i], *g = &y->fields[i];
		if (!str_eq(f->id, g->id) || !str_eq(f->label, g->label) || f->required != g->required || !str_eq(f->only_if, g->only_if) ||
		    !same_answers(f->options, f->n_options, g->options, g->n_options))
			return false;
	}
	return x->n_fields == y->n_fields;
}

/* Steps are compared by name: their numbers differ between two texts. */
static bool same_locks(const struct procedure *p, const struct proc_step *x, const struct procedure *q, const struct proc_step *y)
{
	for (size_t i = 0; i < x->n_locks && x->n_locks == y->n_locks; i++)
		if (!str_eq(p->steps[x->locks[i].step].id, q->steps[y->locks[i].step].id))
			return false;
	return x->n_locks == y->n_locks;
}

static bool same_needs(const struct procedure *p, const struct proc_step *x, const struct procedure *q, const struct proc_step *y)
{
	for (size_t i = 0; i < x->n_needs && x->n_needs == y->n_needs; i++)
		if (!str_eq(p->steps[x->needs[i]].id, q->steps[y->needs[i]].id))
			return false;
	for (size_t i = 0; i < x->n_when && x->n_when == y->n_when; i++)
		if (!str_eq(x->when[i].key, y->when[i].key) || x->when[i].negate != y->when[i].negate ||
		    !same_words(x->when[i].values, x->when[i].n_values, y->when[i].values, y->when[i].n_values))
			return false;
	return x->n_needs == y->n_needs && x->n_when == y->n_when;
}

static void say(struct buf *b, bool same, const char *words)
{
	if (!same)
		buf_fmt(b, "%s%s", buf_str(b).n ? ", " : "", words);
}

static struct str how_of(struct arena *a, const struct procedure *p, const struct proc_step *x, const struct procedure *q,
                         const struct proc_step *y)
{
	AUTO(buf_done) struct buf b = buf_init(500);
	say(&b, str_eq(x->title, y->title), "its name");
	say(&b, str_eq(x->text, y->text), "what to do");
	say(&b, same_words(x->who, x->n_who, y->who, y->n_who), "who does it");
	say(&b, x->due == y->due && x->due_amount == y->due_amount, "until when");
	say(&b, same_answers(x->answers, x->n_answers, y->answers, y->n_answers), "the answers");
	say(&b, same_fields(x, y), "the questions");
	say(&b, same_needs(p, x, q, y), "what comes before it");
	say(&b, same_locks(p, x, q, y), "what it waits for");
	say(&b, x->each == y->each, "for whom it is done");
	say(&b, x->may_skip == y->may_skip && x->optional == y->optional, "whether it may be left out");
	say(&b, same_words(x->contacts, x->n_contacts, y->contacts, y->n_contacts), "whom to turn to");
	return arena_str(a, buf_str(&b));
}

static bool says(const struct procedure *p, struct str never)
{
	for (size_t i = 0; i < p->n_never; i++)
		if (str_eq(p->never[i], never))
			return true;
	return false;
}

void procedure_compare(struct arena *a, const struct procedure *before, const struct procedure *after, struct proc_difference **out,
                       size_t *n)
{
	struct proc_difference *v = arena_array(a, struct proc_difference, before->n + after->n + before->n_never + after->n_never + 1);
	size_t at = 0;
	for (size_t i = 0; i < after->n_never; i++)
		if (!says(before, after->never[i]))
			v[at++] = (struct proc_difference){ .what = PROC_FORBIDS, .title = after->never[i] };
	for (size_t i = 0; i < after->n; i++) {
		const struct proc_step *y = &after->steps[i], *x = procedure_step(before, y->id);
		struct str how = x ? how_of(a, before, x, after, y) : STR_NONE;
		if (!x || how.n)
			v[at++] = (struct proc_difference){ .what = x ? PROC_CHANGED : PROC_ADDED, .step = y->id, .title = y->title, .how = how };
	}
	for (size_t i = 0; i < before->n; i++)
		if (!procedure_step(after, before->steps[i].id))
			v[at++] = (struct proc_difference){ .what = PROC_REMOVED, .step = before->steps[i].id, .title = before->steps[i].title };
	for (size_t i = 0; i < before->n_never; i++)
		if (!says(after, before->never[i]))
			v[at++] = (struct proc_difference){ .what = PROC_ALLOWS, .title = before->never[i] };
	*out = v;
	*n = at;
}
