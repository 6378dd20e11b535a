/* The jobs, each in a process of its own. */
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/agreement/roll.h"
#include "house/contact/directory.h"
#include "house/evidence/monitoring.h"
#include "house/family/link.h"
#include "house/fetch/fetch.h"
#include "house/fetch/lists_fetch.h"
#include "house/keeper/house_rules.h"
#include "house/keeper/keeper.h"
#include "house/keeper/overblock.h"
#include "house/keeper/people.h"
#include "house/keeper/sealed.h"
#include "house/keeper/trial.h"
#include "house/linked/link_check.h"
#include "house/mailbox/answer.h"
#include "house/mailbox/intake.h"
#include "house/notify/notify.h"
#include "house/security/run.h"
#include "house/site/site.h"
#include "house/store/activity.h"
#include "house/store/audit.h"
#include "io/file.h"
#include "io/signer_ask.h"
#include "policy/compile/publish.h"

enum { MAIL_MAX = 200, PASSWORD_BYTES = 1024 };

static void say(const struct diag *d)
{
	for (size_t i = 0; i < d->n; i++)
		log_line(d->items[i].level == DIAG_ERROR ? LOG_FAIL : LOG_NOTE, "%.*s:%ld: %.*s", STRF(d->items[i].file),
		         d->items[i].line, STRF(d->items[i].text));
}

static enum err job_fetch(struct keeper *k, const char *data_dir);
static bool has_lists(const struct conf *c);

/* Lists compiled by another version are compiled again, from the files kept here where a source cannot be reached; that publishes too. */
static enum err job_publish(struct keeper *k, const char *data_dir)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(100);
	struct policy_built built;
	struct str rules;
	uint8_t sealed[32];
	bool has_key = file_read_exact(settings_path(&k->settings, "keys/sealed.key"), sealed, 32) == OK;
	TRY(house_rules(k, &a, &rules));
	struct policy_opts o = {
		.data = data_dir, .profile = k->settings.profile, .local = settings_path(&k->settings, "policy.d"), .phrases = settings_path(&k->settings, "phrases.d"),
		.lists = settings_path(&k->settings, "lists/lists.snap"), .dir = settings_path(&k->settings, "policy"),
		.now_utc = clock_utc(), .extra = rules,
		.sealed_key = has_key ? (struct str){ (const char *)sealed, 32 } : STR_NONE,
	};
	if (!file_exists(o.lists)) {
		log_line(LOG_FAIL, "no lists have been compiled yet, so there is no policy to publish: gatehouse lists fetch, or lists compile");
		return ERR_STATE;
	}
	enum err e = policy_publish(&o, &d, &built);
	mem_wipe(sealed, sizeof sealed);
	say(&d);
	if (e == ERR_VERSION && has_lists(&k->settings.conf))
		return job_fetch(k, data_dir);
	TRY(e);
	struct act act = { k->school, 0, built.digest };
	return audit_add(k->db, &act, "policy.published", (struct audit_about){ "snapshot", (int64_t)built.generation }, NULL);
}

static enum err job_trial(struct keeper *k, const char *data_dir) { return keeper_trial_job(k); }
static enum err job_sealed(struct keeper *k, const char *data_dir) { return keeper_sealed_job(k); }

/* ---- mail ---- */

/* The automatic answers of the wellbeing mailbox go the same way as notices. */
static enum err answers(struct keeper *k, const struct smtp_settings *mail)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct mailbox_config c;
	TRY(mailbox_config_get(k->db, &a, k->school, &c));
	return answer_send(&k->desk, k->school, mail, c.address, MAIL_MAX);
}

static enum err job_mailbox(struct keeper *k, const char *data_dir)
{
	struct intake_sum sum;
	TRY(intake_run(&k->desk, k->school, k->settings.mail_ca_file, &sum));
	if (sum.concerns)
		log_line(LOG_NOTE, "%zu letters of the wellbeing mailbox became concerns", sum.concerns);
	return OK;
}

