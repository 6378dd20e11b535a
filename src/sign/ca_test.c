#define ERR_STATE OPENSSL_ERR_STATE
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#undef ERR_STATE

#include "base/clock.h"
#include "base/test.h"
#include "io/file.h"
#include "sign/ca.h"

struct box { char path[300]; struct ca *ca; uint8_t point[CA_POINT]; struct buf room; struct ca_list l; };

static void box_open(struct box *b)
{
	CHECK_OK(ca_open(b->path, &b->ca));
}

static struct box box_new(void)
{
	struct box b = { .room = buf_init(CA_ANSWER_MAX) };
	EVP_PKEY *k = EVP_EC_gen("P-256");
	size_t n = 0;
	CHECK(EVP_PKEY_get_octet_string_param(k, "encoded-pub-key", b.point, sizeof b.point, &n) == 1 && n == CA_POINT);
	EVP_PKEY_free(k);
	snprintf(b.path, sizeof b.path, "%s/ca", test_dir());
	box_open(&b);
	return b;
}

static void box_done(struct box *b)
{
	ca_free(&b->ca);
	buf_done(&b->room);
}

static enum err ask(struct box *b, const struct ca_question *q)
{
	AUTO(buf_done) struct buf question = buf_init(CA_QUESTION_MAX);
	ca_question_put(q, &question);
	buf_clear(&b->room);
	ca_answer(b->ca, buf_str(&question), false, &b->room);
	return ca_list_read(buf_str(&b->room), &b->l);
}

static enum err make(struct box *b) { return ask(b, &(struct ca_question){ .op = CA_MAKE, .years = 5, .name = STR("Oaks & \xc3\x89lms, \"Primary\""), .spared = STR("childline.org.uk nhs.uk") }); }

static enum err leaf(struct box *b, const char *host, struct str *der)
{
	AUTO(buf_done) struct buf question = buf_init(CA_QUESTION_MAX);
	int64_t until;
	ca_question_put(&(struct ca_question){ .op = CA_LEAF, .host = str_z(host), .point = { (char *)b->point, CA_POINT } }, &question);
	buf_clear(&b->room);
	ca_answer(b->ca, buf_str(&question), true, &b->room);
	return ca_leaf_read(buf_str(&b->room), &until, der);
}

static X509 *cert(struct str der)
{
	const unsigned char *p = (const unsigned char *)der.p;
	X509 *x = d2i_X509(NULL, &p, (long)der.n);
	CHECK(x);
	return x;
}

/* As a browser does that trusts this CA alone. */
static int verify(X509 *ca, X509 *leaf_cert, const char *host)
{
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *c = X509_STORE_CTX_new();
	CHECK(X509_STORE_add_cert(store, ca) == 1 && X509_STORE_CTX_init(c, store, leaf_cert, NULL) == 1);
	X509_VERIFY_PARAM *p = X509_STORE_CTX_get0_param(c);
	X509_VERIFY_PARAM_set1_host(p, host, 0);
	X509_VERIFY_PARAM_set_purpose(p, X509_PURPOSE_SSL_SERVER);
	X509_VERIFY_PARAM_set_flags(p, X509_V_FLAG_X509_STRICT);
	X509_VERIFY_PARAM_set_auth_level(p, 2);
	int e = X509_verify_cert(c) == 1 ? 0 : X509_STORE_CTX_get_error(c);
	X509_STORE_CTX_free(c);
	X509_STORE_free(store);
	return e;
}

TEST(ca, certificates_hold_for_one_name_and_under_strict_rules)
{
	struct box b = box_new();
	struct str der;
	CHECK_ERR(leaf(&b, "www.example.org", &der), ERR_ABSENT);
	CHECK_OK(make(&b));
	CHECK_INT(b.l.n, 1);
	CHECK_INT(b.l.v[0].state, CA_USED);
	X509 *ca = cert(b.l.v[0].der);
	CHECK_OK(leaf(&b, "www.example.org", &der));
	X509 *x = cert(der);
	CHECK_INT(verify(ca, x, "www.example.org"), 0);
	CHECK_INT(verify(ca, x, "example.org"), X509_V_ERR_HOSTNAME_MISMATCH);
	CHECK(X509_check_ca(x) == 0 && X509_check_ca(ca) == 1);
	CHECK_INT(X509_get_extension_flags(ca) & EXFLAG_CRITICAL, 0);
	X509_free(x);
	X509_free(ca);
	box_done(&b);
}

