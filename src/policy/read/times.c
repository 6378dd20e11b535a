#include "policy/read/times.h"

#include "base/mem.h"
#include "policy/read/rules.h"
#include "policy/read/table.h"

/* When the span began that holds this minute: a moment of the local day. */
static int64_t began(const struct calendar *c, struct week_span s, int64_t utc, uint16_t minute)
{
	int64_t since = (int64_t)minute - s.from;
	since = since < 0 ? since + WEEK_MINUTES : since;
	int64_t local = utc + calendar_offset(c, utc) - since * 60;
	return local - calendar_offset(c, local - calendar_offset(c, utc));
}

bool calendar_span_open(const struct calendar *c, struct week_span s, bool term_only, int64_t utc, uint16_t minute)
{
	return span_has(s, minute) && (!term_only || calendar_in_term(c, began(c, s, utc, minute)));
}

static int64_t nearer(int64_t a, int64_t b)
{
	return !a || (b && b < a) ? b : a;
}

int64_t calendar_span_until(const struct calendar *c, struct week_span s, bool term_only, int64_t utc, uint16_t minute)
{
	int64_t until = utc - utc % 60 + span_change(s, minute);
	until = nearer(until, calendar_offset_change(c, utc));
	return term_only ? nearer(until, calendar_term_change(c, utc)) : until;
}

bool times_open(const struct calendar *c, const struct rule_time *v, size_t n, int64_t utc, uint16_t minute)
{
	bool any = false;
	for (size_t i = 0; i < n; i++)
		any |= calendar_span_open(c, v[i].span, v[i].flags & TIME_TERM_ONLY, utc, minute);
	return n && v[0].flags & TIME_EXCEPT ? !any : any || !n;
}

int64_t times_until(const struct calendar *c, const struct rule_time *v, size_t n, int64_t utc, uint16_t minute)
{
	int64_t until = 0;
	for (size_t i = 0; i < n; i++)
		until = nearer(until, calendar_span_until(c, v[i].span, v[i].flags & TIME_TERM_ONLY, utc, minute));
	return until;
}

static struct rule_time time_read(struct rd *r)
{
	struct rule_time t = { .rule = rd_u32le(r) };
	t.span.from = rd_u16le(r);
	t.span.to = rd_u16le(r);
	t.flags = rd_u8(r);
	r->bad |= t.span.from >= WEEK_MINUTES || t.span.to > WEEK_MINUTES || t.flags > (TIME_TERM_ONLY | TIME_EXCEPT);
	return t;
}

/* rules may be NULL: the form alone is checked. */
static enum err read_all(struct str bytes, struct rules *rules)
{
	struct rd r = rd_over(bytes);
	size_t n = rd_count(&r, 9, TIMES_MAX);
	uint32_t last = 0;
	struct rule_time *v = mem_array(struct rule_time, n + 1);
	for (size_t i = 0; i < n && !r.bad; i++) {
		v[i] = time_read(&r);
		r.bad |= v[i].rule < last || (rules && v[i].rule >= rules->n);
		last = v[i].rule;
	}
	enum err e = rd_end(&r) == OK ? OK : ERR_CORRUPT;
	if (e != OK || !rules) {
		mem_free(&v);
		return e;
	}
	rules->times = v;
	for (size_t i = 0; i < n; i++) {
		struct rule *at = &rules->v[v[i].rule];
		if (!at->n_times)
			at->times = &v[i];
		at->n_times++;
	}
	return OK;
}

enum err times_read(struct str bytes, struct rules *rules) { return read_all(bytes, rules); }

void times_write(const struct rule_time *v, size_t n, struct buf *out)
{
	tab_num(out, n, 4);
	for (size_t i = 0; i < n; i++) {
		tab_num(out, v[i].rule, 4);
		tab_num(out, v[i].span.from, 2);
		tab_num(out, v[i].span.to, 2);
		tab_num(out, v[i].flags, 1);
	}
}

enum err times_check(const struct snapshot *s, struct str bytes)
{
	(void)s;
	return read_all(bytes, NULL);
}
