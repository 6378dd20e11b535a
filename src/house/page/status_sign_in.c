/* How well sign-in is kept: lines of the status page. */
#include "base/mem.h"
#include "house/account/glass.h"
#include "house/account/people.h"
#include "house/page/status_lines.h"

static struct evidence *line(struct status_lines *l, const char *name, int64_t now)
{
	assert(l->n < STATUS_LINES_MAX);
	l->v[l->n] = (struct status_line){ .name = str_z(name), .e = { .served = true, .measured = true, .at_utc = now } };
	return &l->v[l->n++].e;
}

/* Of everybody in a role that needs a second step: how many there are, how many have none. */
static enum err count(struct page_ctx *c, size_t *all, size_t *without)
{
	int64_t seen[500];
	*all = *without = 0;
	for (int r = 0; r < N_ROLES; r++) {
		struct person *p;
		size_t n;
		if (!rights_second_factor(c->web->rights, ROLE_BIT(r)))
			continue;
		TRY(person_of_role(c->db, c->arena, c->school, (enum role)r, &p, &n));
		for (size_t i = 0; i < n && *all < ARRAY_N(seen); i++) {
			bool before = str_is(p[i].username, GLASS_USERNAME);
			for (size_t k = 0; k < *all; k++)
				before |= seen[k] == p[i].id;
			if (before)
				continue;
			seen[(*all)++] = p[i].id;
			*without += !p[i].has_factor;
		}
	}
	return OK;
}

static enum err second_steps(struct page_ctx *c, int64_t now, struct status_lines *l)
{
	size_t all, without;
	struct evidence *e = line(l, "Second step at sign-in", now);
	status_where(l, "/security", CAP_SCHOOL);
	TRY(count(c, &all, &without));
	e->status = !c->web->account->second_factor ? STATUS_RED : without ? STATUS_AMBER : STATUS_GREEN;
	if (!c->web->account->second_factor)
		e->text = STR("It is switched off: a password alone opens confidential records. Set second_factor = yes in gatehouse.conf.");
	else if (without)
		e->text = arena_fmt(c->arena, "%zu of %zu people whose role needs one have not set it up: they can open nothing until they do.", without, all);
	else
		e->text = arena_fmt(c->arena, "Everybody whose role needs one has set it up: %zu people.", all);
	return OK;
}

enum err status_sign_in(struct page_ctx *c, int64_t now, struct status_lines *l)
{
	struct glass_status s;
	TRY(second_steps(c, now, l));
	TRY(glass_status(c->db, c->school, &s));
	struct evidence *e = line(l, "Break-glass account", now);
	status_where(l, "/break-glass/envelopes", CAP_SCHOOL);
	e->status = s.sealed ? STATUS_GREEN : STATUS_AMBER;
	e->text = s.sealed ? STR("Both envelopes are made.")
		: STR("An envelope is missing: if nobody who administers the accounts can sign in, the account cannot be opened.");
	return OK;
}
