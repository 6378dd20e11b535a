#include "house/procedure/library.h"

#include <dirent.h>

#include "base/mem.h"
#include "house/account/rights.h"
#include "house/duty/duty.h"
#include "house/procedure/calendar_now.h"

static void put_calendar(struct library *l)
{
	struct calendar c = calendar_plain();
	c.open_minute = (int)profile_minute(&l->profile, "day.open", c.open_minute);
	c.close_minute = (int)profile_minute(&l->profile, "day.close", c.close_minute);
	l->calendar = calendar_now_new(&c);
}

/* A file of data/procedures that is a procedure, not a frame. */
static bool is_procedure(const char *name)
{
	struct str s = str_z(name);
	return str_ends(s, STR(".conf")) && !str_is(s, "common.conf");
}

static int by_id(const void *a, const void *b)
{
	return str_cmp(((const struct procedure *)a)->id, ((const struct procedure *)b)->id);
}

enum { PROCEDURES_MAX = 64 };

static void load_all(struct library *l, const char *dir, DIR *d, struct diag *diag)
{
	l->procedures = arena_array(&l->arena, struct procedure, PROCEDURES_MAX);
	for (struct dirent *e; (e = readdir(d)) != NULL && l->n < PROCEDURES_MAX;) {
		if (!is_procedure(e->d_name))
			continue;
		struct str path = arena_fmt(&l->arena, "%s/%s", dir, e->d_name);
		size_t before = diag->errors;
		if (procedure_load(&l->arena, path.p, &l->profile, 1, diag, &l->procedures[l->n]) == OK)
			l->n++;
		else if (diag->errors == before)
			diag_add(diag, DIAG_ERROR, path, 0, "This procedure cannot be used.");
	}
	qsort(l->procedures, l->n, sizeof *l->procedures, by_id);
}

static void check_contacts(struct library *l, struct diag *d)
{
	for (size_t i = 0; i < l->n; i++)
		for (size_t s = 0; s < l->procedures[i].n; s++)
			for (size_t c = 0; c < l->procedures[i].steps[s].n_contacts; c++)
				if (!contact_find(&l->contacts, l->procedures[i].steps[s].contacts[c]))
					diag_add(d, DIAG_ERROR, l->procedures[i].id, 0, "The step %.*s names the contact %.*s, which is not in "
					         "the directory.", STRF(l->procedures[i].steps[s].id), STRF(l->procedures[i].steps[s].contacts[c]));
}

static void check_topics(struct library *l, struct diag *d)
{
	for (size_t i = 0; i < l->topics.n; i++) {
		const struct topic *t = &l->topics.v[i];
		if (!library_procedure(l, t->procedure))
			diag_add(d, DIAG_ERROR, STR("topics.conf"), 0, "The topic %.*s opens the procedure %.*s, which is not there.", STRF(t->id),
			         STRF(t->procedure));
		if (!profile_param(&l->profile, t->recipients))
			diag_add(d, DIAG_ERROR, STR("topics.conf"), 0, "The topic %.*s tells those of %.*s, which no profile knows.", STRF(t->id),
			         STRF(t->recipients));
	}
}

static void check_change(struct library *l, const struct procedure *p, const struct proc_step *s, struct diag *d)
{
	for (size_t i = 0; i < s->n_answers; i++)
		if (s->answers[i].change.n && !library_procedure(l, s->answers[i].change))
			diag_add(d, DIAG_ERROR, p->id, 0, "The step %.*s changes to the procedure %.*s, which is not there.", STRF(s->id),
			         STRF(s->answers[i].change));
}

static void check_changes(struct library *l, struct diag *d)
{
	for (size_t i = 0; i < l->n; i++)
		for (size_t s = 0; s < l->procedures[i].n; s++)
			check_change(l, &l->procedures[i], &l->procedures[i].steps[s], d);
}

static bool plain_name(const char *z)
{
	for (; *z; z++)
		if (!ascii_alpha(*z) && !ascii_digit(*z) && *z != '-')
			return false;
	return true;
}

enum err library_load(const char *data_dir, const char *profile, struct diag *d, struct library **out)
{
	size_t before = d->errors;
	AUTO(library_free) struct library *l = mem_new(struct library);
	if (!plain_name(profile))
		return diag_fail(d, str_z(profile), 0, "A profile is named, not given as a path.");
	struct str params = arena_fmt(&l->arena, "%s/parameters.conf", data_dir);
	struct str values = arena_fmt(&l->arena, "%s/profiles/%s.conf", data_dir, profile);
	struct str dir = arena_fmt(&l->arena, "%s/procedures", data_dir);
	TRY(roles_load(arena_fmt(&l->arena, "%s/roles.conf", data_dir).p, d));         /* duties and procedures name roles of the data */
	TRY(profile_load(&l->arena, params.p, values.p, d, &l->profile));
	TRY(contacts_load(&l->arena, arena_fmt(&l->arena, "%s/contacts.conf", data_dir).p, d, &l->contacts));
	TRY(topics_load(&l->arena, arena_fmt(&l->arena, "%s/topics.conf", data_dir).p, d, &l->topics));
	TRY(linked_load(&l->arena, arena_fmt(&l->arena, "%s/linked.conf", data_dir).p, &l->profile, d, &l->linked));
	TRY(curriculum_load(&l->arena, arena_fmt(&l->arena, "%s/curriculum.conf", data_dir).p, d, &l->curriculum));
	TRY(modules_load(&l->arena, arena_fmt(&l->arena, "%s/training.conf", data_dir).p, d, &l->training));
	TRY(platforms_load(&l->arena, arena_fmt(&l->arena, "%s/platforms.conf", data_dir).p, d, &l->platforms));
	TRY(apps_load(&l->arena, arena_fmt(&l->arena, "%s/apps.conf", data_dir).p, d, &l->apps));
	TRY(retention_load(&l->arena, arena_fmt(&l->arena, "%s/retention.conf", data_dir).p, d, &l->retention));
	TRY(clauses_load(&l->arena, arena_fmt(&l->arena, "%s/clauses", data_dir).p, d, &l->clauses));
	DIR *folder = opendir(dir.p);
	if (!folder)
		return diag_fail(d, dir, 0, "The folder of procedures cannot be read: %s.", strerror(errno));
	load_all(l, dir.p, folder, d);
	closedir(folder);
	check_contacts(l, d);
	check_changes(l, d);
	check_topics(l, d);
	put_calendar(l);
	if (d->errors == before)
		(void)duties_load(arena_fmt(&l->arena, "%s/duties", data_dir).p, d, &l->duties);      /* its findings are counted */
	if (d->errors > before)
		return ERR_INVALID;
	*out = TAKE(l);
	return OK;
}

void library_free(struct library **l)
{
	if (!*l)
		return;
	calendar_now_free(&(*l)->calendar);
	duties_free(&(*l)->duties);
	arena_done(&(*l)->arena);
	mem_free(l);
}

const struct procedure *library_procedure(const struct library *l, struct str id)
{
	for (size_t i = 0; i < l->n; i++)
		if (str_eq(l->procedures[i].id, id))
			return &l->procedures[i];
	return NULL;
}

const struct calendar *library_calendar(const struct library *l) { return calendar_now(l->calendar); }
void library_calendar_take(const struct library *l, const struct calendar *c) { calendar_now_take(l->calendar, c); }
