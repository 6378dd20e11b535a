/* web.h - what a page is written with.  A page is one handler and one template:
 *
 *   enum err case_show(struct page_ctx *c)
 *   {
 *       int64_t id;
 *       TRY(page_id(c, "id", &id));                        404 when it is not a number
 *       ...
 *       return page_show(c, case, "A case", .title = e.title, .rows = rows, .n_rows = n);
 *   }
 *
 * ui/page/case.html declares `title`, `rows`; tools/tplgen.py makes `struct view_case`
 * and `view_case_put` (docs/pages.md has the template language).  One line in
 * house/page/routes.h names method, pattern, handler, and who may call it.  The server
 * has checked session, right, form token and origin before the handler runs, and it
 * turns any error handed up into a page in plain words.  Handlers may block; each runs
 * on one thread with its own database handle.  Everything in `arena` dies with the reply. */
#pragma once
#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "house/account/rights.h"
#include "house/account/session.h"
#include "house/account/throttle.h"
#include "house/store/act.h"
#include "house/store/db.h"
#include "house/web/tpl.h"
#include "wire/form.h"
#include "wire/multipart.h"
#include "wire/addr.h"

enum method { METHOD_GET = 1, METHOD_POST };
enum { ONCE_TEXT = 24 };               /* the number of a page's forms, with its NUL */
enum { WEB_PARAMS_MAX = 4, WEB_PATH_MAX = 1024, WEB_TARGET_MAX = 6000 /* with its query: providers send long codes */, WEB_REPLY_MAX = 48 * 1024 * 1024, WEB_ERRORS_MAX = 64, WEB_COOKIES_MAX = 4 };

/* A request, already read: views into bytes that live as long as the page. */
struct request {
	enum method method;
	struct str path;               /* decoded, "/case/12" */
	struct str query_text;         /* as it came, without the "?" */
	struct form query, form, cookies;
	const struct multipart_file *files;    /* of a route that takes uploads */
	size_t n_files;
	struct addr peer;              /* what nginx saw (X-Peer); all zero: unknown */
	struct str origin, fetch_site, host, agent;
	bool secure;                   /* reached us through nginx and TLS: cookies are Secure and __Host- */
};

struct reply {
	int status;
	struct str type;               /* "text/html; charset=utf-8" */
	struct buf body;
	struct str location;           /* of a redirect */
	struct str filename;           /* a download; absent: shown */
	struct str refresh;            /* a path of ours, gone to by a browser that shows this page, after ... */
	int refresh_s;                 /* ... so many seconds; 0: at once */
	struct str set_cookie[WEB_COOKIES_MAX];   /* whole header values */
	size_t n_cookies;
	bool cacheable;                /* public and the same for everyone; else no-store */
};

struct page_ctx;
struct part_layout;
struct part_error_summary;
typedef enum err page_fn(struct page_ctx *c);

/* Who may call a route.  A capability with an access of data/roles.conf, or one of these. */
struct may { enum { MAY_ANYONE = 1, MAY_SIGNED_IN, MAY_CAP } who; enum cap cap; enum access access; };
#define ANYONE    { MAY_ANYONE, 0, 0 }         /* also without signing in */
#define SIGNED_IN { MAY_SIGNED_IN, 0, 0 }      /* any person */
#define MAY(c, a) { MAY_CAP, CAP_##c, ACCESS_##a }

enum route_flag {
	ROUTE_HIDE = 1,                /* a refusal answers 404: its existence must not show */
	ROUTE_HALF = 2,                /* also with a session that still waits for its second factor or a new password */
	ROUTE_LEARNER = 4,             /* shown in the learners' layout whoever asks */
	ROUTE_NO_TOUCH = 8,            /* does not count as activity for the idle lock */
	ROUTE_CHECKED = 16,            /* the handler narrows further by itself, and has a test of its own for it */
	ROUTE_FRESH = 64,              /* dangerous: asks again when the last password or passkey is older than account_rules.fresh_s */
	ROUTE_UPLOAD = 128,            /* its form may bring files (wire/multipart.h), larger than a form may be */
	ROUTE_ONCE = 256,              /* creates something: the same form again does nothing and has the same answer (once.h) */
	ROUTE_BARE = 512,              /* without the menu: nothing stands before what matters */
	ROUTE_LOCKED = 32,             /* also with a session that is locked: whoever sits there now may be somebody else */
};

