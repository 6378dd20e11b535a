#include "house/account/whereabouts.h"

#include "base/clock.h"
#include "base/mem.h"
#include "gen_queries.h"
#include "house/store/audit.h"

static struct str hash_of(const struct session *s) { return (struct str){ (const char *)s->token_hash, sizeof s->token_hash }; }

enum err whereabouts_note(struct db *db, const struct person *p, const struct session *s, int64_t lesson, const char *how)
{
	char text[ADDR_TEXT_MAX];
	size_t n = addr_text(s->peer, text);
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(db, &tx));
	TRY(q_learner_in_sweep_do(db, &(struct q_learner_in_sweep_args){ .school = p->school, .stale = clock_utc() - 2 * 86400 }, NULL));
	TRY(q_learner_in_put_do(db, &(struct q_learner_in_put_args){ .school = p->school, .person = p->id, .class = p->class_id, .lesson = lesson,
		.how = str_z(how), .token_hash = hash_of(s), .address = { text, n }, .at = clock_utc() }, NULL));
	return db_tx_commit(&tx);
}

static enum err rows_of(struct db *db, struct arena *a, int64_t school, int64_t class_id, int64_t person, struct whereabout **out, size_t *n)
{
	struct q_learner_in_rows_row *rows;
	size_t found;
	TRY(q_learner_in_rows(db, a, &(struct q_learner_in_rows_args){ .school = school, .class = class_id, .person = person, .now = clock_utc() }, &rows, &found));
	struct whereabout *list = arena_array(a, struct whereabout, found + 1);
	for (size_t i = 0; i < found; i++) {
		list[i] = (struct whereabout){ .id = rows[i].id, .person = rows[i].person, .class_id = rows[i].class_id, .lesson = rows[i].lesson,
			.at_utc = rows[i].at_utc, .seen_utc = rows[i].seen_utc, .name = rows[i].name, .how = rows[i].how };
		(void)addr_read(rows[i].address, &list[i].peer);         /* unknown stays zero */
	}
	for (size_t i = 0; i < found; i++)
		for (size_t k = 0; k < found; k++)
			list[i].twice |= list[i].person == list[k].person && !addr_same(list[i].peer, list[k].peer);
	*out = list;
	*n = found;
	return OK;
}

enum err whereabouts_of_class(struct db *db, struct arena *a, int64_t school, int64_t class_id, struct whereabout **out, size_t *n)
{
	return rows_of(db, a, school, class_id, 0, out, n);
}

enum err whereabouts_of_person(struct db *db, struct arena *a, int64_t school, int64_t person, struct whereabout **out, size_t *n)
{
	return rows_of(db, a, school, 0, person, out, n);
}

static enum err drop(struct db *db, const struct act *act, const struct whereabout *w)
{
	TRY(q_learner_in_end_do(db, &(struct q_learner_in_end_args){ .school = act->school, .id = w->id }, NULL));
	return audit_add(db, act, "session.ended", (struct audit_about){ "person", w->person }, NULL);
}

enum err whereabouts_end(struct db *db, struct arena *a, const struct act *act, int64_t class_id, int64_t id, struct whereabout *out)
{
	struct whereabout *list;
	size_t n;
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(db, &tx));
	TRY(rows_of(db, a, act->school, class_id, 0, &list, &n));
	for (size_t i = 0; i < n; i++)
		if (list[i].id == id) {
			TRY(drop(db, act, &list[i]));
			*out = list[i];
			return db_tx_commit(&tx);
		}
	return ERR_ABSENT;
}

enum err whereabouts_end_lesson(struct db *db, struct arena *a, const struct act *act, int64_t class_id, int64_t **people, size_t *n)
{
	struct whereabout *list;
	size_t found;
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(db, &tx));
	TRY(rows_of(db, a, act->school, class_id, 0, &list, &found));
	*people = arena_array(a, int64_t, found + 1);
	*n = 0;
	for (size_t i = 0; i < found; i++)
		if (list[i].lesson) {
			TRY(drop(db, act, &list[i]));
			(*people)[(*n)++] = list[i].person;
		}
	return db_tx_commit(&tx);
}

enum err whereabouts_until(struct db *db, struct session *s, int64_t until_utc)
{
	if (until_utc >= s->until_utc)
		return OK;
	TRY(q_session_until_do(db, &(struct q_session_until_args){ .school = s->school, .token_hash = hash_of(s), .until = until_utc }, NULL));
	s->until_utc = until_utc;
	return OK;
}
