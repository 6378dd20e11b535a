#include "house/register/register.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/conf.h"
#include "base/mem.h"
#include "house/procedure/profile.h"
#include "house/register/inner.h"
#include "io/file.h"
#include "io/folder.h"

/* One file: what it said when it was last right, and what stamped it when it was last read. */
struct source {
	char *path;                    /* owned */
	bool own, wrong, seen;
	struct buf good, fresh;        /* its text in force; one that is tried */
	struct file_stamp at;
	bool changed;
};

struct registers {
	_Atomic(struct reg_set *) now;
	VEC(struct reg_set *) all;     /* owned; those before `now` too, for whoever still reads them */
	VEC(struct source) sources;    /* shipped before own, each by name */
	pthread_mutex_t lock;          /* of everything but `now` */
	char *dir, *own;               /* owned; NULL: from a text */
	struct buf wrong;
	const struct profile *profile; /* borrowed; may be NULL */
	struct registers *self;        /* readers hold it as const; its lock and its newest set are theirs too */
};

static void source_done(struct source *s)
{
	mem_free(&s->path);
	buf_done(&s->good);
	buf_done(&s->fresh);
}

static struct registers *registers_new(const char *dir, const char *own)
{
	struct registers *r = mem_new(struct registers);
	pthread_mutex_init(&r->lock, NULL);
	r->dir = dir ? mem_strdup(dir) : NULL;
	r->own = own ? mem_strdup(own) : NULL;
	r->wrong = buf_init(64 * 1024);
	r->self = r;
	return r;
}

void registers_free(struct registers **r)
{
	if (!*r)
		return;
	for (size_t i = 0; i < (*r)->all.n; i++)
		reg_set_free(&(*r)->all.v[i]);
	for (size_t i = 0; i < (*r)->sources.n; i++)
		source_done(&(*r)->sources.v[i]);
	vec_done(&(*r)->all);
	vec_done(&(*r)->sources);
	mem_free(&(*r)->dir);
	mem_free(&(*r)->own);
	buf_done(&(*r)->wrong);
	pthread_mutex_destroy(&(*r)->lock);
	mem_free(r);
}

static void install(struct registers *r, struct reg_set *s)
{
	*(struct reg_set **)vec_push(&r->all) = s;
	atomic_store(&r->now, s);
}

enum err registers_read(struct str file, struct str text, struct diag *d, struct registers **out)
{
	AUTO(registers_free) struct registers *r = registers_new(NULL, NULL);
	AUTO(reg_set_free) struct reg_set *s = mem_new(struct reg_set);
	TRY(reg_set_add(s, file, text, false, d));
	TRY(reg_set_whole(s, d));
	install(r, TAKE(s));
	*out = TAKE(r);
	return OK;
}

/* ---- the files ---- */

static struct source *source_of(struct registers *r, const char *path)
{
	for (size_t i = 0; i < r->sources.n; i++)
		if (strcmp(r->sources.v[i].path, path) == 0)
			return &r->sources.v[i];
	struct source *s = vec_push(&r->sources);
	s->path = mem_strdup(path);
	s->good = buf_init(CONF_MAX_BYTES);
	s->fresh = buf_init(CONF_MAX_BYTES);
	return s;
}

struct looking { struct registers *r; bool own; };

static enum err look_at(void *owner, const char *path, const struct file_stamp *stamp)
{
	const struct looking *l = owner;
	struct source *s = source_of(l->r, path);
	s->own = l->own;
	s->seen = true;
	if (file_stamp_same(&s->at, stamp))
		return OK;
	s->at = *stamp;
	s->changed = true;
	buf_clear(&s->fresh);
	return file_read(path, &s->fresh);
}

static enum err look_in(struct registers *r, const char *dir, bool own)
{
	enum err e = folder_each(dir, look_at, &(struct looking){ r, own });
	return own && e == (enum err)-ENOENT ? OK : e;
}

static int by_place(const void *a, const void *b)
{
	const struct source *x = a, *y = b;
	return x->own != y->own ? x->own - y->own : strcmp(x->path, y->path);
}

