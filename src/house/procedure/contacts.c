#include "house/procedure/contacts.h"

#include "base/mem.h"
#include "base/time.h"

/* Area codes 01xxx in use, as "first two digits after 01" and the third digits that exist with them (Ofcom's
 * National Telephone Numbering Plan).  011x and 01x1 are the large cities, checked apart.  01632 is kept for invented numbers. */
static const struct { const char *head, *third; } area_codes[] = {
	{ "20", "024-9" }, { "22", "3-9" }, { "23", "3-79" }, { "24", "1-689" }, { "25", "02-9" }, { "26", "0-47-9" },
	{ "27", "013-9" }, { "28", "02-9" }, { "29", "0-9" },
	{ "30", "0-9" }, { "32", "02-9" }, { "33", "02-579" }, { "34", "0-46-9" }, { "35", "02-9" }, { "36", "0-46-9" },
	{ "37", "1-35-79" }, { "38", "0-46-9" }, { "39", "2-578" },
	{ "40", "03-9" }, { "42", "02-57-9" }, { "43", "0-9" }, { "44", "02-69" }, { "45", "0-8" }, { "46", "0-79" },
	{ "47", "0-9" }, { "48", "02-57-9" }, { "49", "0-79" },
	{ "50", "1-35-9" }, { "52", "024-9" }, { "53", "015689" }, { "54", "02-9" }, { "55", "03-9" }, { "56", "0-9" },
	{ "57", "0-35-9" }, { "58", "0-468" }, { "59", "0-57-9" },
	{ "60", "034689" }, { "62", "0-35689" }, { "63", "0-9" }, { "64", "1-467" }, { "65", "0-69" }, { "66", "13-9" },
	{ "67", "0-8" }, { "68", "013-9" }, { "69", "0-24578" },
	{ "70", "0246-9" }, { "72", "0-9" }, { "73", "0236-8" }, { "74", "03-9" }, { "75", "0-46-9" }, { "76", "013-9" },
	{ "77", "0-35-9" }, { "78", "024-9" }, { "79", "02-9" },
	{ "80", "35-9" }, { "82", "1-57-9" }, { "83", "02-578" }, { "84", "0-578" }, { "85", "124-9" }, { "86", "2-69" },
	{ "87", "0-9" }, { "88", "02-9" }, { "89", "02569" },
	{ "90", "02-589" }, { "92", "02-689" }, { "93", "1-57-9" }, { "94", "2-9" }, { "95", "0-579" },
	{ "96", "2-47-9" }, { "97", "0-24578" }, { "98", "0-9" }, { "99", "2-57" },
};

/* Whether `c` is in a set such as "02-57". */
static bool digit_in(const char *set, char c)
{
	for (const char *p = set; *p; p++) {
		if (p[1] == '-' && c >= p[0] && c <= p[2])
			return true;
		if (*p == c)
			return true;
		if (p[1] == '-')
			p += 2;
	}
	return false;
}

static bool area_in_use(const char *n)
{
	if (n[2] == '1')                          /* 0113 to 0118 */
		return n[3] >= '3' && n[3] <= '8';
	if (n[3] == '1')                          /* 0121, 0131, ... 0191 */
		return n[2] >= '2' && n[2] != '7' && n[2] != '8';
	for (size_t i = 0; i < ARRAY_N(area_codes); i++)
		if (n[2] == area_codes[i].head[0] && n[3] == area_codes[i].head[1])
			return digit_in(area_codes[i].third, n[4]);
	return false;
}

static bool london_like(const char *n)            /* 020 023 024 028 029 */
{
	return digit_in("03489", n[2]);
}

static bool short_code(struct str s)
{
	static const char *const codes[] = { "999", "112", "101", "105", "111", "08001111", "0800555111", "08001111111" };
	for (size_t i = 0; i < ARRAY_N(codes); i++)
		if (str_is(s, codes[i]))
			return true;
	return false;
}

static enum err squeeze(struct str number, char *out, size_t room, size_t *n)
{
	*n = 0;
	for (size_t i = 0; i < number.n; i++) {
		if (number.p[i] == ' ')
			continue;
		if (!ascii_digit(number.p[i]) || *n + 1 >= room)
			return ERR_INVALID;
		out[(*n)++] = number.p[i];
	}
	out[*n] = 0;
	return OK;
}

enum err contact_phone(struct str number)
{
	char d[16];
	size_t n;
	TRY(squeeze(number, d, sizeof d, &n));
	if (short_code((struct str){ d, n }) || (n == 6 && strncmp(d, "116", 3) == 0))
		return OK;
	if (d[0] != '0' || (n != 10 && n != 11))
		return ERR_INVALID;
	switch (d[1]) {
	case '1': return area_in_use(d) ? OK : ERR_INVALID;
	case '2': return n == 11 && london_like(d) ? OK : ERR_INVALID;
	case '3': return n == 11 && digit_in("0347", d[2]) ? OK : ERR_INVALID;
	case '7': return n == 11 && digit_in("1-57-9", d[2]) ? OK : ERR_INVALID;
	case '8': return digit_in("047", d[2]) ? OK : ERR_INVALID;
	default:  return ERR_INVALID;
	}
}

static const struct { const char *word; unsigned bit; } audiences[] = {
	{ "staff", FOR_STAFF }, { "settings", FOR_SETTINGS }, { "parents", FOR_PARENTS }, { "learners", FOR_LEARNERS },
};

