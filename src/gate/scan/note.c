#include "gate/scan/note.h"

#include "base/log.h"
#include "event/write/spool.h"

static struct event event_of(const struct note_of *n, enum event_kind kind)
{
	struct event e = { .kind = kind, .school = n->who->school ? n->who->school : n->school, .host = n->host, .group = n->group, .count = 1 };
	e.class_id = n->who->class_id;
	e.device = n->who->device;
	e.how = identity_known(n->who->how);
	if (n->who->named) {
		e.person = n->who->person;
		e.sure = n->who->sure;
		memcpy(e.addr, n->from.b, sizeof e.addr);
	}
	return e;
}

static void add(const struct note_of *n, const struct event *e)
{
	if (n->to) {
		n->to->take(n->to->to, e);
		return;
	}
	enum err bad = n->spool ? spool_add(n->spool, e) : OK;
	if (bad != OK)
		log_line(LOG_FAIL, "cannot spool %s: %s", event_name(e->kind), err_text(bad));
}

static struct str whole(struct str s, size_t max)
{
	size_t n = s.n < max ? s.n : max;
	while (n < s.n && n > 0 && ((uint8_t)s.p[n] & 0xc0) == 0x80)
		n--;
	return str_upto(s, n);
}

void note_search(const struct note_of *n, struct str term, struct str outcome, const struct scan_found *f)
{
	struct event e = event_of(n, EVENT_SEARCHED);
	e.text = term;
	e.reason = outcome;
	if (f->alert) {
		e.category = f->topic;
		e.extra = whole(f->why, EVENT_EXTRA_MAX);
	}
	add(n, &e);
}

void note_typed(const struct note_of *n, struct str outcome, const struct scan_found *f)
{
	struct event e = event_of(n, EVENT_TYPED);
	e.text = f->excerpt;
	e.reason = outcome;
	e.category = f->topic;
	e.extra = whole(f->why, EVENT_EXTRA_MAX);
	add(n, &e);
}

void note_cut(const struct note_of *n, const struct scan_found *f)
{
	struct event e = event_of(n, EVENT_REFUSED);
	e.path = n->path;
	e.reason = str_z(reason_info(REASON_PAGE_TEXT)->word);
	e.category = f->topic;
	e.list = STR("phrases");
	e.rule = f->why;                        /* cut to its field's length */
	add(n, &e);
}

void note_unread(const struct note_of *n)
{
	struct event e = event_of(n, EVENT_REFUSED);
	e.path = n->path;
	e.reason = str_z(reason_info(REASON_PAGE_UNREAD)->word);
	add(n, &e);
}
