/* What is done to a case as a whole: taken on, noted, handed over, kept from somebody, closed, opened again. */
#include "base/clock.h"
#include "base/mem.h"
#include "house/page/case.h"
#include "house/page/form.h"

static enum err open_desk(struct page_ctx *c, struct desk_view *k, int64_t *id)
{
	TRY(page_id(c, "id", id));
	return page_desk(c, k);
}

enum err case_seen(struct page_ctx *c)
{
	struct desk_view k;
	int64_t id;
	struct act act = page_act(c, "taken on");
	TRY(open_desk(c, &k, &id));
	return case_answer(c, id, record_acknowledge(&k.desk, &act, &k.may, id), "You have taken it on.");
}

enum err case_note_do(struct page_ctx *c)
{
	struct desk_view k;
	int64_t id;
	struct act act = page_act(c, "a note");
	struct str kind = page_field(c, "kind");
	enum note_kind what = str_is(kind, "amendment") ? NOTE_AMENDMENT : str_is(kind, "contact") ? NOTE_CONTACT : NOTE_PLAIN;
	TRY(open_desk(c, &k, &id));
	return case_answer(c, id, record_note(&k.desk, &act, &k.may, id, what, page_field(c, "text"), 0, &c->errors), "The note is kept.");
}

enum err case_hand_over(struct page_ctx *c)
{
	struct desk_view k;
	int64_t id, to = 0;
	role_set roles = 0;
	struct act act = page_act(c, "handed over");
	struct case_view v;
	TRY(open_desk(c, &k, &id));
	TRY(record_view(&k.desk, c->arena, &k.may, id, &v));     /* before anything is said about the form */
	if (str_i64(page_field(c, "to"), &to) != OK || to <= 0 || role_held(c->db, c->school, to, clock_utc(), &roles) != OK)
		page_wrong(c, "to", "Please choose to whom.");
	if (page_is_wrong(c))
		return case_again(c, id);
	return case_answer(c, id, record_hand_over(&k.desk, &act, &k.may, id, to, roles, page_field(c, "why"), &c->errors),
	                   "The case is handed over.");
}

/* Everybody of that name who works here, or has to do with the school; never whoever asks. */
static enum err keep_from(struct page_ctx *c, const struct desk_view *k, int64_t id, struct str name)
{
	struct act act = page_act(c, "kept from somebody");
	struct person_query q = { .words = name, .limit = 50 };
	struct person *p;
	size_t n, found = 0;
	int64_t total;
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(c->db, &tx));
	TRY(person_list(c->db, c->arena, c->school, &q, &p, &n, &total));
	for (size_t i = 0; i < n; i++) {
		if (p[i].kind == KIND_LEARNER || p[i].id == c->person->id || !str_ieq(p[i].name, name))
			continue;
		TRY(record_exclude(&k->desk, &act, &k->may, id, p[i].id, ENTRY_BARRED));
		found++;
	}
	if (!found)
		page_wrong(c, "from", "There is nobody of this name. Write it as it stands in the role register.");
	return found ? db_tx_commit(&tx) : ERR_INVALID;
}

enum err case_keep_from(struct page_ctx *c)
{
	struct desk_view k;
	struct case_view v;
	int64_t id;
	TRY(open_desk(c, &k, &id));
	TRY(record_view(&k.desk, c->arena, &k.may, id, &v));     /* before anything is said about the form */
	if (v.limited)
		return ERR_ABSENT;
	struct str name = page_need(c, "from", PERSON_NAME_MAX, "Write the name of the person.");
	return case_answer(c, id, page_is_wrong(c) ? ERR_INVALID : keep_from(c, &k, id, name), "They do not see this case any more.");
}

enum err case_close(struct page_ctx *c)
{
	struct desk_view k;
	int64_t id;
	struct act act = page_act(c, "closed");
	TRY(open_desk(c, &k, &id));
	return case_answer(c, id, record_close(&k.desk, &act, &k.may, id, &c->errors), "The case is closed.");
}

enum err case_reopen(struct page_ctx *c)
{
	struct desk_view k;
	int64_t id;
	struct act act = page_act(c, "opened again");
	struct case_view v;
	TRY(open_desk(c, &k, &id));
	TRY(record_view(&k.desk, c->arena, &k.may, id, &v));
	struct str why = page_need(c, "reopen_why", 2000, "Please say why.");
	if (page_is_wrong(c))
		return case_again(c, id);
	return case_answer(c, id, record_reopen(&k.desk, &act, &k.may, id, why), "The case is open again.");
}
