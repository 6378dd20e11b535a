#include "wire/ws.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/test.h"

/* What comes of these bytes, fed `step` at a time: "T[" begins a text, "B[" a binary, "]" ends it, "<8:..>" a control; "!" refused. */
static struct str read_in(struct str bytes, bool masked, size_t size, struct buf *out)
{
	AUTO(buf_done) struct buf own = buf_init(1 << 20);
	struct ws w = ws_begin(masked);
	buf_clear(out);
	buf_add(&own, bytes);
	for (size_t at = 0; at < own.n; at += size) {
		char *in = own.p + at;
		size_t n = own.n - at < size ? own.n - at : size;
		enum ws_step step;
		struct ws_piece p;
		do {
			if (ws_next(&w, &in, &n, &step, &p) != OK) {
				buf_z(out, "!");
				return buf_str(out);
			}
			if (step == WS_CONTROL)
				buf_fmt(out, "<%d:%.*s>", (int)p.op, STRF(p.bytes));
			else if (step == WS_DATA)
				buf_fmt(out, "%s%.*s%s", !p.begins ? "" : p.op == WS_TEXT ? "T[" : "B[", STRF(p.bytes), p.ends ? "]" : "");
		} while (n || step != WS_MORE);
	}
	return buf_str(out);
}

static void expect(struct str bytes, bool masked, const char *want)
{
	AUTO(buf_done) struct buf out = buf_init(1 << 20);
	for (size_t size = bytes.n; size > 0; size = size > 7 ? 7 : size - 1)
		CHECK_STR(read_in(bytes, masked, size, &out), want);
}

TEST(ws, messages_of_both_directions_in_one_frame_and_in_parts)
{
	expect(HEX("8105 48656c6c6f"), false, "T[Hello]");                              /* RFC 6455 5.7 */
	expect(HEX("8185 37fa213d 7f9f4d5158"), true, "T[Hello]");
	expect(HEX("0103 48656c 8002 6c6f"), false, "T[Hello]");
	expect(HEX("8202 4142 8100 8200"), false, "B[AB]T[]B[]");
	expect(HEX("0100 0000 0001 41 8000"), false, "T[A]");
	expect(HEX("0102 4142 8903 706e67 0001 43 8a00 8001 44"), false, "T[AB<9:png>C<10:>D]");
}

TEST(ws, a_close_ends_what_is_read)
{
	expect(HEX("8801 41"), false, "!");
	expect(HEX("8800 ffff"), false, "<8:>");
	expect(HEX("8804 03f0 6f6b 8101 41"), false, "<8:\x03\xf0ok>");
}

TEST(ws, what_the_standard_forbids_is_refused)
{
	static const char *const open[] = { "c101 41", "a101 41", "9101 41", "8301 41", "8701 41", "8b00", "8f00", "0900", "897e 007e", "8001 41", "0001 41",
		"0101 41 8101 42", "0101 41 0201 42", "817e 007d", "817f 0000000000000041", "817f 000000000000ffff", "817f 8000000000000000", "8181 00000000 41" };
	for (size_t i = 0; i < ARRAY_N(open); i++) {
		AUTO(buf_done) struct buf out = buf_init(1000);
		struct str said = read_in(HEX(open[i]), false, 100, &out);
		if (!said.n || said.p[said.n - 1] != '!')
			fail_msg("%s: %.*s", open[i], STRF(said));
	}
	expect(HEX("8101 41"), true, "!");
}

TEST(ws, what_is_written_is_read_again)
{
	static const size_t sizes[] = { 0, 1, 125, 126, 65535, 65536, 200000 };
	static const uint8_t mask[WS_MASK] = { 1, 2, 3, 250 };
	for (size_t i = 0; i < ARRAY_N(sizes); i++)
		for (int masked = 0; masked < 2; masked++) {
			AUTO(buf_done) struct buf b = buf_init(1 << 20), out = buf_init(1 << 20);
			char head[WS_HEAD_MAX];
			uint8_t at = 0;
			size_t k = ws_head(WS_TEXT, true, sizes[i], masked ? mask : NULL, head);
			buf_add(&b, (struct str){ head, k });
			for (size_t j = 0; j < sizes[i]; j++)
				buf_byte(&b, 'x');
			if (masked)
				ws_mask(b.p + k, sizes[i], mask, &at);
			struct str said = read_in(buf_str(&b), masked, 60000, &out);
			CHECK_INT(said.n, sizes[i] + 3);
			CHECK(str_starts(said, STR("T[")) && said.p[said.n - 1] == ']' && (!sizes[i] || said.p[2] == 'x'));
		}
}
