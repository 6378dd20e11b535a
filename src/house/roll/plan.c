#include "house/roll/plan.h"

#include <stdarg.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/roll/plan_inner.h"
#include "house/roll/values.h"

static const struct { const char *word, *title; } WHATS[ROLL_WHATS] = {
	[ROLL_SAME] = { "same", "Unchanged" }, [ROLL_JOINS] = { "joins", "New here" }, [ROLL_RETURNS] = { "returns", "Back again" },
	[ROLL_MOVES] = { "moves", "Class or year changes" }, [ROLL_CHANGES] = { "changes", "Other details change" }, [ROLL_LEAVES] = { "leaves", "Leaves" },
};
const char *roll_what_word(enum roll_what w) { return WHATS[w].word; }
const char *roll_what_title(enum roll_what w) { return WHATS[w].title; }

struct planning {
	struct roll_matching *m;
	struct roll_plan *out;
	VEC(struct roll_step) steps;
	struct buf text;               /* of the step at hand */
};

/* ---- one person ---- */

static void says(struct planning *g, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void says(struct planning *g, const char *fmt, ...)
{
	char one[400];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(one, sizeof one, fmt, ap);
	va_end(ap);
	buf_z(&g->text, g->text.n ? "; " : "");
	buf_z(&g->text, one);
}

static bool stays_open(enum person_kind k) { return k != KIND_VISITOR && k != KIND_SUPPLY && k != KIND_CONTRACTOR; }

/* The year of a pupil: as the file says, else of the class, else by birth, else as it was.  False: refused. */
static bool year_of(struct planning *g, size_t row, const struct roll_there *was, int *out)
{
	const struct roll_person *p = &g->m->r->people[row];
	const struct roll_class *c = p->class.n ? roll_class_named(g->m, p->class) : NULL;
	int year = p->year;
	if (p->kind != KIND_LEARNER) {
		*out = YEAR_NONE;
		return true;
	}
	if (year == YEAR_NONE && c && roll_year_of_class(c->name, &year) != OK)
		year = c->year;
	if (year == YEAR_NONE)
		year = roll_year_of_birth(p->born, g->m->now);
	if (year == YEAR_NONE && was)
		year = was->year;
	if (year < YEAR_RECEPTION) {
		roll_refuse_row(g->m, row, "%s", g->m->r->source.n ? "The directory does not say which year this pupil is in. Put them into the group of their year there."
		                                                  : "The file does not say which year this pupil is in. Fill in the year group.");
		return false;
	}
	*out = year;
	return true;
}

/* A group that only repeats what the year says is not kept: it would hold the child back next September. */
static struct str own_group(const struct roll_there *t)
{
	struct person by_year = { .kind = t->kind, .year = t->year };
	return t->group.n && t->kind == KIND_LEARNER && str_is(t->group, person_group(&by_year)) ? STR("") : t->group;
}

static struct str class_named(struct planning *g, const struct roll_person *p, const struct roll_there *was)
{
	const struct roll_class *c;
	if (p->kind != KIND_LEARNER)
		return STR("");
	if (p->class.n)
		return roll_class_named(g->m, p->class)->name;
	c = was && !ROLL_SAYS(g->m->r, ROLL_CLASS) ? roll_class_by_id(g->m, was->class_id) : NULL;
	return c ? c->name : STR("");
}

/* As they will be.  False: the row was refused. */
static bool step_of(struct planning *g, size_t row, const struct roll_there *was, struct roll_step *s)
{
	const struct roll_person *p = &g->m->r->people[row];
	*s = (struct roll_step){ .row = p, .person = was ? was->id : 0, .leaves_utc = p->leaves_utc, .ref = p->ref.n ? p->ref : was ? was->ref : STR(""),
		.born = p->born.n ? p->born : was ? was->born : STR(""),
		.now = { .kind = was ? was->kind : p->kind, .name = p->name, .email = p->email.n || !was ? p->email : was->email, .year = YEAR_NONE } };
	const struct roll_class *old = was ? roll_class_by_id(g->m, was->class_id) : NULL;
	s->was_class = old ? old->name : STR("");
	if (was && p->key.n && roll_titled(was->folded, p->folded))
		s->now.name = was->name;         /* the title stays */
	if (was)
		s->now.group = own_group(was);
	s->now.username = p->username.n ? roll_folded(g->m->a, p->username) : was ? was->username : STR("");
	if (!year_of(g, row, was, &s->now.year))
		return false;
	s->class = class_named(g, p, was);
	AUTO(diag_done) struct diag d = diag_init(4);
	struct person_in checked = s->now;
	checked.until_utc = stays_open(checked.kind) ? 0 : INT64_MAX / 2;
	if (person_check(&checked, &d) == OK)
		return true;
	roll_refuse_row(g->m, row, "%.*s", STRF(d.n ? d.items[0].text : STR("This cannot be kept.")));
	return false;
}

static void compare_place(struct planning *g, const struct roll_there *was, const struct roll_step *s, bool *moves)
{
	if (s->now.year != was->year && s->now.kind == KIND_LEARNER) {
		says(g, "%s to %s", was->year < 0 ? "no year" : year_title(was->year), year_title(s->now.year));
		*moves = true;
	}
	if (!str_eq(s->class, s->was_class)) {
		says(g, "class %.*s to %.*s", STRF(s->was_class.n ? s->was_class : STR("none")), STRF(s->class.n ? s->class : STR("none")));
		*moves = true;
	}
	struct person before = { .kind = was->kind, .year = was->year, .group = was->group }, after = { .kind = was->kind, .year = s->now.year, .group = s->now.group };
	if (was->kind == KIND_LEARNER && strcmp(person_group(&before), person_group(&after)) != 0)
		says(g, "rules of %s to %s", person_group(&before), person_group(&after));
	if (s->now.group.n && *moves)
		says(g, "keeps their own rules (%.*s)", STRF(s->now.group));
}

static void compare_details(struct planning *g, const struct roll_there *was, struct roll_step *s, bool *changes)
{
	const struct roll_person *p = s->row;
	size_t before = g->text.n;
	if (p->key.n && !was->key.n)
		says(g, "known in the directory from now on");
	if (!str_eq(s->now.name, was->name))
		says(g, "name was %.*s", STRF(was->name));
	if (!str_eq(s->now.email, was->email.p ? was->email : STR("")) && p->email.n)
		says(g, "mail %.*s", STRF(s->now.email));
	if (!str_eq(s->now.username, was->username.p ? was->username : STR("")))
		says(g, "sign-in name %.*s", STRF(s->now.username));
	if (!str_eq(s->ref, was->ref.p ? was->ref : STR("")))
		says(g, "reference %.*s", STRF(s->ref));
	if (!str_eq(s->born, was->born.p ? was->born : STR("")))
		says(g, "date of birth");
	if (p->language.n && !str_eq(p->language, was->language))
		says(g, "language %.*s", STRF(p->language));
	if (p->care >= 0 && p->care != was->care)
		says(g, "%s", p->care ? "in care" : "no longer in care");
	if (p->leaves_utc > g->m->now && p->leaves_utc != was->upto_utc)
		says(g, "leaves on %.*s", STRF(time_date_words(g->m->a, p->leaves_utc)));
	s->contacts = roll_contacts_differ(g->m, p, was->id);
	if (s->contacts)
		says(g, "contacts");
	if (s->contacts)
		roll_emptied_text(g->m, p, was->id, &g->text);
	roll_teaching_text(g->m, p, was->id, &g->text);
	*changes = g->text.n > before;
}

static void keep(struct planning *g, struct roll_step *s, enum roll_what what)
{
	s->what = what;
	s->text = arena_str(g->m->a, buf_str(&g->text));
	g->out->counts[what]++;
	*vec_push(&g->steps) = *s;
}

/* The person who applies it, and those who look after the program, are not shut out by a file. */
static bool may_leave(struct planning *g, const struct roll_there *t, long line)
{
	if (t->id != g->m->o->by)
		return true;
	diag_add(g->m->d, DIAG_WARNING, STR_NONE, line, "%.*s stays: nobody ends their own access with a file. Let somebody else do it on the people page.", STRF(t->name));
	return false;
}

static void leave(struct planning *g, struct roll_there *t, struct roll_step *s)
{
	if (!may_leave(g, t, s->row ? s->row->line : 0))
		return;
	says(g, "%s", t->kind == KIND_LEARNER ? year_title(t->year) : kind_title(t->kind));
	if (s->was_class.n)
		says(g, "class %.*s", STRF(s->was_class));
	says(g, "%s", t->kind == KIND_PARENT ? "their last child leaves" : g->m->r->source.n ? (s->row ? "the directory says so" : "not in the directory") : s->row ? "the file says so" : "not in the file");
	t->leaves = true;
	g->out->pupils_leave += t->kind == KIND_LEARNER;
	g->out->staff_leave += t->kind == KIND_STAFF;
	keep(g, s, ROLL_LEAVES);
}

static bool ends_now(const struct planning *g, const struct roll_person *p) { return p->gone || (p->leaves_utc && p->leaves_utc <= g->m->now); }

/* When nobody looked at it, a name alone does not join an account of the directory to somebody who is here, and nobody whom a person
 * here let go comes back. */
static bool may_be_known(struct planning *g, size_t row, const struct roll_there *was)
{
	const struct roll_person *p = &g->m->r->people[row];
	if (!g->m->o->alone || !p->key.n)
		return true;
	if (!was->key.n && !(p->ref.n && str_eq(p->ref, was->ref))) {
		roll_refuse_row(g->m, row, "Somebody of this name is here and is not known in the directory yet. Look at what would change, and agree.");
		return false;
	}
	if (!was->here)
		roll_refuse_row(g->m, row, "They left here, and their account in the directory is on. Close it there; or, if they are back, look at what would change and agree.");
	return was->here;
}

/* Whoever the directory lets go leaves, whatever else it says of them. */
static bool let_go(struct planning *g, const struct roll_person *p, struct roll_there *was)
{
	const struct roll_class *c = roll_class_by_id(g->m, was->class_id);
	struct roll_step s = { .row = p, .person = was->id, .now = { .kind = was->kind, .name = was->name, .year = was->year }, .ref = was->ref, .born = was->born,
		.was_class = c ? c->name : STR("") };
	if (!p->key.n || !ends_now(g, p))
		return false;
	if (was->here)
		leave(g, was, &s);
	return true;
}

static void known_person(struct planning *g, size_t row, struct roll_there *was)
{
	struct roll_step s;
	bool moves = false, changes = false;
	if (let_go(g, &g->m->r->people[row], was) || !step_of(g, row, was, &s) || !may_be_known(g, row, was))
		return;
	if (ends_now(g, s.row)) {
		if (was->here)                   /* else they left before: nothing is done, and they are no step of the plan */
			leave(g, was, &s);
		return;
	}
	compare_place(g, was, &s, &moves);
	compare_details(g, was, &s, &changes);
	keep(g, &s, !was->here ? ROLL_RETURNS : moves ? ROLL_MOVES : changes ? ROLL_CHANGES : ROLL_SAME);
}

static void new_person(struct planning *g, size_t row)
{
	struct roll_step s;
	if (ends_now(g, &g->m->r->people[row]) || !step_of(g, row, NULL, &s))
		return;
	s.contacts = s.row->n_contacts > 0;
	says(g, "%s", s.now.kind == KIND_LEARNER ? year_title(s.now.year) : kind_title(s.now.kind));
	if (s.class.n)
		says(g, "class %.*s", STRF(s.class));
	roll_teaching_text(g->m, s.row, 0, &g->text);
	if (s.leaves_utc)
		says(g, "until %.*s", STRF(time_date_words(g->m->a, s.leaves_utc)));
	keep(g, &s, ROLL_JOINS);
}

/* ---- everybody ---- */

/* A directory and the school may call one person by two names: whoever looks is told before there are two of them. */
static void note_strangers(struct planning *g)
{
	size_t pupils = 0, staff = 0;
	for (size_t i = 0; i < g->m->n_there; i++) {
		const struct roll_there *t = &g->m->there[i];
		bool stranger = t->here && !t->row && !t->key.n && !t->stays;
		pupils += stranger && t->kind == KIND_LEARNER;
		staff += stranger && t->kind == KIND_STAFF;
	}
	if (g->m->r->source.n && pupils + staff)
		diag_add(g->m->d, DIAG_WARNING, STR_NONE, 0, "%zu pupils and %zu members of staff are here whom the directory does not have by this name. They stay as they are. If one of them stands "
			"under New here with another name, write both names alike first, or they are here twice.", pupils, staff);
	if (g->m->r->quiet)
		diag_add(g->m->d, DIAG_WARNING, STR_NONE, 0, "%zu entries of the directory are in none of the named groups. Nothing is made of them, and whoever of them is here stays as they are.", g->m->r->quiet);
}

static void leavers(struct planning *g)
{
	bool covered[KIND_PARENT + 1] = { false };
	for (size_t i = 0; i < g->m->r->n; i++)
		covered[g->m->r->people[i].kind] |= !(g->m->r->source.n && g->m->r->people[i].gone);
	covered[KIND_PARENT] = false;                    /* they go with their last child */
	for (size_t i = 0; i < g->m->n_there; i++) {
		struct roll_there *t = &g->m->there[i];
		struct roll_step s = { .person = t->id, .now = { .kind = t->kind, .name = t->name, .year = t->year }, .ref = t->ref };
		const struct roll_class *c = roll_class_by_id(g->m, t->class_id);
		bool theirs = g->m->r->source.n ? t->key.n > 0 : t->kind == KIND_LEARNER || t->ref.n > 0;
		g->out->pupils += t->here && t->kind == KIND_LEARNER;
		g->out->staff += t->here && t->kind == KIND_STAFF;
		if (!t->here || t->row || t->stays || !covered[t->kind] || !theirs || g->m->o->part || g->m->r->delta)
			continue;
		s.was_class = c ? c->name : STR("");
		buf_clear(&g->text);
		leave(g, t, &s);
	}
}

/* Adults whose every child is gone: their link into the house goes with the last one. */
static void last_children(struct planning *g)
{
	size_t n_at = g->m->n_there;
	bool *has = arena_array(g->m->a, bool, n_at + 1), *stays = arena_array(g->m->a, bool, n_at + 1);
	for (size_t i = 0; i < g->m->n_guardians; i++) {
		struct roll_there *adult = roll_there_by_id(g->m, g->m->guardians[i].parent), *child = roll_there_by_id(g->m, g->m->guardians[i].learner);
		if (!adult || !child)
			continue;
		has[adult - g->m->there] |= child->leaves;
		stays[adult - g->m->there] |= child->here && !child->leaves;
	}
	for (size_t i = 0; i < n_at; i++) {
		struct roll_there *t = &g->m->there[i];
		struct roll_step s = { .person = t->id, .now = { .kind = t->kind, .name = t->name, .year = YEAR_NONE }, .ref = t->ref };
		if (t->kind != KIND_PARENT || !t->here || !has[i] || stays[i] || t->stays)
			continue;
		buf_clear(&g->text);
		leave(g, t, &s);
	}
}

static bool known_to_leave(const struct roll_person *p) { return p->gone; }

/* A class is of the year that all its pupils are in, and follows their rules, unless somebody gave it rules of its own. */
static void settle_class(struct planning *g, struct roll_class *c, const int *seen)
{
	int year = YEAR_NONE, years = 0;
	struct str group = c->group.p ? c->group : STR("");
	for (int y = YEAR_RECEPTION; y <= YEAR_LAST; y++)
		if (seen[y]) {
			year = y;
			years++;
		}
	if (years != 1)
		year = YEAR_NONE;
	bool of_year = !group.n || str_is(group, "early-years") || str_is(group, "ks1") || str_is(group, "ks2");
	if (of_year && years)
		group = STR("");
	c->changed = c->id == 0 || (years && (c->year != year || !str_eq(group, c->group.p ? c->group : STR("")) || c->ended));
	c->ends = !years && c->id && !c->ended;
	if (years) {
		c->year = year;
		c->group = group;
	}
}

static void classes(struct planning *g)
{
	int (*seen)[YEAR_LAST + 1] = arena_alloc(g->m->a, (g->m->n_classes + 1) * sizeof *seen);
	bool *had = arena_array(g->m->a, bool, g->m->n_classes + 1);
	for (size_t i = 0; i < g->steps.n; i++) {
		const struct roll_step *s = &g->steps.v[i];
		if (s->was_class.n)
			had[roll_class_at(g->m, s->was_class)] = true;
		if (s->what != ROLL_LEAVES && s->class.n && s->now.kind == KIND_LEARNER)
			seen[roll_class_at(g->m, s->class)][s->now.year] = 1;
	}
	for (size_t i = 0; i < g->m->n_there; i++) {      /* who is not spoken of sits where they sat */
		const struct roll_there *t = &g->m->there[i];
		const struct roll_class *c = !t->row && t->here && t->kind == KIND_LEARNER ? roll_class_by_id(g->m, t->class_id) : NULL;
		if (c && !t->leaves && t->year >= 0)
			seen[c - g->m->classes][t->year] = 1;
	}
	for (size_t i = 0; i < g->m->n_classes; i++) {
		settle_class(g, &g->m->classes[i], seen[i]);
		g->m->classes[i].ends &= had[i];
	}
	g->out->classes = arena_array(g->m->a, struct roll_class, g->m->n_classes + 1);
	g->out->n_classes = g->m->n_classes;
	if (g->m->n_classes)
		memcpy(g->out->classes, g->m->classes, g->m->n_classes * sizeof *g->m->classes);
}

static void sort_steps(struct planning *g)
{
	static const enum roll_what order[] = { ROLL_JOINS, ROLL_RETURNS, ROLL_MOVES, ROLL_CHANGES, ROLL_LEAVES, ROLL_SAME };
	g->out->steps = arena_array(g->m->a, struct roll_step, g->steps.n + 1);
	for (size_t k = 0; k < ARRAY_N(order); k++)
		for (size_t i = 0; i < g->steps.n; i++)
			if (g->steps.v[i].what == order[k])
				g->out->steps[g->out->n++] = g->steps.v[i];
}

/* Over everything that applying would do. */
static void digest_of(struct planning *g)
{
	AUTO(buf_done) struct buf b = buf_init(256 * 1024 * 1024);
	uint8_t digest[SHA256_BYTES];
	for (size_t i = 0; i < g->out->n; i++) {
		const struct roll_step *s = &g->out->steps[i];
		buf_fmt(&b, "%d\x1f%lld\x1f%.*s\x1f%.*s\x1f%.*s\x1f%.*s\x1f%.*s\x1f%.*s\x1f%d\x1f%.*s\x1f%lld\x1f%zu\x1f%.*s\n", s->what, (long long)s->person, STRF(s->ref), STRF(s->now.name),
		        STRF(s->born), STRF(s->now.email), STRF(s->now.username), STRF(s->now.group), s->now.year, STRF(s->class), (long long)s->leaves_utc,
		        s->row ? s->row->n_contacts : 0, STRF(s->text));
		if (s->row && s->row->key.n)
			buf_fmt(&b, "\x1d%.*s\n", STRF(s->row->key));
		for (size_t k = 0; s->contacts && k < s->row->n_contacts; k++) {
			const struct roll_contact *x = &s->row->contacts[k];
			buf_fmt(&b, "\x1e%.*s\x1f%.*s\x1f%.*s\x1f%.*s\x1f%.*s\x1f%d%d\n", STRF(x->ref), STRF(x->name), STRF(x->email), STRF(x->phone), STRF(x->relation), x->responsible, x->barred);
		}
	}
	for (size_t i = 0; i < g->out->n_classes; i++)
		if (g->out->classes[i].changed || g->out->classes[i].ends)
			buf_fmt(&b, "class\x1f%.*s\x1f%d\x1f%d\n", STRF(g->out->classes[i].name), g->out->classes[i].year, g->out->classes[i].ends);
	hash_sha256(buf_str(&b), digest);
	hex_put(digest, sizeof digest, g->out->digest);
}

static void plan_people(struct planning *g)
{
	for (size_t i = 0; i < g->m->r->n; i++) {
		buf_clear(&g->text);
		if (g->m->refused[i])
			continue;
		if (g->m->is[i])
			known_person(g, i, &g->m->there[g->m->is[i] - 1]);
		else if (!known_to_leave(&g->m->r->people[i]))
			new_person(g, i);
		if (g->m->refused[i] && g->m->is[i])
			g->m->there[g->m->is[i] - 1].stays = true;
	}
	leavers(g);
	last_children(g);
	note_strangers(g);
}

static void planning_done(struct planning *g)
{
	vec_done(&g->steps);
	buf_done(&g->text);
}

enum err roll_plan_in(struct roll_matching *m, struct roll_plan *out)
{
	*out = (struct roll_plan){ 0 };
	TRY(roll_matching_load(m));
	roll_match(m);
	AUTO(planning_done) struct planning g = { .m = m, .out = out, .text = buf_init(4000) };
	plan_people(&g);
	classes(&g);
	sort_steps(&g);
	digest_of(&g);
	out->refused = m->r->n_refused - m->r->quiet;
	for (size_t i = 0; i < m->r->n; i++)
		out->refused += m->refused[i];
	out->notes = m->d->warnings;
	out->asks_again = out->pupils_leave * 10 > out->pupils || out->staff_leave * 10 > out->staff;
	return OK;
}

enum err roll_plan(struct db *db, struct arena *a, int64_t school, const struct roll *r, const struct roll_options *o,
                   struct diag *d, struct roll_plan *out)
{
	AUTO(roll_matching_done) struct roll_matching m = { .db = db, .a = a, .school = school, .r = r, .o = o, .d = d };
	return roll_plan_in(&m, out);
}
