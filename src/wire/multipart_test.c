#include "base/test.h"
#include "wire/multipart.h"

#define TYPE "multipart/form-data; boundary=----B1"
#define FIELD "------B1\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\nabc\r\n"
#define FILE_ "------B1\r\nContent-Disposition: form-data; name=\"file\"; filename=\"C:\\school\\roll.csv\"\r\nContent-Type: text/csv\r\n\r\na,b\r\n\r\n--\r\n1,2\r\n"
#define END "------B1--\r\n"

static enum err read(struct arena *a, const char *type, const char *body, struct multipart *m) { return multipart_read(a, str_z(type), str_z(body), m); }

TEST(multipart, fields_and_files_as_browsers_send_them)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct multipart m;
	CHECK_OK(read(&a, TYPE, FIELD FILE_ END, &m));
	CHECK_STR(form_get(&m.fields, "token"), "abc");
	CHECK_INT(m.n_files, 1);
	CHECK_STR(m.files[0].name, "roll.csv");
	CHECK_STR(m.files[0].bytes, "a,b\r\n\r\n--\r\n1,2");
	CHECK_OK(read(&a, "multipart/form-data; charset=utf-8; boundary=\"----B1\"", "------B1\r\nContent-Disposition: form-data; name=\"part\"\r\n\r\n\r\n" END, &m));
	CHECK(m.fields.n == 1 && m.fields.fields[0].value.n == 0);
	CHECK_OK(read(&a, TYPE, "------B1\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\"\r\nContent-Type: application/octet-stream\r\n\r\n\r\n" END, &m));
	CHECK_INT(m.n_files, 0);
}

TEST(multipart, what_no_browser_sends_is_refused)
{
	static const struct { const char *type, *body; } bad[] = {
		{ "text/plain", FIELD END }, { "multipart/form-data", FIELD END }, { "multipart/form-data; boundary=", FIELD END }, { TYPE, "" }, { TYPE, FIELD }, { TYPE, "x" FIELD END },
		{ TYPE, FIELD "------B1--trailing" }, { TYPE, "------B1\r\n\r\nabc\r\n" END }, { TYPE, "------B1\r\nContent-Disposition: form-data\r\n\r\nabc\r\n" END },
		{ TYPE, "------B1\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\nabc\r\n" END }, { TYPE, "------B1\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\xff\r\n" END },
		{ TYPE, "------B1\r\nContent-Disposition: form-data; name=\"a\"; filename=\"b\x01\"\r\n\r\nabc\r\n" END },
	};
	for (size_t i = 0; i < ARRAY_N(bad); i++) {
		AUTO(arena_done) struct arena a = arena_init();
		struct multipart m;
		CHECK(read(&a, bad[i].type, bad[i].body, &m) != OK);
	}
}

TEST(multipart, limits_are_kept)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(buf_done) struct buf b = buf_init(1 << 20);
	struct multipart m;
	for (int i = 0; i <= MULTIPART_FILES_MAX; i++)
		buf_fmt(&b, "------B1\r\nContent-Disposition: form-data; name=\"f\"; filename=\"%d\"\r\n\r\nx\r\n", i);
	buf_z(&b, END);
	CHECK_ERR(multipart_read(&a, STR(TYPE), buf_str(&b), &m), ERR_LIMIT);
	buf_clear(&b);
	buf_z(&b, "------B1\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\n");
	for (int i = 0; i <= FORM_MAX_BYTES; i++)
		buf_byte(&b, 'x');
	buf_z(&b, "\r\n" END);
	CHECK_ERR(multipart_read(&a, STR(TYPE), buf_str(&b), &m), ERR_LIMIT);
}
