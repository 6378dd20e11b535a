/* The house: passwords, second steps, sessions, backups, records, lists; and what people report. */
#include <sodium.h>

#include "base/mem.h"
#include "base/time.h"
#include "gen_queries.h"
#include "house/account/glass.h"
#include "house/account/people.h"
#include "house/cli/verify_run.h"
#include "house/filter/sealed_watch.h"
#include "house/notify/notify.h"
#include "house/security/check.h"
#include "house/site/site.h"
#include "io/file.h"
#include "policy/decide/sealed_state.h"

enum { DAY_S = 86400, HOUR_S = 3600, LOG_MAX = 1 << 20, ADMINS_MANY = 4, TRIED_MAX = 60 };

/* ---- sign-in ---- */

/* Passwords that are tried first by whoever breaks in; the password rules refuse them, an import of long ago may not have. */
static bool weak(struct arena *a, struct str hash, struct str sign_in)
{
	static const char *const words[] = { "password", "Password1", "changeme", "gatehouse", "admin", "letmein123", "welcome123" };
	const char *z = arena_z(a, hash);
	bool hit = crypto_pwhash_str_verify(z, sign_in.p, sign_in.n) == 0;
	for (size_t i = 0; i < ARRAY_N(words) && !hit; i++)
		hit = crypto_pwhash_str_verify(z, words[i], strlen(words[i])) == 0;
	return hit;
}

static enum err passwords(struct check_place *p, struct check_list *l)
{
	struct q_security_powered_row *rows;
	size_t n, tried = 0, bad = 0;
	TRY(q_security_powered(p->store->db, l->a, &(struct q_security_powered_args){ .school = p->school, .now = p->now_utc }, &rows, &n));
	for (size_t i = 0; i < n && tried < TRIED_MAX; i++) {
		enum role r;
		bool again = i && rows[i].person == rows[i - 1].person;
		if (again || role_read(rows[i].role, &r) != OK || r == ROLE_LEARNER || r == ROLE_PARENT)
			continue;
		tried++;
		bad += weak(l->a, rows[i].password, rows[i].sign_in);
	}
	check_add(l, CHECK_PASSWORDS, bad ? STATUS_RED : STATUS_GREEN, bad ? arena_fmt(l->a, "%zu of %zu adults' accounts have a password that is tried first by whoever breaks in.", bad, tried)
		: arena_fmt(l->a, "None of the %zu adults' passwords that were tried is a default one.", tried), "Set new passwords for them at /people: the list of weak ones stands at /people/check.");
	return OK;
}

static enum err factors(struct check_place *p, struct check_list *l)
{
	size_t all = 0, without = 0;
	for (int r = 0; r < role_count(); r++) {
		struct person *v;
		size_t n;
		if (!rights_second_factor(p->rights, ROLE_BIT(r)))
			continue;
		TRY(person_of_role(p->store->db, l->a, p->school, (enum role)r, &v, &n));
		for (size_t i = 0; i < n; i++) {
			bool glass = str_is(v[i].username, GLASS_USERNAME);
			all += !glass;
			without += !glass && !v[i].has_factor;
		}
	}
	bool off = !p->rules->second_factor;
	check_add(l, CHECK_FACTORS, off ? STATUS_RED : without ? STATUS_AMBER : STATUS_GREEN, off ? STR("It is switched off: a password alone opens confidential records.")
		: without ? arena_fmt(l->a, "%zu of %zu powerful roles are held by somebody without a second step: they can open nothing until they set it up.", without, all)
		: STR("Everybody with a powerful role has a second step."), off ? "Set [portal] second_factor = yes in gatehouse.conf." : "Ask them to sign in and set it up: a passkey, or an app.");
	return OK;
}

static enum err glass(struct check_place *p, struct check_list *l)
{
	struct glass_status s;
	TRY(glass_status(p->store->db, p->school, &s));
	bool recent = s.opened_utc && p->now_utc - s.opened_utc < 30 * DAY_S;
	check_add(l, CHECK_GLASS, !s.sealed ? STATUS_RED : recent ? STATUS_AMBER : STATUS_GREEN, !s.sealed ? STR("An envelope is missing: on the day when no administrator can sign in, nobody can help.")
		: recent ? arena_fmt(l->a, "It was opened on %.*s.", STRF(time_date_words(l->a, s.opened_utc))) : STR("Both envelopes are made, and nobody opened it in the last 30 days."),
		s.sealed ? "The headteacher looks at what was done with it: /break-glass/envelopes." : "Make the envelopes: /break-glass/envelopes, or gatehouse break-glass.");
	return OK;
}

