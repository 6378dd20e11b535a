/* Networks, devices, terms, texts: what a school says of itself. */
#include "base/time.h"
#include "policy/compile/policy_src.h"

static bool group_named(struct policy_src *s, const struct conf *c, const struct conf_block *b, uint32_t *out)
{
	struct str name = conf_get(b, "group");
	*out = src_group_find(s, name);
	if (*out == GROUP_NONE)
		diag_add(s->d, DIAG_ERROR, c->file, b->line, "There is no group \"%.*s\" before this block.", STRF(name));
	return *out != GROUP_NONE;
}

void src_range(struct policy_src *s, const struct conf *c, const struct conf_block *b)
{
	struct range_hit hit = { 0 };
	const struct conf_pair *at;
	struct str word;
	if (!group_named(s, c, b, &hit.group))
		return;
	hit.school = src_id(s, c, b, "school");
	hit.class_id = src_id(s, c, b, "class");
	for (size_t i = 0; (at = conf_each(b, "prefix", &i));) {
		struct str rest = at->value;
		while (src_word(&rest, &word)) {
			struct prefix p;
			if (s->ranges.n >= RANGES_MAX)
				diag_add(s->d, DIAG_ERROR, c->file, at->line, "There are more than %d ranges.", RANGES_MAX);
			else if (prefix_read(word, false, &p) != OK)
				diag_add(s->d, DIAG_ERROR, c->file, at->line, "\"%.*s\" is not a range such as 10.0.8.0/22.", STRF(word));
			else
				*vec_push(&s->ranges) = (struct range){ p, hit };
		}
	}
	if (!conf_has(b, "prefix"))
		diag_add(s->d, DIAG_ERROR, c->file, b->line, "A range needs a \"prefix\" such as 10.0.8.0/22.");
}

void src_device(struct policy_src *s, const struct conf *c, const struct conf_block *b)
{
	struct token t = { .hit = { .person = src_id(s, c, b, "person"), .class_id = src_id(s, c, b, "class"),
		.school = src_id(s, c, b, "school") } };
	if (!group_named(s, c, b, &t.hit.group))
		return;
	if (str_i64(b->id, &t.hit.device) != OK || t.hit.device <= 0)
		diag_add(s->d, DIAG_ERROR, c->file, b->line, "A device is named by its number: [device 12].");
	else if (hex_get(conf_get(b, "token"), t.digest, sizeof t.digest) != OK)
		diag_add(s->d, DIAG_ERROR, c->file, b->line, "The device's token must be its digest, 64 hexadecimal digits.");
	else if (s->tokens.n >= TOKENS_MAX)
		diag_add(s->d, DIAG_ERROR, c->file, b->line, "There are more than %d devices.", TOKENS_MAX);
	else
		*vec_push(&s->tokens) = t;
}

/* Somebody whom a Kerberos ticket names, by the digest of their login (token_digest). */
void src_login(struct policy_src *s, const struct conf *c, const struct conf_block *b)
{
	struct token t = { .hit = { .person = src_id(s, c, b, "person"), .class_id = src_id(s, c, b, "class"), .school = src_id(s, c, b, "school") } };
	if (!group_named(s, c, b, &t.hit.group))
		return;
	if (t.hit.person <= 0 || hex_get(b->id, t.digest, sizeof t.digest) != OK)
		diag_add(s->d, DIAG_ERROR, c->file, b->line, "A login is named by its digest, 64 hexadecimal digits, and has a \"person\".");
	else if (s->tokens.n >= TOKENS_MAX)
		diag_add(s->d, DIAG_ERROR, c->file, b->line, "There are more than %d logins and devices.", TOKENS_MAX);
	else
		*vec_push(&s->tokens) = t;
}

static void add_term(struct policy_src *s, const struct conf *c, const struct conf_block *b, struct term t)
{
	if (s->calendar.n_terms >= CALENDAR_TERMS_MAX)
		diag_add(s->d, DIAG_ERROR, c->file, b->line, "There are more than %d terms.", CALENDAR_TERMS_MAX);
	else if (t.from_utc < t.to_utc)
		s->calendar.terms[s->calendar.n_terms++] = t;
}

