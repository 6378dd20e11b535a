#include "house/mailbox/intake.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/cut.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "gen_queries.h"
#include "house/account/appointment.h"
#include "house/mailbox/answer.h"
#include "house/mailbox/bounce.h"
#include "house/notify/trouble.h"

enum { REPORTER_MAX = 300 };

/* ---- what the case says of the sender ---- */

static struct str known_as(struct arena *a, const struct desk *k, int64_t school, struct str mail)
{
	struct q_mail_owners_row *rows;
	size_t n = 0;
	if (!mail.n || q_mail_owners(k->store->db, a, &(struct q_mail_owners_args){ .school = school, .mail = mail }, &rows, &n) != OK || !n)
		return STR("Nobody on the school's roll has this address.");
	if (n > 1)
		return arena_fmt(a, "%zu people on the roll share this address, %.*s among them.", n, STRF(rows[0].name));
	return arena_fmt(a, "On the roll this is the address of %.*s.", STRF(rows[0].name));
}

static struct str reporter_of(struct arena *a, const struct letter_head *h)
{
	struct str mail = h->from_mail.n ? h->from_mail : STR("no address that can be read");
	struct str line = h->from_name.n ? arena_fmt(a, "%.*s <%.*s>", STRF(str_cut(h->from_name, 100)), STRF(mail)) : mail;
	return str_cut(line, REPORTER_MAX);
}

/* The words first, as written; then, set apart, how they came. */
static struct str words_of(struct arena *a, const struct desk *k, int64_t school, const struct letter_head *h, const struct intake_letter *l)
{
	AUTO(buf_done) struct buf b = buf_init(RECORD_WORDS_MAX);
	if (h->subject.n)
		buf_fmt(&b, "%.*s\n\n", STRF(h->subject));
	buf_add(&b, l->words.n ? str_cut(l->words, INTAKE_WORDS_MAX) : STR("(No words could be read in this letter. Please look at it in the mailbox.)"));
	buf_z(&b, "\n\n----\nBy mail to the wellbeing address. ");
	buf_add(&b, known_as(a, k, school, h->from_mail));
	buf_z(&b, " Anybody can write any sender on a letter: this is no proof of who wrote it.");
	if (l->cut)
		buf_z(&b, "\nThe letter is longer. The rest is in the mailbox.");
	if (l->parts_left)
		buf_fmt(&b, "\n%zu %s came with it and stayed in the mailbox. Do not open %s if there may be pictures of children in it: see the procedure.",
		        l->parts_left, l->parts_left == 1 ? "file or picture" : "files or pictures", l->parts_left == 1 ? "it" : "them");
	return arena_str(a, buf_str(&b));
}

/* ---- once ---- */

static struct str digest_of(struct arena *a, const struct letter_head *h, const struct intake_letter *l)
{
	uint8_t digest[SHA256_BYTES];
	char hex[2 * SHA256_BYTES + 1];
	struct str nl = STR("\n"), bare = h->from_mail.n || h->message_id.n || h->date.n ? STR("") : l->head;
	struct str pieces[] = { h->message_id, nl, h->from_mail, nl, h->date, nl, h->subject, nl, l->words, nl, l->report, nl, bare };
	for (size_t i = 0; i < ARRAY_N(pieces); i++)
		if (!pieces[i].p)
			pieces[i] = STR("");
	hash_sha256v(pieces, ARRAY_N(pieces), digest);
	hex_put(digest, sizeof digest, hex);
	return arena_fmt(a, "%.40s", hex);
}

/* ---- what a letter becomes ---- */

/* Those who look after the address, trained for it now (7.8-11). */
static enum err team_of(const struct desk *k, struct arena *a, int64_t school, struct report *r)
{
	int64_t *people;
	size_t n;
	TRY(notify_holders(k->store->db, a, school, STR("wellbeing-team"), &people, &n));
	for (size_t i = 0; i < n && r->n_team < RECORD_TEAM_MAX; i++)
		if (appointment_trained_now(k->store->db, school, people[i]))
			r->team[r->n_team++] = people[i];
	return OK;
}

static void said_done(struct diag *d)
{
	for (size_t i = 0; i < d->n; i++)
		log_line(LOG_WARN, "a letter of the wellbeing mailbox: %.*s: %.*s", STRF(d->items[i].file), STRF(d->items[i].text));
	diag_done(d);
}

