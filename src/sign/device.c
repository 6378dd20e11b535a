#include "sign/device.h"

#include <sodium.h>

#include "base/clock.h"
#include "base/mem.h"
#include "io/file.h"
#include "sign/book.h"
#include "sign/mint.h"
#include "wire/csr.h"

enum { YEAR_S = 366 * 86400, FILE_MAX = 2 * CA_DER_MAX + MINT_KEY_MAX + 128, PEM_MAX = 4 * CA_DER_MAX };

struct device_ca {
	struct buf der, key, before;   /* before: the certificate of the one before; may be empty */
	int64_t until_utc, before_until_utc;
	struct mint_key *sign;
};

static enum err file_write(const struct device_ca *c, const char *path)
{
	AUTO(buf_wipe) struct buf b = buf_init(FILE_MAX);
	book_begin(&b);
	book_num(&b, (uint64_t)c->until_utc, 8);
	book_num(&b, (uint64_t)c->before_until_utc, 8);
	book_piece(&b, buf_str(&c->der));
	book_piece(&b, buf_str(&c->key));
	book_piece(&b, buf_str(&c->before));
	return book_write(path, &b);
}

static enum err file_take(struct device_ca *c, const char *path)
{
	AUTO(buf_wipe) struct buf b = buf_init(FILE_MAX);
	struct rd r;
	TRY(book_read(path, &b, &r));
	c->until_utc = (int64_t)rd_u64(&r);
	c->before_until_utc = (int64_t)rd_u64(&r);
	book_take(&r, &c->der);
	book_take(&r, &c->key);
	book_take(&r, &c->before);
	return rd_end(&r) == OK ? OK : ERR_CORRUPT;
}

/* A new one; the one until now becomes the one before. */
static enum err renew(struct device_ca *c, int64_t now_utc)
{
	AUTO(buf_done) struct buf der = buf_init(CA_DER_MAX);
	AUTO(buf_wipe) struct buf key = buf_init(MINT_KEY_MAX);
	int64_t until;
	TRY(mint_ca(STR("Gatehouse"), STR("devices"), STR_NONE, DEVICE_CA_YEARS, now_utc, &der, &key, &until));
	buf_clear(&c->before);
	buf_add(&c->before, buf_str(&c->der));
	c->before_until_utc = c->until_utc;
	buf_clear(&c->der);
	buf_add(&c->der, buf_str(&der));
	mem_wipe(c->key.p, c->key.n);
	buf_clear(&c->key);
	buf_add(&c->key, buf_str(&key));
	c->until_utc = until;
	return buf_ok(&c->key);
}

static void pem(struct buf *out, struct str der)
{
	char text[CA_DER_MAX * 2];
	sodium_bin2base64(text, sizeof text, (const unsigned char *)der.p, der.n, sodium_base64_VARIANT_ORIGINAL);
	buf_z(out, "-----BEGIN CERTIFICATE-----\n");
	for (struct str rest = str_z(text); rest.n; rest = str_from(rest, 64))
		buf_fmt(out, "%.*s\n", STRF(str_upto(rest, 64)));
	buf_z(out, "-----END CERTIFICATE-----\n");
}

static enum err tell(const struct device_ca *c, const char *public_path, int64_t now_utc)
{
	AUTO(buf_done) struct buf b = buf_init(PEM_MAX), was = buf_init(PEM_MAX);
	pem(&b, buf_str(&c->der));
	if (c->before.n && c->before_until_utc > now_utc)
		pem(&b, buf_str(&c->before));
	TRY(buf_ok(&b));
	if (file_exists(public_path) && file_read(public_path, &was) == OK && str_eq(buf_str(&was), buf_str(&b)))
		return OK;
	return file_replace(public_path, buf_str(&b), 0644);
}

enum err device_ca_open(const char *path, const char *public_path, struct device_ca **out)
{
	AUTO(device_ca_free) struct device_ca *c = mem_new(struct device_ca);
	int64_t now = clock_utc();
	c->der = buf_init(CA_DER_MAX);
	c->key = buf_init(MINT_KEY_MAX);
	c->before = buf_init(CA_DER_MAX);
	if (file_exists(path))
		TRY(file_take(c, path));
	if (c->until_utc - now < (int64_t)DEVICE_CA_EARLY_YEARS * YEAR_S) {
		TRY(renew(c, now));
		TRY(file_write(c, path));
	}
	TRY(mint_open(buf_str(&c->der), buf_str(&c->key), &c->sign));
	TRY(tell(c, public_path, now));
	*out = TAKE(c);
	return OK;
}

void device_ca_free(struct device_ca **cp)
{
	struct device_ca *c = *cp;
	if (!c)
		return;
	mint_free(&c->sign);
	buf_done(&c->der);
	buf_wipe(&c->key);
	buf_done(&c->before);
	mem_free(cp);
}

static enum ca_code from_request(struct device_ca *c, const struct ca_question *q, struct buf *der, int64_t *until)
{
	struct csr csr;
	if (csr_read(q->csr, &csr) != OK)
		return CA_SYNTAX;
	if (!mint_signed(&csr))
		return CA_REFUSED;               /* whoever sends it does not have the key */
	return mint_device(c->sign, q->device, csr.point, clock_utc(), DEVICE_DAYS, der, until) == OK ? CA_OK : CA_FAILED;
}

void device_ca_answer(struct device_ca *c, const struct ca_question *q, struct buf *out)
{
	AUTO(buf_done) struct buf der = buf_init(CA_DER_MAX);
	AUTO(buf_wipe) struct buf pack = buf_init(CA_PACK_MAX);
	struct ca_device d = { 0 };
	enum ca_code code = q->op == CA_DEVICE ? from_request(c, q, &der, &d.until_utc)
		: mint_pack(c->sign, q->device, q->password, clock_utc(), DEVICE_DAYS, &der, &pack, &d.until_utc) == OK ? CA_OK : CA_FAILED;
	d.der = buf_str(&der);
	d.pack = buf_str(&pack);
	if (code == CA_OK)
		ca_device_put(&d, out);
	else
		buf_byte(out, (char)code);
}
