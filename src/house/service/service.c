#include "house/service/service.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/service/inner.h"
#include "wire/host.h"
#include "wire/url.h"

enum { FIELDS_MAX = 40, TEXT_BYTES = 16000 };

struct entry_may service_may(int64_t school)
{
	return (struct entry_may){ .school = school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
}

bool service_counts(const struct entry *e) { return !str_is(e->state, "mistake"); }

int64_t service_day(const struct entry *e, const char *field)
{
	int64_t day = 0;
	struct str s = entry_value(e, field);
	return s.n && time_read_date(s, &day) == OK ? day : 0;
}

/* ---- names ---- */

bool service_host(struct str *rest, struct str *host)
{
	while (str_next(rest, '\n', host))
		if (host->n)
			return true;
	return false;
}

static bool listed(struct str list, struct str host)
{
	struct str h;
	while (service_host(&list, &h))
		if (str_eq(h, host))
			return true;
	return false;
}

/* A pasted address counts as its name. */
static bool one_host(struct arena *a, struct str typed, struct str *out)
{
	struct url *u = arena_new(a, struct url);
	if (url_read(typed, u) != OK || u->is_addr || host_is_suffix(url_host(u)) || str_find(url_host(u), STR(".")) < 0)
		return false;
	*out = arena_str(a, url_host(u));
	if (str_starts(*out, STR("www.")) && host_registrable(*out).n == out->n - 4)
		*out = str_from(*out, 4);
	return true;
}

struct str service_hosts(struct arena *a, struct str typed, struct diag *d)
{
	AUTO(buf_done) struct buf b = buf_init(TEXT_BYTES);
	struct str host;
	size_t n = 0;
	for (size_t i = 0; i < typed.n;) {
		size_t from = i;
		while (i < typed.n && !ascii_space(typed.p[i]) && typed.p[i] != ',' && typed.p[i] != ';')
			i++;
		struct str word = { typed.p + from, i - from };
		i++;
		if (!word.n)
			continue;
		if (!one_host(a, word, &host))
			diag_add(d, DIAG_ERROR, STR("hosts"), 0, "\"%.*s\" is not the name of a site. Write it like quiz.example.", STRF(word));
		else if (!listed(buf_str(&b), host) && ++n <= SERVICE_HOSTS_MAX)
			buf_fmt(&b, "%.*s\n", STRF(host));
	}
	if (n > SERVICE_HOSTS_MAX || buf_ok(&b) != OK)
		diag_add(d, DIAG_ERROR, STR("hosts"), 0, "A service has at most %d names.", SERVICE_HOSTS_MAX);
	return arena_str(a, buf_str(&b));
}

static enum err each_service(struct store *st, struct arena *a, int64_t school, int64_t offset, struct entry_page *out)
{
	struct entry_may may = service_may(school);
	struct entry_query q = { .reg = "service", .offset = offset, .limit = ENTRY_PAGE_MAX };
	return entry_list(st, a, &may, &q, out);
}

enum err service_taken(struct store *st, struct arena *a, int64_t school, struct str hosts, int64_t but, struct diag *d)
{
	struct entry_page page;
	for (int64_t at = 0;; at += ENTRY_PAGE_MAX) {
		TRY(each_service(st, a, school, at, &page));
		for (size_t i = 0; i < page.n; i++) {
			struct str rest = hosts, host;
			const struct entry *e = &page.entries[i];
			while (e->id != but && service_counts(e) && service_host(&rest, &host))
				if (listed(entry_value(e, "hosts"), host))
					diag_add(d, DIAG_ERROR, STR("hosts"), 0, "%.*s belongs to %.*s already.", STRF(host), STRF(entry_value(e, "name")));
		}
		if (page.n < ENTRY_PAGE_MAX)
			return OK;
	}
}

/* ---- writing ---- */

static struct str given(const struct service_in *in, const char *field)
{
	for (size_t i = 0; i < in->n; i++)
		if (str_is(in->fields[i].name, field))
			return in->fields[i].value;
	return STR_NONE;
}

static enum err prepare(struct store *st, struct arena *a, int64_t school, int64_t id, const struct service_in *in, struct diag *d,
                        struct entry_field *f, size_t *n)
{
	size_t before = d->errors;
	if (in->n > FIELDS_MAX)
		return ERR_LIMIT;
	for (*n = 0; *n < in->n; (*n)++) {
		f[*n] = in->fields[*n];
		if (str_is(f[*n].name, "hosts"))
			f[*n].value = service_hosts(a, f[*n].value, d);
	}
	struct service_in done = { f, *n, in->leads };
	TRY(service_taken(st, a, school, given(&done, "hosts"), id, d));
	return d->errors == before ? OK : ERR_INVALID;
}

enum err service_add(struct store *st, const struct act *act, const char *state, const struct service_in *in, struct diag *d, int64_t *id)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entry_field f[FIELDS_MAX];
	size_t n;
	TRY(prepare(st, &a, act->school, 0, in, d, f, &n));
	if (strcmp(state, "wanted") == 0 && !given(in, "benefit").n)
		return diag_fail(d, STR("benefit"), 0, "Say what people learn or gain by it that they would not without it.");
	if (strcmp(state, "in-use") == 0 && !given(in, "assess-by").n)
		return diag_fail(d, STR("assess-by"), 0, "Say by which day it is to be assessed.");
	struct entry_in e = { .reg = "service", .state = state, .fields = f, .n_fields = n };
	return entry_create(st, act, &e, d, id);
}

