#include "base/fuzz.h"
#include "base/mem.h"
#include "io/ticket_ask.h"

FUZZ(ticket_ask, bytes)                                /* what is read can be said again */
{
	struct str token;
	struct ticket_answer a;
	AUTO(buf_done) struct buf b = buf_init(1 << 16);
	if (ticket_question_read(bytes, &token) == OK) {
		ticket_question_put(token, &b);
		FUZZ_CHECK(str_eq(buf_str(&b), bytes));
	}
	if (ticket_answer_read(bytes, &a) == OK) {
		buf_clear(&b);
		ticket_answer_put(&a, &b);
		FUZZ_CHECK(str_eq(buf_str(&b), bytes) && a.login.n <= TICKET_LOGIN_MAX);
	}
}
