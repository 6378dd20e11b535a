#include "house/training/module.h"

#include "base/mem.h"
#include "base/time.h"
#include "house/procedure/calendar.h"

enum { TITLE_MAX = 120, HEAD_MAX = 30, WITHIN_MAX = 400 };

struct reading { struct arena *a; const struct conf *c; const struct conf_block *b; struct diag *d; struct module *to; };

#define SAY(r, ...) diag_add((r)->d, DIAG_ERROR, (r)->c->file, (r)->b->line, __VA_ARGS__)

int64_t months_on(int64_t utc, int months)
{
	struct civil c = time_uk(utc);
	int month = c.month - 1 + months;
	return calendar_day(c.year + month / 12, month % 12 + 1, c.day);
}

enum err months_read(struct str s, int *out)
{
	struct str word = str_trim(s), number;
	uint64_t n = 1;
	if (word.n && ascii_digit(word.p[0])) {
		(void)str_next(&word, ' ', &number);
		if (str_u64(number, &n) != OK || n > MODULE_MONTHS_MAX)
			return ERR_SYNTAX;
	}
	if (str_is(word, "year") || str_is(word, "years"))
		n *= 12;
	else if (!str_is(word, "month") && !str_is(word, "months"))
		return ERR_SYNTAX;
	if (!n || n > MODULE_MONTHS_MAX)
		return ERR_SYNTAX;
	*out = (int)n;
	return OK;
}

/* ---- reading the file ---- */

static int period(struct reading *r, const char *key)
{
	struct str s = conf_get(r->b, key);
	int months = 0;
	if (s.n && months_read(s, &months) != OK)
		SAY(r, "\"%s = %.*s\" is not a time such as 12 months or 2 years; at most %d months.", key, STRF(s), MODULE_MONTHS_MAX);
	return months;
}

static void who(struct reading *r)
{
	struct str rest = conf_get(r->b, "who"), word;
	r->to->who = rest;
	while (str_next(&rest, ' ', &word)) {
		r->to->staff = r->to->staff || str_is(word, "staff");
		r->to->volunteers = r->to->volunteers || str_is(word, "volunteers");
		r->to->governors = r->to->governors || str_is(word, "governors");
	}
	if (!r->to->who.n)
		SAY(r, "%.*s does not say for whom: who = staff volunteers governors, or roles.", STRF(r->to->id));
}

role_set module_roles(struct str words)
{
	struct str word;
	role_set set = 0;
	enum role role;
	while (str_next(&words, ' ', &word))
		if (word.n && !str_is(word, "staff") && role_read(word, &role) == OK)
			set |= ROLE_BIT(role);
	return set;
}

static bool item_of(struct str s, struct module_item *out)
{
	struct str id, label, last;
	if (!str_next(&s, '|', &id) || !str_next(&s, '|', &label))
		return false;
	*out = (struct module_item){ str_trim(id), str_trim(label), str_next(&s, '|', &last) && str_is(str_trim(last), "required") };
	return out->id.n && out->label.n && str_chr(out->id, ' ') < 0;
}

static void items(struct reading *r)
{
	const struct conf_pair *p;
	r->to->items = arena_array(r->a, struct module_item, MODULE_ITEMS_MAX);
	for (size_t at = 0; (p = conf_each(r->b, "item", &at)) != NULL;)
		if (r->to->n_items == MODULE_ITEMS_MAX || !item_of(p->value, &r->to->items[r->to->n_items]))
			diag_add(r->d, DIAG_ERROR, r->c->file, p->line, "\"item = %.*s\" must be a short word, a bar and what is covered: contact | Who may reach them. At most %d.",
			         STRF(p->value), MODULE_ITEMS_MAX);
		else
			r->to->n_items++;
}

static void read_one(struct reading *r)
{
	struct str condition = conf_get(r->b, "if"), key;
	int64_t within;
	*r->to = (struct module){ .id = r->b->id, .title = conf_get(r->b, "title"), .head = conf_get(r->b, "short"), .reads = conf_get(r->b, "reads"),
		.setting = conf_get(r->b, "setting"), .parameter = conf_get(r->b, "parameter"), .clauses = conf_get(r->b, "clauses") };
	if (!r->to->head.n)
		r->to->head = r->to->title;
	if (!r->to->setting.n)
		r->to->setting = r->to->id;
	if (!r->to->title.n || r->to->title.n > TITLE_MAX || r->to->head.n > HEAD_MAX || str_chr(r->to->id, ' ') >= 0 || !r->to->id.n)
		SAY(r, "A module has a short name, a title of at most %d letters and, for its column, \"short\" of at most %d.", TITLE_MAX, HEAD_MAX);
	if (str_next(&condition, ' ', &key) && key.n) {
		r->to->if_key = key;
		r->to->if_value = condition.n ? str_trim(condition) : STR("yes");
	}
	who(r);
	r->to->led = conf_get(r->b, "led");
	r->to->every = period(r, "every");
	r->to->longest = period(r, "longest");
	if (r->to->longest && (!r->to->every || r->to->every > r->to->longest))
		SAY(r, "%.*s: every %d months is longer than the %d months that the policy allows.", STRF(r->to->id), r->to->every, r->to->longest);
	(void)conf_int(r->c, r->b, "within", 28, 0, WITHIN_MAX, r->d, &within);      /* its findings are counted */
	r->to->within_days = (int)within;
	(void)conf_bool(r->c, r->b, "new", false, r->d, &r->to->newcomers);
	items(r);
}

static enum err read_all(struct arena *a, const struct conf *c, struct diag *d, struct modules *out)
{
	static const char *const keys[] = { "title", "short", "who", "every", "longest", "setting", "parameter", "within", "if", "led", "reads", "new", "item", "clauses", NULL };
	size_t before = d->errors;
	struct modules m = { arena_array(a, struct module, c->n + 1), 0 };
	(void)conf_only(c, "module", keys, d);
	for (size_t i = 0; i < c->n; i++) {
		struct reading r = { a, c, &c->blocks[i], d, &m.v[m.n] };
		if (!str_is(c->blocks[i].kind, "module"))
			continue;
		if (m.n == MODULES_MAX || module_find(&m, c->blocks[i].id))
			SAY(&r, "The module %.*s stands twice, or is one too many.", STRF(c->blocks[i].id));
		else {
			read_one(&r);
			m.n++;
		}
	}
	if (d->errors > before)
		return ERR_INVALID;
	*out = m;
	return OK;
}

enum err modules_read(struct arena *a, struct str file, struct str text, struct diag *d, struct modules *out)
{
	struct conf c;
	TRY(conf_parse(a, file, text, d, &c));
	return read_all(a, &c, d, out);
}

enum err modules_load(struct arena *a, const char *path, struct diag *d, struct modules *out)
{
	struct conf c;
	TRY(conf_load(a, path, d, &c));
	return read_all(a, &c, d, out);
}

const struct module *module_find(const struct modules *m, struct str id)
{
	for (size_t i = 0; i < m->n; i++)
		if (str_eq(m->v[i].id, id))
			return &m->v[i];
	return NULL;
}

bool module_applies(const struct module *m, const struct profile *p)
{
	return !m->if_key.n || profile_has(p, m->if_key, m->if_value);
}