TEST(ca, a_broken_gate_gets_no_wildcard_no_suffix_no_address_and_nothing_spared)
{
	static const char *const never[] = { "", "*", "*.example.org", "com", "co.uk", "localhost", "1.2.3.4", "::1", "Example.org", "a..b", "a.b,DNS:c.d", "a.b\n" };
	struct box b = box_new();
	struct str der;
	CHECK_OK(make(&b));
	for (size_t i = 0; i < ARRAY_N(never); i++)
		CHECK_ERR(leaf(&b, never[i], &der), ERR_SYNTAX);
	CHECK_ERR(leaf(&b, "www.childline.org.uk", &der), ERR_FORBIDDEN);
	CHECK_ERR(leaf(&b, "www.nhs.uk", &der), ERR_FORBIDDEN);
	CHECK_OK(leaf(&b, "notnhs.uk", &der));
	AUTO(buf_done) struct buf question = buf_init(CA_QUESTION_MAX);
	ca_question_put(&(struct ca_question){ .op = CA_MAKE, .years = 5, .name = STR("x") }, &question);
	buf_clear(&b.room);
	ca_answer(b.ca, buf_str(&question), true, &b.room);
	CHECK(b.room.n == 1 && b.room.p[0] == CA_SYNTAX);
	box_done(&b);
}

TEST(ca, is_asked_only_so_often)
{
	struct box b = box_new();
	struct str der;
	clock_fake(1790000000000);
	ca_free(&b.ca);
	box_open(&b);
	CHECK_OK(make(&b));
	int n = 0;
	while (n < 2 * CA_BURST && leaf(&b, "www.example.org", &der) == OK)
		n++;
	CHECK_INT(n, CA_BURST);
	clock_step(CA_REFILL_MS);
	CHECK_OK(leaf(&b, "www.example.org", &der));
	CHECK_ERR(leaf(&b, "www.example.org", &der), ERR_BUSY);
	clock_fake(0);
	box_done(&b);
}

TEST(ca, the_next_one_waits_is_switched_to_and_the_old_one_retired)
{
	struct box b = box_new();
	struct str der;
	CHECK_ERR(ask(&b, &(struct ca_question){ .op = CA_SWITCH }), ERR_STATE);
	CHECK_ERR(ask(&b, &(struct ca_question){ .op = CA_RETIRE }), ERR_STATE);
	CHECK_OK(make(&b));
	CHECK_OK(make(&b));
	CHECK_ERR(make(&b), ERR_STATE);
	CHECK_INT(b.l.n, 2);
	X509 *first = NULL, *second = NULL;
	CHECK_OK(ask(&b, &(struct ca_question){ .op = CA_SHOW }));
	first = cert(b.l.v[0].der);
	second = cert(b.l.v[1].der);
	CHECK_INT(b.l.v[1].state, CA_NEXT);
	CHECK_OK(leaf(&b, "www.example.org", &der));
	X509 *x = cert(der);
	CHECK_INT(verify(first, x, "www.example.org"), 0);
	CHECK(verify(second, x, "www.example.org") != 0);
	X509_free(x);
	CHECK_OK(ask(&b, &(struct ca_question){ .op = CA_SWITCH }));
	ca_free(&b.ca);
	box_open(&b);                                            /* it is on the disk */
	CHECK_OK(leaf(&b, "www.example.org", &der));
	x = cert(der);
	CHECK_INT(verify(second, x, "www.example.org"), 0);
	CHECK_OK(ask(&b, &(struct ca_question){ .op = CA_RETIRE }));
	CHECK_INT(b.l.n, 1);
	CHECK_INT(b.l.v[0].state, CA_USED);
	CHECK_OK(ask(&b, &(struct ca_question){ .op = CA_RETIRE }));
	CHECK_ERR(leaf(&b, "www.example.org", &der), ERR_ABSENT);
	X509_free(x);
	X509_free(first);
	X509_free(second);
	box_done(&b);
}

TEST(ca, does_not_start_on_a_book_that_was_changed)
{
	struct box b = box_new();
	CHECK_OK(make(&b));
	ca_free(&b.ca);
	AUTO(buf_done) struct buf file = buf_init(1 << 16);
	CHECK_OK(file_read(b.path, &file));
	for (size_t i = 0; i < file.n; i += 7) {
		file.p[i] = (char)(file.p[i] ^ 1);
		CHECK_OK(file_replace(b.path, buf_str(&file), 0600));
		CHECK_ERR(ca_open(b.path, &b.ca), ERR_CORRUPT);
		file.p[i] = (char)(file.p[i] ^ 1);
	}
	box_done(&b);
}