struct route {
	enum method method;
	const char *path;              /* "/case/:id"; a parameter is one whole segment */
	page_fn *fn;
	struct may may;
	uint32_t flags;                /* enum route_flag */
};
/* Of a ROUTE_FRESH post: asks (answered), or has checked the answer and the handler may go on.  house/page/confirm.c */
enum err web_confirm(struct page_ctx *c, bool *answered);
extern const struct route ROUTES[];            /* house/page/routes.c */
extern const size_t N_ROUTES;

/* What all threads share; made once, read-only while serving. */
struct web {
	const struct rights *rights;
	const struct account_rules *account;       /* password and session rules */
	struct flash_store *flash;                 /* owned by the server; locks inside */
	const struct keys *keys;                   /* NULL in tests that need none */
	const struct registers *registers;
	const struct settings *settings;           /* NULL in tests that need none */
	const char *school_name;
	const char *public_url;                    /* as settings has it: the name that passkeys belong to; NULL: none are offered */
	int64_t school;
	const char *directive_sock;                /* P/run/directive.sock */
	const char *static_version;                /* ends the address of the style sheet */
	/* How a person's agreement stands: "unknown" "unsigned" "declined" "grace" "current", or "untaught" (signed, but
	 * the lesson before access is missing).  Set by the agreements; NULL: "unknown". */
	const char *(*standing)(const struct page_ctx *c, int64_t person);
	const struct library *library;             /* profile, procedures, contacts (house/procedure/library.h); NULL in tests that need none */
	void *extra;                               /* of whoever builds more pages on it */
};

struct page_ctx {
	const struct web *web;
	struct db *db;                 /* this thread's */
	struct db *activity;           /* this thread's; NULL when there is none */
	struct arena *arena;           /* dies with the reply */
	const struct request *req;
	const struct route *route;
	struct { const char *name; struct str value; } params[WEB_PARAMS_MAX];
	size_t n_params;

	int64_t school;
	struct session *session;       /* NULL: nobody is signed in */
	struct person *person;         /* the session's; NULL likewise */
	role_set roles;                /* 0 likewise */

	struct reply reply;
	struct diag errors;            /* of the form: `file` is the field's name */
	struct tpl_env env;
	char csrf[CSRF_TEXT];          /* what env.csrf points at */
	char once[ONCE_TEXT];          /* what env.once points at */
	int64_t locked_person;         /* whose screen had locked when a public page was asked for; 0 = none.  Proves nothing */
	bool locked_learner;           /* that person is a pupil */
	struct str late;               /* a report that had waited on a device says how it came; absent: at once */
	struct str leans[4];           /* what the page is about, beside its path: "procedure svsh", "step sanction" (data/linked.conf) */
	size_t n_leans;
	int64_t leans_utc;             /* as it stood then: when the case was opened; 0 now */
	struct part_layout *layout;    /* between page_begin and page_end */
};

/* ---- what was asked ---- */
struct str page_param(const struct page_ctx *c, const char *name);
enum err page_id(const struct page_ctx *c, const char *name, int64_t *out);       /* a positive number; else ERR_ABSENT */
struct str page_query(const struct page_ctx *c, const char *name);                /* trimmed; absent: STR_NONE */
struct str page_field(const struct page_ctx *c, const char *name);                /* of the posted form, trimmed, CRLF made LF */
struct str page_secret(const struct page_ctx *c, const char *name);               /* of the posted form, as typed: for passwords */
bool page_ticked(const struct page_ctx *c, const char *name);                     /* a check box */
bool page_ticked_id(const struct page_ctx *c, const char *name, int64_t id);      /* the one of many boxes of that name whose value is id */
int64_t page_query_int(const struct page_ctx *c, const char *name, int64_t otherwise, int64_t min, int64_t max);

/* ---- who asks ---- */
bool page_may(const struct page_ctx *c, enum cap cap, enum access access);
uint32_t page_reach(const struct page_ctx *c, enum cap cap, enum access access);  /* REACH_ bits; 0 none */
bool page_has_role(const struct page_ctx *c, enum role r);
struct act page_act(const struct page_ctx *c, const char *why);                   /* for every write */

