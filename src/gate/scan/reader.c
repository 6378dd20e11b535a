#include "gate/scan/reader.h"

#include "base/mem.h"
#include "gate/scan/note.h"
#include "policy/read/engines.h"
#include "wire/coding.h"

struct reader {
	struct scan *scan;              /* owned */
	struct who who;
	struct tap_head head;           /* its texts live until close; its policy does not */
	char group[65];
	bool alerts;                    /* what is read here may tell the safeguarding lead in its own words */
	bool tells;                     /* a page that is closed may be told, by the phrases that counted */
	const struct note_to *to;
	struct coding *coding;          /* owned; NULL: packed in a way that cannot be read */
	bool talk, noted, done;
	bool answer;                    /* to what somebody typed: an assistant's, when it says so */
	bool assistant;                 /* this host is one */
	size_t plain;                   /* bytes read */
	struct str outcome;             /* of a typed text, or of an answer */
};

static struct note_of note_of(const struct tap_head *h, const struct who *who, struct str group, const struct note_to *to)
{
	return (struct note_of){ .school = h->school, .who = who, .from = h->from, .spool = h->spool, .host = h->host, .path = h->path, .group = group, .to = to };
}

/* ---- searches */

static void search(const struct tap_head *h, struct str outcome, const struct note_to *to)
{
	AUTO(arena_done) struct arena a = arena_init();
	char room[TERM_MAX + 1];
	struct str term;
	struct scan_found f = { .cut = false };
	int32_t limit[PHRASE_TOPICS] = { 0 };
	if (h->unlogged || !h->policy || !h->who || !policy_search_term(h->policy, h->host, h->path, room, &term))
		return;
	if (policy_phrases(h->policy) && phrases_alerts(h->policy, h->who->group))
		scan_text(&a, policy_phrases(h->policy), limit, term, &f);
	struct note_of n = note_of(h, h->who, policy_group_name(h->policy, h->who->group), to);
	note_search(&n, term, outcome, &f);
}

/* Kept with why, as one that was let through. */
static void refused(void *owner, const struct tap_head *h, struct str reason) { search(h, reason, owner); }

/* ---- which bodies are read */

static bool anything_to_read_for(const struct tap_head *h)
{
	if (h->unlogged || !h->policy || !h->who || !policy_phrases(h->policy))
		return false;
	return phrases_read_for(h->policy, h->who->group) || ((h->up || str_is(h->method, "POST")) && phrases_alerts(h->policy, h->who->group));
}

static bool answers(const struct tap_head *h, enum scan_kind kind)
{
	return !h->up && str_is(h->method, "POST") && (kind == SCAN_EVENTS || kind == SCAN_TEXT || kind == SCAN_JSON);
}

static bool wants(void *owner, const struct tap_head *h)
{
	if (h->document)                        /* not what the page fetches by itself for the same search */
		search(h, STR("allowed"), owner);
	return anything_to_read_for(h);
}

static struct reader *reader_new(void *owner, const struct tap_head *h)
{
	struct reader *r = mem_new(struct reader);
	r->head = *h;
	r->who = *h->who;
	r->head.who = &r->who;
	r->head.policy = NULL;
	r->to = owner;
	struct str group = str_upto(policy_group_name(h->policy, h->who->group), sizeof r->group - 1);
	if (group.n)
		memcpy(r->group, group.p, group.n);
	r->tells = phrases_alerts(h->policy, h->who->group);
	r->alerts = h->up && r->tells;
	r->outcome = STR("allowed");
	return r;
}

static void *open_body(void *owner, const struct tap_head *h)
{
	int32_t limit[PHRASE_TOPICS];
	enum scan_kind kind = scan_kind_of(h->type);
	if (kind == SCAN_NOTHING || !anything_to_read_for(h))
		return NULL;
	struct reader *r = reader_new(owner, h);
	phrases_limits(h->policy, h->who->group, limit);
	r->answer = answers(h, kind);
	if (r->answer) {
		r->alerts = r->tells;
		r->assistant = policy_assistant(h->policy, h->host);
		r->outcome = STR("answered");
	}
	r->coding = h->sealed ? NULL : coding_new(&h->coding);
	r->scan = scan_new(policy_phrases(h->policy), limit, kind, h->type, h->up || r->answer);
	return r;
}

/* Of WebSocket: what one side says. */
static void *open_talk(void *owner, const struct tap_head *h)
{
	int32_t limit[PHRASE_TOPICS];
	if (!anything_to_read_for(h))
		return NULL;
	struct reader *r = reader_new(owner, h);
	phrases_limits(h->policy, h->who->group, limit);
	r->talk = true;
	r->scan = scan_new(policy_phrases(h->policy), limit, SCAN_TALK, STR_NONE, h->up);
	return r;
}

/* ---- reading */

enum fed { FED_ON, FED_CUT, FED_ENOUGH, FED_BOMB, FED_UNREAD };

static bool feed_plain(void *to, struct str s)
{
	struct reader *r = to;
	r->plain += s.n;
	return scan_feed(r->scan, s) == SCAN_PASS && r->plain <= READER_PLAIN_MAX;
}

