#include "base/fuzz.h"
#include "base/mem.h"
#include "io/ca_ask.h"

FUZZ(ca_ask, bytes)                                    /* what is read can be said again */
{
	struct ca_question q, again;
	struct ca_list l;
	struct str der;
	int64_t until;
	if (ca_question_read(bytes, &q) == OK) {
		AUTO(buf_done) struct buf b = buf_init(1 << 16);
		ca_question_put(&q, &b);
		FUZZ_CHECK(str_eq(buf_str(&b), bytes) && ca_question_read(buf_str(&b), &again) == OK);
	}
	if (ca_list_read(bytes, &l) == OK) {
		AUTO(buf_done) struct buf b = buf_init(1 << 16);
		ca_list_put(&l, &b);
		FUZZ_CHECK(str_eq(buf_str(&b), bytes));
	}
	struct ca_device d;
	if (ca_device_read(bytes, &d) == OK) {
		AUTO(buf_done) struct buf b = buf_init(1 << 16);
		ca_device_put(&d, &b);
		FUZZ_CHECK(str_eq(buf_str(&b), bytes));
	}
	if (ca_leaf_read(bytes, &until, &der) == OK)
		FUZZ_CHECK(der.n && der.n <= CA_DER_MAX);
}
