/* Changing an agreement: two people, what it must speak of, the school's own lines, and the way back. */
#include <stdlib.h>

#include "house/agreement/agreement_store.h"
#include "house/procedure/library.h"
#include "house/web/web_test.h"

static struct store store_of(struct web_school *w) { return (struct store){ w->db, w->web->keys, w->web->registers }; }

static struct web_school ready(void)
{
	struct web_school w = web_school();
	setenv("GATEHOUSE_DATA", test_source("data"), 1);
	CHECK_INT(web_post(&w, ROLE_DSL, "/agreements", "audience=visitor").status, 303);
	return w;
}

/* The form as the page shows it, with some fields changed: "text-0=..." replaces. */
static const char *form_of(struct web_school *w, const char *more)
{
	AUTO(buf_done) struct buf b = buf_init(FORM_MAX_BYTES);
	struct store st = store_of(w);
	struct agreement_active g;
	CHECK_OK(agreement_in_force(&st, w->arena, w->school, STR("visitor"), &g));
	buf_z(&b, more);
	form_add(&b, STR("title"), g.text.title);
	form_add(&b, STR("notice"), g.text.notice);
	form_add(&b, STR("offline"), g.text.offline);
	form_add(&b, STR("grace"), STR("7"));
	for (size_t i = 0; i < g.text.n; i++) {
		form_add(&b, arena_fmt(w->arena, "id-%zu", i), g.text.rules[i].id);
		form_add(&b, arena_fmt(w->arena, "text-%zu", i), g.text.rules[i].text);
	}
	return arena_z(w->arena, buf_str(&b));
}

static const char *draft_with(struct web_school *w, int role, const char *more)
{
	struct web_visit v = web_post(w, role, "/agreements/edit/visitor", form_of(w, more));
	CHECK(v.status == 303 && str_starts(v.location, STR("/agreements/version/")));
	return arena_z(w->arena, v.location);
}

static const char *seen_on(struct web_school *w, const char *path)
{
	struct web_visit v = web_get(w, ROLE_HEAD, path);
	ptrdiff_t at = str_find(v.body, STR("name=\"seen\" value=\""));
	CHECK(v.status == 200 && at > 0);
	struct str rest = str_from(v.body, (size_t)at + 19);
	return arena_fmt(w->arena, "do=activate&seen=%.*s", STRF(str_upto(rest, (size_t)str_chr(rest, '"')))).p;
}

TEST(agreement_edit, a_change_is_compared_looked_at_by_another_person_and_put_in_force)
{
	AUTO(web_school_done) struct web_school w = ready();
	struct web_visit v = web_get(&w, ROLE_DSL, "/agreements/edit/visitor");
	CHECK(v.status == 200 && web_says(&v, "A rule of our own") && web_says(&v, "It speaks of:"));
	const char *path = draft_with(&w, ROLE_DSL, "text-0=I+use+the+network+for+my+work+here+only.&text-20=I+wear+my+badge.&tag-20=own&");
	v = web_get(&w, ROLE_DSL, path);
	CHECK(web_says(&v, "<ins>I wear my badge.</ins>") && web_says(&v, "<del>I use the network for the purpose of my visit") && web_says(&v, "You wrote this draft"));
	const char *activate = seen_on(&w, path);
	v = web_post(&w, ROLE_DSL, path, activate);
	CHECK(v.status == 422 && web_says(&v, "does not also look at it"));
	CHECK_INT(web_post(&w, ROLE_TEACHER, path, activate).status, 403);
	CHECK_INT(web_get(&w, ROLE_LEARNER, path).status, 403);
	CHECK_INT(web_post(&w, ROLE_HEAD, path, activate).status, 303);
	v = web_get(&w, ROLE_OFFICE, "/agreements/text/visitor");
	CHECK(web_says(&v, "I wear my badge."));
	v = web_get(&w, ROLE_OFFICE, "/agreements");
	CHECK(web_says(&v, "In force") && web_says(&v, "Was in force"));
}

