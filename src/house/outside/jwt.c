#include "house/outside/jwt.h"

#include "house/outside/json.h"

static int value_of(char c)
{
	if (c >= 'A' && c <= 'Z') return c - 'A';
	if (c >= 'a' && c <= 'z') return c - 'a' + 26;
	if (c >= '0' && c <= '9') return c - '0' + 52;
	if (c == '-') return 62;
	return c == '_' ? 63 : -1;
}

enum err base64url_read(struct arena *a, struct str text, struct str *out)
{
	if (text.n > JWT_MAX)
		return ERR_LIMIT;
	if (text.n % 4 == 1)
		return ERR_SYNTAX;
	char *p = arena_alloc(a, text.n + 1);
	size_t n = 0;
	uint32_t bits = 0;
	int held = 0;
	for (size_t i = 0; i < text.n; i++) {
		int v = value_of(text.p[i]);
		if (v < 0)
			return ERR_SYNTAX;
		bits = bits << 6 | (uint32_t)v;
		held += 6;
		if (held >= 8) {
			held -= 8;
			p[n++] = (char)(bits >> held & 0xff);
		}
	}
	if (bits & ((1u << held) - 1))
		return ERR_SYNTAX;               /* two texts for the same bytes: only one is right */
	*out = (struct str){ p, n };
	return OK;
}

/* alg and kid; what we do not know must not be critical (RFC 7515 4.1.11). */
static enum err header_read(struct arena *a, struct str bytes, struct jwt *j)
{
	AUTO(json_done) json_t *o = NULL;
	struct str typ = STR_NONE;
	TRY(json_read(bytes, &o));
	TRY(json_text(a, o, "alg", 20, &j->alg));
	TRY(json_text(a, o, "kid", 256, &j->kid));
	TRY(json_text(a, o, "typ", 20, &typ));
	if (json_object_get(o, "crit") || json_object_get(o, "b64"))
		return ERR_UNSUPPORTED;
	if (typ.n && !str_ieq(typ, STR("JWT")))
		return ERR_SYNTAX;
	return j->alg.n ? OK : ERR_SYNTAX;
}

enum err jwt_read(struct arena *a, struct str token, struct jwt *out)
{
	struct jwt j = { 0 };
	struct str header;
	if (token.n > JWT_MAX)
		return ERR_LIMIT;
	ptrdiff_t one = str_chr(token, '.'), two = str_rchr(token, '.');
	if (one <= 0 || two <= one)
		return ERR_SYNTAX;
	j.covered = str_upto(token, (size_t)two);
	TRY(base64url_read(a, str_upto(token, (size_t)one), &header));
	TRY(base64url_read(a, str_from(j.covered, (size_t)one + 1), &j.payload));      /* a third dot is no letter of it */
	TRY(base64url_read(a, str_from(token, (size_t)two + 1), &j.signature));
	TRY(header_read(a, header, &j));
	*out = j;
	return OK;
}

/* One text, or a list of them (RFC 7519 4.1.3). */
static enum err audience(struct arena *a, const json_t *o, struct claims *c)
{
	const json_t *aud = json_object_get(o, "aud");
	if (!json_is_array(aud)) {
		TRY(json_text(a, o, "aud", JWT_TEXT_MAX, &c->aud[0]));
		c->n_aud = c->aud[0].n > 0;
		return OK;
	}
	if (json_array_size(aud) > JWT_AUD_MAX)
		return ERR_LIMIT;
	for (size_t i = 0; i < json_array_size(aud); i++) {
		const json_t *v = json_array_get(aud, i);
		if (!json_is_string(v) || json_string_length(v) > JWT_TEXT_MAX)
			return ERR_SYNTAX;
		c->aud[c->n_aud++] = arena_str(a, (struct str){ json_string_value(v), json_string_length(v) });
	}
	return OK;
}

static bool says_mfa(const json_t *o)
{
	const json_t *amr = json_object_get(o, "amr");
	for (size_t i = 0; i < json_array_size(amr); i++) {
		const json_t *v = json_array_get(amr, i);
		if (json_is_string(v) && strcmp(json_string_value(v), "mfa") == 0)
			return true;
	}
	return false;
}

/* true, or the text "true" as some providers write it. */
static bool says_yes(const json_t *v)
{
	return json_is_true(v) || (json_is_string(v) && strcmp(json_string_value(v), "true") == 0);
}

enum err claims_read(struct arena *a, struct str payload, struct claims *out)
{
	AUTO(json_done) json_t *o = NULL;
	struct claims c = { 0 };
	struct { const char *name; struct str *to; } texts[] = {
		{ "iss", &c.iss }, { "sub", &c.sub }, { "azp", &c.azp }, { "nonce", &c.nonce }, { "tid", &c.tid }, { "hd", &c.hd },
		{ "oid", &c.oid }, { "email", &c.email }, { "preferred_username", &c.username },
	};
	TRY(json_read(payload, &o));
	for (size_t i = 0; i < ARRAY_N(texts); i++)
		TRY(json_text(a, o, texts[i].name, JWT_TEXT_MAX, texts[i].to));
	TRY(json_time(o, "exp", &c.exp_utc));
	TRY(json_time(o, "iat", &c.iat_utc));
	TRY(json_time(o, "nbf", &c.nbf_utc));
	TRY(audience(a, o, &c));
	c.email_verified = says_yes(json_object_get(o, "email_verified"));
	c.amr_mfa = says_mfa(o);
	*out = c;
	return OK;
}
