#include "wire/neighbour.h"

#include "base/test.h"

/* 10.0.8.5 and 2001:db8::5 answer, 10.0.8.6 does not; serial 7. */
#define DUMP "300000001c0002000700000063000000020000000200000002000001080001000a0008050a0002003c075412345600003c0000001c00020007000000630000000a00000002000000020000011400010020010db80000000000000000000000050a0002003c07541234560000300000001c0002000700000063000000020000000200000020000001080001000a0008060a0002003c07541234560000"

TEST(neighbour, who_answers_is_read_of_both_families)
{
	struct str rest = HEX(DUMP), all = rest;
	struct lease l;
	bool done;
	CHECK_OK(neighbour_next(&rest, 7, &l, &done));
	CHECK(addr_is4(l.addr) && l.addr.b[15] == 5 && l.mac[5] == 0x56);
	CHECK_OK(neighbour_next(&rest, 7, &l, &done));
	CHECK(l.addr.b[0] == 0x20 && l.addr.b[15] == 5);
	CHECK_ERR(neighbour_next(&rest, 7, &l, &done), ERR_END);
	CHECK(!done);
	rest = all;
	CHECK_ERR(neighbour_next(&rest, 8, &l, &done), ERR_END);              /* of another question */
	rest = str_upto(all, 30);
	CHECK_ERR(neighbour_next(&rest, 7, &l, &done), ERR_SYNTAX);
}
