/* jar.h - for tests: one browser with its cookies, from the first page to the last. */
#pragma once
#include "house/web/web_test.h"

struct jar { struct web_school *w; char session[SESSION_TOKEN_TEXT], before[SESSION_TOKEN_TEXT], browser[SESSION_TOKEN_TEXT]; struct addr peer; struct str seen; char of[SESSION_TOKEN_TEXT]; };      /* seen: the form token of the last page, with the session `of` */
struct jar jar_new(struct web_school *w, const char *address);
struct web_visit jar_get(struct jar *j, const char *target);
/* With the form token of its cookie. */
struct web_visit jar_post(struct jar *j, const char *path, const char *form);
/* The form token that its next form has. */
struct str jar_token(const struct jar *j);
/* Signs in by name and password; the password is set first. */
struct web_visit jar_sign_in(struct jar *j, int64_t person);
#define JAR_PASSWORD "velvet-otter-puddle-91"
/* The text between two others; absent when they are not there. */
struct str jar_between(const struct web_visit *v, const char *from, const char *upto);
