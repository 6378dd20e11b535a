#include "gate/scan/note.h"

#include <stdio.h>

#include "base/cut.h"
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

enum { LIST_ROOM = 32, RULE_ROOM = 256 /* the event cuts it, at a whole character */ };

/* What decided: the phrases with their version, and the score with what made it up. */
static void by_phrases(struct event *e, const struct scan_found *f, const struct scan_reached *r, char list[LIST_ROOM], char rule[RULE_ROOM])
{
	snprintf(list, LIST_ROOM, EVENT_PHRASES "%s%.*s", f->version.n ? "/" : "", STRF(f->version));
	snprintf(rule, RULE_ROOM, "score %d, from %d on: %.*s", (int)r->score, (int)r->from, STRF(r->why));
	e->category = r->topic;
	e->list = str_z(list);
	e->rule = str_z(rule);
}

void note_search(const struct note_of *n, struct str term, struct str outcome, const struct scan_found *f)
{
	struct event e = event_of(n, EVENT_SEARCHED);
	e.text = term;
	e.reason = outcome;
	char list[LIST_ROOM], rule[RULE_ROOM];
	if (f->alert)
		by_phrases(&e, f, &f->told, list, rule);
	e.extra = str_cut(f->told.why, EVENT_EXTRA_MAX);
	add(n, &e);
}

void note_typed(const struct note_of *n, struct str outcome, const struct scan_found *f)
{
	struct event e = event_of(n, EVENT_TYPED);
	e.text = f->excerpt;
	e.reason = outcome;
	char list[LIST_ROOM], rule[RULE_ROOM];
	by_phrases(&e, f, &f->told, list, rule);
	e.extra = str_cut(f->told.why, EVENT_EXTRA_MAX);
	add(n, &e);
}

void note_cut(const struct note_of *n, const struct scan_found *f, bool tells)
{
	char list[LIST_ROOM], rule[RULE_ROOM];
	struct event e = event_of(n, EVENT_REFUSED);
	e.path = n->path;
	e.reason = str_z(reason_info(REASON_PAGE_TEXT)->word);
	by_phrases(&e, f, &f->closed, list, rule);
	if (tells)
		e.extra = str_cut(f->closed.why, EVENT_EXTRA_MAX);
	add(n, &e);
}

void note_part(const struct note_of *n)
{
	struct event e = event_of(n, EVENT_READ_PART);
	e.path = n->path;
	add(n, &e);
}

void note_unread(const struct note_of *n)
{
	struct event e = event_of(n, EVENT_REFUSED);
	e.path = n->path;
	e.reason = str_z(reason_info(REASON_PAGE_UNREAD)->word);
	add(n, &e);
}