static enum err job_notify(struct keeper *k, const char *data_dir)
{
	const struct settings *s = &k->settings;
	AUTO(buf_wipe) struct buf password = buf_init(PASSWORD_BYTES);
	size_t sent = 0, failed = 0;
	if (!s->mail_server)
		return OK;
	if (s->mail_password_file)
		TRY(file_read(s->mail_password_file, &password));
	while (password.n && ascii_space(password.p[password.n - 1]))
		password.p[--password.n] = '\0';
	struct smtp_settings mail = { .url = s->mail_server, .user = s->mail_user, .password = password.n ? password.p : NULL,
		.from = s->mail_from, .portal = s->public_url, .school_name = s->school_name, .ca_file = s->mail_ca_file,
		.quiet_from_minute = (int)profile_minute(&k->library->profile, "mail.quiet_from", MAIL_QUIET_FROM),
		.quiet_until_minute = (int)profile_minute(&k->library->profile, "mail.quiet_until", MAIL_QUIET_UNTIL),
		.family_path = link_mail_path };
	TRY(smtp_check(&mail));
	TRY(notify_send(k->db, k->school, &mail, MAIL_MAX, &sent, &failed));
	if (failed)
		log_line(LOG_WARN, "%zu notices could not be sent and will be tried again", failed);
	return answers(k, &mail);
}

static enum err sign(void *ctx, struct checkpoint *c, uint8_t signature[CHECKPOINT_SIGNATURE])
{
	struct keeper *k = ctx;
	return signer_ask(settings_path(&k->settings, "run/signer.sock"), c, signature);
}

/* The copy outside the database: one line a checkpoint, for backups and the governors' report. */
static enum err job_checkpoint(struct keeper *k, const char *data_dir)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct str line = STR_NONE;
	TRY(audit_checkpoint(k->db, k->school, sign, k, &a, &line));
	if (!line.n)
		return OK;
	return file_append(settings_path(&k->settings, "log/checkpoints"), arena_fmt(&a, "%.*s\n", STRF(line)), 0640);
}

/* What leadership recorded holds; the technician's setting stands in until they have. */
static enum err retention_days(struct keeper *k, int64_t *days)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct monitoring m;
	TRY(monitoring_get(&k->store, &a, k->school, &m));
	*days = m.retention_days ? m.retention_days : (int64_t)k->settings.keep_visits_days;
	return OK;
}

static enum err job_retain(struct keeper *k, const char *data_dir)
{
	int64_t dropped = 0, days;
	TRY(retention_days(k, &days));
	TRY(activity_retain(k->activity, k->db, days, clock_utc(), &dropped));
	if (dropped)
		log_line(LOG_NOTE, "%lld months of browsing are past their time and gone", (long long)dropped);
	return OK;
}

/* Who has not signed is asked again each week. */
static enum err job_remind(struct keeper *k, const char *data_dir)
{
	size_t n = 0;
	TRY(agreement_remind(&k->store, k->school, clock_utc(), &n));
	if (n)
		log_line(LOG_NOTE, "reminders about the agreements of %zu people", n);
	return OK;
}

enum { LINK_BYTES = 4 << 20, LINK_SECONDS = 30 };

/* A page that opens and is large is a page that opens. */
static enum err link_opens(void *ctx, const char *url, char why[200])
{
	const char *const *to = ctx;
	struct fetch_ask ask = { .url = url, .to = *to, .max_bytes = LINK_BYTES, .seconds = LINK_SECONDS };
	struct fetch_got got;
	enum err e = fetch_url(&ask, &got, why);
	(void)unlink(*to);               /* what it says is not ours to keep */
	return e == ERR_LIMIT ? OK : e;
}

