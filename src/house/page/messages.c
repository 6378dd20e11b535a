#include "house/page/messages.h"

#include "base/clock.h"
#include "base/conf.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_queries.h"
#include "gen_ui.h"
#include "house/agreement/agreement.h"
#include "house/cli/cli.h"
#include "house/page/notices.h"
#include "house/page/routes.h"
#include "house/procedure/library.h"

enum { MESSAGES_MAX = 100, SHOWN_MAX = 100 };

struct message { struct str id, text; };

/* Those of an audience, in the order of the file; all for an absent one. */
static size_t messages_of(struct page_ctx *c, struct str audience, struct message out[MESSAGES_MAX])
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct conf f;
	size_t n = 0;
	if (conf_load(c->arena, arena_fmt(c->arena, "%s/messages.conf", cli_data()).p, &d, &f) != OK)
		return 0;
	for (size_t i = 0; i < f.n && n < MESSAGES_MAX; i++) {
		struct agreement_rule r = { .tag = conf_get(&f.blocks[i], "for") };
		if (str_is(f.blocks[i].kind, "message") && (!audience.n || agreement_has_tag(&r, audience)))
			out[n++] = (struct message){ f.blocks[i].id, conf_get(&f.blocks[i], "text") };
	}
	return n;
}

static size_t find(const struct message *m, size_t n, struct str id)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(m[i].id, id))
			return i;
	return n;
}

static bool is_due(struct page_ctx *c, bool learner, const struct q_message_last_row *last)
{
	if (learner)
		return true;
	int64_t days = profile_number(&c->web->library->profile, "messages.staff_days", 14);
	return clock_utc() >= last->at_utc + days * 86400;
}

enum err page_message(struct page_ctx *c, struct str *out)
{
	struct message m[MESSAGES_MAX];
	struct q_message_last_row last;
	struct q_message_put_row row;
	*out = STR_NONE;
	if (!c->person || !c->web->library || c->person->kind == KIND_PARENT || c->person->kind == KIND_VISITOR)
		return OK;
	bool learner = c->person->kind == KIND_LEARNER;
	struct str kind = learner ? STR("learner") : STR("staff");
	size_t n = messages_of(c, page_audience(c), m), next = 0;
	if (!n)
		return OK;
	enum err e = q_message_last_one(c->db, c->arena, &(struct q_message_last_args){ .school = c->school, .person = c->person->id, .kind = kind }, &last);
	if (e != OK && e != ERR_ABSENT)
		return e;
	if (e == OK) {
		size_t at = find(m, n, last.message);
		if (last.session == c->session->id && at < n) {
			*out = m[at].text;
			return OK;
		}
		if (!is_due(c, learner, &last))
			return OK;
		next = at < n ? (at + 1) % n : 0;
	}
	*out = m[next].text;
	struct q_message_put_args put = { .school = c->school, .person = c->person->id, .kind = kind, .message = m[next].id, .session = c->session->id,
		.now = clock_utc() };
	return q_message_put_one(c->db, c->arena, &put, &row);
}

/* ---- what was shown ---- */

static enum err shown(struct page_ctx *c, const char *kind, struct view_messages_rows *out, size_t *n)
{
	struct message m[MESSAGES_MAX];
	struct q_message_log_row *rows;
	size_t have, n_m = messages_of(c, STR_NONE, m);
	TRY(q_message_log(c->db, c->arena, &(struct q_message_log_args){ .school = c->school, .kind = str_z(kind), .from = 0, .limit = SHOWN_MAX }, &rows, &have));
	for (size_t i = 0; i < have; i++) {
		size_t at = find(m, n_m, rows[i].message);
		out[(*n)++] = (struct view_messages_rows){ time_words(c->arena, rows[i].at_utc), person_name(c->db, c->arena, c->school, rows[i].person),
			at < n_m ? m[at].text : rows[i].message };
	}
	return OK;
}

enum err messages_show(struct page_ctx *c)
{
	struct view_messages_rows *rows = arena_array(c->arena, struct view_messages_rows, 2 * SHOWN_MAX);
	size_t n = 0;
	TRY(shown(c, "staff", rows, &n));
	TRY(shown(c, "learner", rows, &n));
	return page_show(c, messages, "Messages that were shown", .rows = rows, .n_rows = n);
}