/* A day inside the term on which pupils stay at home, such as an INSET day: the term is parted there. */
static void take_out(struct policy_src *s, const struct conf *c, const struct conf_block *b, const struct conf_pair *at, size_t first, struct str date)
{
	int64_t day;
	if (time_read_date(date, &day) != OK) {
		diag_add(s->d, DIAG_ERROR, c->file, at->line, "A day out of a term is a date such as 2027-01-04.");
		return;
	}
	int64_t next = time_uk_midnight(day + 36 * 3600);
	for (size_t i = first; i < s->calendar.n_terms; i++) {
		struct term *t = &s->calendar.terms[i];
		if (day < t->from_utc || day >= t->to_utc)
			continue;
		struct term after = { next, t->to_utc };
		t->to_utc = day;
		if (t->to_utc <= t->from_utc)
			*t = after.from_utc < after.to_utc ? after : s->calendar.terms[--s->calendar.n_terms];
		else
			add_term(s, c, b, after);
		return;
	}
	diag_add(s->d, DIAG_ERROR, c->file, at->line, "This day is not in the term.");
}

/* `to` is the last day of term; the term ends with the midnight after it. */
void src_term(struct policy_src *s, const struct conf *c, const struct conf_block *b)
{
	struct term t;
	if (time_read_date(conf_get(b, "from"), &t.from_utc) != OK || time_read_date(conf_get(b, "to"), &t.to_utc) != OK) {
		diag_add(s->d, DIAG_ERROR, c->file, b->line, "A term needs \"from\" and \"to\", its first and last day, such as 2026-09-02.");
		return;
	}
	t.to_utc = time_uk_midnight(t.to_utc + 36 * 3600);
	if (t.to_utc <= t.from_utc) {
		diag_add(s->d, DIAG_ERROR, c->file, b->line, "This term ends before it begins.");
		return;
	}
	size_t first = s->calendar.n_terms;
	const struct conf_pair *at;
	add_term(s, c, b, t);
	for (size_t i = 0; (at = conf_each(b, "except", &i));) {
		struct str rest = at->value, word;
		while (src_word(&rest, &word))
			take_out(s, c, b, at, first, word);
	}
}

void src_text(struct policy_src *s, const struct conf *c, const struct conf_block *b)
{
	(void)c;
	for (size_t i = 0; i < b->n; i++) {
		if (str_is(b->pairs[i].key, "expect"))
			continue;
		struct str key = b->id.n ? arena_fmt(s->a, "%.*s.%.*s", STRF(b->id), STRF(b->pairs[i].key)) : b->pairs[i].key;
		src_set_text(s, false, key, b->pairs[i].value);
	}
}

/* A school may keep its supplier's filter in front.  Then the sealed lists may be
 * applied there, and the day of the last test is what there is to show. */
void src_upstream(struct policy_src *s, const struct conf *c, const struct conf_block *b)
{
	struct str supplier = conf_get(b, "supplier"), tested = conf_get(b, "tested");
	int64_t at;
	if (!supplier.n) {
		diag_add(s->d, DIAG_ERROR, c->file, b->line, "Say whose filter stands in front: \"supplier\".");
		return;
	}
	if (time_read_date(tested, &at) != OK || at > s->now_utc) {
		diag_add(s->d, DIAG_ERROR, c->file, b->line, "Say when the supplier's filter was last tested here: \"tested = 2026-11-02\".");
		return;
	}
	src_set_text(s, true, STR("upstream-filter.supplier"), supplier);
	src_set_text(s, true, STR("upstream-filter.tested"), tested);
}

void src_expect(struct policy_src *s, const struct conf *c, const struct conf_block *b)
{
	const struct conf_pair *at;
	for (size_t i = 0; (at = conf_each(b, "expect", &i));)
		*vec_push(&s->expects) = (struct expect){ at->value, c->file, at->line };
}
