#include "house/web/server.h"

#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>

#include "base/log.h"
#include "base/mem.h"

struct server_thread {
	struct server *server;
	pthread_t id;
	bool started;
	enum err opened;               /* what came of opening the databases: valid after the server's `ready` */
	struct db *house, *activity;   /* owned, by the thread itself: a handle belongs to the thread that opens it */
	struct event_base *base;       /* owned */
	struct evhttp *http;           /* owned */
	struct event *stop;            /* owned */
};

struct server {
	struct server_plan plan;
	char *socket;                  /* owned */
	int listener, stop[2];         /* owned; -1 when closed */
	sem_t ready;                   /* one post a thread */
	struct server_thread threads[SERVER_THREADS_MAX];
};

/* ---- one request ---- */

static struct str header(struct evhttp_request *r, const char *name)
{
	return str_z(evhttp_find_header(evhttp_request_get_input_headers(r), name));
}

static void put(struct evhttp_request *r, const char *name, const char *value)
{
	(void)evhttp_add_header(evhttp_request_get_output_headers(r), name, value);      /* fails only on CR LF, which own_path keeps out */
}

static enum err read_method(struct evhttp_request *r, enum method *out)
{
	switch (evhttp_request_get_command(r)) {
	case EVHTTP_REQ_GET:
	case EVHTTP_REQ_HEAD: *out = METHOD_GET; return OK;
	case EVHTTP_REQ_POST: *out = METHOD_POST; return OK;
	default: return ERR_UNSUPPORTED;
	}
}

/* Only plain paths: what our routes use needs no percent sign. */
static enum err read_target(struct arena *a, struct evhttp_request *r, struct request *out)
{
	struct str target = arena_str(a, str_z(evhttp_request_get_uri(r)));
	ptrdiff_t q = str_chr(target, '?');
	out->path = q < 0 ? target : str_upto(target, (size_t)q);
	out->query_text = q < 0 ? STR("") : str_from(target, (size_t)q + 1);
	if (target.n == 0 || target.p[0] != '/' || target.n > WEB_TARGET_MAX || out->path.n > WEB_PATH_MAX || str_chr(out->path, '%') >= 0)
		return ERR_ABSENT;
	return form_read(a, out->query_text, &out->query);
}

/* The files of an upload are views of the request's own buffer. */
static enum err read_upload(struct arena *a, struct evhttp_request *r, struct request *out)
{
	struct evbuffer *in = evhttp_request_get_input_buffer(r);
	struct page_ctx none = { 0 };
	struct multipart m;
	const struct route *route = web_find(ROUTES, N_ROUTES, out->method, out->path, &none);
	if (!route || !(route->flags & ROUTE_UPLOAD))
		return ERR_UNSUPPORTED;
	struct str body = { (const char *)evbuffer_pullup(in, -1), evbuffer_get_length(in) };
	TRY(multipart_read(a, header(r, "Content-Type"), body.p ? body : STR(""), &m));
	out->form = m.fields;
	out->files = m.files;
	out->n_files = m.n_files;
	return OK;
}

static enum err read_form(struct arena *a, struct evhttp_request *r, struct request *out)
{
	struct evbuffer *in = evhttp_request_get_input_buffer(r);
	size_t n = evbuffer_get_length(in);
	if (out->method != METHOD_POST)
		return OK;
	if (str_starts(header(r, "Content-Type"), STR("multipart/form-data")))
		return read_upload(a, r, out);
	if (!str_starts(header(r, "Content-Type"), STR("application/x-www-form-urlencoded")))
		return ERR_UNSUPPORTED;
	if (n > FORM_MAX_BYTES)
		return ERR_LIMIT;
	char *bytes = arena_alloc(a, n + 1);
	if (n && evbuffer_copyout(in, bytes, n) != (ev_ssize_t)n)
		return ERR_SYNTAX;
	return form_read(a, (struct str){ bytes, n }, &out->form);
}

static enum err read_request(struct arena *a, struct evhttp_request *r, struct request *out)
{
	TRY(read_method(r, &out->method));
	TRY(read_target(a, r, out));
	TRY(read_form(a, r, out));
	TRY(cookie_read(a, header(r, "Cookie"), &out->cookies));
	if (addr_read(header(r, "X-Peer"), &out->peer) != OK)
		out->peer = (struct addr){ { 0 } };      /* unknown: nobody is bound by it */
	out->origin = header(r, "Origin");
	out->fetch_site = header(r, "Sec-Fetch-Site");
	out->host = header(r, "Host");
	out->agent = header(r, "User-Agent");
	out->secure = true;
	return OK;
}

/* ---- one reply ---- */

static const char *reason_of(int status)
{
	switch (status) {
	case 200: return "OK";
	case 303: return "See Other";
	case 404: return "Not Found";
	case 422: return "Unprocessable Content";
	default:  return status < 400 ? "OK" : status < 500 ? "Refused" : "Failed";
	}
}

static void put_security(struct evhttp_request *r)
{
	put(r, "Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'");
	put(r, "X-Content-Type-Options", "nosniff");
	put(r, "Referrer-Policy", "same-origin");
	put(r, "Cross-Origin-Opener-Policy", "same-origin");
	put(r, "Cross-Origin-Resource-Policy", "same-origin");
	put(r, "Permissions-Policy", "camera=(), microphone=(), geolocation=(), interest-cohort=()");
}