/* Whether any file is new, other than it was, or gone. */
static enum err look(struct registers *r, bool *changed)
{
	size_t kept = 0;
	for (size_t i = 0; i < r->sources.n; i++)
		r->sources.v[i].seen = r->sources.v[i].changed = false;
	TRY(look_in(r, r->dir, false));
	if (r->own)
		TRY(look_in(r, r->own, true));
	for (size_t i = 0; i < r->sources.n; i++) {
		struct source s = r->sources.v[i];
		*changed = *changed || s.changed || !s.seen;
		if (s.seen)
			r->sources.v[kept++] = s;
		else
			source_done(&s);
	}
	r->sources.n = kept;
	vec_sort(&r->sources, by_place);
	return OK;
}

/* ---- sets of them ---- */

enum take { TAKE_GOOD, TAKE_FRESH };

/* Every file as it was good; `only`, and with TAKE_FRESH all changed ones, as they are now. */
static enum err make(struct registers *r, enum take how, const struct source *only, struct diag *d, struct reg_set **out)
{
	AUTO(reg_set_free) struct reg_set *s = mem_new(struct reg_set);
	enum err e = OK;
	for (size_t i = 0; i < r->sources.n; i++) {
		struct source *f = &r->sources.v[i];
		bool fresh = f->changed && (how == TAKE_FRESH || f == only);
		struct str text = buf_str(fresh ? &f->fresh : &f->good);
		enum err one = text.n ? reg_set_add(s, str_z(f->path), text, f->own, d) : OK;
		e = e == OK ? one : e;
	}
	TRY(e);
	TRY(reg_set_whole(s, d));
	*out = TAKE(s);
	return OK;
}

/* ---- the last good text of the school's own files, for a start at which a file is wrong ---- */

static enum err kept_path(const struct registers *r, const struct source *s, char out[4096])
{
	char folder[4096];
	TRY(path_join(folder, sizeof folder, r->own, ".last-good"));
	return path_join(out, 4096, folder, strrchr(s->path, '/') + 1);
}

static enum err keep_good(const struct registers *r, const struct source *s)
{
	AUTO(buf_done) struct buf was = buf_init(CONF_MAX_BYTES);
	char path[4096], folder[4096];
	TRY(kept_path(r, s, path));
	if (file_read(path, &was) == OK && str_eq(buf_str(&was), buf_str(&s->good)))
		return OK;
	TRY(path_join(folder, sizeof folder, r->own, ".last-good"));
	TRY(dir_make(folder, 0750));
	return file_replace(path, buf_str(&s->good), 0640);
}

/* What it said before the restart. */
static void recall_good(const struct registers *r, struct source *s)
{
	char path[4096];
	buf_clear(&s->good);
	if (!r->own || kept_path(r, s, path) != OK || file_read(path, &s->good) != OK)
		buf_clear(&s->good);
}

static void accept_fresh(const struct registers *r, struct source *s)
{
	struct buf t = s->good;
	s->good = s->fresh;
	s->fresh = t;
	s->wrong = s->changed = false;
	if (s->own && r->own)
		(void)keep_good(r, s);         /* a folder that cannot be written: then it holds until the next start only */
}

/* A file that was wrong at the start stands as it was before it, if that still goes with the others. */
static void recall(struct registers *r, struct source *s)
{
	AUTO(diag_done) struct diag none = diag_init(5);
	AUTO(reg_set_free) struct reg_set *tried = NULL;
	recall_good(r, s);
	if (s->good.n && make(r, TAKE_GOOD, NULL, &none, &tried) != OK)
		buf_clear(&s->good);
}

/* File by file: those that are right come into force, the others stay as they were. */
static enum err one_by_one(struct registers *r, struct diag *d, struct reg_set **out)
{
	for (size_t i = 0; i < r->sources.n; i++) {
		AUTO(reg_set_free) struct reg_set *tried = NULL;
		struct source *s = &r->sources.v[i];
		if (!s->changed)
			continue;
		s->wrong = make(r, TAKE_GOOD, s, d, &tried) != OK;
		if (!s->wrong)
			accept_fresh(r, s);
		else if (s->own && !s->good.n)
			recall(r, s);
	}
	AUTO(diag_done) struct diag none = diag_init(20);
	return make(r, TAKE_GOOD, NULL, &none, out);
}

