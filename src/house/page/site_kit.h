/* site_kit.h - for tests: texts of the public page, written, moved on, refused; tasks that were opened. */
#pragma once
#include "base/clock.h"
#include "house/page/page_store.h"
#include "house/service/clausekit.h"
#include "house/site/site.h"
#include "house/task/task.h"
#include "house/web/jar.h"

static inline struct web_visit sk_move(struct web_school *w, int role, const char *at, const char *to)
{
	struct web_visit v = web_get(w, role, at);
	struct str seen = jar_between(&v, "name=\"seen\" value=\"", "\"");
	return web_post(w, role, arena_fmt(w->arena, "%s/move", at).p, arena_fmt(w->arena, "seen=%.*s&to=%s&why=test", STRF(seen), to).p);
}

/* A draft of this text by the office; its address. */
static inline const char *sk_draft(struct web_school *w, const char *title, const char *text)
{
	const char *form = arena_fmt(w->arena, "title=%s&topic=games&audience=parents&language=en&checked=20%%2F11%%2F2026&text=%s", title, text).p;
	struct web_visit v = web_post(w, ROLE_OFFICE, "/registers/website-page/new", form);
	if (v.status != 303)
		fprintf(stderr, "%.*s\n", STRF(v.body));
	CHECK_INT(v.status, 303);
	return arena_z(w->arena, v.location);
}

/* Asked for by the office, approved by the safeguarding lead. */
static inline void sk_publish(struct web_school *w, const char *at)
{
	CHECK_INT(sk_move(w, ROLE_OFFICE, at, "waiting").status, 303);
	CHECK_INT(sk_move(w, ROLE_DSL, at, "published").status, 303);
}

static inline bool sk_public(struct web_school *w, const char *words)
{
	struct web_visit v = web_get(w, NOBODY, "/online-safety");
	return v.status == 200 && web_says(&v, words);
}

/* How many open tasks this role has whose title holds the words. */
static inline size_t sk_tasks(struct web_school *w, enum role r, const char *words)
{
	struct store st = ck_store(w);
	struct task *v;
	size_t n, k = 0;
	int64_t total;
	CHECK_OK(task_list(&st, w->arena, w->school, &(struct task_query){ .which = TASK_OPEN, .roles = ROLE_BIT(r), .person = w->person[r], .limit = 200 }, &v, &n, &total));
	for (size_t i = 0; i < n; i++)
		k += str_find(v[i].title, str_z(words)) >= 0;
	return k;
}
