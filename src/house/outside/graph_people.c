/* Everybody in Microsoft Entra, by client credentials (RFC 6749 4.4) and Microsoft Graph, page by page.  All of it or nothing. */
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "house/outside/door.h"
#include "house/outside/graph.h"
#include "house/outside/http.h"
#include "wire/form.h"

enum { PAGES_MAX = 60, PAGE_SECONDS = 15, WHOLE_MS = 60000, TOKEN_BYTES = 32 * 1024 };

struct reading {
	struct door_way *w;
	const struct people_rules *r;
	struct people_answer *out;
	struct door_said *s;
	struct arena a;
	struct buf token, page;
	int64_t until_ms, now;
	size_t groups;
	struct people_members *members;
};

static void reading_done(struct reading *r)
{
	people_members_free(&r->members);
	buf_wipe(&r->token);
	buf_done(&r->page);
	arena_done(&r->a);
}

static enum err trouble(struct reading *r, const char *sentence)
{
	r->s->away = true;
	r->s->why = sentence;
	return ERR_NET;
}

static enum err refused(struct reading *r, enum err e, long status, const char *what)
{
	log_line(LOG_WARN, "provider %.*s, reading %s: %s, status %ld", STRF(r->w->p->name), what, err_text(e), status);
	if (e == ERR_TIMEOUT)
		return trouble(r, "Microsoft Graph took too long to answer. Nothing was taken.");
	if (e != OK)
		return trouble(r, e == ERR_LIMIT ? "Microsoft Graph gave a page that is larger than any school needs. Nothing was taken."
		                                 : "Microsoft Graph cannot be reached, or its certificate is not good. Look at the network, `graph` and ca_file.");
	if (status == 401 || status == 403)
		return trouble(r, "Microsoft Graph does not let this application read people and groups. Give the app registration the application permissions User.Read.All and GroupMember.Read.All, "
		                  "and grant admin consent.");
	if (status == 429 || status == 503 || status == 504)
		return trouble(r, "Microsoft Graph asks us to wait. It is tried again with the next run.");
	return trouble(r, "Microsoft Graph gave an answer that cannot be used. Nothing was taken.");
}

/* ---- the token ---- */

static void pair(struct buf *b, const char *name, struct str value)
{
	buf_z(b, b->n ? "&" : "");
	buf_z(b, name);
	buf_byte(b, '=');
	form_encode(b, value);
}

static enum err get_token(struct reading *r)
{
	AUTO(buf_wipe) struct buf form = buf_init(16 * 1024);
	AUTO(buf_wipe) struct buf answer = buf_init(TOKEN_BYTES);
	const char *url = NULL;
	long status = 0;
	TRY(oidc_token_url(r->w, &r->a, &url, r->s));
	pair(&form, "grant_type", STR("client_credentials"));
	pair(&form, "client_id", r->w->p->client_id);
	pair(&form, "client_secret", str_z(r->w->secret ? r->w->secret : ""));
	pair(&form, "scope", arena_fmt(&r->a, "%s/.default", r->r->graph));
	TRY(buf_ok(&form));
	enum err e = http_ask(&(struct http_ask){ .url = url, .post = form.p, .ca_file = r->w->ca_file }, &answer, &status);
	if (e == OK && (status == 400 || status == 401 || status == 403))
		return trouble(r, "Entra refuses client_id with this client secret. It may have run out: make a new one there, write it into client_secret_file, and start gatehouse-outside again.");
	if (e != OK || status != 200)
		return refused(r, e, status, "the token");
	return graph_token_read(buf_str(&answer), &r->token) == OK ? OK : trouble(r, "Entra gave no token that can be used. Nothing was taken.");
}

/* ---- pages ---- */

static enum err get_page(struct reading *r, struct str url, const char *what)
{
	long status = 0;
	if (clock_mono_ms() > r->until_ms)
		return refused(r, ERR_TIMEOUT, 0, what);
	enum err e = http_ask(&(struct http_ask){ .url = arena_z(&r->a, url), .bearer = r->token.p, .seconds = PAGE_SECONDS, .ca_file = r->w->ca_file }, &r->page, &status);
	return e == OK && status == 200 ? OK : refused(r, e, status, what);
}

static enum err read_wrong(struct reading *r, enum err e)
{
	return trouble(r, e == ERR_FORBIDDEN ? "Microsoft Graph sends us on to another server. Nothing was taken." : "Microsoft Graph gave a page that cannot be read. Nothing was taken.");
}

