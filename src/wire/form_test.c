#include "wire/form.h"

#include "base/test.h"

static struct form read_ok(struct arena *a, const char *text)
{
	struct form f = { 0 };
	CHECK_OK(form_read(a, str_z(text), &f));
	return f;
}

TEST(form, reads_fields_in_order_and_repeats)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct form f = read_ok(&a, "a=1&b=two+words&&c&a=%C3%A9%26");
	CHECK_INT(f.n, 4);
	CHECK_STR(form_get(&f, "a"), "1");
	CHECK_STR(form_get(&f, "b"), "two words");
	CHECK_STR(form_get(&f, "c"), "");
	CHECK(!form_has(&f, "d") && form_get(&f, "d").p == NULL);
	struct str v;
	size_t at = 0;
	CHECK(form_each(&f, "a", &at, &v) && form_each(&f, "a", &at, &v));
	CHECK_STR(v, "\xc3\xa9&");
	CHECK(!form_each(&f, "a", &at, &v));
}

TEST(form, refuses_what_is_not_written_well)
{
	static const char *const bad[] = { "a=%", "a=%4", "a=%zz", "a=%00", "a=%ff", "%c3=1", "a=%e2%82" };
	AUTO(arena_done) struct arena a = arena_init();
	struct form f = { 0 };
	for (size_t i = 0; i < ARRAY_N(bad); i++)
		CHECK_ERR(form_read(&a, str_z(bad[i]), &f), ERR_SYNTAX);
	CHECK_INT(f.n, 0);
	CHECK_OK(form_read(&a, STR(""), &f));
	CHECK_INT(f.n, 0);
}

TEST(form, keeps_to_its_limits)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct form f;
	AUTO(buf_done) struct buf many = buf_init(FORM_MAX_BYTES * 2);
	for (int i = 0; i <= FORM_MAX_FIELDS; i++)
		form_add(&many, STR("a"), STR("b"));
	CHECK_ERR(form_read(&a, buf_str(&many), &f), ERR_LIMIT);
	while (many.n <= FORM_MAX_BYTES)
		buf_z(&many, "&a=b");
	CHECK_ERR(form_read(&a, buf_str(&many), &f), ERR_LIMIT);
	buf_clear(&many);
	for (int i = 0; i <= FORM_MAX_NAME; i++)
		buf_byte(&many, 'n');
	CHECK_ERR(form_read(&a, buf_str(&many), &f), ERR_LIMIT);
}

TEST(form, cookies_are_read_and_bad_neighbours_left_out)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct form f;
	CHECK_OK(cookie_read(&a, STR(" __Host-sid=abc; x=\"q\"; junk; =no; y=a=b "), &f));
	CHECK_STR(form_get(&f, "__Host-sid"), "abc");
	CHECK(!form_has(&f, "x") && !form_has(&f, "junk"));
	CHECK_STR(form_get(&f, "y"), "a=b");
}
