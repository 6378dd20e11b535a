#include "gate/tell/tell.h"

#include "base/mem.h"
#include "base/time.h"
#include "gate/tell/form.h"

static struct event event_of(enum event_kind kind, int64_t school, struct str group, const struct who *who, struct addr from)
{
	struct event e = { .kind = kind, .school = who->school ? who->school : school, .person = who->person,
		.device = who->device, .class_id = who->class_id, .how = identity_known(who->how), .sure = who->sure, .group = group };
	memcpy(e.addr, from.b, sizeof e.addr);
	return e;
}

/* The words with what else was picked, a line each, as the house shows them. */
static void put_text(const struct tell *t, struct buf *out)
{
	if (t->feel.n)
		buf_fmt(out, "Picture: %.*s\n", STRF(t->feel));
	if (t->name.n)
		buf_fmt(out, "Name given: %.*s\n", STRF(t->name));
	buf_add(out, t->words);
}

static bool fits(const struct tell *t, size_t words_max)
{
	return form_characters(t->words) <= words_max && form_characters(t->name) <= TELL_NAME_MAX
		&& form_characters(t->not_to) <= TELL_NOT_MAX && t->feel.n <= 64;
}

enum err tell_someone(struct spool *spool, int64_t school, struct str group, const struct who *who, struct addr from, const struct tell *t)
{
	assert(who && t);
	AUTO(buf_wipe) struct buf text = buf_init(EVENT_TEXT_MAX);
	if (!fits(t, TELL_WORDS_MAX))
		return ERR_LIMIT;
	put_text(t, &text);
	TRY(buf_ok(&text));
	if (!spool)
		return ERR_STATE;
	struct event e = event_of(EVENT_TELL, school, group, who, from);
	e.reason = t->blocked_page ? STR("blocked-page") : STR("worry");
	e.text = buf_str(&text);
	e.extra = t->not_to;
	e.ref = t->ref;
	e.host = t->host;
	e.path = t->path;
	return spool_add_durable(spool, &e);
}

enum err tell_ask(struct spool *spool, int64_t school, struct str group, const struct who *who, struct addr from, const struct tell *t)
{
	assert(who && t);
	if (!fits(t, ASK_WORDS_MAX))
		return ERR_LIMIT;
	if (!spool)
		return ERR_STATE;
	struct event e = event_of(EVENT_ASK, school, group, who, from);
	e.text = t->words;
	e.ref = t->ref;
	e.host = t->host;
	e.path = t->path;
	e.reason = t->reason;
	e.rule = t->rule;
	e.category = t->category;
	e.list = t->list;
	return spool_add_durable(spool, &e);
}

bool tell_read_today(int64_t now_utc)
{
	struct civil c = time_uk(now_utc);
	int minute = c.hour * 60 + c.minute;
	return c.weekday < 5 && minute >= 8 * 60 + 30 && minute < 16 * 60;
}