static enum fed feed_body(struct reader *r, struct str s)
{
	enum err e = r->coding ? coding_feed(r->coding, s, feed_plain, r) : ERR_UNSUPPORTED;
	if (e == ERR_END)
		return scan_feed(r->scan, STR_NONE) == SCAN_CUT ? FED_CUT : FED_ENOUGH;
	return e == OK ? FED_ON : e == ERR_LIMIT ? FED_BOMB : FED_UNREAD;
}

static void note(struct reader *r, struct arena *a, struct scan_found *f)
{
	struct note_of n = note_of(&r->head, &r->who, str_z(r->group), r->to);
	struct tap_said *said = r->head.said ? *r->head.said : NULL;
	r->noted = true;
	if (r->answer && f->alert)
		f->excerpt = arena_fmt(a, "Asked: %.*s\nAnswered: %.*s", said ? (int)said->n : 0, said ? said->text : "", STRF(f->excerpt));
	bool told = r->alerts && f->alert && (!r->answer || r->assistant || scan_assistant(r->scan));
	if (told)
		note_typed(&n, r->outcome, f);
	if (f->cut)
		note_cut(&n, f, r->tells && !told && f->alert && str_eq(f->closed.topic, f->told.topic));
}

static void found(struct reader *r)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct scan_found f;
	if (r->noted)
		return;
	scan_found(r->scan, &a, &f);
	note(r, &a, &f);
}

/* For whoever reads the answer, while it comes; nothing is kept of it unless that raises an alert. */
static void leave_said(struct reader *r)
{
	AUTO(arena_done) struct arena a = arena_init();
	if (!r->head.up || !r->alerts || !r->head.said || *r->head.said)
		return;
	struct str s = str_upto(scan_last(r->scan, &a), TAP_SAID);
	struct tap_said *said = *r->head.said = mem_new(struct tap_said);
	if (s.n)
		memcpy(said->text, s.p, s.n);
	said->n = s.n;
}

static enum tap_verdict cut(struct reader *r, const char **words)
{
	r->done = true;
	r->outcome = r->answer ? STR("answer-cut") : STR("cut");
	found(r);
	*words = r->head.up ? "What was written holds words that are not sent from school. A grown-up you trust can help."
	                    : "The words on this page are not for school, so it was closed.";
	return TAP_REPLACE;
}

/* What cannot be read is not shown unread: neither a coding that is not known, nor one that is not what it says. */
static enum tap_verdict unread(struct reader *r, const char **words)
{
	struct note_of n = note_of(&r->head, &r->who, str_z(r->group), r->to);
	r->done = r->noted = true;
	note_unread(&n);
	*words = "It came in a form that could not be read, so it was closed.";
	return TAP_UNREAD;
}

/* A message ended without closing anything: what it said may be told, and then counts no longer. */
static enum tap_verdict message_ended(struct reader *r)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct scan_found f;
	scan_found(r->scan, &a, &f);
	if (r->alerts && f.alert) {
		note(r, &a, &f);
		r->noted = false;
		scan_again(r->scan);
	}
	return TAP_PASS;
}

static enum tap_verdict feed_talk(struct reader *r, struct str s, bool last, const char **words)
{
	if (scan_feed(r->scan, s) == SCAN_CUT || (last && scan_end(r->scan) == SCAN_CUT))
		return cut(r, words);
	return last ? message_ended(r) : r->head.up ? TAP_HOLD : TAP_PASS;
}

/* The rest passes unread, and the record says so. */
static void part(const struct reader *r)
{
	struct note_of n = note_of(&r->head, &r->who, str_z(r->group), r->to);
	note_part(&n);
}

static enum tap_verdict feed(void *tap, struct str s, bool last, const char **words)
{
	struct reader *r = tap;
	*words = NULL;
	if (r->done)
		return TAP_DONE;
	if (r->talk)
		return feed_talk(r, s, last, words);
	enum fed f = s.n ? feed_body(r, s) : FED_ON;
	if (f == FED_BOMB)
		return TAP_CUT;
	if (f == FED_UNREAD)
		return unread(r, words);
	if (f == FED_CUT || ((last || f == FED_ENOUGH) && scan_end(r->scan) == SCAN_CUT))
		return cut(r, words);
	if (last || f == FED_ENOUGH) {
		r->done = true;
		if (r->plain > READER_PLAIN_MAX)
			part(r);
		found(r);
		leave_said(r);
		return TAP_DONE;
	}
	return r->head.up ? TAP_HOLD : TAP_PASS;        /* a post waits until it was read; a page never does */
}

static void close_body(void *tap)
{
	struct reader *r = tap;
	if (!r->done && (r->head.up || r->answer)) {
		r->outcome = r->answer ? STR("answered") : STR("broken-off");
		(void)scan_end(r->scan);                /* nothing can be cut any more */
		found(r);
	}
	coding_free(&r->coding);
	scan_free(&r->scan);
	mem_free(&r);
}

const struct tap_ops reader_ops = { .wants = wants, .open = open_body, .refused = refused, .feed = feed, .close = close_body, .talk = open_talk };
