#include "base/test.h"
#include "house/cli/cmd_verify_print.h"

TEST(verify_print, a_digest_is_read_as_people_type_it)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct str d;
	CHECK_OK(print_digest_read(&a, STR("0123 4567 89AB cdef 0123 4567 89ab cdef 0123 4567 89ab cdef 0123 4567 89ab cdef"), &d));
	CHECK_STR(d, "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
	CHECK_ERR(print_digest_read(&a, STR("0123"), &d), ERR_SYNTAX);
	CHECK_ERR(print_digest_read(&a, STR("x123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"), &d), ERR_SYNTAX);
	CHECK_ERR(print_digest_read(&a, STR("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0"), &d), ERR_SYNTAX);
}
