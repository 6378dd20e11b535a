#include "house/outside/judge.h"

#include "base/hash.h"
#include "house/outside/json.h"

struct look { const struct provider *p; const struct claims *c; struct str nonce; int64_t now; };

static bool same(struct str a, struct str b) { return a.n && a.n == b.n && hash_same(a.p, b.p, a.n); }

static bool for_us(const struct look *l)
{
	bool named = false;
	for (size_t i = 0; i < l->c->n_aud; i++)
		named = named || str_eq(l->c->aud[i], l->p->client_id);
	if (l->c->azp.n && !str_eq(l->c->azp, l->p->client_id))
		return false;
	return named && (l->c->n_aud == 1 || l->c->azp.n);
}

static bool own_domain(const struct provider *p, struct str domain)
{
	for (size_t i = 0; i < p->n_domains; i++)
		if (str_ieq(domain, p->domains[i]))
			return true;
	return false;
}

static bool right_house(const struct look *l)
{
	switch (l->p->kind) {
	case PROVIDER_ENTRA:  return str_ieq(l->c->tid, l->p->tenant);
	case PROVIDER_GOOGLE: return own_domain(l->p, l->c->hd);
	default:              return true;
	}
}

/* The first thing that is wrong with the claims, or NULL. */
static const char *fault(const struct look *l)
{
	const struct claims *c = l->c;
	if (!str_eq(c->iss, l->p->issuer))
		return "The sign-in was not made by the school's own provider.";
	if (!for_us(l))
		return "The sign-in was made for another program.";
	if (c->exp_utc == 0 || c->iat_utc == 0 || c->exp_utc + JUDGE_SKEW_S <= l->now || c->iat_utc + JUDGE_OLDEST_S + JUDGE_SKEW_S < l->now)
		return "The sign-in took too long and is no longer good. Start again.";
	if (c->iat_utc > l->now + JUDGE_SKEW_S || c->nbf_utc > l->now + JUDGE_SKEW_S)
		return "The sign-in is from the future: the provider's clock and ours differ. Tell the technician.";
	if (!same(c->nonce, l->nonce))
		return "The sign-in belongs to another attempt. Start again.";
	if (c->sub.n == 0 || c->sub.n > 255)
		return "The provider does not say who signed in.";
	if (!right_house(l))
		return "This account is not one of the school's. Use your school account.";
	return NULL;
}

/* Entra's `email` is whatever its owner typed; the sign-in name is given by the school's own administrator.  A guest's
 * (with #EXT#) is not.  Others: only what they say they verified. */
static struct str good_mail(const struct provider *p, const struct claims *c)
{
	struct str mail = p->kind == PROVIDER_ENTRA ? c->username : c->email_verified ? c->email : STR_NONE;
	if (mail.n > 200 || str_find(mail, STR("#")) >= 0 || !provider_own_mail(p, mail))
		return STR_NONE;
	return mail;
}

static struct outsider person_of(const struct provider *p, const struct claims *c)
{
	bool by_oid = p->kind == PROVIDER_ENTRA && c->oid.n == 36;     /* stays when the school registers the program anew */
	return (struct outsider){ .issuer = c->iss, .subject = by_oid ? c->oid : c->sub, .user = c->username.n ? c->username : c->email,
		.mail = good_mail(p, c), .second = c->amr_mfa };
}

static enum err refuse(const char **why, const char *sentence)
{
	*why = sentence;
	return ERR_FORBIDDEN;
}

enum err judge_token(struct arena *a, const struct provider *p, const struct outside_keys *keys, struct str token, struct str nonce,
                     int64_t now_utc, struct outsider *out, const char **why)
{
	struct jwt j;
	struct claims c;
	if (jwt_read(a, token, &j) != OK)
		return refuse(why, "The provider's answer cannot be read.");
	enum key_alg alg = key_alg_read(j.alg);
	if (alg == KEY_NONE || !(p->algs & 1u << alg))
		return refuse(why, "The sign-in is not signed in a way that we accept.");
	const struct outside_key *k = keys_find(keys, alg, j.kid);
	if (!k) {
		*why = "The sign-in is signed with a key that the provider does not publish.";
		return ERR_ABSENT;
	}
	if (key_verify(k, &j) != OK)
		return refuse(why, "The sign-in's signature is wrong.");
	if (claims_read(a, j.payload, &c) != OK)
		return refuse(why, "The provider's answer cannot be read.");
	struct look l = { p, &c, nonce, now_utc };
	const char *bad = fault(&l);
	if (bad)
		return refuse(why, bad);
	*out = person_of(p, &c);
	return OK;
}

enum err discovery_read(struct arena *a, struct str bytes, struct discovery *out)
{
	AUTO(json_done) json_t *o = NULL;
	struct discovery d = { 0 };
	if (bytes.n > DISCOVERY_MAX_BYTES)
		return ERR_LIMIT;
	TRY(json_read(bytes, &o));
	TRY(json_text(a, o, "issuer", JWT_TEXT_MAX, &d.issuer));
	TRY(json_text(a, o, "authorization_endpoint", JWT_TEXT_MAX, &d.authorize));
	TRY(json_text(a, o, "token_endpoint", JWT_TEXT_MAX, &d.token));
	TRY(json_text(a, o, "jwks_uri", JWT_TEXT_MAX, &d.keys));
	d.says_issuer = json_is_true(json_object_get(o, "authorization_response_iss_parameter_supported"));
	if (!d.issuer.n || !provider_url_good(d.authorize) || !provider_url_good(d.token) || !provider_url_good(d.keys))
		return ERR_SYNTAX;
	*out = d;
	return OK;
}
