#include "house/page/role_lines.h"

#include "base/mem.h"
#include "house/account/appointment.h"
#include "house/procedure/library.h"

static const struct profile *profile(const struct page_ctx *c) { return c->web->library ? &c->web->library->profile : NULL; }

enum err page_vacancies(struct page_ctx *c, struct str **out, size_t *n)
{
	struct vacancy *v;
	TRY(appointment_vacancies(c->db, c->arena, c->school, profile(c), &v, n));
	struct str *words = arena_array(c->arena, struct str, *n + 1);
	for (size_t i = 0; i < *n; i++)
		words[i] = vacancy_words(c->arena, &v[i]);
	*out = words;
	return OK;
}

static enum err names(struct page_ctx *c, enum role r, struct str *out)
{
	AUTO(buf_done) struct buf b = buf_init(8000);
	struct person *p;
	size_t n;
	TRY(person_of_role(c->db, c->arena, c->school, r, &p, &n));
	for (size_t i = 0; i < n && i < 20; i++)
		buf_fmt(&b, "%s%.*s", i ? ", " : "", STRF(p[i].name));
	*out = n ? arena_str(c->arena, buf_str(&b)) : STR("Nobody holds this role.");
	return OK;
}

enum err page_role_holders(struct page_ctx *c, struct part_summary *out)
{
	struct part_summary_rows *rows = arena_array(c->arena, struct part_summary_rows, ROLES_MAX);
	*out = (struct part_summary){ .rows = rows };
	for (int r = 0; r < role_count(); r++) {
		const struct role_facts *f = role_facts((enum role)r);
		bool needed = strcmp(f->needed, "yes") == 0 || (f->needed[0] && profile(c) && profile_yes(profile(c), f->needed));
		if (!needed)
			continue;
		rows[out->n_rows].key = str_z(f->title);
		TRY(names(c, (enum role)r, &rows[out->n_rows++].value));
	}
	return OK;
}
