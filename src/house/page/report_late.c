/* A report that was written without a connection and waited, sealed, on the device (docs/decisions/0205).  Whoever uses that device next may
 * carry it here and learns nothing: neither whose it is nor what became of it. */
#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "house/page/page_store.h"
#include "house/page/report.h"
#include "house/store/carried.h"
#include "house/task/task.h"
#include "house/web/once.h"

enum { DAY = 86400 };

/* One word for the script. */
static enum err say(struct page_ctx *c, const char *word)
{
	buf_clear(&c->reply.body);
	c->reply.status = 200;
	c->reply.location = STR_NONE;
	c->reply.type = STR("text/plain; charset=utf-8");
	buf_z(&c->reply.body, word);
	return OK;
}

/* From here on the page is its writer's: who opened it was signed in, and only that page could seal. */
static enum err become(struct page_ctx *c, const struct carried *l, const struct form *f)
{
	struct person *p = arena_new(c->arena, struct person);
	struct request *r = arena_new(c->arena, struct request);
	TRY(person_get(c->db, c->arena, c->school, l->person, p));
	*r = *c->req;
	r->path = STR("/report");
	r->form = *f;
	c->req = r;
	c->session = NULL;
	c->person = p;
	c->roles = p->roles;
	c->locked_person = 0;
	c->late = arena_fmt(c->arena, "Written without a connection, on a page that %.*s opened on %.*s; it arrived by itself.", STRF(str_upto(p->name, 40)),
	                    STRF(page_when(c, l->opened_utc)));
	return OK;
}

/* Takes a field away: what it was. */
static struct str take(struct form *f, const char *name)
{
	struct str v = form_get(f, name);
	size_t n = 0;
	for (size_t i = 0; i < f->n; i++)
		if (!str_is(f->fields[i].name, name))
			f->fields[n++] = f->fields[i];
	f->n = n;
	return v;
}

/* Nothing is lost and nothing waits unseen: it is a draft, and its writer has a task. */
static enum err keep(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct act act = { c->school, c->person->id, "a report that was written without a connection" };
	struct diag d = diag_init(4);
	int64_t task, now = clock_utc();
	struct task_in t = { .kind = "report-unsent", .title = STR("Finish a report that you began without a connection: it has not been sent"), .link = "/report",
		.for_person = c->person->id, .due_utc = now + DAY, .private = true, .key = arena_fmt(c->arena, "report-unsent/%lld/%lld", (long long)c->person->id, (long long)(now / DAY)).p };
	TRY(report_draft_merge(c));
	enum err e = task_open_once(&st, &act, &t, &d, &task, NULL);
	diag_done(&d);
	TRY(e);
	return say(c, "kept");
}

static enum err send(struct page_ctx *c)
{
	static const struct route as_sent = { METHOD_POST, "/report", report_do, ANYONE, ROUTE_ONCE };
	c->route = &as_sent;
	enum err e = once_run(c);
	if (e != OK && e != ERR_INVALID && e != ERR_LIMIT)
		return e;                        /* the device keeps it and comes again */
	return e == OK && c->reply.status == 303 ? say(c, "sent") : keep(c);
}

enum err report_late_do(struct page_ctx *c)
{
	struct carried l;
	struct form f;
	if (!c->web->keys)
		return ERR_UNSUPPORTED;
	enum err e = carried_open(c->web->keys, c->arena, c->school, clock_utc(), form_get(&c->req->form, "ticket"), form_get(&c->req->form, "box"), &l);
	if (e == OK)
		e = form_read(c->arena, l.form, &f);
	if (e == ERR_CRYPTO || e == ERR_STALE || e == ERR_SYNTAX || e == ERR_LIMIT)
		return say(c, "refused");
	TRY(e);
	bool sends = str_is(take(&f, "late"), "send");
	TRY(become(c, &l, &f));
	return sends ? send(c) : keep(c);
}