/* A name that goes is free: only for whoever may agree. */
static void names_kept(const struct entry *e, struct str now, struct diag *d)
{
	struct str rest = entry_value(e, "hosts"), host;
	while (service_host(&rest, &host))
		if (!listed(now, host))
			diag_add(d, DIAG_ERROR, STR("hosts"), 0, "%.*s would no longer wait for an assessment. Leadership may take it out.", STRF(host));
}

enum err service_change(struct store *st, const struct act *act, const struct entry *e, const struct service_in *in, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entry_may may = service_may(act->school);
	struct entry_field f[FIELDS_MAX];
	size_t n, before = d->errors;
	TRY(prepare(st, &a, act->school, e->id, in, d, f, &n));
	for (size_t i = 0; i < n; i++) {
		if (str_is(f[i].name, "hosts") && !in->leads)
			names_kept(e, f[i].value, d);
		if (str_is(f[i].name, "assess-by") && !in->leads && str_is(e->state, "in-use") && !str_eq(f[i].value, entry_value(e, "assess-by")))
			diag_add(d, DIAG_ERROR, STR("assess-by"), 0, "Only leadership moves the day by which it is to be assessed.");
	}
	if (d->errors > before)
		return ERR_INVALID;
	struct entry_in in2 = { .reg = "service", .fields = f, .n_fields = n };
	return entry_update(st, act, &may, e->id, e->version, &in2, d);
}

enum err service_move(struct store *st, const struct act *act, const struct entry *e, const char *state, bool leads, struct diag *d)
{
	static const char *const from_page[] = { "wanted", "retired", "mistake", "not-used" };
	struct entry_may may = service_may(act->school);
	bool known = false;
	for (size_t i = 0; i < ARRAY_N(from_page); i++)
		known |= strcmp(state, from_page[i]) == 0;
	if (!known)
		return ERR_FORBIDDEN;              /* only signatures make it assessed, and only the first import "in use" */
	if ((strcmp(state, "mistake") == 0 || strcmp(state, "not-used") == 0) && entry_value(e, "hosts").n && !leads)
		return diag_fail(d, STR("state"), 0, "Its names would be free. Leadership may do this.");
	struct entry_in in = { .reg = "service", .state = state };
	return entry_update(st, act, &may, e->id, e->version, &in, d);
}

enum err service_get(struct store *st, struct arena *a, int64_t school, int64_t id, struct entry *out)
{
	struct entry_may may = service_may(school);
	TRY(entry_get(st, a, &may, id, 0, out));
	return str_is(out->reg, "service") ? OK : ERR_ABSENT;
}

enum err service_named(struct store *st, struct arena *a, int64_t school, const char *kind, struct str *out)
{
	struct entry_may may = service_may(school);
	struct entry_query q = { .reg = "service", .states = { "wanted", "in-use", "assessed" }, .limit = ENTRY_PAGE_MAX, .n_where = 1,
		.where = { { .key = "kind", .op = ENTRY_IS, .s = str_z(kind) } } };
	struct entry_page page;
	*out = STR_NONE;
	TRY(entry_list(st, a, &may, &q, &page));
	for (size_t i = page.n; i > 0 && !out->n; i--)
		if (page.entries[i - 1].made_by || page.entries[i - 1].changed_by)      /* what the program brought in has no name of anybody's yet */
			*out = entry_value(&page.entries[i - 1], "name");
	return OK;
}

/* ---- how it stands ---- */

static bool same(const struct entry *service, const struct entry *assessment)
{
	return str_eq(entry_value(service, "hosts"), entry_value(assessment, "hosts")) &&
	       str_eq(entry_value(service, "kind"), entry_value(assessment, "kind"));
}

static enum service_light light_of(const struct entry *e, const struct service_now *s, int64_t now)
{
	if (str_is(e->state, "not-used") || str_is(e->state, "retired") || str_is(e->state, "mistake"))
		return LIGHT_GREY;
	if (!s->gate.open)
		return LIGHT_CLOSED;
	if (s->day_utc + 86400 <= now)
		return LIGHT_RED;
	return s->day_utc <= now + SERVICE_WARN_DAYS * 86400 ? LIGHT_AMBER : LIGHT_GREEN;
}

enum err service_now(struct store *st, struct arena *a, int64_t school, const struct entry *e, int64_t now_utc, struct service_now *out)
{
	*out = (struct service_now){ 0 };
	TRY(gate_open(st, a, school, "allow", e, now_utc, &out->gate));
	out->closes_utc = out->gate.until_utc;
	enum err got = assess_signed(st, a, school, e->id, &out->assessment);
	if (got != ERR_ABSENT)
		TRY(got);
	bool use = str_is(e->state, "in-use");
	out->day_utc = use ? service_day(e, "assess-by") : service_day(&out->assessment, "review");
	out->changed = !use && out->assessment.id && !same(e, &out->assessment);
	out->light = light_of(e, out, now_utc);
	return OK;
}