/* The school's own page is read: whether it opens, and what it links to. */
static enum err page_body(void *ctx, const char *url, struct arena *a, struct str *body, char why[200])
{
	const char *const *to = ctx;
	AUTO(buf_done) struct buf b = buf_init(LINK_BYTES);
	struct fetch_ask ask = { .url = url, .to = *to, .max_bytes = LINK_BYTES, .seconds = LINK_SECONDS };
	struct fetch_got got;
	enum err e = fetch_url(&ask, &got, why);
	if (e == OK)
		e = file_read(*to, &b);
	(void)unlink(*to);               /* what it says is not ours to keep */
	*body = arena_str(a, buf_str(&b));
	return e;
}

static enum err website(struct keeper *k, const char *to)
{
	struct act act = { k->school, 0, "the school's website" };
	enum err e = site_try(&k->store, &act, &k->desk.library->profile, &k->desk.library->contacts, page_body, &to);
	return e == ERR_STATE ? OK : e;          /* no address yet: a task asks for one */
}

static enum err job_links(struct keeper *k, const char *data_dir)
{
	size_t n = 0;
	struct act act = { k->school, 0, "links of the contact directory" };
	if (!k->settings.check_links_days)
		return OK;
	const char *to = settings_path(&k->settings, "lists/link.tried");
	TRY(contacts_try(&k->store, &act, &k->desk.library->contacts, k->settings.check_links_days, link_opens, &to, &n));
	log_line(LOG_NOTE, "%zu links of the contact directory were tried", n);
	TRY(links_try(&k->store, &act, k->settings.check_links_days, link_opens, &to, &n));
	log_line(LOG_NOTE, "%zu addresses of guidance and policies were tried", n);
	return website(k, to);
}

/* What is weak about this installation; red ones become tasks. */
static enum err job_check(struct keeper *k, const char *data_dir)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(50);
	struct act act = { k->school, 0, "the security check" };
	struct security_ask ask = { &k->settings, &k->store, k->activity, k->desk.library, data_dir, true };
	struct check_run *r = arena_new(&a, struct check_run);
	enum err e = security_run(&ask, &act, &a, &d, r);
	say(&d);
	return e;
}

static bool has_lists(const struct conf *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (str_is(c->blocks[i].kind, "list"))
			return true;
	return false;
}

/* A list that cannot be had keeps its old file; when something is fresh, the policy is built again. */
static enum err job_fetch(struct keeper *k, const char *data_dir)
{
	AUTO(diag_done) struct diag d = diag_init(200);
	struct lists_fetch_sum sum;
	uint8_t sealed[32];
	if (!has_lists(&k->settings.conf))
		return OK;                       /* none is fetched here: what was compiled by hand stays */
	bool has_key = file_read_exact(settings_path(&k->settings, "keys/sealed.key"), sealed, 32) == OK;
	struct lists_fetch_ask ask = { .prefix = k->settings.prefix, .data = data_dir, .sealed_key = has_key ? sealed : NULL, .starter = true };
	enum err e = lists_fetch(&ask, &d, &sum);
	mem_wipe(sealed, sizeof sealed);
	say(&d);
	TRY(e);
	return sum.swapped ? job_publish(k, data_dir) : OK;
}

static const struct { const char *name; enum err (*run)(struct keeper *k, const char *data_dir); } table[] = {
	{ "publish", job_publish }, { "trial", job_trial }, { "overblock", keeper_overblock_job }, { "sealed", job_sealed }, { "fetch", job_fetch }, { "notify", job_notify }, { "mailbox", job_mailbox },
	{ "checkpoint", job_checkpoint }, { "retain", job_retain }, { "remind", job_remind }, { "links", job_links },
	{ "check", job_check }, { "people", keeper_people_job },
};

enum err keeper_job(const char *prefix, const char *data_dir, const char *name)
{
	AUTO(diag_done) struct diag d = diag_init(50);
	AUTO(keeper_free) struct keeper *k = NULL;
	enum err e = keeper_open_job(prefix, data_dir, &d, &k);
	say(&d);
	TRY(e);
	for (size_t i = 0; i < ARRAY_N(table); i++)
		if (strcmp(table[i].name, name) == 0)
			return table[i].run(k, data_dir);
	return ERR_ABSENT;
}