/* Everybody of one group, also those who are in it through another one. */
static enum err members(struct reading *r, struct str id, struct str name)
{
	struct str url = arena_fmt(&r->a, "%s/v1.0/groups/%.*s/transitiveMembers?$select=id&$top=500", r->r->graph, STRF(id));
	for (int i = 0; i < PAGES_MAX && url.n; i++) {
		struct graph_groups page;
		TRY(get_page(r, url, "the members of a group"));
		enum err e = graph_groups_read(&r->a, buf_str(&r->page), str_z(r->r->graph), &page);
		if (e != OK)
			return read_wrong(r, e);
		for (size_t k = 0; k < page.n; k++)
			if (people_members_add(r->members, page.groups[k].id, name) != OK)
				return trouble(r, "The groups have more than 100,000 members. Name fewer groups in [people].");
		url = page.next;
	}
	return url.n ? trouble(r, "A group has more pages of members than any school needs. Nothing was taken.") : OK;
}

static enum err groups(struct reading *r)
{
	struct str url = arena_fmt(&r->a, "%s/v1.0/groups?$select=id,displayName&$top=500", r->r->graph);
	for (int i = 0; i < PAGES_MAX && url.n; i++) {
		struct graph_groups page;
		TRY(get_page(r, url, "the groups"));
		enum err e = graph_groups_read(&r->a, buf_str(&r->page), str_z(r->r->graph), &page);
		if (e != OK)
			return read_wrong(r, e);
		for (size_t k = 0; k < page.n; k++) {
			if (!people_named(r->r, page.groups[k].name))
				continue;
			if (++r->groups > PEOPLE_GROUPS_MAX)
				return trouble(r, "More than 1,000 groups have names that [people] asks for. Name fewer.");
			TRY(members(r, page.groups[k].id, page.groups[k].name));
		}
		url = page.next;
	}
	return url.n ? trouble(r, "There are more pages of groups than any school needs. Nothing was taken.") : OK;
}

static enum err one(struct reading *r, const struct graph_user *u)
{
	struct people_entry e = { .key = u->id, .name = u->name, .mail = u->mail, .ref = u->ref, .username = u->username, .off = u->off };
	people_in(&e, u->sort);
	people_members_into(r->members, u->id, &e);
	return u->guest || people_answer_add(r->out, &e, r->now) == OK ? OK : trouble(r, "There are more than 3,000 people in this tenant, which is more than a school's.");
}

static enum err users(struct reading *r)
{
	const char *more[] = { r->r->reference_attribute, r->r->username_attribute, r->r->sort_attribute };
	AUTO(buf_done) struct buf b = buf_init(GRAPH_URL_MAX);
	buf_fmt(&b, "%s/v1.0/users?$select=id,displayName,givenName,surname,mail,userPrincipalName,userType,accountEnabled", r->r->graph);
	for (size_t i = 0; i < ARRAY_N(more); i++)
		if (more[i])
			buf_fmt(&b, ",%s", more[i]);
	buf_z(&b, "&$top=500");
	struct str url = arena_str(&r->a, buf_str(&b));
	for (int i = 0; i < PAGES_MAX && url.n; i++) {
		struct graph_page page;
		TRY(get_page(r, url, "the people"));
		enum err e = graph_users_read(&r->a, buf_str(&r->page), str_z(r->r->graph), r->r, &page);
		if (e != OK)
			return read_wrong(r, e);
		for (size_t k = 0; k < page.n; k++)
			TRY(one(r, &page.users[k]));
		url = page.next;
	}
	return url.n ? trouble(r, "There are more pages of people than any school needs. Nothing was taken.") : OK;
}

enum err graph_people(struct door_way *w, const struct people_rules *rules, struct people_answer *out, size_t *n_groups, struct door_said *s)
{
	AUTO(reading_done) struct reading r = { .w = w, .r = rules, .out = out, .s = s, .a = arena_init(), .token = buf_init(GRAPH_TOKEN_MAX), .page = buf_init(GRAPH_PAGE_BYTES),
		.until_ms = clock_mono_ms() + WHOLE_MS, .now = clock_utc(), .members = people_members_new() };
	TRY(get_token(&r));
	TRY(groups(&r));
	TRY(users(&r));
	*n_groups = r.groups;
	return OK;
}
