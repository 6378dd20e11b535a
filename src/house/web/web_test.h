/* web_test.h - pages without sockets: a school in memory, people of every role,
 * and requests that go through the real routes, rights, tokens and templates.
 *
 *   TEST(case_page, opens_for_the_dsl)
 *   {
 *       AUTO(web_school_done) struct web_school w = web_school();
 *       struct web_visit v = web_get(&w, ROLE_DSL, "/case/1");
 *       CHECK_INT(v.status, 200);
 *       CHECK(web_says(&v, "Case 1"));
 *       v = web_post(&w, ROLE_DSL, "/case/1/close", "outcome=done&why=all+well");
 *       CHECK_INT(v.status, 303);
 *   }
 * The form token is added by web_post.  Visits live until web_school_done. */
#pragma once
#include "base/test.h"
#include "house/account/people.h"
#include "house/web/web.h"

enum { NOBODY = ROLES_MAX };             /* a visit without signing in */

/* Walks every role that there is, then NOBODY: for (int r = 0; r <= NOBODY; r = web_next(r)) */
static inline int web_next(int role) { return role == role_count() - 1 ? NOBODY : role + 1; }

struct web_school {
	struct arena *arena;
	struct web *web;
	struct db *db, *activity;      /* SQLite, a fresh file */
	int64_t school;
	int64_t person[ROLES_MAX];       /* one of each role; ids */
	struct web_school_inside *inside;
};
struct web_visit { int status; struct str body, location, cookie, type, filename; struct str cookies[WEB_COOKIES_MAX]; size_t n_cookies; };      /* cookie: the first */

struct web_school web_school(void);      /* of the primary profile */
struct web_school web_school_of(const char *profile);
/* A school of each profile in turn: ON_EACH_PROFILE(w) { ... }.  No `return` or `break` inside. */
#define ON_EACH_PROFILE(w) \
	for (size_t turn_ = 0; turn_ < 2; turn_++) \
		for (struct web_school w = web_school_of(turn_ ? "primary" : "junior"); w.inside; web_school_done(&w))
void web_school_done(struct web_school *w);
struct web_visit web_get(struct web_school *w, int role, const char *path_and_query);
struct web_visit web_post(struct web_school *w, int role, const char *path, const char *form);
/* The same as a given person, in a session of their own. */
struct web_visit web_get_as(struct web_school *w, int64_t person, const char *path_and_query);
struct web_visit web_post_as(struct web_school *w, int64_t person, const char *path, const char *form);
/* A form with a file in its field "file". */
struct web_visit web_post_file(struct web_school *w, int role, const char *path, const char *form, const char *filename, struct str bytes);
/* Any request at all. */
struct web_visit web_visit_raw(struct web_school *w, struct request *req);
/* Everybody signs in anew with their next visit: after a jump of the clock. */
void web_anew(struct web_school *w);
/* They gave their password again: a session that is locked goes on. */
void web_unlock(struct web_school *w, int role);
/* Days have passed: everybody signs in anew. */
void web_fresh(struct web_school *w);
/* Another person with one role more; id. */
int64_t web_person(struct web_school *w, enum role r, const char *name);
bool web_says(const struct web_visit *v, const char *text);