static void send_reply(struct evhttp_request *r, const struct reply *reply, struct arena *a)
{
	put_security(r);
	put(r, "Cache-Control", reply->cacheable ? "public, max-age=60" : "no-store");
	put(r, "Content-Type", reply->type.n ? arena_z(a, reply->type) : "text/html; charset=utf-8");
	if (reply->location.n)
		put(r, "Location", arena_z(a, reply->location));
	if (reply->refresh.n)
		put(r, "Refresh", arena_fmt(a, "%d;url=%.*s", reply->refresh_s, STRF(reply->refresh)).p);
	if (reply->filename.n)
		put(r, "Content-Disposition", arena_fmt(a, "attachment; filename=\"%.*s\"", STRF(reply->filename)).p);
	for (size_t i = 0; i < reply->n_cookies; i++)
		put(r, "Set-Cookie", arena_z(a, reply->set_cookie[i]));
	struct evbuffer *out = evbuffer_new();
	struct str body = buf_str(&reply->body);
	if (out && body.n)
		evbuffer_add(out, body.p, body.n);
	evhttp_send_reply(r, reply->status, reason_of(reply->status), out);
	if (out)
		evbuffer_free(out);
}

static void on_request(struct evhttp_request *r, void *owner)
{
	struct server_thread *t = owner;
	AUTO(arena_done) struct arena a = arena_init();
	struct request req = { .method = METHOD_GET, .path = STR("/") };
	const struct web *web = t->server->plan.web;
	struct page_ctx c = { .web = web, .db = t->house, .activity = t->activity, .arena = &a, .req = &req, .school = web->school };
	enum err e = read_request(&a, r, &req);
	if (e == OK)
		web_serve(&c);
	else
		web_refuse(&c, e);
	send_reply(r, &c.reply, &a);
	page_ctx_done(&c);
}

/* ---- threads ---- */

static void on_stop(evutil_socket_t fd, short what, void *owner)
{
	(void)fd;
	(void)what;
	struct server_thread *t = owner;
	event_base_loopexit(t->base, NULL);
}

static enum err open_databases(struct server_thread *t)
{
	const struct server_plan *p = &t->server->plan;
	TRY(db_open(p->house, &t->house));
	return p->activity ? db_open(p->activity, &t->activity) : OK;
}

static void *run(void *owner)
{
	struct server_thread *t = owner;
	t->opened = open_databases(t);
	bool serves = t->opened == OK;
	sem_post(&t->server->ready);
	if (serves)
		event_base_dispatch(t->base);
	db_free(&t->house);
	db_free(&t->activity);
	return NULL;
}

static enum err thread_open(struct server_thread *t)
{
	t->base = event_base_new();
	t->http = t->base ? evhttp_new(t->base) : NULL;
	if (!t->http)
		return ERR_BUSY;
	evhttp_set_allowed_methods(t->http, EVHTTP_REQ_GET | EVHTTP_REQ_HEAD | EVHTTP_REQ_POST);
	evhttp_set_max_body_size(t->http, MULTIPART_BYTES_MAX + 1);      /* nginx lets so much through for uploads only */
	evhttp_set_max_headers_size(t->http, SERVER_HEADERS_MAX);
	evhttp_set_timeout(t->http, 60);
	evhttp_set_gencb(t->http, on_request, t);
	if (evhttp_accept_socket(t->http, t->server->listener) != 0)
		return err_sys();
	t->stop = event_new(t->base, t->server->stop[0], EV_READ | EV_PERSIST, on_stop, t);
	if (!t->stop || event_add(t->stop, NULL) != 0)
		return ERR_BUSY;
	if (pthread_create(&t->id, NULL, run, t) != 0)
		return ERR_BUSY;
	t->started = true;
	return OK;
}

static void thread_close(struct server_thread *t)
{
	if (t->started)
		pthread_join(t->id, NULL);
	if (t->stop)
		event_free(t->stop);
	if (t->http)
		evhttp_free(t->http);
	if (t->base)
		event_base_free(t->base);
}

static enum err listen_at(const char *path, int *out)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	if (strlen(path) >= sizeof at.sun_path)
		return ERR_LIMIT;
	snprintf(at.sun_path, sizeof at.sun_path, "%s", path);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return err_sys();
	(void)unlink(path);                      /* of the run before */
	if (bind(fd, (struct sockaddr *)&at, sizeof at) != 0 || chmod(path, 0660) != 0 || listen(fd, 256) != 0) {
		enum err e = err_sys();
		close(fd);
		return e;
	}
	*out = fd;
	return OK;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void server_stop(struct server **sp)
{
	struct server *s = *sp;
	if (!s)
		return;
	close_fd(&s->stop[1]);                   /* every thread sees the end of the pipe */
	for (size_t i = 0; i < SERVER_THREADS_MAX; i++)
		thread_close(&s->threads[i]);
	close_fd(&s->stop[0]);
	close_fd(&s->listener);
	sem_destroy(&s->ready);
	mem_free(&s->socket);
	mem_free(sp);
}

enum err server_start(const struct server_plan *plan, struct server **out)
{
	AUTO(server_stop) struct server *s = mem_new(struct server);
	s->listener = s->stop[0] = s->stop[1] = -1;
	s->plan = *plan;
	s->socket = mem_strdup(plan->socket);
	sem_init(&s->ready, 0, 0);
	if (plan->threads < 1 || plan->threads > SERVER_THREADS_MAX)
		return ERR_INVALID;
	if (pipe2(s->stop, O_CLOEXEC) != 0)
		return err_sys();
	TRY(listen_at(s->socket, &s->listener));
	for (unsigned i = 0; i < plan->threads; i++) {
		s->threads[i].server = s;
		TRY(thread_open(&s->threads[i]));
	}
	for (unsigned i = 0; i < plan->threads; i++)
		while (sem_wait(&s->ready) != 0)
			;                        /* a signal came between */
	for (unsigned i = 0; i < plan->threads; i++)
		TRY(s->threads[i].opened);
	*out = TAKE(s);
	return OK;
}
