/* Reading definitions of duties. */
#include "house/duty/duty.h"

#include "base/mem.h"
#include "house/account/rights.h"
#include "house/duty/lines.h"

enum { TITLE_MAX = 150, ASK_MAX = 2000 };

struct reading { struct arena *a; const struct conf *c; const struct conf_block *b; struct diag *d; struct duty *out; };

/* At a line of the block, or at the block itself (NULL); `text` has one %.*s. */
static long line_of(const struct reading *r, const struct conf_pair *p) { return p ? p->line : r->b->line; }
#define wrong(r, p, text, what) diag_add((r)->d, DIAG_ERROR, (r)->c->file, line_of(r, p), text, STRF(what))

/* ---- periods ---- */

static bool count(struct str s, int *n, struct str *unit)
{
	uint64_t v = 1;
	ptrdiff_t gap = str_chr(s, ' ');
	if (s.n && ascii_digit(s.p[0])) {
		if (gap < 0 || str_u64(str_upto(s, (size_t)gap), &v) != OK || v < 1 || v > 1000)
			return false;
		s = str_trim(str_from(s, (size_t)gap));
	}
	*n = (int)v;
	*unit = s;
	return true;
}

enum err duty_every_read(struct str s, struct duty_every *out)
{
	static const struct { const char *one, *many; enum duty_unit unit; bool many_ok; } units[] = {
		{ "week", "weeks", EVERY_WEEK, true }, { "month", "months", EVERY_MONTH, true }, { "half-term", "half-terms", EVERY_HALF, false },
		{ "term", "terms", EVERY_TERM, false }, { "year", "years", EVERY_YEAR, true },
	};
	struct str unit;
	int n;
	s = str_trim(s);
	if (!count(s, &n, &unit))
		return ERR_SYNTAX;
	for (size_t i = 0; i < ARRAY_N(units); i++) {
		if (!str_is(unit, units[i].one) && !str_is(unit, units[i].many))
			continue;
		bool year = units[i].unit == EVERY_MONTH && n == 12;
		if ((n > 1 && !units[i].many_ok) || (units[i].unit == EVERY_MONTH && !year && 12 % n) || (units[i].unit == EVERY_WEEK && n > 8) ||
		    (units[i].unit == EVERY_YEAR && n > 3))
			return ERR_SYNTAX;
		*out = year ? (struct duty_every){ EVERY_YEAR, 1 } : (struct duty_every){ units[i].unit, n };
		return OK;
	}
	return ERR_SYNTAX;
}

struct str duty_every_text(struct arena *a, struct duty_every e)
{
	static const char *const words[] = { "", "week", "month", "half-term", "term", "year" };
	return e.n > 1 ? arena_fmt(a, "%d %ss", e.n, words[e.unit]) : str_z(words[e.unit]);
}

int duty_every_days(struct duty_every e)
{
	static const int days[] = { 0, 7, 31, 65, 130, 366 };
	return days[e.unit] * (e.n ? e.n : 1);
}

/* ---- keys ---- */

static bool days(struct reading *r, const char *key, int otherwise, int *out)
{
	struct str s = conf_get(r->b, key), unit;
	*out = otherwise;
	if (!s.n)
		return true;
	if (count(s, out, &unit) && (str_is(unit, "days") || str_is(unit, "day")))
		return true;
	if (str_is(s, "0 days")) {
		*out = 0;
		return true;
	}
	wrong(r, NULL, "\"%.*s\" is not a number of days. Write, for example, 7 days.", s);
	return false;
}

/* "30 September": read with a year that has every day. */
static void read_by(struct reading *r)
{
	struct str s = conf_get(r->b, "by");
	int64_t at;
	if (!s.n)
		return;
	if (time_read_date(arena_fmt(r->a, "%.*s 2028", STRF(s)), &at) != OK)
		wrong(r, NULL, "\"by = %.*s\" is not a day of the year. Write, for example, 30 September.", s);
	else {
		r->out->by_month = time_uk(at).month;
		r->out->by_day = time_uk(at).day;
	}
}

static void read_on(struct reading *r)
{
	struct str s = conf_get(r->b, "on"), word, rest = s;
	if (str_is(s, "safer internet day"))
		r->out->on = ON_SAFER_INTERNET_DAY;
	else if (str_is(s, "first inset"))
		r->out->on = ON_FIRST_INSET;
	else if (str_is(s, "joining"))
		r->out->on = ON_JOINING;
	else if (str_next(&rest, ' ', &word) && str_is(word, "entry") && str_next(&rest, ' ', &r->out->on_register) && r->out->on_register.n && rest.n) {
		r->out->on = ON_ENTRY;
		r->out->on_state = rest;
	} else
		wrong(r, NULL, "\"on = %.*s\" is not known. Write: safer internet day, first inset, joining, or entry REGISTER STATE.", s);
}

