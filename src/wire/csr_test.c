#include "wire/csr.h"

#include "base/mem.h"
#include "base/test.h"

#define BEGIN "-----BEGIN CERTIFICATE REQUEST-----\n"
#define END "-----END CERTIFICATE REQUEST-----\n"
#define WINDOWS(x) "-----BEGIN NEW CERTIFICATE REQUEST-----\r\n" x "-----END NEW CERTIFICATE REQUEST-----\r\n"

#define P256 \
	"MIHoMIGOAgEAMCwxEDAOBgNVBAMMB1RBQi0wMTQxGDAWBgNVBAoMD0xhcmttb29yIFNjaG9vbDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABBYx4UYc7SS0\n" \
	"n7m6MO3A8mAxGT172sx6Q2iQLqOJlZE91Be/F2UFVjdveSSA2BRHcTGEmTFh9H1EZNCMJQUUbB6gADAKBggqhkjOPQQDAgNJADBGAiEAxTIOlP4b1Vmzk+4w\n" \
	"mmleVpxf61QWuSzaorK7B6I/YiICIQDxi4d1YwyggU352ff6J63LKQHo6c+x8RRgWCy1YDdGNg==\n"

#define P256_SHA384 \
	"MIHpMIGPAgEAMAAwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQWMeFGHO0ktJ+5ujDtwPJgMRk9e9rMekNokC6jiZWRPdQXvxdlBVY3b3kkgNgUR3ExhJkx\n" \
	"YfR9RGTQjCUFFGweoC0wKwYJKoZIhvcNAQkOMR4wHDAaBgNVHREEEzARgg90YWIuc2Nob29sLnRlc3QwCgYIKoZIzj0EAwMDSQAwRgIhAPYqRdM4pTG/lsYT\n" \
	"nb5XKAZZpnWwEHItToLPL87vKsgRAiEAoBVhXDrqbKp0Iuq+E4QatqxozS+GNEZaiFmzErvsrrU=\n"

#define P384 \
	"MIIBAzCBiwIBADAMMQowCAYDVQQDDAF4MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEHVQa1PDkLfjOX9jzt0uKELsXxd24FTPQWBl7lDzW3KMwmm0LhGLLMpA8\n" \
	"me1Bc3OWHzdN74SKAYgljiUkoTcZ/4MthpIwpYFzjP1UOccC/+RqIpOeDu8pQSkuBQ0r1C0+oAAwCgYIKoZIzj0EAwIDZwAwZAIwcNA2yl2dxP+sItjr+bEr\n" \
	"q8jBSZmfwIaZoLYRJlowfeYGH4qztA4LCqG2QRjADn91AjAD6/BcT+HqQDJwpPIVhbbeLd4tX7oiEro8nqqgIujAdBIzxGStEt8IBNFT2ib6nck=\n"

#define RSA \
	"MIICUTCCATkCAQAwDDEKMAgGA1UEAwwBeDCCASIwDQYJKoZIhvcNAQEBBQADggEPADCCAQoCggEBAMHDkF+2O0Vrj+aCeNyDvKkF2w0TslcQAZs2+OPEKBIJ\n" \
	"LUcxQhr5BNP88KfQe+9r44z7Fx3xW7Wo/5Mp8tIvsOWTJO15zik6PcwXFVYuQB91HAVHkV3SmGOLabHyjQLD01qT719ktlyQZpCvDzDNqZHH1qgoyVP2Kcut\n" \
	"z6acibgjHyjdBg8QqJK4yowyYtlYrZPqyIN+VKE0qDYAPOVVlaRaI7QFYnG1foAqyI9V+W0aNptKFiZAbst8CRXM8Ep09AjQb4JSN7so7gbYTB/eZX0UV/Zi\n" \
	"swbpgx+1b5WKWpRA9R7fcpk9sQi6c6NcJe0iqEmMMOrQKX3ogaTtiJmJ7ocCAwEAAaAAMA0GCSqGSIb3DQEBCwUAA4IBAQA4HwQ77ZHdScY3Lp2OHlvhjarp\n" \
	"zD2JJcXG1rfI4pWP4PY2P3tmUSBEGniaGFBQBEB2XtCywldxrB3hnPN0BOGp8gmH6781U4HHo5hdEr1UOCXfIKHQuZwsD8z+kIq0wqty0sdYqrfMt7OWIIxR\n" \
	"W1kDx38I2Hg2yzJbYXcwgRftiII82CBQGbKx4bwReZ5GDvYA/b0A+4cdhXsadiY8L5Sjx6RDgr4lDaY999yX64GCxqysT4DuTsX7Yy//MIq/niX0/NzhXQsT\n" \
	"JZb2tiIIsT2KJBzlZI4ASA6Vanpfdtg/YBFSkhEUVsi3EOFv3dP5TA1zDn+00d1F0nZ+JQfK9Q9b\n"

