#include "house/outside/graph.h"

#include "house/outside/json.h"

bool graph_id_good(struct str id)
{
	for (size_t i = 0; i < id.n; i++)
		if (!ascii_digit(id.p[i]) && !(ascii_lower(id.p[i]) >= 'a' && ascii_lower(id.p[i]) <= 'f') && id.p[i] != '-')
			return false;
	return id.n > 0 && id.n <= PEOPLE_KEY_MAX;
}

/* A page that goes on somewhere else would carry our token there. */
static enum err next_of(struct arena *a, const json_t *o, struct str base, struct str *out)
{
	*out = STR_NONE;
	TRY(json_text(a, o, "@odata.nextLink", GRAPH_URL_MAX, out));
	if (out->n == 0)
		return OK;
	bool inside = str_starts(*out, base) && out->n > base.n && out->p[base.n] == '/';
	for (size_t i = 0; i < out->n; i++)
		inside = inside && (unsigned char)out->p[i] > ' ' && (unsigned char)out->p[i] < 0x7f;
	return inside ? OK : ERR_FORBIDDEN;
}

static enum err items_of(struct str bytes, json_t **whole, const json_t **items, size_t *n)
{
	TRY(json_read(bytes, whole));
	*items = json_object_get(*whole, "value");
	*n = json_array_size(*items);
	if (!json_is_array(*items))
		return ERR_SYNTAX;
	return *n <= GRAPH_PAGE_ITEMS ? OK : ERR_LIMIT;
}

/* An attribute that is asked for by name; null and what is no text are nothing. */
static struct str named(struct arena *a, const json_t *o, const char *name, size_t max)
{
	struct str s = STR_NONE;
	return name && json_text(a, o, name, max, &s) == OK ? str_trim(s) : STR_NONE;
}

static enum err user(struct arena *a, const json_t *o, const struct people_rules *r, struct graph_user *u)
{
	struct str given, family;
	if (!json_is_object(o))
		return ERR_SYNTAX;
	*u = (struct graph_user){ 0 };
	TRY(json_text(a, o, "id", PEOPLE_KEY_MAX, &u->id));
	if (!graph_id_good(u->id))
		return ERR_SYNTAX;
	given = named(a, o, "givenName", 100);
	family = named(a, o, "surname", 100);
	u->name = given.n && family.n ? arena_fmt(a, "%.*s %.*s", STRF(given), STRF(family)) : named(a, o, "displayName", PERSON_NAME_MAX);
	u->mail = named(a, o, "mail", PEOPLE_TEXT_MAX);
	u->login = named(a, o, "userPrincipalName", PEOPLE_TEXT_MAX);
	u->ref = named(a, o, r->reference_attribute, PEOPLE_KEY_MAX);
	u->username = named(a, o, r->username_attribute, USERNAME_MAX);
	u->sort = named(a, o, r->sort_attribute, PEOPLE_TEXT_MAX);
	u->off = json_is_false(json_object_get(o, "accountEnabled"));
	u->guest = str_find(u->login, STR("#EXT#")) >= 0 || str_is(named(a, o, "userType", 20), "Guest");
	return OK;
}

enum err graph_users_read(struct arena *a, struct str bytes, struct str base, const struct people_rules *r, struct graph_page *out)
{
	AUTO(json_done) json_t *whole = NULL;
	const json_t *items;
	*out = (struct graph_page){ 0 };
	TRY(items_of(bytes, &whole, &items, &out->n));
	TRY(next_of(a, whole, base, &out->next));
	out->users = arena_array(a, struct graph_user, out->n + 1);
	for (size_t i = 0; i < out->n; i++)
		TRY(user(a, json_array_get(items, i), r, &out->users[i]));
	return OK;
}

enum err graph_groups_read(struct arena *a, struct str bytes, struct str base, struct graph_groups *out)
{
	AUTO(json_done) json_t *whole = NULL;
	const json_t *items;
	*out = (struct graph_groups){ 0 };
	TRY(items_of(bytes, &whole, &items, &out->n));
	TRY(next_of(a, whole, base, &out->next));
	out->groups = arena_alloc(a, (out->n + 1) * sizeof *out->groups);
	for (size_t i = 0; i < out->n; i++) {
		const json_t *o = json_array_get(items, i);
		if (!json_is_object(o))
			return ERR_SYNTAX;
		TRY(json_text(a, o, "id", PEOPLE_KEY_MAX, &out->groups[i].id));
		out->groups[i].name = named(a, o, "displayName", PEOPLE_TEXT_MAX);
		if (!graph_id_good(out->groups[i].id))
			return ERR_SYNTAX;
	}
	return OK;
}

enum err graph_token_read(struct str bytes, struct buf *token)
{
	AUTO(json_done) json_t *o = NULL;
	TRY(json_read(bytes, &o));
	const json_t *v = json_object_get(o, "access_token"), *type = json_object_get(o, "token_type");
	struct str s = { json_string_value(v), json_string_length(v) };
	if (!json_is_string(v) || !json_is_string(type) || s.n == 0 || s.n > GRAPH_TOKEN_MAX || !str_ieq(str_z(json_string_value(type)), STR("Bearer")))
		return ERR_SYNTAX;
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || (unsigned char)s.p[i] >= 0x7f)
			return ERR_SYNTAX;
	buf_add(token, s);
	return buf_ok(token);
}
