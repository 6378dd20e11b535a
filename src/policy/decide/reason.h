/* reason.h - every reason a decision can have, once: its code (events, logs,
 * expect lines), what an adult reads, what a child of ten and of six reads,
 * whether the page may say more, whether the visit is kept, and the extended
 * DNS error of a refusal (RFC 8914: 15 blocked, 17 filtered; 0 = not refused). */
#pragma once
#include "base/str.h"

enum { REASON_SENSITIVE = 1 /* no detail on any page */, REASON_UNLOGGED = 2 /* never kept against a name */ };

/*        code              word               ede  flags               adult / ten / six */
#define REASON_TABLE(X) \
	X(ALLOWED,          "allowed",          0, 0, \
	  "Nothing in the policy stands against it.", \
	  "You can use this page.", "You can look at this.") \
	X(HELP,             "help",             0, REASON_UNLOGGED, \
	  "A help line or help page: always open, never kept against a name.", \
	  "This page is always open for you. Nobody is told that you looked at it.", "This page helps children. It is always open.") \
	X(OWN_PAGE,         "own-page",         0, 0, \
	  "One of Gatehouse's own pages.", \
	  "This is one of the school's own pages.", "This is a school page.") \
	X(LIVE_ALLOWED,     "live-allowed",     0, 0, \
	  "A member of staff opened it for a while.", \
	  "Your teacher opened this page for now.", "Your teacher opened this.") \
	X(RULE_ALLOWED,     "rule-allowed",     0, 0, \
	  "A rule of the school opens it.", \
	  "The school has said that this page is fine.", "You can look at this.") \
	X(TEACHING,         "teaching",         0, 0, \
	  "A named teaching service: it stands above the games category.", \
	  "This is for learning, so it is open.", "This is for learning.") \
	X(SERVICE,          "service",          0, 0, \
	  "The school has assessed this service, and the signatures open it for this group.", \
	  "The school has checked this, and you can use it.", "You can look at this.") \
	X(LISTED,           "listed",           0, 0, \
	  "It is on the group's list of chosen pages.", \
	  "This is one of the pages chosen for you.", "This page was chosen for you.") \
	X(SESSION_LISTED,   "session-listed",   0, 0, \
	  "It is on the list of the open class session.", \
	  "Your teacher chose this page for the lesson.", "Your teacher chose this page.") \
	X(SEALED,           "sealed",          15, REASON_SENSITIVE, \
	  "Refused by a protected rule.", \
	  "This page is not open here. Please turn to an adult you trust.", "This page is closed. Please tell a grown-up.") \
	X(SIGN_UNKNOWN,     "sign-unknown",    17, 0, \
	  "Nobody is signed in on this device, and nobody uses the internet before signing the agreement.", \
	  "Please sign in first. Ask your teacher if you are stuck.", "Please ask your teacher to sign you in.") \
	X(SIGN_UNSIGNED,    "sign-unsigned",   17, 0, \
	  "The agreement has not been signed yet.", \
	  "Before you use the internet at school, please read and sign the agreement.", "First we talk about our internet rules together.") \
	X(SIGN_DECLINED,    "sign-declined",   17, 0, \
	  "The agreement was declined. That is never punished; an offline equivalent is offered.", \
	  "You chose not to sign. That is all right. Your teacher has another way for you to do this work.", "Your teacher has another way for you to do this.") \
	X(ILLEGAL,          "illegal",         15, REASON_SENSITIVE, \
	  "It is listed as illegal. No rule or allowance opens it.", \
	  "This page is not open here. Please turn to an adult you trust.", "This page is closed. Please tell a grown-up.") \
	X(SESSION_NEEDED,   "session-needed",  17, 0, \
	  "This group uses the internet only while a member of staff has a class session open.", \
	  "You can use the internet when your teacher has started the lesson.", "We use the internet together with our teacher.") \
	X(TIMETABLE,        "timetable",       17, 0, \
	  "The internet is closed for this group at this time.", \
	  "The internet is closed for you at this time of day.", "The internet is resting now.") \
	X(SERVICE_HELD,     "service-held",    17, 0, \
	  "It stands in the register of services, and no signed risk assessment opens it for this group.", \
	  "The school is still checking this one, so it is closed for now. You did nothing wrong.", "Grown-ups are still checking this one.") \
	X(SERVICE_DEVICE,   "service-device",  17, 0, \
	  "This service holds what belongs to children: it opens on the school's own devices only.", \
	  "This one opens only on the school's own devices.", "This one is for the school's own devices.") \
	X(LIVE_BLOCKED,     "live-blocked",    17, 0, \
	  "A member of staff closed it for a while.", \
	  "Your teacher closed this page for now.", "Your teacher closed this for now.") \
	X(RULE_BLOCKED,     "rule-blocked",    17, 0, \
	  "A rule of the school closes it.", \
	  "The school has closed this page.", "This page is closed at school.") \
	X(CATEGORY,         "category",        15, 0, \
	  "It is on a list of a category that is closed for this group.", \
	  "This kind of page is closed at school. You did nothing wrong.", "This page is not for school. You did nothing wrong.") \
	X(TIMED,            "timed",           17, 0, \
	  "This category opens for this group only at set times.", \
	  "This kind of page is open only at some times of day.", "Not now. Maybe later.") \
	X(SEARCH_TOOL,      "search-tool",     17, 0, \
	  "This search tool is not one of those chosen for this group.", \
	  "Please use the search page that the school chose for you.", "Let us use our own search page.") \
	X(WALLED,           "walled",          17, 0, \
	  "This group reaches only the pages on its list, and this is not one of them.", \
	  "This page is not on your list. You can ask for it.", "This page is not on our list.") \
	X(SESSION_WALLED,   "session-walled",  17, 0, \
	  "The open class session allows only the pages on its list.", \
	  "This page is not part of the lesson.", "This page is not part of our lesson.") \
	X(PAGE_TEXT,        "page-text",       17, 0, \
	  "What the page says, or what was typed into it, is of a kind that is closed for this group.", \
	  "The words on this page are not right for school, so it is closed. You did nothing wrong.", "The words on this page are not for school. You did nothing wrong.") \
	X(PAGE_UNREAD,      "page-unread",     17, 0, \
	  "It came packed in a way that the filter cannot read, and pages for this group are read before they are shown.", \
	  "The school could not read this page to check it, so it is closed. You did nothing wrong.", "We could not check this page. You did nothing wrong.") \
	X(DOWNLOAD,         "download",        17, 0, \
	  "It is a kind of file that is not downloaded here: programs and scripts come from approved sources only.", \
	  "This is a kind of file that is not downloaded at school, such as a program. You did nothing wrong. A grown-up can ask for it.", "This file is not for school. You did nothing wrong.") \
	X(BAD_NAME,         "bad-name",        15, 0, \
	  "This is not a well-formed address.", \
	  "This address is not written correctly.", "This page does not work.") \
	X(NO_POLICY,        "no-policy",       15, 0, \
	  "The gate has no policy that it can trust, so it refuses everything.", \
	  "The internet is not working at school just now. Please tell your teacher.", "The internet is not working now. Please tell your teacher.")

enum reason {
#define REASON_ENUM_(code, word, ede, flags, adult, ten, six) REASON_##code,
	REASON_TABLE(REASON_ENUM_)
#undef REASON_ENUM_
	N_REASON
};

struct reason_info {
	const char *word;               /* stable: in events, logs and expect lines */
	uint16_t ede;                   /* extended DNS error; 0 when not a refusal */
	unsigned flags;                 /* REASON_SENSITIVE, REASON_UNLOGGED */
	const char *adult, *ten, *six;  /* one plain sentence each */
};
const struct reason_info *reason_info(enum reason r);
enum err reason_read(struct str word, enum reason *out);
