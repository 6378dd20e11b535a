/* Whose class it is, and taking one for a day. */
#include "house/page/my_class.h"

#include "base/mem.h"
#include "base/time.h"
#include "gen_ui.h"
#include "house/account/cover.h"
#include "house/page/page_store.h"
#include "house/page/routes.h"

static bool mine(struct page_ctx *c, int64_t id)
{
	struct store st = page_store(c);
	return class_has_staff(c->db, c->school, id, c->person->id) || cover_holds(&st, c->school, id, c->person->id);
}

static enum err find(struct page_ctx *c, struct school_class *out)
{
	int64_t id;
	TRY(page_id(c, "id", &id));
	return class_get(c->db, c->arena, c->school, id, out);
}

bool page_class(struct page_ctx *c, struct school_class *out, enum err *e)
{
	*e = find(c, out);
	if (*e != OK)
		return false;
	if (mine(c, out->id))
		return true;
	*e = c->req->method == METHOD_GET ? page_redirect(c, "/class/%lld/cover?next=%.*s", (long long)out->id, STRF(c->req->path))
	                                  : page_redirect(c, "/class/%lld/cover", (long long)out->id);
	return false;
}

enum err page_children(struct page_ctx *c, int64_t class_id, struct person **out, size_t *n)
{
	struct person_query q = { .kind = KIND_LEARNER, .class_id = class_id, .limit = CLASS_CHILDREN_MAX };
	int64_t total;
	return person_list(c->db, c->arena, c->school, &q, out, n, &total);
}

static struct str first_of(struct str name)
{
	ptrdiff_t at = str_chr(name, ' ');
	return at > 0 ? str_upto(name, (size_t)at) : name;
}

struct str page_first_name(struct arena *a, const struct person *all, size_t n, const struct person *p)
{
	struct str first = first_of(p->name);
	ptrdiff_t last = str_rchr(p->name, ' ');
	for (size_t i = 0; i < n; i++)
		if (all[i].id != p->id && str_ieq(first_of(all[i].name), first) && last > 0)
			return arena_fmt(a, "%.*s %.*s", STRF(first), STRF(str_upto(str_from(p->name, (size_t)last + 1), (unsigned char)p->name.p[last + 1] < 0x80 ? 1 : 2)));
	return first;
}

/* ---- taking a class ---- */

static struct str next_of(struct page_ctx *c) { return c->req->method == METHOD_GET ? page_query(c, "next") : page_field(c, "next"); }

static enum err cover_page(struct page_ctx *c, const struct school_class *k)
{
	return page_show(c, class_cover, "Take a class", .errors = page_errors(c), .class_name = k->name, .class_id = k->id, .next = next_of(c),
		.why = { .name = STR("why"), .label = page_text(TEXT_cover_why), .hint = page_text(TEXT_cover_hint), .value = page_field(c, "why"),
			.error = page_wrong_text(c, "why") });
}

enum err class_cover_show(struct page_ctx *c)
{
	struct school_class k;
	TRY(find(c, &k));
	return mine(c, k.id) ? page_redirect(c, "/classes") : cover_page(c, &k);
}

enum err class_cover_do(struct page_ctx *c)
{
	struct school_class k;
	TRY(find(c, &k));
	struct str why = page_need(c, "why", COVER_WHY_MAX, "Say why you take this class.");
	if (page_is_wrong(c))
		return cover_page(c, &k);
	struct store st = page_store(c);
	struct act act = page_act(c, "takes a class of another teacher");
	if (!mine(c, k.id))
		TRY(cover_take(&st, &act, k.id, why, &c->errors));
	page_flash(c, FLASH_DONE, "You may take %.*s until the end of today. Those who teach it can see this.", STRF(k.name));
	struct str own = arena_fmt(c->arena, "/class/%lld/", (long long)k.id), next = page_next(c, next_of(c), "/classes");
	return page_redirect(c, "%.*s", STRF(str_starts(next, own) ? next : STR("/classes")));
}
