#include "house/security/certificate.h"

#include <openssl/asn1.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <time.h>

bool certificate_end(const char *path, int64_t *utc)
{
	FILE *f = fopen(path, "re");
	X509 *x = f ? PEM_read_X509(f, NULL, NULL, NULL) : NULL;
	struct tm t = { 0 };
	bool ok = x && ASN1_TIME_to_tm(X509_get0_notAfter(x), &t) == 1;
	if (ok)
		*utc = timegm(&t);
	X509_free(x);
	if (f)
		(void)fclose(f);               /* only read */
	return ok;
}
