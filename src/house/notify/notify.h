/* notify.h - who is told, and the outbox.  A notification says that something
 * waits, and where: its sentence stands in the table below and its link is a path of the portal.
 * There is no way to put a name or a word of a case into one.
 *
 * Delivery by SMTP (libcurl).  Without TLS only to a loopback address. */
#pragma once
#include "base/arena.h"
#include "house/store/act.h"
#include "house/store/db.h"

#define NOTICE_TABLE(X) \
	X(CONCERN_NEW,   "concern-new",   "A new report waits for you.") \
	X(CONCERN_MORE,  "concern-more",  "Something was added to a report that you look after.") \
	X(DANGER,        "danger",        "A report waits that cannot wait. Please open it now.") \
	X(ESCALATED,     "escalated",     "Nobody has answered a report in time. It now waits for you.") \
	X(OVERSIGHT,     "oversight",     "A concern was recorded. You are told because you keep oversight.") \
	X(HANDED_OVER,   "handed-over",   "A case was handed over to you.") \
	X(CASE_ACTION,   "case-action",   "Something in a case is yours to do.") \
	X(STEP_DUE,      "step-due",      "A step is due.") \
	X(PAGE_REFUSED,  "page-refused",  "A page was refused in your class. One tap is needed.") \
	X(TECH_NOW,      "tech-now",      "The safeguarding lead needs technical help now. Please open it.") \
	X(ALERT,         "alert",         "An alert of monitoring waits for you.") \
	X(TECHNICAL,     "technical",     "Something about the filter waits for you.") \
	X(ACCESS,        "access",        "Somebody was given access to confidential records. Please look at who holds which role.") \
	X(TASK_NEW,      "task-new",      "A task is yours to do.") \
	X(TASK_DUE,      "task-due",      "A task of yours is due and not done.") \
	X(TASK_READY,    "task-ready",    "A task that you handed over is done and waits for you to sign it off.") \
	X(RIGHTS,        "rights",        "A change of somebody's rights waits for a second person. Please look at it.") \
	X(SUPPORT,       "support",       "Something about a pupil whom you support waits. Please speak to the safeguarding lead.") \
	X(FAMILY,        "family",        "Your school asks you to read something and to answer. This link is yours alone and opens once.") \
	X(FAMILY_NO,     "family-no",     "A family has declined an agreement. Please talk with them.") \
	X(VISITOR,       "visitor",       "Somebody was challenged, or broke the rules for visitors. Please look at it.") \
	X(DATA_REQUEST,  "data-request",  "Somebody asks for a child's data. It waits for your decision.") \
	X(CODE,          "code",          "A code to set a password of your own waits. It serves once, for two days. If you did not ask for it, tell the technician.") \
	X(TWO_PLACES,    "two-places",    "A child of your class is signed in on two devices. Please look who sits there.") \
	X(BROWSER_NEW,   "browser-new",   "Your account was signed in in a browser that was not used for it before. If that was not you, sign out everywhere and change your password.") \
	X(FACTOR,        "factor",        "How you sign in was changed. If that was not you, tell the technician and the headteacher now.") \
	X(PASSKEY_ODD,   "passkey-odd",   "A passkey answered out of turn and was refused: it may have been copied. Please look at how that person signs in.") \
	X(AGREEMENT,     "agreement",     "An agreement waits to be read and signed. Please have a look.") \
	X(DUTY_LATE,     "duty-late",     "A duty of the school is overdue. Please look at the calendar.") \
	X(TRAINING,      "training",      "Training of somebody is overdue. Please look at who, and when it is made up for.") \
	X(TRAINING_OFFER,"training-offer","A training session is planned for you. Please look at the day and the place.") \
	X(GLASS_OPEN,    "glass-open",    "The break-glass account was opened. Everything done with it is marked. Please look at it now.")
enum notice {
#define NOTICE_ENUM_(name, word, text) NOTICE_##name,
	NOTICE_TABLE(NOTICE_ENUM_)
#undef NOTICE_ENUM_
	NOTICE_N
};
const char *notice_word(enum notice n);
const char *notice_text(enum notice n);
bool notice_of(struct str word, enum notice *out);

/* People who hold a role today; in the arena. */
enum err notify_holders(struct db *db, struct arena *a, int64_t school, struct str role, int64_t **out, size_t *n);
/* One row in the outbox, in the transaction that is open.  `about` = entry, 0 = none.
 * The same notice to the same person about the same entry that has not gone yet is not repeated. */
enum err notify_add(struct db *db, const struct act *act, enum notice what, int64_t person, const char *link,
                    int64_t about, int64_t due_utc);

struct smtp_settings {
	const char *url;                  /* smtps://host, smtp://host (STARTTLS is demanded), smtp://127.0.0.1:port */
	const char *user, *password;      /* NULL = none */
	const char *from;                 /* sender's address */
	const char *portal;               /* https://portal..., put before each link */
	const char *school_name;
	const char *ca_file;              /* PEM: the authority of the server's certificate; NULL = the system's.  Given, it holds on loopback too */
	long timeout_seconds;             /* 0 = 30 */
	int quiet_from_minute, quiet_until_minute;        /* of the UK day: routine notices wait in between (7.8.1-01); alike = never */
	bool always_tls;                  /* demand TLS of a loopback server as well */
	/* Makes the path of a NOTICE_FAMILY at the moment of sending, so that it stands nowhere; into `out` of `room` bytes.
	 * ERR_FORBIDDEN: this person gets none (any more).  NULL: such notices wait. */
	enum err (*family_path)(struct db *db, int64_t school, int64_t person, char *out, size_t room);
};
/* When a routine notice may go that would go now; 0: now.  Safeguarding, danger, codes and whatever guards an account never wait. */
int64_t notify_quiet_until(const struct smtp_settings *s, enum notice what, int64_t now_utc);
/* Whether a server at this address must speak TLS: everything but loopback. */
bool smtp_demands_tls(const char *url);
/* Refuses settings that would send in clear over a network: ERR_INVALID. */
enum err smtp_check(const struct smtp_settings *s);
/* Sends what is due, at most `max`; failures are kept and tried again later (1, 5, 30 min, then hourly; an address that the
 * server does not know, daily).  A server that cannot be used ends the round.  What is wrong is kept for Today (trouble.h). */
enum err notify_send(struct db *db, int64_t school, const struct smtp_settings *s, size_t max, size_t *sent, size_t *failed);
