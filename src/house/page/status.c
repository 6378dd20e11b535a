/* The state of the program, the governors' page, and what monitoring needs on record. */
#include "house/page/status_lines.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/evidence/monitoring.h"
#include "house/page/page_store.h"
#include "house/page/role_lines.h"
#include "house/web/directive.h"

static struct view_status_groups_rows row(struct page_ctx *c, const struct status_line *l)
{
	bool mend = l->href && l->e.status != STATUS_GREEN && page_may(c, l->cap, ACCESS_READ);
	return (struct view_status_groups_rows){ .name = l->name, .tag = page_status_tag(&l->e), .says = l->e.text, .known = page_known(c, &l->e),
		.href = mend ? str_z(l->href) : STR_NONE };
}

/* What is red comes first: nobody reads thirty lines to find the one that is. */
enum err status_show(struct page_ctx *c)
{
	static const struct { enum text_key title; uint32_t of; } GROUPS[] = { { TEXT_status_red, 1u << STATUS_RED }, { TEXT_status_amber, 1u << STATUS_AMBER },
		{ TEXT_status_green, 1u << STATUS_GREEN | 1u << STATUS_NONE } };
	struct view_status_groups *groups = arena_array(c->arena, struct view_status_groups, ARRAY_N(GROUPS));
	size_t n = 0;
	struct store st;
	struct evidence_ask q;
	struct status_lines l;
	TRY(page_evidence(c, &st, &q));
	TRY(status_lines(c, &q, &l));
	for (size_t g = 0; g < ARRAY_N(GROUPS); g++) {
		struct view_status_groups_rows *rows = arena_array(c->arena, struct view_status_groups_rows, l.n + 1);
		groups[n] = (struct view_status_groups){ .title = page_text(GROUPS[g].title), .rows = rows };
		for (size_t i = 0; i < l.n; i++)
			if (GROUPS[g].of >> l.v[i].e.status & 1)
				rows[groups[n].n_rows++] = row(c, &l.v[i]);
		n += groups[n].n_rows > 0;
	}
	if (n)
		groups[n - 1].last = true;
	return page_show(c, status, "State of the program", .groups = groups, .n_groups = n,
		.policies = page_may(c, CAP_POLICY_TEXT, ACCESS_READ), .audit = page_may(c, CAP_GOVERNOR, ACCESS_READ));
}

enum err governors_show(struct page_ctx *c)
{
	struct str *gaps;
	size_t n_gaps;
	struct store st;
	struct evidence_ask q;
	struct status_lines l;
	TRY(page_evidence(c, &st, &q));
	TRY(governor_lines(c, &q, &l));
	TRY(page_vacancies(c, &gaps, &n_gaps));
	struct view_governors_rows *rows = arena_array(c->arena, struct view_governors_rows, l.n + 1);
	for (size_t i = 0; i < l.n; i++)
		rows[i] = (struct view_governors_rows){ .name = l.v[i].name, .says = l.v[i].e.text, .known = page_known(c, &l.v[i].e) };
	return page_show(c, governors, "For governors", .gaps = gaps, .n_gaps = n_gaps, .school = str_z(c->web->school_name), .at = time_words(c->arena, q.now_utc),
		.rows = rows, .n_rows = l.n);
}

/* ---- monitoring ---- */

static struct str date_of(struct page_ctx *c, int64_t utc) { return utc ? time_iso_date(c->arena, utc) : STR_NONE; }

static struct part_input input(struct page_ctx *c, const char *name, enum text_key label, struct str value)
{
	return (struct part_input){ .name = str_z(name), .label = page_text(label), .value = value, .error = page_wrong_text(c, name), .width = STR("20") };
}

static bool leads(const struct page_ctx *c)
{
	return page_has_role(c, ROLE_HEAD) || page_has_role(c, ROLE_LEADERSHIP);
}

static enum err show(struct page_ctx *c, const struct monitoring *m, const struct monitoring_in *in)
{
	struct part_input fields[] = { input(c, "assessed", TEXT_monitoring_assessed, in->assessed),
		input(c, "assessed-by", TEXT_monitoring_assessed_by, in->assessed_by), input(c, "retention", TEXT_monitoring_retention, in->retention) };
	return page_show(c, monitoring, "Monitoring and data protection", .errors = page_errors(c), .on = m->on, .write = leads(c),
		.fields = fields, .n_fields = ARRAY_N(fields), .notice_on = input(c, "notice-on", TEXT_monitoring_notice_on, in->notice_on),
		.notice = { .name = STR("notice"), .label = page_text(TEXT_monitoring_notice), .value = in->notice, .error = page_wrong_text(c, "notice"), .rows = 5 });
}

static struct monitoring_in kept(struct page_ctx *c, const struct monitoring *m)
{
	return (struct monitoring_in){ .assessed = date_of(c, m->assessed_utc), .assessed_by = m->assessed_by,
		.retention = m->retention_days ? arena_fmt(c->arena, "%lld", (long long)m->retention_days) : STR_NONE, .notice = m->notice,
		.notice_on = date_of(c, m->notice_utc) };
}

enum err monitoring_show(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct monitoring m;
	TRY(monitoring_get(&st, c->arena, c->school, &m));
	struct monitoring_in in = kept(c, &m);
	return show(c, &m, &in);
}

/* The gate learns of it with the next policy. */
static void publish(struct page_ctx *c)
{
	if (!c->web->directive_sock || directive_ask(c, "publish", "", NULL) != OK)
		page_flash(c, FLASH_NOTE, "Saved. It reaches the gate when the policy is published next.");
}

enum err monitoring_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct monitoring m;
	struct act act = page_act(c, "recorded what monitoring needs");
	struct monitoring_in in = { page_field(c, "assessed"), page_field(c, "assessed-by"), page_field(c, "retention"), page_field(c, "notice"),
		page_field(c, "notice-on") };
	TRY(leads(c) ? OK : ERR_FORBIDDEN);
	TRY(monitoring_get(&st, c->arena, c->school, &m));
	enum err e = monitoring_record(&st, &act, &in, &c->errors);
	if (e == ERR_INVALID)
		return show(c, &m, &in);
	TRY(e);
	page_flash(c, FLASH_DONE, "Saved.");
	if (m.on)
		publish(c);
	return page_redirect(c, "/status/monitoring");
}

enum err monitoring_switch_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct monitoring m;
	bool on = str_is(page_field(c, "on"), "yes");
	struct act act = page_act(c, on ? "switched named logging on" : "switched named logging off");
	TRY(leads(c) ? OK : ERR_FORBIDDEN);
	TRY(monitoring_get(&st, c->arena, c->school, &m));
	enum err e = monitoring_switch(&st, &act, on, &c->errors);
	struct monitoring_in in = kept(c, &m);
	if (e == ERR_INVALID)
		return show(c, &m, &in);
	TRY(e);
	page_flash(c, FLASH_DONE, on ? "Browsing is kept against names from now on." : "Browsing is no longer kept against names.");
	publish(c);
	return page_redirect(c, "/status/monitoring");
}
