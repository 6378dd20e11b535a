#include "house/filter/apps.h"

#include "base/conf.h"
#include "base/vec.h"
#include "wire/host.h"

const char *app_kind_title(struct str kind)
{
	static const struct { const char *word, *title; } table[] = {
#define APP_KIND_(word, title) { word, title },
		APP_KIND_TABLE(APP_KIND_)
#undef APP_KIND_
	};
	for (size_t i = 0; i < ARRAY_N(table); i++)
		if (str_is(kind, table[i].word))
			return table[i].title;
	return "";
}

struct names { VEC(struct app_name) hosts, agents; };

static void names_done(struct names *n)
{
	vec_done(&n->hosts);
	vec_done(&n->agents);
}

static enum err hosts_of(struct arena *a, const struct conf *c, const struct conf_block *b, const char *key, uint32_t app, bool shared, struct diag *d, struct names *out)
{
	const struct conf_pair *p;
	for (size_t at = 0; (p = conf_each(b, key, &at)) != NULL;) {
		struct str rest = p->value, word;
		while (str_next(&rest, ' ', &word)) {
			char room[HOST_MAX + 1];
			size_t n;
			if (!word.n)
				continue;
			if (host_norm(word, room, &n) != OK || !str_eq((struct str){ room, n }, word))
				return diag_fail(d, c->file, p->line, "\"%.*s\" is no name in its normal form.", STRF(word));
			*vec_push(&out->hosts) = (struct app_name){ arena_str(a, word), app, shared };
		}
	}
	return OK;
}

static enum err one_app(struct arena *a, const struct conf *c, const struct conf_block *b, uint32_t at, struct diag *d, struct app *app, struct names *names)
{
	const struct conf_pair *p;
	*app = (struct app){ arena_str(a, b->id), arena_str(a, conf_get(b, "title")), arena_str(a, conf_get(b, "kind")) };
	if (!b->id.n || b->id.n > APP_ID_MAX || !app->title.n || app->title.n > 120)
		return diag_fail(d, c->file, b->line, "An app has an id and a title.");
	if (!*app_kind_title(app->kind))
		return diag_fail(d, c->file, b->line, "\"%.*s\" is no kind of app.", STRF(app->kind));
	TRY(hosts_of(a, c, b, "host", at, false, d, names));
	TRY(hosts_of(a, c, b, "shared", at, true, d, names));
	for (size_t i = 0; (p = conf_each(b, "agent", &i)) != NULL;)
		*vec_push(&names->agents) = (struct app_name){ arena_str(a, p->value), at, false };
	return OK;
}

static int by_name(const void *p, const void *q)
{
	const struct app_name *a = p, *b = q;
	return str_cmp(a->name, b->name);
}

static enum err keep(struct arena *a, const struct conf *c, struct names *names, struct diag *d, struct apps *out)
{
	vec_sort(&names->hosts, by_name);
	for (size_t i = 1; i < names->hosts.n; i++)
		if (str_eq(names->hosts.v[i].name, names->hosts.v[i - 1].name))
			return diag_fail(d, c->file, 0, "\"%.*s\" stands in it twice.", STRF(names->hosts.v[i].name));
	out->n_hosts = names->hosts.n;
	out->n_agents = names->agents.n;
	out->hosts = arena_array(a, struct app_name, out->n_hosts + 1);
	out->agents = arena_array(a, struct app_name, out->n_agents + 1);
	for (size_t i = 0; i < out->n_hosts; i++)
		out->hosts[i] = names->hosts.v[i];
	for (size_t i = 0; i < out->n_agents; i++)
		out->agents[i] = names->agents.v[i];
	return OK;
}

enum err apps_load(struct arena *a, const char *path, struct diag *d, struct apps *out)
{
	static const char *const keys[] = { "title", "kind", "host", "shared", "agent", NULL };
	AUTO(names_done) struct names names = { 0 };
	struct apps l = { 0 };
	struct conf c;
	TRY(conf_load(a, path, d, &c));
	TRY(conf_only(&c, "app", keys, d));
	l.v = arena_array(a, struct app, c.n + 1);
	for (size_t i = 0; i < c.n && l.n < APPS_MAX; i++)
		if (str_is(c.blocks[i].kind, "app")) {
			TRY(one_app(a, &c, &c.blocks[i], (uint32_t)l.n, d, &l.v[l.n], &names));
			l.n++;
		}
	TRY(keep(a, &c, &names, d, &l));
	*out = l;
	return OK;
}

static const struct app_name *exactly(const struct apps *l, struct str name)
{
	for (size_t low = 0, high = l->n_hosts; low < high;) {
		size_t mid = (low + high) / 2;
		int way = str_cmp(l->hosts[mid].name, name);
		if (!way)
			return &l->hosts[mid];
		if (way < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

const struct app *apps_of_host(const struct apps *l, struct str host, bool *shared)
{
	for (ptrdiff_t dot = 0; l && host.n; host = str_from(host, (size_t)dot + 1)) {
		const struct app_name *m = exactly(l, host);
		if (m) {
			*shared = m->shared;
			return &l->v[m->app];
		}
		dot = str_chr(host, '.');
		if (dot < 0)
			break;
	}
	return NULL;
}

const struct app *apps_of_agent(const struct apps *l, struct str agent)
{
	for (size_t i = 0; l && i < l->n_agents; i++)
		if (str_ieq(l->agents[i].name, agent))
			return &l->v[l->agents[i].app];
	return NULL;
}

const struct app *apps_find(const struct apps *l, struct str id)
{
	for (size_t i = 0; l && i < l->n; i++)
		if (str_eq(l->v[i].id, id))
			return &l->v[i];
	return NULL;
}
