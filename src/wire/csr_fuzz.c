#include "base/fuzz.h"
#include "base/mem.h"
#include "wire/csr.h"

static void whole(struct str bytes)
{
	struct csr c;
	if (csr_read(bytes, &c) != OK)
		return;
	FUZZ_CHECK(bytes.n <= CSR_MAX && c.point.n == CSR_POINT && c.signature.n && c.body.n > CSR_POINT);
	FUZZ_CHECK(c.body.p > bytes.p && c.body.p + c.body.n < c.signature.p && c.signature.p + c.signature.n == bytes.p + bytes.n);
	FUZZ_CHECK(c.point.p > c.body.p && c.point.p + c.point.n <= c.body.p + c.body.n);
}

FUZZ(csr, bytes)
{
	AUTO(buf_done) struct buf der = buf_init(CSR_PEM_MAX);
	whole(bytes);
	if (csr_der(bytes, &der) == OK) {
		FUZZ_CHECK(der.n && der.n <= CSR_PEM_MAX);
		whole(buf_str(&der));
	}
}