static struct buf given(const char *pem)
{
	struct buf der = buf_init(CSR_PEM_MAX);
	CHECK_OK(csr_der(str_z(pem), &der));
	return der;
}

TEST(csr, requests_that_openssl_and_windows_write_are_read)
{
	static const char *const all[] = { BEGIN P256 END, WINDOWS(P256), "\n" BEGIN P256_SHA384 END };
	for (size_t i = 0; i < ARRAY_N(all); i++) {
		AUTO(buf_done) struct buf b = given(all[i]), again = buf_init(CSR_PEM_MAX);
		struct csr c;
		CHECK_OK(csr_read(buf_str(&b), &c));
		CHECK(c.point.n == CSR_POINT && c.point.p[0] == 4 && c.signature.n > 60 && c.hash == (i == 2 ? CSR_SHA384 : CSR_SHA256));
		CHECK_OK(csr_der(buf_str(&b), &again));                 /* a file as it is */
		CHECK(str_eq(buf_str(&again), buf_str(&b)));
	}
}

TEST(csr, other_keys_are_told_from_nonsense)
{
	static const char *const all[] = { BEGIN P384 END, BEGIN RSA END };
	struct csr c;
	for (size_t i = 0; i < ARRAY_N(all); i++) {
		AUTO(buf_done) struct buf b = given(all[i]);
		CHECK_ERR(csr_read(buf_str(&b), &c), ERR_UNSUPPORTED);
	}
	CHECK_ERR(csr_read(STR("0"), &c), ERR_SYNTAX);
	CHECK_ERR(csr_read(STR_NONE, &c), ERR_SYNTAX);
}

TEST(csr, what_is_cut_longer_or_in_a_loose_form_is_refused)
{
	AUTO(buf_done) struct buf b = given(BEGIN P256 END), longer = buf_init(CSR_PEM_MAX);
	struct csr c;
	for (size_t n = 0; n < b.n; n++)
		CHECK_ERR(csr_read(str_upto(buf_str(&b), n), &c), ERR_SYNTAX);
	buf_add(&longer, buf_str(&b));
	buf_byte(&longer, 0);
	CHECK_ERR(csr_read(buf_str(&longer), &c), ERR_SYNTAX);
	while (longer.n <= CSR_MAX)
		buf_byte(&longer, 0);
	CHECK_ERR(csr_read(buf_str(&longer), &c), ERR_LIMIT);
	b.p[1] = (char)0x80;                                    /* no length at all */
	CHECK_ERR(csr_read(buf_str(&b), &c), ERR_SYNTAX);
}

TEST(csr, what_is_pasted_needs_both_lines)
{
	AUTO(buf_done) struct buf der = buf_init(CSR_PEM_MAX);
	CHECK_ERR(csr_der(STR("-----BEGIN CERTIFICATE REQUEST-----\nMIHo\n"), &der), ERR_SYNTAX);
	CHECK_ERR(csr_der(STR("-----BEGIN CERTIFICATE-----\nMIHo\n-----END CERTIFICATE-----\n"), &der), ERR_SYNTAX);
	CHECK_ERR(csr_der(STR("-----BEGIN CERTIFICATE REQUEST-----\n*\n-----END CERTIFICATE REQUEST-----\n"), &der), ERR_SYNTAX);
	CHECK_OK(csr_der(STR("Here it is:\n-----BEGIN CERTIFICATE REQUEST-----\nMIHo\n-----END CERTIFICATE REQUEST-----\n"), &der));
	CHECK_INT(der.n, 3);
}
