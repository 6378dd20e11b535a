/* trial.h - the filter tries itself (7.3.1-08, 7.3.1-09, 6-05): each week, and when somebody asks, it requests the test names of every
 * category as each group, through the real gate, in each way that a device of the school has (names alone, as tablets; pages and HTTPS
 * through the proxy, as computers; inside HTTPS, as devices with the school's certificate), and keeps for each whether it was refused, and
 * whether the refusal stands in the activity log.  A test event must also reach the alerts.  What fails opens a review for leadership and technical staff.
 *
 * A run is made in steps.  The keeper binds an address of its own for each group (loopback, so that no device has it), a job asks the gate
 * from there and waits until the log shows it, and results are written in one transaction.
 *
 * Test names: CATEGORY.filter-check.test, which stand on the starter lists; never a place that exists.  The school adds names of its own, such as the
 * test page of a sealed list, in the register filter-test-name. */
#pragma once
#include "house/store/activity.h"
#include "house/store/entry.h"
#include "policy/read/policy.h"

enum { TRIAL_NAMES_MAX = 200, TRIAL_GROUPS_MAX = 16, TRIAL_EVERYBODY = 63 /* all groups of TRIAL_GROUPS */, TRIAL_EVERY_DAYS = 7, TRIAL_BOUND_S = 900, TRIAL_WAIT_S = 120 };

/* Which groups a name is for: bits of the index in TRIAL_GROUPS. */
struct trial_name { struct str category, title, host; uint32_t groups; bool sealed; };
struct trial_names { struct trial_name *v; size_t n; };
/* The groups that are tried, by name; those that the policy does not have are left out.  Whoever is not known meets the page for signing
 * whatever they ask for, and is no group of users. */
extern const char *const TRIAL_GROUPS[TRIAL_GROUPS_MAX];
size_t trial_groups(void);

/* From data/categories.conf (what is closed for whom by default) and the school's own names. */
enum err trial_names(struct store *st, struct arena *a, int64_t school, const char *categories, struct trial_names *out);

/* The address from which a group is tried in this run; and whether an address is one of them. */
void trial_addr(int64_t run, size_t group, uint8_t out[16]);
bool trial_is_addr(const uint8_t addr[16]);

/* The networks of the policy, and the groups that may stand in each: first the one that the policy gives it, then the others.  A cell asks from a
 * loopback address of its own, bound by the keeper to the group and to an address of that network (policy/read/live.h), so that the
 * gate decides as for a question from there; where this machine has an address in the network, names are also asked from that very address. */
enum { TRIAL_NETS_MAX = 30, TRIAL_NET_CELLS = 8 };
struct trial_net { char text[50]; char as[46] /* an address there that nobody has */; uint32_t groups[TRIAL_NET_CELLS]; size_t n_groups; uint8_t own[16]; bool has_own; };
size_t trial_nets(const struct policy *p, struct trial_net out[TRIAL_NETS_MAX]);
/* Fills own: which of this machine's addresses stands in the network. */
void trial_nets_own(const struct policy *p, struct trial_net *v, size_t n);
void trial_net_addr(int64_t run, size_t net, size_t cell, uint8_t out[16]);

enum trial_way { WAY_DNS, WAY_HTTP, WAY_HTTPS, WAY_INSIDE, WAY_N };
enum trial_got { TRIAL_UNTRIED /* not a way of this group */, TRIAL_SILENT /* no answer */, TRIAL_OPEN, TRIAL_REFUSED };
struct trial_result { size_t group, name; enum trial_got got[WAY_N]; bool logged; };
const char *trial_way_words(enum trial_way w);         /* "names", "pages", "https", "inside https" */
/* The worst that came of the ways tried. */
enum trial_got trial_worst(const struct trial_result *x);
/* Older than this, a result says nothing about today, for the next run did not come: it is shown red. */
enum { TRIAL_STALE_DAYS = TRIAL_EVERY_DAYS + 1 };

/* What a run is made with; the gate's answers come from `ask`. */
struct trial {
	struct store *st;
	struct db *activity;
	struct act act;
	const struct policy *policy;           /* the one in force, for its groups and networks */
	struct trial_names names;
	int64_t run;                           /* its entry, state running */
	const struct trial_net *nets;          /* bound by the keeper; none: networks are not tried */
	size_t n_nets;
	unsigned ways;                         /* bits 1 << enum trial_way that this gate has; 0: names alone */
	enum trial_got (*ask)(void *ctx, enum trial_way way, const uint8_t from[16], struct str host);
	bool (*wait)(void *ctx);               /* some time passes, and the gate's events are read; false: no longer */
	void *ctx;
};

/* A run begins: its entry.  ERR_BUSY: one is under way. */
enum err trial_begin(struct store *st, const struct act *act, int64_t now_utc, int64_t *run);
/* Asks, waits for log and alert, writes the results and ends the run.  *failed: how many did not pass. */
enum err trial_run(struct trial *t, size_t *failed);
/* The names of sealed lists alone, as each group and in each way: what came of it, for sealed_keep().  No run is kept, no log is waited for. */
struct sealed_sum;
void trial_sealed(struct trial *t, struct arena *a, struct sealed_sum *out);
/* A run that could not be made at all ends as failed, with the reason. */
enum err trial_fail(struct store *st, const struct act *act, int64_t run, const char *why);
/* The run that is under way (0: none); one older than an hour is ended as failed. */
enum err trial_running(struct store *st, const struct act *act, int64_t now_utc, int64_t *run);
/* Whether the week's run is due. */
enum err trial_due(struct store *st, struct arena *a, int64_t school, int64_t now_utc, bool *due);

/* The test event has reached the alerts: called by the keeper for a refusal from a trial's address. */
enum err trial_alert(struct store *st, const struct act *act, int64_t now_utc);