static void read_when(struct reading *r)
{
	struct str every = conf_get(r->b, "every"), longest = conf_get(r->b, "longest");
	bool on = conf_has(r->b, "on");
	if (on == (every.n > 0))
		wrong(r, NULL, "The duty %.*s needs \"every\" or \"on\", and not both.", r->b->id);
	else if (on)
		read_on(r);
	else if (duty_every_read(every, &r->out->every) != OK)
		wrong(r, NULL, "\"every = %.*s\" is not a period. Write: week, 2 weeks, half-term, term, 3 months, year.", every);
	if (longest.n && duty_every_read(longest, &r->out->longest) != OK)
		wrong(r, NULL, "\"longest = %.*s\" is not a period. Write, for example, 12 months.", longest);
	read_by(r);
	days(r, "within", 14, &r->out->within_days);
	days(r, "amber", 7, &r->out->amber_days);
	days(r, "red", 0, &r->out->red_days);
}

static bool roles_known(struct reading *r, struct str group)
{
	struct str word, rest = group;
	enum role role;
	while (str_next(&rest, '/', &word))
		if (!str_is(word, "staff") && role_read(word, &role) != OK) {
			wrong(r, NULL, "There is no role \"%.*s\". The roles stand in roles.conf.", word);
			return false;
		}
	return true;
}

static void read_who(struct reading *r)
{
	struct str word, rest = conf_get(r->b, "who");
	while (str_next(&rest, ' ', &word)) {
		if (!word.n)
			continue;
		if (r->out->n_who == DUTY_WHO_MAX) {
			wrong(r, NULL, "The duty %.*s names more than four who each do a part.", r->b->id);
			return;
		}
		if (roles_known(r, word))
			r->out->who[r->out->n_who++] = word;
	}
	if (!conf_get(r->b, "who").n)
		wrong(r, NULL, "The duty %.*s does not say who does it. Add a line such as \"who = dsl\".", r->b->id);
	if (r->out->tell.n)
		(void)roles_known(r, r->out->tell);
	if (r->out->confirm.n)
		(void)roles_known(r, r->out->confirm);
	if (r->out->each && r->out->n_who > 1)
		wrong(r, NULL, "\"each = yes\" goes with one role; %.*s names more.", r->b->id);
}

static bool halves(struct str s, struct str *left, struct str *right)
{
	ptrdiff_t bar = str_chr(s, '|');
	if (bar < 0)
		return false;
	*left = str_trim(str_upto(s, (size_t)bar));
	*right = str_trim(str_from(s, (size_t)bar + 1));
	return left->n > 0 && right->n > 0;
}

static bool plain(struct str id)
{
	for (size_t i = 0; i < id.n; i++)
		if (!ascii_alpha(id.p[i]) && !ascii_digit(id.p[i]) && id.p[i] != '-')
			return false;
	return id.n > 0 && id.n <= 40;
}

static void read_lines(struct reading *r)
{
	struct duty_line *v = arena_array(r->a, struct duty_line, DUTY_LINES_MAX);
	const struct conf_pair *p;
	for (size_t at = 0; (p = conf_each(r->b, "line", &at)) != NULL;)
		if (r->out->n_lines == DUTY_LINES_MAX || !halves(p->value, &v[r->out->n_lines].id, &v[r->out->n_lines].text) || !plain(v[r->out->n_lines].id))
			wrong(r, p, "\"line = %.*s\" must be a short word, a bar, and a sentence: privacy | The privacy notice is there. At most 60.", p->value);
		else
			r->out->n_lines++;
	r->out->lines = v;
	if (r->out->lines_from.n && !duty_lines_known(r->out->lines_from))
		diag_add(r->d, DIAG_ERROR, r->c->file, r->b->line, "\"lines = %.*s\" is not known. There are: %.*s.", STRF(r->out->lines_from), STRF(duty_lines_words(r->a)));
}

static void read_fields(struct reading *r)
{
	struct duty_field *v = arena_array(r->a, struct duty_field, DUTY_FIELDS_MAX);
	const struct conf_pair *p;
	for (size_t at = 0; (p = conf_each(r->b, "field", &at)) != NULL;) {
		struct str id, rest, label, last;
		if (r->out->n_fields == DUTY_FIELDS_MAX || !halves(p->value, &id, &rest) || !plain(id)) {
			wrong(r, p, "\"field = %.*s\" must be a short word, a bar, and a question: found | What did you find? At most 12.", p->value);
			continue;
		}
		bool required = halves(rest, &label, &last) && str_is(last, "required");
		v[r->out->n_fields++] = (struct duty_field){ id, required ? label : rest, required };
	}
	r->out->fields = v;
}

static const char *const KEYS[] = { "title", "who", "each", "every", "by", "on", "within", "open-period", "parameter", "amber", "red", "ask", "line", "lines",
	"field", "needs", "page", "clauses", "hint", "tell", "confirm", "if", "longest", "yes-no", "clear", NULL };

