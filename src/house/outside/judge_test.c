#define ERR_STATE OPENSSL_ERR_STATE        /* both libraries have one; ours is the enum */
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#undef ERR_STATE
#include <sodium.h>

#include "base/buf.h"
#include "base/test.h"
#include "house/outside/judge.h"

enum { NOW = 1795219200 };

static struct str b64(struct arena *a, struct str s)
{
	size_t n = sodium_base64_encoded_len(s.n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	char *p = arena_alloc(a, n);
	sodium_bin2base64(p, n, (const unsigned char *)s.p, s.n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	return str_z(p);
}

static struct str bn_text(struct arena *a, EVP_PKEY *k, const char *name, size_t width)
{
	BIGNUM *n = NULL;
	CHECK(EVP_PKEY_get_bn_param(k, name, &n) == 1);
	size_t have = (size_t)BN_num_bytes(n), size = width > have ? width : have;
	char *p = arena_alloc(a, size + 1);
	BN_bn2binpad(n, (unsigned char *)p, (int)size);
	BN_free(n);
	return b64(a, (struct str){ p, size });
}

/* The signature as a token carries it. */
static struct str sign(struct arena *a, EVP_PKEY *k, struct str covered, bool ec)
{
	unsigned char raw[600];
	size_t n = sizeof raw;
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	CHECK(EVP_DigestSignInit(c, NULL, EVP_sha256(), NULL, k) == 1);
	CHECK(EVP_DigestSign(c, raw, &n, (const unsigned char *)covered.p, covered.n) == 1);
	EVP_MD_CTX_free(c);
	if (ec) {
		const unsigned char *p = raw;
		unsigned char pair[64];
		ECDSA_SIG *s = d2i_ECDSA_SIG(NULL, &p, (long)n);
		BN_bn2binpad(ECDSA_SIG_get0_r(s), pair, 32);
		BN_bn2binpad(ECDSA_SIG_get0_s(s), pair + 32, 32);
		ECDSA_SIG_free(s);
		return b64(a, (struct str){ (const char *)pair, 64 });
	}
	return b64(a, (struct str){ (const char *)raw, n });
}

struct world { struct arena a; EVP_PKEY *rsa, *other, *weak, *ec; struct outside_keys keys; struct provider google, entra; };

static void world_done(struct world *w)
{
	EVP_PKEY_free(w->rsa);
	EVP_PKEY_free(w->other);
	EVP_PKEY_free(w->weak);
	EVP_PKEY_free(w->ec);
	arena_done(&w->a);
}

static struct world world(void)
{
	struct world w = { .a = arena_init(), .rsa = EVP_RSA_gen(2048), .other = EVP_RSA_gen(2048), .weak = EVP_RSA_gen(1024), .ec = EVP_EC_gen("P-256") };
	struct arena *a = &w.a;
	struct str set = arena_fmt(a, "{\"keys\":[{\"kty\":\"RSA\",\"use\":\"sig\",\"kid\":\"r1\",\"alg\":\"RS256\",\"n\":\"%.*s\",\"e\":\"AQAB\"},"
		"{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"e1\",\"x\":\"%.*s\",\"y\":\"%.*s\"},{\"kty\":\"RSA\",\"kid\":\"weak\",\"n\":\"%.*s\",\"e\":\"AQAB\"},"
		"{\"kty\":\"oct\",\"kid\":\"h1\",\"k\":\"AAAA\"},{\"kty\":\"RSA\",\"use\":\"enc\",\"kid\":\"x1\",\"n\":\"%.*s\",\"e\":\"AQAB\"}]}",
		STRF(bn_text(a, w.rsa, OSSL_PKEY_PARAM_RSA_N, 0)), STRF(bn_text(a, w.ec, OSSL_PKEY_PARAM_EC_PUB_X, 32)),
		STRF(bn_text(a, w.ec, OSSL_PKEY_PARAM_EC_PUB_Y, 32)), STRF(bn_text(a, w.weak, OSSL_PKEY_PARAM_RSA_N, 0)), STRF(bn_text(a, w.other, OSSL_PKEY_PARAM_RSA_N, 0)));
	CHECK_OK(keys_read(a, set, &w.keys));
	CHECK_INT(w.keys.n, 2);                  /* the weak one, the secret one and the one for encryption are passed over */
	w.google = (struct provider){ .name = STR("g"), .kind = PROVIDER_GOOGLE, .issuer = STR("https://accounts.example"), .client_id = STR("us"),
		.algs = 1u << KEY_RS256 | 1u << KEY_ES256, .domains = { STR("larkmoor.example") }, .n_domains = 1 };
	w.entra = w.google;
	w.entra.kind = PROVIDER_ENTRA;
	w.entra.tenant = STR("11111111-2222-3333-4444-555555555555");
	return w;
}

#define GOOD "\"iss\":\"https://accounts.example\",\"aud\":\"us\",\"sub\":\"10769150350006150715113082367\",\"nonce\":\"n-1\",\"iat\":1795219190,\"exp\":1795222790"
#define GOOGLE GOOD ",\"hd\":\"larkmoor.example\",\"email\":\"Tansy.Testerley@larkmoor.example\",\"email_verified\":true"

static struct str token(struct world *w, EVP_PKEY *k, const char *header, const char *claims)
{
	struct arena *a = &w->a;
	struct str h = b64(a, str_z(header)), c = b64(a, str_z(claims)), covered = arena_fmt(a, "%.*s.%.*s", STRF(h), STRF(c));
	struct str s = k ? sign(a, k, covered, k == w->ec) : STR("");
	return arena_fmt(a, "%.*s.%.*s", STRF(covered), STRF(s));
}

static enum err judged(struct world *w, const struct provider *p, struct str t, struct outsider *o, const char **why)
{
	*why = NULL;
	return judge_token(&w->a, p, &w->keys, t, STR("n-1"), NOW, o, why);
}

TEST(outside, a_good_token_says_who_it_is)
{
	AUTO(world_done) struct world w = world();
	struct outsider o;
	const char *why;
	CHECK_OK(judged(&w, &w.google, token(&w, w.rsa, "{\"alg\":\"RS256\",\"kid\":\"r1\",\"typ\":\"JWT\"}", "{" GOOGLE ",\"amr\":[\"pwd\",\"mfa\"]}"), &o, &why));
	CHECK_STR(o.subject, "10769150350006150715113082367");
	CHECK_STR(o.mail, "Tansy.Testerley@larkmoor.example");
	CHECK(o.second);
	CHECK_OK(judged(&w, &w.google, token(&w, w.ec, "{\"alg\":\"ES256\",\"kid\":\"e1\"}", "{" GOOGLE "}"), &o, &why));
	CHECK(!o.second);
	CHECK_OK(judged(&w, &w.google, token(&w, w.rsa, "{\"alg\":\"RS256\"}", "{" GOOGLE "}"), &o, &why));      /* the only key of its kind */
}

TEST(outside, a_token_signed_wrongly_is_refused_with_a_sentence)
{
	AUTO(world_done) struct world w = world();
	struct { EVP_PKEY *k; const char *header; enum err e; } bad[] = {
		{ NULL,    "{\"alg\":\"none\"}", ERR_FORBIDDEN }, { NULL, "{\"alg\":\"None\",\"kid\":\"r1\"}", ERR_FORBIDDEN },
		{ w.rsa,   "{\"alg\":\"HS256\",\"kid\":\"r1\"}", ERR_FORBIDDEN }, { w.rsa, "{\"alg\":\"RS512\",\"kid\":\"r1\"}", ERR_FORBIDDEN },
		{ w.rsa,   "{\"alg\":\"PS256\",\"kid\":\"r1\"}", ERR_FORBIDDEN }, { w.other, "{\"alg\":\"RS256\",\"kid\":\"r1\"}", ERR_FORBIDDEN },
		{ w.other, "{\"alg\":\"RS256\",\"kid\":\"x1\"}", ERR_ABSENT }, { w.weak, "{\"alg\":\"RS256\",\"kid\":\"weak\"}", ERR_ABSENT },
		{ w.rsa,   "{\"alg\":\"RS256\",\"kid\":\"new\"}", ERR_ABSENT }, { w.rsa, "{\"alg\":\"ES256\",\"kid\":\"r1\"}", ERR_ABSENT },
		{ w.ec,    "{\"alg\":\"RS256\",\"kid\":\"r1\"}", ERR_FORBIDDEN }, { NULL, "{\"alg\":\"RS256\",\"kid\":\"r1\"}", ERR_FORBIDDEN },
		{ w.rsa,   "{\"alg\":\"RS256\",\"kid\":\"r1\",\"crit\":[\"b64\"],\"b64\":false}", ERR_FORBIDDEN },
		{ w.rsa,   "{\"alg\":\"RS256\",\"kid\":\"r1\",\"alg\":\"none\"}", ERR_FORBIDDEN }, { w.rsa, "{\"kid\":\"r1\"}", ERR_FORBIDDEN },
		{ w.rsa,   "{\"alg\":\"RS256\",\"kid\":\"r1\",\"jwk\":{},\"typ\":\"at+jwt\"}", ERR_FORBIDDEN },
	};
	for (size_t i = 0; i < ARRAY_N(bad); i++) {
		struct outsider o;
		const char *why;
		CHECK_INT(judged(&w, &w.google, token(&w, bad[i].k, bad[i].header, "{" GOOGLE "}"), &o, &why), bad[i].e);
		CHECK(why && strlen(why) > 20);
	}
}

TEST(outside, a_word_changed_after_signing_is_refused)
{
	AUTO(world_done) struct world w = world();
	struct outsider o;
	const char *why;
	struct str good = token(&w, w.rsa, "{\"alg\":\"RS256\",\"kid\":\"r1\"}", "{" GOOGLE "}");
	for (size_t i = 0; i < good.n; i += 7) {
		struct str t = arena_str(&w.a, good);
		char *p = arena_alloc(&w.a, t.n + 1);
		memcpy(p, t.p, t.n);
		p[i] = p[i] == 'A' ? 'B' : 'A';
		CHECK(judged(&w, &w.google, (struct str){ p, t.n }, &o, &why) != OK);
	}
	for (size_t n = 0; n < good.n; n += 11)
		CHECK(judged(&w, &w.google, str_upto(good, n), &o, &why) != OK);
}

TEST(outside, a_token_for_others_or_another_time_is_refused_with_a_sentence)
{
#define TIMES(iat, exp) "{\"iss\":\"https://accounts.example\",\"aud\":\"us\",\"sub\":\"1\",\"nonce\":\"n-1\",\"hd\":\"larkmoor.example\",\"iat\":" #iat ",\"exp\":" #exp "}"
	static const char *const bad[] = {
		"{" GOOD "}", "{" GOOD ",\"hd\":\"elsewhere.example\"}", "{" GOOD ",\"hd\":\"larkmoor.example.evil.example\"}",
		"{" GOOD ",\"hd\":\"larkmoor.example\",\"azp\":\"others\"}", "{" GOOD ",\"hd\":\"larkmoor.example\",\"nbf\":1795219261}",
		TIMES(1795218000, 1795219140), TIMES(1795219261, 1795222790), TIMES(1795218539, 1795222790),
		"{\"iss\":\"https://accounts.example\",\"aud\":\"us\",\"sub\":\"1\",\"nonce\":\"n-1\",\"hd\":\"larkmoor.example\"}",
		"{\"iss\":\"https://accounts.example/\",\"aud\":\"us\",\"sub\":\"1\",\"nonce\":\"n-1\",\"hd\":\"larkmoor.example\",\"iat\":1795219190,\"exp\":1795222790}",
		"{\"iss\":\"https://accounts.example\",\"aud\":\"them\",\"sub\":\"1\",\"nonce\":\"n-1\",\"hd\":\"larkmoor.example\",\"iat\":1795219190,\"exp\":1795222790}",
		"{\"iss\":\"https://accounts.example\",\"aud\":[\"us\",\"them\"],\"sub\":\"1\",\"nonce\":\"n-1\",\"hd\":\"larkmoor.example\",\"iat\":1795219190,\"exp\":1795222790}",
		"{\"iss\":\"https://accounts.example\",\"aud\":\"us\",\"sub\":\"1\",\"nonce\":\"n-2\",\"hd\":\"larkmoor.example\",\"iat\":1795219190,\"exp\":1795222790}",
		"{\"iss\":\"https://accounts.example\",\"aud\":\"us\",\"sub\":\"1\",\"hd\":\"larkmoor.example\",\"iat\":1795219190,\"exp\":1795222790}",
		"{\"iss\":\"https://accounts.example\",\"aud\":\"us\",\"nonce\":\"n-1\",\"hd\":\"larkmoor.example\",\"iat\":1795219190,\"exp\":1795222790}",
		"[]", "{", "{\"sub\":1}", "",
	};
	AUTO(world_done) struct world w = world();
	struct outsider o;
	const char *why;
	for (size_t i = 0; i < ARRAY_N(bad); i++) {
		CHECK_ERR(judged(&w, &w.google, token(&w, w.rsa, "{\"alg\":\"RS256\",\"kid\":\"r1\"}", bad[i]), &o, &why), ERR_FORBIDDEN);
		CHECK(why && strlen(why) > 20 && strchr(why, '.'));
	}
	/* A minute's difference between two clocks is nothing. */
	CHECK_OK(judged(&w, &w.google, token(&w, w.rsa, "{\"alg\":\"RS256\",\"kid\":\"r1\"}", TIMES(1795219260, 1795222790)), &o, &why));
	CHECK_OK(judged(&w, &w.google, token(&w, w.rsa, "{\"alg\":\"RS256\",\"kid\":\"r1\"}", TIMES(1795219000, 1795219141)), &o, &why));
}

TEST(outside, a_microsoft_tenant_is_the_schools_own_and_a_typed_mail_name_says_nothing)
{
	AUTO(world_done) struct world w = world();
	struct outsider o;
	const char *why;
#define ENTRA GOOD ",\"tid\":\"11111111-2222-3333-4444-555555555555\",\"oid\":\"aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee\""
	static const char header[] = "{\"alg\":\"RS256\",\"kid\":\"r1\"}";
	CHECK_OK(judged(&w, &w.entra, token(&w, w.rsa, header, "{" ENTRA ",\"preferred_username\":\"tansy@larkmoor.example\",\"email\":\"head@larkmoor.example\"}"), &o, &why));
	CHECK_STR(o.subject, "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee");
	CHECK_STR(o.mail, "tansy@larkmoor.example");
	CHECK_OK(judged(&w, &w.entra, token(&w, w.rsa, header, "{" ENTRA ",\"email\":\"head@larkmoor.example\",\"email_verified\":true}"), &o, &why));
	CHECK_INT(o.mail.n, 0);
	CHECK_OK(judged(&w, &w.entra, token(&w, w.rsa, header, "{" ENTRA ",\"preferred_username\":\"head_gmail.example#EXT#@larkmoor.example\"}"), &o, &why));
	CHECK_INT(o.mail.n, 0);
	CHECK_ERR(judged(&w, &w.entra, token(&w, w.rsa, header, "{" GOOD ",\"tid\":\"99999999-2222-3333-4444-555555555555\"}"), &o, &why), ERR_FORBIDDEN);
	CHECK_ERR(judged(&w, &w.entra, token(&w, w.rsa, header, "{" GOOD "}"), &o, &why), ERR_FORBIDDEN);
}

TEST(outside, an_unverified_mail_name_matches_nobody)
{
	AUTO(world_done) struct world w = world();
	struct outsider o;
	const char *why;
	static const char *const mails[] = { "\"email\":\"head@larkmoor.example\"", "\"email\":\"head@larkmoor.example\",\"email_verified\":false",
		"\"email\":\"head@elsewhere.example\",\"email_verified\":true", "\"email\":\"head@evil.example@larkmoor.example\",\"email_verified\":true" };
	for (size_t i = 0; i < ARRAY_N(mails); i++) {
		struct str claims = arena_fmt(&w.a, "{" GOOD ",\"hd\":\"larkmoor.example\",%s}", mails[i]);
		CHECK_OK(judged(&w, &w.google, token(&w, w.rsa, "{\"alg\":\"RS256\",\"kid\":\"r1\"}", claims.p), &o, &why));
		CHECK_INT(o.mail.n, 0);
	}
}

TEST(outside, base64_of_the_web_is_strict)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct str out;
	CHECK_OK(base64url_read(&a, STR("-_-_"), &out));
	CHECK_INT(out.n, 3);
	static const char *const bad[] = { "A", "AA==", "A+", "A/", "AB", "AAB", "AAA A", "\xc3\xa9" };
	for (size_t i = 0; i < ARRAY_N(bad); i++)
		CHECK_ERR(base64url_read(&a, str_z(bad[i]), &out), ERR_SYNTAX);
}

TEST(outside, a_provider_describes_itself_with_good_addresses_only)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct discovery d;
#define ABOUT(token) "{\"issuer\":\"https://i.example\",\"authorization_endpoint\":\"https://i.example/a\",\"token_endpoint\":\"" token "\",\"jwks_uri\":\"https://i.example/k\"}"
	CHECK_OK(discovery_read(&a, STR(ABOUT("https://i.example/t")), &d));
	CHECK_STR(d.token, "https://i.example/t");
	static const char *const bad[] = { ABOUT("http://i.example/t"), ABOUT("file:///etc/passwd"), ABOUT("ftp://i.example/"), ABOUT("//i.example/t"), ABOUT("https://i.example/ t"), ABOUT(""), "{}", "[]" };
	for (size_t i = 0; i < ARRAY_N(bad); i++)
		CHECK(discovery_read(&a, str_z(bad[i]), &d) != OK);
}