const char *page_standing(const struct page_ctx *c, int64_t person);

/* ---- forms: errors keep with the typed values; the page is shown again with status 422 ---- */
void page_wrong(struct page_ctx *c, const char *field, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
bool page_is_wrong(const struct page_ctx *c);
struct str page_wrong_text(const struct page_ctx *c, const char *field);          /* STR_NONE: that field is right */
/* The value typed, if it is not empty and at most `max` bytes of good text; else a finding is added. */
struct str page_need(struct page_ctx *c, const char *field, size_t max, const char *missing);

/* For {{> error-summary errors}}, declared as `errors  part error-summary`. */
struct part_error_summary page_errors(struct page_ctx *c);

/* ---- what is answered ---- */
/* page_show(c, NAME, title, .field = value, ...): the whole page, in the layout of whoever asks. */
#define page_show(c, NAME, title, ...) __extension__({ \
	struct page_ctx *show_c_ = (c); \
	page_begin(show_c_, (title)); \
	view_##NAME##_put(&show_c_->reply.body, &show_c_->env, &(struct view_##NAME){ __VA_ARGS__ }); \
	page_end(show_c_); })
void page_begin(struct page_ctx *c, const char *title);
enum err page_end(struct page_ctx *c);
enum err page_redirect(struct page_ctx *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));   /* 303 to a path of ours */
/* A message for the page after the redirect. */
enum flash_kind { FLASH_DONE, FLASH_NOTE, FLASH_WARNING };
void page_flash(struct page_ctx *c, enum flash_kind kind, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* A sentence of ui/text: page_text(TEXT_sign_in_bad) */
#define page_text(key) tpl_sentence(key)

/* The links of the menu, in order; each is shown to whoever may follow it (house/page/routes.c). */
struct nav_item { const char *href, *label, *hint; struct may may; bool learner; };    /* hint: a sentence for the home page */
extern const struct nav_item NAV[];
extern const size_t N_NAV;
/* The parts and the order that the home page and the menu show them in; `hrefs` with spaces between.  What no area names ends the last. */
struct nav_area { const char *title, *hrefs; };
extern const struct nav_area NAV_AREAS[];
extern const size_t N_NAV_AREAS;
size_t nav_area_of(const struct nav_item *n);
/* What the menu of these roles begins with; the first line that has a role of the viewer's counts. */
struct nav_first { role_set roles; const char *hrefs; };
extern const struct nav_first NAV_FIRST[];
extern const size_t N_NAV_FIRST;
size_t nav_area_for(role_set roles, const struct nav_item *n);      /* what these roles do most stands in the first area */
/* The links that who is signed in may follow, without home, what the roles do most first, then in the areas' order; the learners' and the grown-ups' are apart.  In the page's arena. */
size_t nav_list(struct page_ctx *c, bool learner, const struct nav_item ***out);

/* The session's cookie: a token, or NULL to take it away. */
void page_cookie(struct page_ctx *c, const char *token);
/* The session goes on under a new token and form token: at each step up (session_renew). */
enum err page_renew(struct page_ctx *c);
/* Where the request comes from, for guesses. */
struct place page_place(const struct page_ctx *c);
/* The cookie that makes this browser known (throttle.h); made when there is none.  Its text. */
struct str page_browser(struct page_ctx *c);
/* A path of ours to go to, taken from what was asked; `otherwise` when it is none. */
struct str page_next(struct page_ctx *c, struct str asked, const char *otherwise);
struct flash_store;
struct flash_store *flash_new(void);
void flash_free(struct flash_store **f);

/* ---- running a page: used by the server and by tests ---- */
/* Fills c->reply whatever happens; `c` has web, db, arena, req, school set. */
void web_serve(struct page_ctx *c);
/* The same for a request that could not even be read. */
void web_refuse(struct page_ctx *c, enum err e);
void page_ctx_done(struct page_ctx *c);
const struct route *web_find(const struct route *routes, size_t n, enum method m, struct str path, struct page_ctx *c);
/* ERR_SIGNIN, ERR_FORBIDDEN, ERR_ABSENT or OK, by the route's `may` and the person's roles alone. */
enum err web_allowed(const struct rights *rights, const struct route *r, bool signed_in, role_set roles);