static enum err concern(const struct desk *k, struct arena *a, int64_t school, const struct letter_head *h, const struct intake_letter *l, struct str digest,
                        int64_t *entry)
{
	AUTO(said_done) struct diag d = diag_init(5);
	struct act act = { school, 0, "came by mail" };
	struct received got;
	struct report r = { .about = ABOUT_CHILD, .origin = ORIGIN_MAIL, .words = words_of(a, k, school, h, l), .reporter = reporter_of(a, h),
		.event_key = arena_fmt(a, "mail/%.*s", STRF(digest)), .happened_utc = clock_utc() };
	TRY(team_of(k, a, school, &r));
	TRY(record_report(k, &act, &r, &d, &got));
	*entry = got.id;
	return OK;
}

/* Letters of ours that came back: whose address does not work is told; nothing else of it is kept. */
static enum err bounced(const struct desk *k, struct arena *a, int64_t school, struct str report)
{
	struct bounce b[BOUNCE_MAX];
	size_t n;
	if (bounce_read(a, report, b, &n) != OK)
		return OK;
	for (size_t i = 0; i < n; i++) {
		struct q_mail_owners_row *rows;
		size_t owners = 0;
		if (!b[i].for_good)
			continue;
		TRY(q_mail_owners(k->store->db, a, &(struct q_mail_owners_args){ .school = school, .mail = b[i].mail }, &rows, &owners));
		for (size_t o = 0; o < owners; o++)
			TRY(trouble_note(k->store->db, school, TROUBLE_ADDRESS, rows[o].id, arena_fmt(a, "a letter came back (%.*s)", STRF(b[i].status))));
	}
	return OK;
}

struct kept { const char *outcome; int64_t entry; };

/* A letter of a program that is no bounce (an answer from somebody's holiday) is counted, no more; one with words that only looks like
 * one is still read: forms and telephones mark their letters as automatic too. */
static enum err act_on(const struct desk *k, struct arena *a, int64_t school, const struct letter_head *h, const struct intake_letter *l, struct str digest,
                       struct kept *out, struct intake_sum *sum)
{
	struct mailbox_config c;
	TRY(mailbox_config_get(k->store->db, a, school, &c));
	if (l->report.n) {
		out->outcome = "bounce";
		sum->bounces++;
		return bounced(k, a, school, l->report);
	}
	if (h->returned) {
		out->outcome = "automatic";
		sum->automatic++;
		return OK;
	}
	out->outcome = "concern";
	sum->concerns++;
	TRY(concern(k, a, school, h, l, digest, &out->entry));
	return answer_queue(k, school, h, c.address);
}

static enum err put(const struct desk *k, struct arena *a, int64_t school, const struct intake_letter *l, struct intake_sum *sum)
{
	struct letter_head h;
	struct kept kept = { 0 };
	struct q_mailbox_known_row known;
	letter_head_read(a, l->head, &h);
	struct str digest = digest_of(a, &h, l);
	TRY(q_mailbox_known_one(k->store->db, a, &(struct q_mailbox_known_args){ .school = school, .digest = digest }, &known));
	if (known.n) {
		sum->known++;
		return OK;
	}
	TRY(act_on(k, a, school, &h, l, digest, &kept, sum));
	return q_mailbox_put_do(k->store->db, &(struct q_mailbox_put_args){ .school = school, .digest = digest, .now = clock_utc(),
		.outcome = str_z(kept.outcome), .entry = kept.entry, .parts = (int64_t)l->parts_left }, NULL);
}

enum err intake_keep(const struct desk *k, int64_t school, int64_t uidvalidity, int64_t uid, const struct intake_letter *l, struct intake_sum *sum)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct intake_sum got = *sum;
	TRY(db_tx_begin(k->store->db, &tx));
	TRY(put(k, &a, school, l, &got));
	TRY(q_cursor_put_do(k->store->db, &(struct q_cursor_put_args){ .school = school, .uidvalidity = uidvalidity, .uid = uid, .now = clock_utc() }, NULL));
	TRY(db_tx_commit(&tx));
	*sum = got;
	return OK;
}

/* ---- a round ---- */