static void sessions(struct check_place *p, struct check_list *l)
{
	const struct account_rules *r = p->rules;
	bool well = r->idle_lock_s <= 15 * 60 && r->session_s <= 12 * HOUR_S && r->guesses <= 10;
	check_add(l, CHECK_SESSIONS, well ? STATUS_GREEN : STATUS_AMBER, arena_fmt(l->a, "A screen locks after %d minutes, a grown-up's session ends after %d hours, an account waits after %d wrong passwords.",
		r->idle_lock_s / 60, r->session_s / HOUR_S, r->guesses), "Set [portal] idle_lock = 10 and session = 720 in gatehouse.conf, in minutes.");
}

static enum err powers(struct check_place *p, struct check_list *l)
{
	struct q_security_holders_row *rows;
	size_t n;
	int64_t admins = 0, technicians = 0;
	TRY(q_security_holders(p->store->db, l->a, &(struct q_security_holders_args){ .school = p->school, .now = p->now_utc }, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		admins += str_is(rows[i].role, "admin") ? rows[i].n : 0;
		technicians += str_is(rows[i].role, "technician") ? rows[i].n : 0;
	}
	check_add(l, CHECK_POWERS, admins > ADMINS_MANY ? STATUS_AMBER : STATUS_GREEN, arena_fmt(l->a, "Administrators: %lld. Technicians: %lld. Neither can read a case.", (long long)admins, (long long)technicians),
		"End the right of whoever does not need it: /rights.");
	return OK;
}

static enum err leavers(struct check_place *p, struct check_list *l)
{
	struct q_security_leavers_row r;
	TRY(q_security_leavers_one(p->store->db, l->a, &(struct q_security_leavers_args){ .school = p->school, .now = p->now_utc }, &r));
	bool any = r.sessions || r.roles;
	check_add(l, CHECK_LEAVERS, any ? STATUS_RED : STATUS_GREEN, any ? arena_fmt(l->a, "People who left still have %lld sessions and %lld roles.", (long long)r.sessions, (long long)r.roles) : STR("Nobody who left can still sign in."),
		"Open /people, show those who left, and end what they still have.");
	return OK;
}

/* ---- records ---- */

/* The last line of P/log/NAME: "2026-11-22T07:08:36Z words". */
static bool last_line(struct check_place *p, struct arena *a, const char *name, int64_t *at, struct str *words)
{
	AUTO(buf_done) struct buf b = buf_init(LOG_MAX);
	struct str line, rest, last = STR_NONE, day;
	if (file_read(settings_path(p->settings, name), &b) != OK)
		return false;
	rest = buf_str(&b);
	while (str_next(&rest, '\n', &line))
		last = line.n ? line : last;
	if (!str_next(&last, ' ', &day) || time_read_iso(day, at) != OK)
		return false;
	*words = arena_str(a, last);
	return true;
}

static void backup(struct check_place *p, struct check_list *l)
{
	int64_t at = 0;
	struct str words;
	bool any = last_line(p, l->a, "log/backups", &at, &words);
	int64_t days = (p->now_utc - at) / DAY_S;
	check_add(l, CHECK_BACKUP, !any || days > 7 ? STATUS_RED : days > 1 ? STATUS_AMBER : STATUS_GREEN,
		any ? arena_fmt(l->a, "The last one was made, read back and checked on %.*s.", STRF(time_date_words(l->a, at))) : STR("No backup was made yet."),
		"Run gatehouse backup each night, keep it in another building, and try once a year whether it can be restored (docs/running.md).");
}

static enum err audit(struct check_place *p, struct check_list *l)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	int64_t at = 0;
	struct str words = STR_NONE;
	struct verify_opts o = { .database = p->settings->database, .public_key = settings_path(p->settings, "keys/signer.pub") };
	if (p->walk) {
		enum err e = verify_run(&o, &d);
		words = e != OK ? str_z(err_text(e)) : d.errors ? arena_fmt(l->a, "%zu findings", d.errors) : STR("nothing was found");
		TRY(file_append(settings_path(p->settings, "log/verified"), arena_fmt(l->a, "%.*s %.*s\n", STRF(time_iso(l->a, p->now_utc)), STRF(words)), 0640));
	}
	if (!last_line(p, l->a, "log/verified", &at, &words)) {
		check_add(l, CHECK_AUDIT, STATUS_AMBER, STR("Nobody has checked yet whether the records are as they were written."), "gatehouse verify");
		return OK;
	}
	bool fine = str_is(words, "nothing was found");
	check_add(l, CHECK_AUDIT, !fine ? STATUS_RED : p->now_utc - at > 35 * DAY_S ? STATUS_AMBER : STATUS_GREEN, arena_fmt(l->a, "Looked at on %.*s: %.*s.", STRF(time_date_words(l->a, at)), STRF(words)),
		fine ? "gatehouse verify" : "Change nothing. Run gatehouse verify, keep what it says, and tell the headteacher: somebody may have changed a record.");
	return OK;
}

