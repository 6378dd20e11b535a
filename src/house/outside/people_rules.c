/* What gatehouse.conf says of the people in a directory. */
#include "base/hash.h"
#include "base/mem.h"
#include "house/outside/people.h"

static const char *const KEYS[] = { "layout", "base", "filter", "groups_base", "pupils", "staff", "governors", "volunteers", "leavers", "year", "intake",
	"class", "sort_attribute", "reference_attribute", "username_attribute", "graph", NULL };

/* Names that schools give their groups; one that is written in the block stands instead. */
static const struct { const char *key, *slot, *otherwise[3]; } WORDS[PEOPLE_WORDS] = {
	[PEOPLE_PUPILS] = { "pupils", NULL, { "Pupils", "Students", "Learners" } },
	[PEOPLE_STAFF] = { "staff", NULL, { "Staff", "Teachers", "Teaching Staff" } },
	[PEOPLE_GOVERNORS] = { "governors", NULL, { "Governors" } },
	[PEOPLE_VOLUNTEERS] = { "volunteers", NULL, { "Volunteers" } },
	[PEOPLE_LEAVERS] = { "leavers", NULL, { "Leavers" } },
	[PEOPLE_YEAR] = { "year", "{year}", { "Year {year}", "{year} Pupils" } },
	[PEOPLE_INTAKE] = { "intake", "{intake}", { "Intake {intake}", "{intake} Intake" } },
	[PEOPLE_CLASS] = { "class", "{class}", { "Class {class}" } },
};

struct reading { struct arena *a; const struct conf *c; const struct conf_block *b; struct diag *d; };

static void wrong(const struct reading *r, const char *sentence)
{
	diag_add(r->d, DIAG_ERROR, r->c->file, r->b->line, "[people %.*s]: %s", STRF(r->b->id), sentence);
}

static const char *text(const struct reading *r, const char *key, const char *otherwise)
{
	struct str v = conf_get(r->b, key);
	return v.n ? arena_z(r->a, v) : otherwise;
}

static const char *attribute(const struct reading *r, const char *key)
{
	struct str v = conf_get(r->b, key);
	bool good = v.n <= 60;
	for (size_t i = 0; i < v.n; i++)
		good = good && (ascii_alpha(v.p[i]) || ascii_digit(v.p[i]) || v.p[i] == '-');
	if (!good)
		wrong(r, "the name of an attribute has letters, digits and hyphens only, at most 60.");
	return v.n && good ? arena_z(r->a, v) : NULL;
}

static void read_words(const struct reading *r, struct people_rules *p, enum people_word w)
{
	const struct conf_pair *pair;
	struct people_words *out = &p->words[w];
	for (size_t at = 0; (pair = conf_each(r->b, WORDS[w].key, &at));) {
		if (out->n == PEOPLE_WORDS_MAX)
			wrong(r, "there may be twelve names of one kind at most.");
		else if (WORDS[w].slot && str_find(pair->value, str_z(WORDS[w].slot)) < 0)
			diag_add(r->d, DIAG_ERROR, r->c->file, pair->line, "[people %.*s]: %s: write %s where the word stands, such as %s.", STRF(r->b->id), WORDS[w].key, WORDS[w].slot, WORDS[w].otherwise[0]);
		else if (pair->value.n && pair->value.n <= PEOPLE_TEXT_MAX)
			out->v[out->n++] = pair->value;
	}
	for (size_t i = 0; !conf_has(r->b, WORDS[w].key) && i < ARRAY_N(WORDS[w].otherwise) && WORDS[w].otherwise[i]; i++)
		out->v[out->n++] = str_z(WORDS[w].otherwise[i]);
}

static void shape(const struct reading *r, struct people_rules *p)
{
	AUTO(buf_done) struct buf b = buf_init(256 * 1024);
	uint8_t digest[SHA256_BYTES];
	const struct provider *o = p->provider;
	buf_fmt(&b, "%.*s\n%.*s\n%s\n%s\n%s\n", STRF(o->issuer), STRF(o->tenant), o->base ? o->base : "", o->filter ? o->filter : "", o->id_attribute ? o->id_attribute : "");
	for (size_t i = 0; i < r->b->n; i++)
		buf_fmt(&b, "%.*s=%.*s\n", STRF(r->b->pairs[i].key), STRF(r->b->pairs[i].value));
	hash_sha256(buf_str(&b), digest);
	hex_put(digest, 8, p->shape);
}

static bool layout(const struct reading *r, const struct provider *o)
{
	struct str v = conf_get(r->b, "layout");
	if (v.n && !str_is(v, "ad") && !str_is(v, "openldap"))
		wrong(r, "layout: write ad or openldap.");
	return v.n ? str_is(v, "ad") : o->id_attribute && str_ieq(str_z(o->id_attribute), STR("objectGUID"));
}

static void read_one(const struct reading *r, const struct providers *all, struct people_rules *p)
{
	const struct provider *o = providers_find(all, r->b->id);
	*p = (struct people_rules){ .provider = o };
	if (!o || (o->kind != PROVIDER_LDAP && o->kind != PROVIDER_ENTRA)) {
		wrong(r, "there is no [provider] of this name whose kind is ldap or entra.");
		return;
	}
	p->ad = layout(r, o);
	p->base = text(r, "base", o->base);
	p->filter = text(r, "filter", o->filter);
	p->groups_base = text(r, "groups_base", p->base);
	p->graph = text(r, "graph", "https://graph.microsoft.com");
	p->sort_attribute = attribute(r, "sort_attribute");
	p->reference_attribute = attribute(r, "reference_attribute");
	p->username_attribute = attribute(r, "username_attribute");
	if (p->filter && p->filter[0] != '(')
		wrong(r, "filter: write it in round brackets.");
	if (!provider_url_good(str_z(p->graph)))
		wrong(r, "graph: give an https address.");
	if (o->kind == PROVIDER_ENTRA && !o->secret_file)
		wrong(r, "its [provider] needs client_secret_file: the directory is read with it.");
	for (int w = 0; w < PEOPLE_WORDS; w++)
		read_words(r, p, (enum people_word)w);
	shape(r, p);
}

enum err people_rules_read(struct arena *a, const struct conf *c, const struct providers *providers, struct diag *d, struct people_sources *out)
{
	struct people_sources all = { .n = 0 };
	size_t errors = d->errors;
	(void)conf_only(c, "people", KEYS, d);           /* what it finds stands in d */
	for (size_t i = 0; i < c->n; i++) {
		struct reading r = { a, c, &c->blocks[i], d };
		if (!str_is(r.b->kind, "people"))
			continue;
		if (all.n == PROVIDERS_MAX || people_rules_find(&all, r.b->id))
			wrong(&r, "there is one of this name already, or there are more than eight.");
		else
			read_one(&r, providers, &all.list[all.n]);
		if (d->errors == errors)
			all.n++;
	}
	if (d->errors > errors)
		return ERR_INVALID;
	*out = all;
	return OK;
}

const struct people_rules *people_rules_find(const struct people_sources *s, struct str provider)
{
	for (size_t i = 0; i < s->n; i++)
		if (str_eq(s->list[i].provider->name, provider))
			return &s->list[i];
	return NULL;
}