/* Only what is words crosses the wire. */
static enum err fetch_words(struct imap_session *m, struct arena *a, int64_t uid, const struct imap_letter *got, struct intake_letter *l)
{
	const struct mail_part *report = mail_bounce_part(got->parts, got->n_parts), *words = mail_words_part(got->parts, got->n_parts);
	struct str raw;
	l->head = got->head;
	l->parts_left = got->n_parts - (words != NULL);
	if (report)
		return imap_part(m, a, uid, report->section, INTAKE_PART_MAX, &l->report);
	for (size_t i = 0; i < got->n_parts; i++)                    /* the same words again as HTML are no file */
		if (words && &got->parts[i] != words && !got->parts[i].attached && str_ieq(got->parts[i].type, STR("text")) && str_ieq(got->parts[i].subtype, STR("html")))
			l->parts_left--;
	if (!words)
		return OK;
	TRY(imap_part(m, a, uid, words->section, INTAKE_PART_MAX, &raw));
	struct text_how how = { .encoding = words->encoding, .charset = words->charset, .html = str_ieq(words->subtype, STR("html")), .max = INTAKE_WORDS_MAX };
	l->words = text_of_part(a, raw, &how);
	l->cut = words->octets > INTAKE_PART_MAX || l->words.n + 4 > INTAKE_WORDS_MAX;
	return OK;
}

static enum err one(const struct desk *k, int64_t school, struct imap_session *m, int64_t uidvalidity, int64_t uid, struct intake_sum *sum)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct imap_letter *got = arena_new(&a, struct imap_letter);
	struct intake_letter l = { 0 };
	enum err e = imap_look(m, &a, uid, got);
	if (e == OK)
		e = fetch_words(m, &a, uid, got, &l);
	if (e == ERR_ABSENT)                     /* somebody took it out meanwhile */
		return OK;
	TRY(e);
	return intake_keep(k, school, uidvalidity, uid, &l, sum);
}

static enum err round_of(const struct desk *k, int64_t school, struct imap_session *m, int64_t uidvalidity, struct intake_sum *sum)
{
	AUTO(arena_done) struct arena a = arena_init();
	int64_t uids[INTAKE_ROUND];
	size_t n;
	struct q_cursor_get_row at = { 0 };
	enum err e = q_cursor_get_one(k->store->db, &a, &(struct q_cursor_get_args){ .school = school }, &at);
	if (e != OK && e != ERR_ABSENT)
		return e;
	int64_t after = at.uidvalidity == uidvalidity ? at.uid : 0;
	TRY(imap_new(m, after, uids, INTAKE_ROUND, &n));
	for (size_t i = 0; i < n; i++)
		TRY(one(k, school, m, uidvalidity, uids[i], sum));
	return q_cursor_put_do(k->store->db, &(struct q_cursor_put_args){ .school = school, .uidvalidity = uidvalidity, .uid = n ? uids[n - 1] : after,
		.now = clock_utc() }, NULL);
}

static enum err in_trouble(const struct desk *k, int64_t school, const char *why)
{
	log_line(LOG_WARN, "the wellbeing mailbox: %s", why);
	return trouble_note(k->store->db, school, TROUBLE_FETCH, 0, str_z(why));
}

/* What the server did wrong is its trouble; what we could not keep is ours, and goes up. */
static enum err read_it(const struct desk *k, int64_t school, const struct imap_settings *s, struct intake_sum *out)
{
	AUTO(imap_close) struct imap_session *m = NULL;
	int64_t uidvalidity;
	char why[200] = "the settings of the mailbox are not complete";
	if (imap_open(s, &m, &uidvalidity, why) != OK)
		return in_trouble(k, school, why);
	enum err e = round_of(k, school, m, uidvalidity, out);
	if (*imap_why(m))
		return in_trouble(k, school, imap_why(m));
	TRY(e);
	return trouble_clear(k->store->db, school, TROUBLE_FETCH, 0);
}

enum err intake_run(const struct desk *k, int64_t school, const char *ca_file, struct intake_sum *out)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(buf_wipe) struct buf password = buf_init(MAILBOX_PASSWORD_MAX);
	struct mailbox_config c;
	*out = (struct intake_sum){ 0 };
	TRY(mailbox_config_get(k->store->db, &a, school, &c));
	if (!c.server.n)
		return trouble_clear(k->store->db, school, TROUBLE_FETCH, 0);
	enum err e = mailbox_password(k->store->db, k->store->keys, school, &password);
	if (e == ERR_ABSENT || e == ERR_CRYPTO)
		return in_trouble(k, school, "its password is missing or cannot be opened; enter it anew");
	TRY(e);
	struct imap_settings s = { .url = arena_fmt(&a, "%.*s", STRF(c.server)).p, .user = arena_fmt(&a, "%.*s", STRF(c.user)).p, .password = password.p,
		.folder = arena_fmt(&a, "%.*s", STRF(c.folder)).p, .ca_file = ca_file };
	return read_it(k, school, &s, out);
}
