/* apps.h - which app a name belongs to (data/apps.conf).  It says what something is; it opens and closes nothing. */
#pragma once
#include "base/arena.h"
#include "base/diag.h"

enum { APPS_MAX = 1000, APP_ID_MAX = 40 };

struct app { struct str id, title, kind; };      /* kind: a word of APP_KIND_TABLE */
struct app_name { struct str name; uint32_t app; bool shared; };
struct apps {
	struct app *v;                 /* in the arena */
	size_t n;
	struct app_name *hosts;        /* by name */
	size_t n_hosts;
	struct app_name *agents;       /* in the file's order */
	size_t n_agents;
};

#define APP_KIND_TABLE(X) \
	X("updates",   "Updates of the device itself") \
	X("office",    "Documents and mail") \
	X("learning",  "Learning") \
	X("search",    "Searching") \
	X("video",     "Films and videos") \
	X("music",     "Music") \
	X("games",     "Games") \
	X("social",    "Social media") \
	X("messaging", "Messages") \
	X("calls",     "Calls and meetings") \
	X("ai",        "Artificial intelligence") \
	X("remote",    "Remote control and tools") \
	X("storage",   "Storage") \
	X("shop",      "Shops") \
	X("home",      "Speakers and things of a home")
const char *app_kind_title(struct str kind);            /* "" for none */

/* The file must hold every name once; findings name file and line. */
enum err apps_load(struct arena *a, const char *path, struct diag *d, struct apps *out);
/* The app of the longest name that host is or stands below; NULL: none.  *shared: other apps use that name too. */
const struct app *apps_of_host(const struct apps *l, struct str host, bool *shared);
/* By what a program calls itself (wire/agent.h). */
const struct app *apps_of_agent(const struct apps *l, struct str agent);
const struct app *apps_find(const struct apps *l, struct str id);