static enum err remake(struct registers *r, struct diag *d, struct reg_set **out)
{
	AUTO(diag_done) struct diag all = diag_init(20);
	if (make(r, TAKE_FRESH, NULL, &all, out) != OK)
		return one_by_one(r, d, out);
	for (size_t i = 0; i < r->sources.n; i++)
		if (r->sources.v[i].changed)
			accept_fresh(r, &r->sources.v[i]);
	return OK;
}

static enum err refresh(struct registers *r, bool *changed)
{
	AUTO(diag_done) struct diag d = diag_init(50);
	AUTO(reg_set_free) struct reg_set *s = NULL;
	bool any = false;
	TRY(look(r, &any));
	if (!any)
		return OK;
	enum err e = remake(r, &d, &s);
	buf_clear(&r->wrong);
	diag_print(&d, &r->wrong);
	if (e == OK)
		install(r, TAKE(s));
	*changed = true;
	return e;
}

enum err registers_refresh(struct registers *r, bool *changed)
{
	*changed = false;
	if (!r->dir)
		return OK;
	pthread_mutex_lock(&r->lock);
	enum err e = refresh(r, changed);
	pthread_mutex_unlock(&r->lock);
	return e;
}

struct str registers_wrong(const struct registers *r, struct arena *a)
{
	pthread_mutex_lock(&r->self->lock);
	struct str text = r->wrong.n ? arena_str(a, buf_str(&r->wrong)) : STR_NONE;
	pthread_mutex_unlock(&r->self->lock);
	return text;
}

enum err registers_load_own(const char *dir, const char *own, struct diag *d, struct registers **out)
{
	AUTO(registers_free) struct registers *r = registers_new(dir, NULL);
	AUTO(reg_set_free) struct reg_set *s = NULL;
	bool any = false;
	TRY(look(r, &any));
	TRY(make(r, TAKE_FRESH, NULL, d, &s));
	for (size_t i = 0; i < r->sources.n; i++)
		accept_fresh(r, &r->sources.v[i]);
	install(r, TAKE(s));
	r->own = own ? mem_strdup(own) : NULL;
	TRY(refresh(r, &any));
	if (r->wrong.n)
		diag_add(d, DIAG_WARNING, STR("registers"), 0, "Left out: %.*s", STRF(buf_str(&r->wrong)));
	*out = TAKE(r);
	return OK;
}

enum err registers_load(const char *dir, struct diag *d, struct registers **out) { return registers_load_own(dir, NULL, d, out); }

/* ---- finding ---- */

static const struct reg_set *current(const struct registers *r) { return atomic_load(&r->self->now); }

const struct reg *registers_find(const struct registers *r, struct str id) { return reg_set_find(current(r), id); }
void registers_set_profile(struct registers *r, const struct profile *p) { r->profile = p; }
bool registers_only(const struct registers *r, struct str key, struct str value)
{
	return !key.n || !r->profile || profile_has(r->profile, key, value);
}

const struct profile *registers_profile(const struct registers *r) { return r ? r->profile : NULL; }
size_t registers_count(const struct registers *r) { return current(r)->v.n; }

const struct reg *registers_at(const struct registers *r, size_t i)
{
	const struct reg_set *s = current(r);
	return i < s->v.n ? &s->v.v[i] : NULL;
}

const struct field *reg_field(const struct reg *r, struct str name)
{
	for (size_t i = 0; i < r->n_fields; i++)
		if (str_eq(r->fields[i].name, name))
			return &r->fields[i];
	return NULL;
}

bool reg_has_state(const struct reg *r, struct str word)
{
	for (size_t i = 0; i < r->n_states; i++)
		if (str_eq(r->states[i], word))
			return true;
	return false;
}

struct reg_state reg_state_of(const struct reg *r, struct str word)
{
	for (size_t i = 0; i < r->n_labels; i++)
		if (str_eq(r->labels[i].word, word))
			return r->labels[i];
	if (str_is(word, REG_UNDONE))
		return (struct reg_state){ word, STR("Entered by mistake"), STR("grey") };
	return (struct reg_state){ word, str_is(word, "current") ? STR("In use") : word, str_is(word, "current") ? STR("green") : STR("blue") };
}
