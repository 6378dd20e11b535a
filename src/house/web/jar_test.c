#include "house/account/password.h"
#include "house/web/jar.h"

struct jar jar_new(struct web_school *w, const char *address)
{
	struct jar j = { .w = w };
	CHECK_OK(addr_read(str_z(address), &j.peer));
	return j;
}

static void keep(struct str cookie, const char *name, char out[SESSION_TOKEN_TEXT])
{
	size_t n = strlen(name);
	if (!str_starts(cookie, str_z(name)) || cookie.n <= n)
		return;
	if (cookie.p[n] == ';')
		out[0] = '\0';
	else
		snprintf(out, SESSION_TOKEN_TEXT, "%.*s", SESSION_TOKEN_TEXT - 1, cookie.p + n);
}

static struct web_visit go(struct jar *j, struct request *req)
{
	struct arena *a = j->w->arena;
	req->peer = j->peer;
	req->host = STR("portal.test");
	req->secure = true;
	CHECK_OK(cookie_read(a, arena_fmt(a, "__Host-gatehouse=%s; __Host-before=%s; __Host-browser=%s", j->session, j->before, j->browser), &req->cookies));
	struct web_visit v = web_visit_raw(j->w, req);
	for (size_t i = 0; i < v.n_cookies; i++) {
		keep(v.cookies[i], "__Host-gatehouse=", j->session);
		keep(v.cookies[i], "__Host-before=", j->before);
		keep(v.cookies[i], "__Host-browser=", j->browser);
	}
	struct str token = jar_between(&v, "name=\"token\" value=\"", "\"");
	if (token.n) {
		j->seen = token;
		memcpy(j->of, j->session, sizeof j->of);
	}
	return v;
}

struct web_visit jar_get(struct jar *j, const char *target)
{
	struct str t = str_z(target);
	ptrdiff_t q = str_chr(t, '?');
	struct request req = { .method = METHOD_GET, .path = q < 0 ? t : str_upto(t, (size_t)q), .query_text = q < 0 ? STR("") : str_from(t, (size_t)q + 1) };
	CHECK_OK(form_read(j->w->arena, req.query_text, &req.query));
	return go(j, &req);
}

struct str jar_token(const struct jar *j)
{
	char csrf[CSRF_TEXT];
	if (j->seen.n && strcmp(j->of, j->session) == 0)
		return j->seen;
	session_form_token(str_z(j->session[0] ? j->session : j->before), csrf);
	return arena_str(j->w->arena, str_z(csrf));
}

struct web_visit jar_post(struct jar *j, const char *path, const char *form)
{
	struct request req = { .method = METHOD_POST, .path = str_z(path), .query_text = STR(""), .origin = STR("https://portal.test"), .fetch_site = STR("same-origin") };
	CHECK_OK(form_read(j->w->arena, arena_fmt(j->w->arena, "%s&token=%.*s", form, STRF(jar_token(j))), &req.form));
	return go(j, &req);
}

struct web_visit jar_sign_in(struct jar *j, int64_t person)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct person p = { 0 };
	CHECK_OK(person_get(j->w->db, j->w->arena, j->w->school, person, &p));
	if (!p.has_password)
		CHECK_OK(password_set(j->w->db, &(struct act){ j->w->school, 0, "test" }, person, STR(JAR_PASSWORD), false, &d));
	CHECK_INT(jar_get(j, "/sign-in").status, 200);
	return jar_post(j, "/sign-in", arena_fmt(j->w->arena, "username=%.*s&password=" JAR_PASSWORD, STRF(p.username)).p);
}

struct str jar_between(const struct web_visit *v, const char *from, const char *upto)
{
	ptrdiff_t at = str_find(v->body, str_z(from));
	if (at < 0)
		return STR_NONE;
	struct str rest = str_from(v->body, (size_t)at + strlen(from));
	ptrdiff_t end = str_find(rest, str_z(upto));
	return end < 0 ? STR_NONE : str_upto(rest, (size_t)end);
}