static void read_if(struct reading *r)
{
	struct str s = conf_get(r->b, "if"), rest = s, key;
	if (s.n && str_next(&rest, ' ', &key)) {
		r->out->if_key = key;
		r->out->if_value = rest.n ? str_trim(rest) : STR("yes");
	}
}

static void read_clear(struct reading *r)
{
	struct str s = conf_get(r->b, "clear"), left, says;
	if (!s.n)
		return;
	if (!halves(s, &left, &says) || !str_next(&left, ' ', &r->out->clear) || !(r->out->clear_state = str_trim(left)).n)
		wrong(r, NULL, "\"clear = %.*s\" must be a register, a state of it, a bar, and a sentence: attempt open | Each needs a response.", s);
	else
		r->out->clear_says = says;
}

/* "needs = training-session held yearly" */
static void read_needs(struct reading *r)
{
	struct str rest = conf_get(r->b, "needs");
	if (!rest.n || !str_next(&rest, ' ', &r->out->needs) || !rest.n)
		return;
	(void)str_next(&rest, ' ', &r->out->needs_state);
	r->out->needs_yes = rest;
}

static void read_one(struct reading *r)
{
	struct duty *o = r->out;
	*o = (struct duty){ .id = r->b->id, .title = conf_get(r->b, "title"), .ask = conf_get(r->b, "ask"), .hint = conf_get(r->b, "hint"), .page = conf_get(r->b, "page"),
		.tell = conf_get(r->b, "tell"), .confirm = conf_get(r->b, "confirm"), .lines_from = conf_get(r->b, "lines"),
		.clauses = conf_get(r->b, "clauses"), .parameter = conf_get(r->b, "parameter"), .file = r->c->file, .line = r->b->line };
	if (!plain(o->id))
		wrong(r, NULL, "\"%.*s\" cannot name a duty: letters, digits and hyphens, at most 40.", o->id);
	if (!o->title.n || o->title.n > TITLE_MAX)
		wrong(r, NULL, "The duty %.*s needs a title of at most 150 letters.", o->id);
	if (o->ask.n > ASK_MAX)
		wrong(r, NULL, "The statement of %.*s is longer than 2,000 letters. Use lines for its parts.", o->id);
	if (o->page.n && o->page.p[0] != '/')
		wrong(r, NULL, "\"page = %.*s\" must be a page of this program, such as /activity.", o->page);
	(void)conf_bool(r->c, r->b, "each", false, r->d, &o->each);
	(void)conf_bool(r->c, r->b, "open-period", false, r->d, &o->open_period);
	(void)conf_bool(r->c, r->b, "yes-no", o->ask.n > 0, r->d, &o->yes_no);
	read_needs(r);
	read_when(r);
	read_who(r);
	read_if(r);
	read_clear(r);
	read_lines(r);
	read_fields(r);
}

enum err duties_read(struct arena *a, struct str file, struct str text, struct diag *d, struct duty **out, size_t *n)
{
	size_t before = d->errors, found = 0;
	struct conf c;
	TRY(conf_parse(a, file, text, d, &c));
	(void)conf_only(&c, "duty", KEYS, d);
	struct duty *v = arena_array(a, struct duty, c.n + 1);
	for (size_t i = 0; i < c.n; i++) {
		struct reading r = { a, &c, &c.blocks[i], d, &v[found] };
		if (!str_is(c.blocks[i].kind, "duty")) {
			if (c.blocks[i].line)
				wrong(&r, NULL, "A file of duties holds [duty ...] only, not [%.*s].", c.blocks[i].kind);
			continue;
		}
		read_one(&r);
		for (size_t k = 0; k < found; k++)
			if (str_eq(v[k].id, v[found].id))
				wrong(&r, NULL, "The duty %.*s stands twice.", v[found].id);
		found++;
	}
	*out = v;
	*n = found;
	return d->errors > before ? ERR_INVALID : OK;
}

const struct duty *duty_find(const struct duty_list *l, struct str id)
{
	for (size_t i = 0; i < l->n; i++)
		if (str_eq(l->v[i].id, id))
			return &l->v[i];
	return NULL;
}

bool duty_applies(const struct duty *d, const struct profile *p)
{
	if (!d->if_key.n)
		return true;
	return profile_has(p, d->if_key, d->if_value);
}

struct duty_every duty_period(const struct duty *d, const struct profile *p, struct duty_every setting, bool *confirmed)
{
	const struct param *param = d->parameter.n ? profile_param(p, d->parameter) : NULL;
	struct duty_every e = d->every;
	*confirmed = !d->open_period;
	if (setting.unit) {
		*confirmed = true;
		return setting;
	}
	if (param && param->confirmed && param->n_values && duty_every_read(param->values[0], &e) == OK)
		*confirmed = true;
	return e;
}
