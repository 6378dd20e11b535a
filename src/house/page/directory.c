/* The people of the school from its directory: which there are, whether they run by themselves, what came of it. */
#include "base/mem.h"
#include "base/time.h"
#include "gen_ui.h"
#include "house/outside/door_ask.h"
#include "house/outside/people.h"
#include "house/page/outside.h"
#include "house/page/page_store.h"
#include "house/page/routes.h"
#include "house/roll/directory.h"
#include "house/roll/sync.h"
#include "house/roll/upload.h"
#include "house/web/table.h"
#include "io/settings.h"

enum { PER_PAGE = 20 };

/* Whoever sets up signing in. */
static bool may_manage(const struct page_ctx *c) { return page_has_role(c, ROLE_ADMIN) || page_has_role(c, ROLE_TECHNICIAN); }

/* Those of gatehouse.conf; none when it has findings. */
static void sources_of(struct page_ctx *c, struct diag *d, struct people_sources *out)
{
	struct providers *all = arena_new(c->arena, struct providers);
	*out = (struct people_sources){ .n = 0 };
	outside_providers(c, d, all);
	if (c->web->settings && d->errors == 0 && people_rules_read(c->arena, &c->web->settings->conf, all, d, out) != OK)
		out->n = 0;
}

static struct str label_of(struct arena *a, const struct people_rules *r)
{
	const char *kind = r->provider->kind == PROVIDER_ENTRA ? "Microsoft Entra" : r->ad ? "Active Directory" : "LDAP directory";
	return arena_fmt(a, "%s: %.*s", kind, STRF(r->provider->name));
}

static enum err put_ways(struct page_ctx *c, struct view_directory *v)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	struct people_sources *all = arena_new(c->arena, struct people_sources);
	sources_of(c, &d, all);
	struct view_directory_ways *ways = arena_array(c->arena, struct view_directory_ways, all->n + 1);
	struct str *findings = arena_array(c->arena, struct str, d.n + 1);
	for (size_t i = 0; i < all->n; i++) {
		const struct provider *p = all->list[i].provider;
		struct sync_state s;
		TRY(sync_state_get(c->db, c->arena, c->school, p->name, &s));
		struct part_tag tag = s.agreed ? (struct part_tag){ page_text(TEXT_directory_on), STR("green") } : s.stopped ? (struct part_tag){ page_text(TEXT_directory_stopped), STR("grey") }
		                    : (struct part_tag){ page_text(TEXT_directory_off), STR("yellow") };
		ways[i] = (struct view_directory_ways){ .name = p->name, .label = label_of(c->arena, &all->list[i]), .address = p->issuer, .state = tag, .hint = s.agreed ? STR("") : page_text(TEXT_directory_hint), .tests = may_manage(c), .stops = s.agreed && may_manage(c) };
	}
	for (size_t i = 0; i < d.n; i++)
		findings[i] = arena_str(c->arena, d.items[i].text);
	v->ways = ways;
	v->n_ways = all->n;
	v->findings = findings;
	v->n_findings = d.n;
	return OK;
}

static enum err put_runs(struct page_ctx *c, struct view_directory *v)
{
	struct table t = table_read(c, PER_PAGE);
	struct store st = page_store(c);
	struct entry_page p;
	struct entry_may may = { .school = c->school, .person = c->session->person, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	TRY(entry_list(&st, c->arena, &may, &(struct entry_query){ .reg = "roll-sync", .offset = t.offset, .limit = t.limit }, &p));
	struct view_directory_rows *rows = arena_array(c->arena, struct view_directory_rows, p.n + 1);
	for (size_t i = 0; i < p.n; i++)
		rows[i] = (struct view_directory_rows){ time_words(c->arena, p.entries[i].made_utc), entry_value(&p.entries[i], "source"),
			str_z(sync_title(entry_value(&p.entries[i], "outcome"))), entry_value(&p.entries[i], "says") };
	t.total = p.total;
	v->rows = rows;
	v->n_rows = p.n;
	v->pages = table_pages(c, &t);
	return OK;
}

enum err directory_show(struct page_ctx *c)
{
	struct view_directory v = { 0 };
	TRY(put_ways(c, &v));
	TRY(put_runs(c, &v));
	page_begin(c, "People from the school's directory");
	view_directory_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

static enum err asked(struct page_ctx *c, struct str *name)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	struct people_sources *all = arena_new(c->arena, struct people_sources);
	sources_of(c, &d, all);
	const struct people_rules *r = people_rules_find(all, page_param(c, "provider"));
	*name = r ? r->provider->name : STR_NONE;
	return r ? OK : ERR_ABSENT;
}

static enum err no_door(struct page_ctx *c, enum err e)
{
	page_flash(c, FLASH_WARNING, "%.*s", STRF(page_text(e == ERR_BUSY ? TEXT_directory_busy : TEXT_directory_not_running)));
	return page_redirect(c, "/directory");
}

enum err directory_test_do(struct page_ctx *c)
{
	struct door_reply r;
	struct str name;
	if (!may_manage(c))
		return ERR_FORBIDDEN;
	TRY(asked(c, &name));
	enum err e = door_count(c->arena, outside_sock(c), name, &r);
	if (e != OK)
		return no_door(c, e);
	page_flash(c, r.ok ? FLASH_DONE : FLASH_WARNING, "%.*s", STRF(r.ok ? r.says : r.why));
	return page_redirect(c, "/directory");
}

/* What it says is kept for a day like a file that was uploaded: the pages of the roll show what it would change. */
enum err directory_look_do(struct page_ctx *c)
{
	AUTO(buf_wipe) struct buf bytes = buf_init(PEOPLE_BYTES_MAX + 1024);
	AUTO(diag_done) struct diag d = diag_init(ROLL_FINDINGS_MAX);
	struct act act = page_act(c, "the directory looked at");
	struct roll_directory dir;
	struct str name;
	int64_t id;
	TRY(asked(c, &name));
	enum err e = door_people(outside_sock(c), name, &bytes);
	if (e != OK)
		return no_door(c, e);
	if (roll_directory_read(c->arena, name, buf_str(&bytes), &d, &dir) != OK) {
		page_flash(c, FLASH_WARNING, "%.*s", STRF(roll_directory_why(c->arena, name, &d)));
		return page_redirect(c, "/directory");
	}
	TRY(roll_upload_add_directory(c->db, &act, name, buf_str(&bytes), &id));
	return page_redirect(c, "/roll/%lld", (long long)id);
}

enum err directory_stop_do(struct page_ctx *c)
{
	struct act act = page_act(c, "the directory is stopped");
	struct str name;
	if (!may_manage(c))
		return ERR_FORBIDDEN;
	TRY(asked(c, &name));
	TRY(sync_stop(c->db, &act, name));
	page_flash(c, FLASH_DONE, "%.*s", STRF(page_text(TEXT_directory_stopped_done)));
	return page_redirect(c, "/directory");
}