static enum err read_audience(const struct conf *c, const struct conf_block *b, struct diag *d, unsigned *out)
{
	size_t at = 0;
	for (const struct conf_pair *p; (p = conf_each(b, "for", &at)) != NULL;) {
		unsigned bit = 0;
		for (size_t i = 0; i < ARRAY_N(audiences); i++)
			if (str_is(p->value, audiences[i].word))
				bit = audiences[i].bit;
		if (!bit)
			return diag_fail(d, c->file, p->line, "An entry is for staff, settings, parents or learners, not \"%.*s\".",
			                 STRF(p->value));
		*out |= bit;
	}
	return *out ? OK : diag_fail(d, c->file, b->line, "%.*s does not say who it is for.", STRF(b->id));
}

static enum err read_state(const struct conf *c, const struct conf_block *b, struct diag *d, struct contact *x)
{
	struct str s = conf_get(b, "state");
	if (!s.n || str_is(s, "live"))
		x->state = CONTACT_LIVE;
	else if (str_is(s, "moved"))
		x->state = CONTACT_MOVED;
	else if (str_is(s, "closed"))
		x->state = CONTACT_CLOSED;
	else
		return diag_fail(d, c->file, b->line, "The state of %.*s is live, moved or closed.", STRF(b->id));
	return OK;
}

static void check_contact(const struct conf *c, const struct conf_block *b, const struct contact *x, struct diag *d)
{
	if (!x->title.n)
		diag_add(d, DIAG_ERROR, c->file, b->line, "%.*s has no title.", STRF(b->id));
	if (!x->use.n)
		diag_add(d, DIAG_ERROR, c->file, b->line, "%.*s does not say when to turn to them.", STRF(b->id));
	if (!x->phone.n && !x->web.n && !x->mail.n)
		diag_add(d, DIAG_ERROR, c->file, b->line, "%.*s has neither telephone, web nor mail address.", STRF(b->id));
	if (x->phone.n && contact_phone(x->phone) != OK)
		diag_add(d, DIAG_ERROR, c->file, b->line, "%.*s cannot be a telephone number in the United Kingdom.",
		         STRF(x->phone));
	if (x->web.n && !str_starts(x->web, STR("https://")))
		diag_add(d, DIAG_ERROR, c->file, b->line, "The web address of %.*s must begin with https://.", STRF(b->id));
	if (x->mail.n && str_chr(x->mail, '@') <= 0)
		diag_add(d, DIAG_ERROR, c->file, b->line, "The mail address of %.*s has no @ in it.", STRF(b->id));
}

static enum err read_contact(const struct conf *c, const struct conf_block *b, struct diag *d, struct contact *x)
{
	*x = (struct contact){ .id = b->id, .title = conf_get(b, "title"), .use = conf_get(b, "use"),
		.phone = conf_get(b, "phone"), .web = conf_get(b, "web"), .mail = conf_get(b, "mail"),
		.note = conf_get(b, "note"), .clauses = conf_get(b, "clauses"), .topics = conf_get(b, "topics"), .successor = conf_get(b, "successor") };
	TRY(read_audience(c, b, d, &x->audience));
	TRY(read_state(c, b, d, x));
	TRY(conf_bool(c, b, "local", false, d, &x->local));
	struct str verified = conf_get(b, "verified");
	if (verified.n && time_read_date(verified, &x->verified_utc) != OK)
		return diag_fail(d, c->file, b->line, "%.*s is not a date.", STRF(verified));
	check_contact(c, b, x, d);
	return OK;
}

static void check_successors(const struct conf *c, const struct contacts *all, struct diag *d)
{
	for (size_t i = 0; i < all->n; i++) {
		const struct contact *x = &all->v[i], *next = contact_find(all, x->successor);
		if (x->successor.n && (!next || next == x || next->state != CONTACT_LIVE))
			diag_add(d, DIAG_ERROR, c->file, 0, "What succeeds %.*s must be another entry that is live.", STRF(x->id));
	}
}

enum err contacts_load(struct arena *a, const char *path, struct diag *d, struct contacts *out)
{
	static const char *const keys[] = { "title", "use", "phone", "web", "mail", "note", "clauses", "successor", "for",
		"state", "local", "verified", "topics", NULL };
	struct conf c;
	struct contacts all = { 0 };
	size_t before = d->errors;
	TRY(conf_load(a, path, d, &c));
	TRY(conf_only(&c, "contact", keys, d));
	all.v = arena_array(a, struct contact, c.n ? c.n : 1);
	for (size_t i = 0; i < c.n; i++) {
		if (!str_is(c.blocks[i].kind, "contact"))
			continue;
		if (!c.blocks[i].id.n)
			return diag_fail(d, c.file, c.blocks[i].line, "This contact has no short name: write it as [contact police].");
		if (contact_find(&all, c.blocks[i].id))
			return diag_fail(d, c.file, c.blocks[i].line, "%.*s stands twice.", STRF(c.blocks[i].id));
		TRY(read_contact(&c, &c.blocks[i], d, &all.v[all.n]));
		all.n++;
	}
	check_successors(&c, &all, d);
	if (d->errors > before)
		return ERR_SYNTAX;
	*out = all;
	return OK;
}

const struct contact *contact_find(const struct contacts *c, struct str id)
{
	for (size_t i = 0; id.n && i < c->n; i++)
		if (str_eq(c->v[i].id, id))
			return &c->v[i];
	return NULL;
}

const struct contact *contact_now(const struct contacts *c, const struct contact *x)
{
	const struct contact *next = x->state == CONTACT_LIVE ? NULL : contact_find(c, x->successor);
	return next ? next : x;
}

size_t contacts_for(const struct contacts *c, unsigned audience, const struct contact **out)
{
	size_t n = 0;
	for (size_t i = 0; i < c->n; i++) {
		const struct contact *x = contact_now(c, &c->v[i]);
		bool seen = false;
		for (size_t j = 0; j < n; j++)
			seen = seen || out[j] == x;
		if ((c->v[i].audience & audience) && !seen)
			out[n++] = x;
	}
	return n;
}
