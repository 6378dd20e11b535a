#include "policy/read/calendar.h"

#include "base/time.h"
#include "policy/read/table.h"

int32_t calendar_offset(const struct calendar *c, int64_t utc)
{
	size_t i = 0;
	while (i + 1 < c->n_offsets && c->offsets[i + 1].from_utc <= utc)
		i++;
	return c->n_offsets ? c->offsets[i].seconds : 0;
}

int64_t calendar_offset_change(const struct calendar *c, int64_t utc)
{
	for (size_t i = 1; i < c->n_offsets; i++)
		if (c->offsets[i].from_utc > utc)
			return c->offsets[i].from_utc;
	return 0;
}

/* 1 January 1970 was a Thursday. */
uint16_t calendar_minute(const struct calendar *c, int64_t utc)
{
	int64_t minute = (utc + calendar_offset(c, utc)) / 60 + 3 * 24 * 60;
	minute %= WEEK_MINUTES;
	return (uint16_t)(minute < 0 ? minute + WEEK_MINUTES : minute);
}

bool calendar_in_term(const struct calendar *c, int64_t utc)
{
	for (size_t i = 0; i < c->n_terms; i++)
		if (utc >= c->terms[i].from_utc && utc < c->terms[i].to_utc)
			return true;
	return false;
}

bool span_has(struct week_span s, uint16_t minute)
{
	return s.from < s.to ? minute >= s.from && minute < s.to : minute >= s.from || minute < s.to;
}

int64_t span_change(struct week_span s, uint16_t minute)
{
	uint16_t edge = span_has(s, minute) ? s.to : s.from;
	int64_t minutes = (int64_t)edge - minute;
	return (minutes > 0 ? minutes : minutes + WEEK_MINUTES) * 60;
}

int64_t calendar_term_change(const struct calendar *c, int64_t utc)
{
	int64_t next = 0;
	for (size_t i = 0; i < c->n_terms; i++) {
		int64_t edges[2] = { c->terms[i].from_utc, c->terms[i].to_utc };
		for (int k = 0; k < 2; k++)
			if (edges[k] > utc && (!next || edges[k] < next))
				next = edges[k];
	}
	return next;
}

/* Summer time changes on the hour, so a look an hour apart sees each change. */
void calendar_fill(struct calendar *c, int64_t from_utc)
{
	c->from_utc = from_utc;
	c->to_utc = from_utc + (int64_t)CALENDAR_DAYS * 86400;
	c->offsets[0] = (struct offset){ from_utc, time_uk_offset(from_utc) };
	c->n_offsets = 1;
	for (int64_t t = from_utc - from_utc % 3600 + 3600; t < c->to_utc; t += 3600)
		if (time_uk_offset(t) != c->offsets[c->n_offsets - 1].seconds && c->n_offsets < CALENDAR_OFFSETS_MAX)
			c->offsets[c->n_offsets++] = (struct offset){ t, time_uk_offset(t) };
}

enum err calendar_read(struct str bytes, struct calendar *out)
{
	struct rd r = rd_over(bytes);
	struct calendar c = { 0 };
	c.from_utc = (int64_t)rd_u64le(&r);
	c.to_utc = (int64_t)rd_u64le(&r);
	c.n_offsets = rd_count(&r, 12, CALENDAR_OFFSETS_MAX);
	for (size_t i = 0; i < c.n_offsets; i++) {
		c.offsets[i].from_utc = (int64_t)rd_u64le(&r);
		c.offsets[i].seconds = (int32_t)rd_u32le(&r);
		r.bad |= c.offsets[i].seconds < -86400 || c.offsets[i].seconds > 86400;
		r.bad |= i && c.offsets[i].from_utc <= c.offsets[i - 1].from_utc;
	}
	c.n_terms = rd_count(&r, 16, CALENDAR_TERMS_MAX);
	for (size_t i = 0; i < c.n_terms; i++) {
		c.terms[i].from_utc = (int64_t)rd_u64le(&r);
		c.terms[i].to_utc = (int64_t)rd_u64le(&r);
		r.bad |= c.terms[i].from_utc >= c.terms[i].to_utc;
	}
	if (rd_end(&r) != OK || !c.n_offsets)
		return ERR_CORRUPT;
	*out = c;
	return OK;
}

void calendar_write(const struct calendar *c, struct buf *out)
{
	tab_num(out, (uint64_t)c->from_utc, 8);
	tab_num(out, (uint64_t)c->to_utc, 8);
	tab_num(out, c->n_offsets, 4);
	for (size_t i = 0; i < c->n_offsets; i++) {
		tab_num(out, (uint64_t)c->offsets[i].from_utc, 8);
		tab_num(out, (uint32_t)c->offsets[i].seconds, 4);
	}
	tab_num(out, c->n_terms, 4);
	for (size_t i = 0; i < c->n_terms; i++) {
		tab_num(out, (uint64_t)c->terms[i].from_utc, 8);
		tab_num(out, (uint64_t)c->terms[i].to_utc, 8);
	}
}

enum err calendar_check(const struct snapshot *s, struct str bytes)
{
	(void)s;
	struct calendar c;
	return calendar_read(bytes, &c);
}
