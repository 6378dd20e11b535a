#include "house/page/mail_trouble.h"

#include "base/time.h"
#include "house/notify/trouble.h"

static struct str server_line(struct page_ctx *c, const struct trouble *t)
{
	struct str since = time_words(c->arena, t->since_utc);
	if (t->what == TROUBLE_SEND)
		return arena_fmt(c->arena, "Since %.*s no notice has gone out by mail: %.*s. Nothing is lost; until it is mended, look here yourself.",
		                 STRF(since), STRF(t->why));
	return arena_fmt(c->arena, "Since %.*s the wellbeing mailbox has not been read: %.*s. Letters wait on the mail server; ask the technician to look today.",
	                 STRF(since), STRF(t->why));
}

enum err page_mail_trouble(struct page_ctx *c, struct str **lines, size_t *n)
{
	struct trouble *t;
	size_t found, addresses = 0;
	*n = 0;
	TRY(notify_trouble(c->db, c->arena, c->school, &t, &found));
	*lines = arena_array(c->arena, struct str, found + 1);
	for (size_t i = 0; i < found; i++) {
		if (t[i].what == TROUBLE_ADDRESS)
			addresses++;
		else
			(*lines)[(*n)++] = server_line(c, &t[i]);
	}
	if (addresses)
		(*lines)[(*n)++] = arena_fmt(c->arena, "Mail to %zu %s comes back. The office finds who on the page Mail, and asks for the right address.", addresses,
		                             addresses == 1 ? "person" : "people");
	return OK;
}
