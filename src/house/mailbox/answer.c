#include "house/mailbox/answer.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_queries.h"
#include "house/mailbox/intake.h"
#include "house/notify/post.h"

enum { ANSWER_MAX = 8192, TRIES_MAX = 5, DAY_S = 86400 };

static struct str sender_of(struct arena *a, const struct keys *k, struct str mail)
{
	uint8_t digest[32];
	char hex[65];
	char *low = arena_alloc(a, mail.n + 1);
	for (size_t i = 0; i < mail.n; i++)
		low[i] = ascii_lower(mail.p[i]);
	hash_hmac(keys_index(k), (struct str){ low, mail.n }, digest);
	hex_put(digest, sizeof digest, hex);
	return arena_fmt(a, "%.32s", hex);
}

enum err answer_queue(const struct desk *k, int64_t school, const struct letter_head *h, struct str own_address)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct q_answers_since_row row;
	int64_t now = clock_utc();
	if (h->automatic || !post_address(h->from_mail) || !own_address.n || str_ieq(h->from_mail, own_address))
		return OK;
	struct str sender = sender_of(&a, k->store->keys, h->from_mail);
	TRY(q_answers_since_one(k->store->db, &a, &(struct q_answers_since_args){ .school = school, .sender = sender, .day = now - DAY_S, .hour = now - 3600 }, &row));
	if (row.same || row.all >= INTAKE_ANSWERS_HOUR)
		return OK;
	return q_answer_put_do(k->store->db, &(struct q_answer_put_args){ .school = school, .sender = sender, .mail = h->from_mail,
		.reference = h->message_id.n ? h->message_id : STR(""), .now = now }, NULL);
}

struct str answer_words(struct arena *a, const struct library *l, int64_t now_utc, const char *portal)
{
	const struct contact *childline = contact_find(&l->contacts, STR("childline"));
	struct str phone = childline && childline->phone.n ? childline->phone : STR("0800 1111");
	const char *when = calendar_in_hours(library_calendar(l), now_utc) ? "Somebody at school reads it today." : "Somebody at school reads it when the school is next open.";
	return arena_fmt(a,
		"Thank you. Your message has arrived.\r\n\r\n"
		"%s\r\n\r\n"
		"If somebody is in danger now, ring 999.\r\n"
		"Childline is there for children at any hour, and it is free: %.*s.\r\n\r\n"
		"Is it about somebody who works at the school? Then please use this page, so that only the right person reads it:\r\n%s/report\r\n\r\n"
		"This answer was written by a program. Pictures and files that came with your message are not opened: please do not send pictures of "
		"children, tell us in words.\r\n", when, STRF(phone), portal);
}

static void write_answer(struct buf *b, const struct library *l, struct str own, struct str to, struct str reference, const char *portal)
{
	AUTO(arena_done) struct arena a = arena_init();
	post_head(b, "auto-replied");
	buf_fmt(b, "From: <%.*s>\r\nTo: <%.*s>\r\nSubject: Your message has arrived\r\n", STRF(own), STRF(to));
	if (reference.n)
		buf_fmt(b, "In-Reply-To: %.*s\r\nReferences: %.*s\r\n", STRF(reference), STRF(reference));
	buf_z(b, "\r\n");
	buf_add(b, answer_words(&a, l, clock_utc(), portal));
}

static enum err keep(const struct desk *k, int64_t school, const struct q_answers_due_row *row, enum post_how how)
{
	int64_t now = clock_utc();
	if (how == POST_SENT || how == POST_REFUSED || row->tries + 1 >= TRIES_MAX)
		return q_answer_end_do(k->store->db, &(struct q_answer_end_args){ .school = school, .id = row->id, .now = now }, NULL);
	return q_answer_later_do(k->store->db, &(struct q_answer_later_args){ .school = school, .id = row->id, .due = now + 600 * (row->tries + 1) }, NULL);
}

static void post_done(struct post **p) { post_free(p); }

enum err answer_send(const struct desk *k, int64_t school, const struct smtp_settings *s, struct str own_address, size_t max)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct q_answers_due_row *rows;
	size_t n;
	enum post_how how = POST_SENT;
	TRY(q_answers_due(k->store->db, &a, &(struct q_answers_due_args){ .school = school, .now = clock_utc(), .limit = (int64_t)max }, &rows, &n));
	if (!n || !post_address(own_address))
		return OK;
	AUTO(post_done) struct post *post = post_new(s);
	for (size_t i = 0; i < n && how != POST_SERVER; i++) {
		const char *why;
		AUTO(buf_wipe) struct buf letter = buf_init(ANSWER_MAX);
		write_answer(&letter, k->library, own_address, rows[i].mail, rows[i].reference, s->portal);
		TRY(buf_ok(&letter));
		how = post_send(post, STR(""), rows[i].mail, buf_str(&letter), &why);
		TRY(keep(k, school, &rows[i], how));
	}
	return OK;
}
