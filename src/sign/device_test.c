#include "sign/device.h"

#define ERR_STATE OPENSSL_ERR_STATE
#include <openssl/pkcs12.h>
#include <openssl/x509v3.h>
#undef ERR_STATE

#include "base/clock.h"
#include "base/mem.h"
#include "base/test.h"
#include "io/file.h"

enum { YEAR = 366 * 86400 };

struct desk { char path[300], pem[300]; struct device_ca *ca; };

static void desk_open(struct desk *d) { CHECK_OK(device_ca_open(d->path, d->pem, &d->ca)); }

static struct desk desk_new(void)
{
	struct desk d = { .ca = NULL };
	snprintf(d.path, sizeof d.path, "%s/device-ca", test_dir());
	snprintf(d.pem, sizeof d.pem, "%s/device-ca.pem", test_dir());
	desk_open(&d);
	return d;
}

static X509 *cert(struct str der)
{
	const unsigned char *p = (const unsigned char *)der.p;
	X509 *x = d2i_X509(NULL, &p, (long)der.n);
	CHECK(x);
	return x;
}

static size_t authorities(const struct desk *d)
{
	AUTO(buf_done) struct buf b = buf_init(65536);
	size_t n = 0;
	CHECK_OK(file_read(d->pem, &b));
	for (struct str s = buf_str(&b); s.n; s = str_from(s, 1))
		n += str_starts(s, STR("-----BEGIN"));
	return n;
}

static enum err pack(struct desk *d, struct buf *room, struct ca_device *out)
{
	buf_clear(room);
	device_ca_answer(d->ca, &(struct ca_question){ .op = CA_PACK, .device = STR("device-k3vq7m"), .password = STR("long enough for it") }, room);
	return ca_device_read(buf_str(room), out);
}

TEST(device_ca, a_pack_holds_the_key_of_its_certificate_and_opens_with_its_password)
{
	struct desk d = desk_new();
	AUTO(buf_wipe) struct buf room = buf_init(CA_ANSWER_MAX);
	struct ca_device v;
	CHECK_OK(pack(&d, &room, &v));
	const unsigned char *p = (const unsigned char *)v.pack.p;
	PKCS12 *k = d2i_PKCS12(NULL, &p, (long)v.pack.n);
	EVP_PKEY *key = NULL;
	X509 *x = NULL, *same = cert(v.der);
	CHECK(k && PKCS12_parse(k, "something else", &key, &x, NULL) == 0);
	CHECK(PKCS12_parse(k, "long enough for it", &key, &x, NULL) == 1);
	CHECK(X509_cmp(x, same) == 0 && X509_check_private_key(x, key) == 1);
	CHECK(X509_get_extended_key_usage(x) == XKU_SSL_CLIENT && X509_check_ca(x) == 0);
	CHECK(v.until_utc <= clock_utc() + DEVICE_DAYS * 86400);
	X509_free(x);
	X509_free(same);
	EVP_PKEY_free(key);
	PKCS12_free(k);
	device_ca_free(&d.ca);
}

TEST(device_ca, is_renewed_in_time_and_the_one_before_is_believed_until_its_end)
{
	clock_fake(1764000000000);
	struct desk d = desk_new();
	CHECK_INT(authorities(&d), 1);
	device_ca_free(&d.ca);
	clock_step((int64_t)(DEVICE_CA_YEARS - DEVICE_CA_EARLY_YEARS) * YEAR * 1000 - 1000);
	desk_open(&d);
	CHECK_INT(authorities(&d), 1);
	device_ca_free(&d.ca);
	clock_step(2000);
	desk_open(&d);
	CHECK_INT(authorities(&d), 2);
	device_ca_free(&d.ca);
	clock_step((int64_t)(DEVICE_CA_EARLY_YEARS + 1) * YEAR * 1000);
	desk_open(&d);
	CHECK_INT(authorities(&d), 1);
	device_ca_free(&d.ca);
	clock_fake(0);
}

TEST(device_ca, a_certificate_never_outlives_its_authority)
{
	clock_fake(1764000000000);
	struct desk d = desk_new();
	AUTO(buf_wipe) struct buf room = buf_init(CA_ANSWER_MAX);
	struct ca_device v;
	int64_t end = clock_utc() + (int64_t)DEVICE_CA_YEARS * YEAR;
	clock_step(((int64_t)DEVICE_CA_YEARS * YEAR - 86400) * 1000);
	CHECK_OK(pack(&d, &room, &v));                          /* a signer that runs for ten years */
	CHECK_INT(v.until_utc, end);
	clock_step(2 * 86400 * 1000);
	CHECK_ERR(pack(&d, &room, &v), ERR_CRYPTO);
	device_ca_free(&d.ca);
	clock_fake(0);
}

TEST(device_ca, does_not_start_on_a_file_that_was_changed)
{
	struct desk d = desk_new();
	AUTO(buf_wipe) struct buf b = buf_init(65536);
	device_ca_free(&d.ca);
	CHECK_OK(file_read(d.path, &b));
	for (size_t i = 0; i < b.n; i += 37) {
		b.p[i] = (char)(b.p[i] ^ 1);
		CHECK_OK(file_replace(d.path, buf_str(&b), 0600));
		CHECK_ERR(device_ca_open(d.path, d.pem, &d.ca), ERR_CORRUPT);
		b.p[i] = (char)(b.p[i] ^ 1);
	}
	CHECK_OK(file_replace(d.path, buf_str(&b), 0600));
	desk_open(&d);
	device_ca_free(&d.ca);
}