TEST(clause, c6_09_a_draft_without_a_mandatory_rule_is_not_put_in_force)
{
	AUTO(web_school_done) struct web_school w = ready();
	const char *path = draft_with(&w, ROLE_DSL, "text-7=&");              /* the rule about monitoring is taken away */
	struct web_visit v = web_get(&w, ROLE_HEAD, path);
	CHECK(web_says(&v, "It cannot be put in force yet. No rule speaks of:") && web_says(&v, "Use is monitored"));
	v = web_post(&w, ROLE_HEAD, path, seen_on(&w, path));
	CHECK(v.status == 422 && web_says(&v, "cannot be put in force"));
	v = web_get(&w, ROLE_OFFICE, "/agreements/text/visitor");
	CHECK(web_says(&v, "I know that my use is monitored"));
}

TEST(agreement_edit, own_lines_stay_when_the_program_brings_new_words)
{
	AUTO(web_school_done) struct web_school w = ready();
	const char *path = draft_with(&w, ROLE_DSL, "text-0=Another+wording.&text-20=I+wear+my+badge.&tag-20=own&");
	CHECK_INT(web_post(&w, ROLE_HEAD, path, seen_on(&w, path)).status, 303);
	struct web_visit v = web_post(&w, ROLE_DSL, "/agreements", "audience=visitor");
	CHECK(v.status == 303 && str_starts(v.location, STR("/agreements/version/")));
	path = arena_z(w.arena, v.location);
	v = web_get(&w, ROLE_HEAD, path);
	CHECK(web_says(&v, "I wear my badge.") && web_says(&v, "<ins>I use the network for the purpose of my visit"));
	CHECK_INT(web_post(&w, ROLE_HEAD, path, seen_on(&w, path)).status, 303);
	v = web_get(&w, ROLE_OFFICE, "/agreements/text/visitor");
	CHECK(web_says(&v, "I wear my badge.") && !web_says(&v, "Another wording."));
}

TEST(agreement_edit, grace_translations_and_retiring)
{
	AUTO(web_school_done) struct web_school w = ready();
	struct store st = store_of(&w);
	struct agreement_active g;
	struct agreement_translation *t;
	size_t n;
	CHECK_OK(agreement_in_force(&st, w.arena, w.school, STR("visitor"), &g));
	const char *path = arena_fmt(w.arena, "/agreements/version/%lld", (long long)g.entry).p;
	CHECK_INT(web_post(&w, ROLE_DSL, path, "do=grace&days=400").status, 422);
	CHECK_INT(web_post(&w, ROLE_DSL, path, "do=grace&days=21").status, 303);
	CHECK_OK(agreement_in_force(&st, w.arena, w.school, STR("visitor"), &g));
	CHECK_INT(g.text.grace_days, 21);
	CHECK_OK(agreement_translations(&st, w.arena, w.school, g.entry, &t, &n));
	CHECK(n >= 2 && !t[0].confirmed);
	struct web_visit v = web_get(&w, ROLE_DSL, path);
	CHECK(web_says(&v, "Not checked yet") && web_says(&v, "Urdu"));
	const char *one = arena_fmt(w.arena, "/agreements/translation/%lld", (long long)t[0].entry).p;
	CHECK_INT(web_post(&w, ROLE_DSL, one, "do=confirm&checked_by=").status, 303);
	CHECK_OK(agreement_translations(&st, w.arena, w.school, g.entry, &t, &n));
	CHECK(!t[0].confirmed);
	CHECK_INT(web_post(&w, ROLE_DSL, one, "do=confirm&checked_by=Mrs+Teasel+Pretendry,+speaks+it+at+home").status, 303);
	CHECK_OK(agreement_translations(&st, w.arena, w.school, g.entry, &t, &n));
	CHECK(t[0].confirmed);
	CHECK_INT(web_post(&w, ROLE_HEAD, path, "do=retire&why=x").status, 403);       /* looks at drafts, does not keep the words */
	CHECK_INT(web_post(&w, ROLE_DSL, path, "do=retire&why=").status, 422);
	CHECK_INT(web_post(&w, ROLE_DSL, path, "do=retire&why=replaced+by+the+county's").status, 303);
	CHECK_ERR(agreement_in_force(&st, w.arena, w.school, STR("visitor"), &g), ERR_ABSENT);
}