static enum err signer(struct check_place *p, struct check_list *l)
{
	struct q_evidence_checkpoint_row r;
	TRY(q_evidence_checkpoint_one(p->store->db, l->a, &(struct q_evidence_checkpoint_args){ .school = p->school }, &r));
	int64_t hours = (p->now_utc - r.at_utc) / HOUR_S;
	check_add(l, CHECK_SIGNER, !r.at_utc || hours > 24 ? STATUS_RED : hours > 3 ? STATUS_AMBER : STATUS_GREEN,
		r.at_utc ? arena_fmt(l->a, "The records were sealed last on %.*s.", STRF(time_words(l->a, r.at_utc))) : STR("The records were never sealed."),
		"See whether gatehouse-signer runs: without it a record could be changed unseen.");
	return OK;
}

static enum err sealed(struct check_place *p, struct check_list *l)
{
	AUTO(policy_free) struct policy *pol = NULL;
	if (policy_open(settings_path(p->settings, "policy/current"), STR_NONE, &pol) != OK) {
		check_add(l, CHECK_SEALED, STATUS_RED, STR("No policy is in use here, so no protected list is applied."), "gatehouse policy publish");
		return OK;
	}
	struct sealed_facts f = sealed_facts_of(pol);
	TRY(sealed_evidence(p->store, l->a, p->school, &f));
	struct sealed_state s = sealed_state(l->a, &f, p->now_utc);
	check_add(l, CHECK_SEALED, s.light == LIGHT_GREEN ? STATUS_GREEN : s.light == LIGHT_AMBER ? STATUS_AMBER : STATUS_RED, s.sentence,
		"Have a filter in front that holds the lists of the IWF and the police, and name it (net.provider, filter.supplier), with its test names (/registers/upstream-test), or get the feeds.");
	return OK;
}

/* ---- mail, files, website ---- */

static void mail(struct check_place *p, struct check_list *l)
{
	const char *server = p->settings->mail_server;
	bool bare = server && !smtp_demands_tls(server);
	check_add(l, CHECK_MAIL, !server ? STATUS_AMBER : STATUS_GREEN, !server ? STR("No mail is sent: nobody hears that something waits.")
		: bare ? STR("Mail goes to a server on this computer. It holds a link, never the words of a record.") : STR("Mail goes encrypted or not at all. It holds a link, never the words of a record."),
		"Set [house] mail_server and mail_from in gatehouse.conf.");
}

static enum err files(struct check_place *p, struct check_list *l)
{
	struct entry_may may = { .school = p->school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct entry_page page;
	TRY(entry_list(p->store, l->a, &may, &(struct entry_query){ .reg = "file-check", .limit = 1 }, &page));
	if (!page.n) {
		check_add(l, CHECK_FILES, STATUS_RED, STR("Nobody has looked yet at the files on the school's network."), "Name the folders in gatehouse.conf, [check] folders = /srv/shares, or look by hand and enter it: /registers/file-check.");
		return OK;
	}
	const struct entry *e = &page.entries[0];
	struct str found = entry_value(e, "found");
	int64_t days = (p->now_utc - e->made_utc) / DAY_S;
	check_add(l, CHECK_FILES, days > 120 ? STATUS_RED : days > 35 || !str_is(found, "0") ? STATUS_AMBER : STATUS_GREEN,
		arena_fmt(l->a, "Looked at on %.*s: %.*s files that should not be there.", STRF(time_date_words(l->a, e->made_utc)), STRF(found)), "Look at the report and remove them: /registers/file-check.");
	return OK;
}

static enum err website(struct check_place *p, struct check_list *l)
{
	struct site_tried t;
	TRY(site_tried_last(p->store, l->a, p->school, &t));
	check_add(l, CHECK_WEBSITE, !t.known ? STATUS_AMBER : t.opens && t.ceop ? STATUS_GREEN : STATUS_AMBER, t.known ? t.found : STR("Its online safety page was not tried yet."), "/website says what is missing.");
	return OK;
}

enum err check_house(struct check_place *p, struct check_list *l)
{
	TRY(passwords(p, l));
	TRY(factors(p, l));
	TRY(glass(p, l));
	sessions(p, l);
	TRY(powers(p, l));
	TRY(leavers(p, l));
	backup(p, l);
	TRY(audit(p, l));
	TRY(signer(p, l));
	TRY(sealed(p, l));
	mail(p, l);
	TRY(files(p, l));
	return website(p, l);
}
