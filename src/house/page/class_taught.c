/* The lesson that comes before the internet, entered for a class (5.1-02): who was there, and later whoever has caught up. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/agreement/taught.h"
#include "house/page/form.h"
#include "house/page/my_class.h"
#include "house/page/page_store.h"
#include "house/page/promises.h"
#include "house/page/routes.h"

static struct str day_words(struct page_ctx *c, struct str iso)
{
	int64_t utc;
	return time_read_date(iso, &utc) == OK ? time_date_words(c->arena, utc) : iso;
}

static enum err put_children(struct page_ctx *c, const struct school_class *k, struct view_class_taught *v)
{
	struct store st = page_store(c);
	struct person *kids;
	size_t n;
	TRY(page_children(c, k->id, &kids, &n));
	struct view_class_taught_missing *missing = arena_array(c->arena, struct view_class_taught_missing, n + 1);
	struct view_class_taught_had *had = arena_array(c->arena, struct view_class_taught_had, n + 1);
	for (size_t i = 0; i < n; i++) {
		struct str on;
		TRY(taught_on(&st, c->arena, c->school, kids[i].id, clock_utc(), &on));
		if (on.n)
			had[v->n_had++] = (struct view_class_taught_had){ kids[i].name, day_words(c, on) };
		else
			missing[v->n_missing++] = (struct view_class_taught_missing){ kids[i].id, kids[i].name, page_ticked_id(c, "child", kids[i].id) };
	}
	v->missing = missing;
	v->had = had;
	return OK;
}

static enum err taught_page(struct page_ctx *c, const struct school_class *k)
{
	struct view_class_taught v = { .class_name = k->name, .class_id = k->id, .errors = page_errors(c), .error = page_wrong_text(c, "child"),
		.on = page_input(c, "on", TEXT_taught_on, STR_NONE) };
	v.on.width = STR("20");
	if (c->req->method == METHOD_GET)
		v.on.value = time_date_words(c->arena, clock_utc());
	TRY(put_children(c, k, &v));
	page_begin(c, "The lesson on safe use");
	view_class_taught_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

enum err class_taught_show(struct page_ctx *c)
{
	struct school_class k;
	enum err e;
	return page_class(c, &k, &e) ? taught_page(c, &k) : e;
}

static enum err chosen_of(struct page_ctx *c, const struct school_class *k, int64_t **out, size_t *n)
{
	struct person *kids;
	size_t all;
	TRY(page_children(c, k->id, &kids, &all));
	*out = arena_array(c->arena, int64_t, all + 1);
	for (size_t i = 0; i < all; i++)
		if (page_ticked_id(c, "child", kids[i].id))
			(*out)[(*n)++] = kids[i].id;
	return OK;
}

enum err class_taught_do(struct page_ctx *c)
{
	struct school_class k;
	struct store st = page_store(c);
	struct act act = page_act(c, "taught safe use of the internet before access");
	int64_t *people, on = 0;
	size_t n = 0, made;
	enum err e;
	if (!page_class(c, &k, &e))
		return e;
	TRY(chosen_of(c, &k, &people, &n));
	if (!n)
		page_wrong(c, "child", "Tick the children who have had the lesson.");
	if (time_read_date(page_field(c, "on"), &on) != OK)
		page_wrong(c, "on", "Write the day of the lesson, such as 14 September 2026.");
	else if (on > clock_utc())
		page_wrong(c, "on", "That day is still to come. Enter the lesson when it has been held.");
	if (page_is_wrong(c))
		return taught_page(c, &k);
	TRY(taught_record(&st, c->arena, &act, people, n, c->person->id, on, &made));
	page_flash(c, FLASH_DONE, "%zu children of %.*s have had the lesson.%s", made, STRF(k.name),
	           promises_tell_gate(c, people, n) == OK ? "" : " It may take a minute until the internet opens.");
	return page_redirect(c, "/classes");
}
