#include "house/keeper/house_texts.h"

#include "base/mem.h"

enum { TEXT_MAX = 200 };

/* One line: whatever would end it becomes a space. */
static void pair(struct buf *b, const char *block, const char *key, struct str value)
{
	buf_fmt(b, "\n[text %s]\n%s = ", block, key);
	for (size_t i = 0; i < value.n && i < TEXT_MAX; i++)
		buf_byte(b, (unsigned char)value.p[i] < ' ' ? ' ' : value.p[i]);
	buf_byte(b, '\n');
}

static void clock_words(struct buf *b, int minute)
{
	int h = minute / 60, m = minute % 60;
	buf_fmt(b, m ? "%d:%02d%s" : "%d%.0d%s", h > 12 ? h - 12 : h, m, h < 12 ? "am" : "pm");
}

void house_texts(struct buf *out, const struct house_texts *in)
{
	AUTO(buf_done) struct buf hours = buf_init(TEXT_MAX);
	pair(out, "log", "named", in->named ? STR("yes") : STR("no"));
	if (in->school_name.n)
		pair(out, "school", "name", in->school_name);
	if (in->portal_url.n)
		pair(out, "portal", "url", in->portal_url);
	if (!in->calendar)
		return;
	buf_z(&hours, "between ");
	clock_words(&hours, in->calendar->open_minute);
	buf_z(&hours, " and ");
	clock_words(&hours, in->calendar->close_minute);
	buf_z(&hours, " on school days");
	pair(out, "tell", "hours", buf_str(&hours));
}
