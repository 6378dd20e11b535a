#include "house/keeper/house_rules.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/away/away.h"
#include "house/devcert/devcert.h"
#include "house/evidence/monitoring.h"
#include "house/filter/software.h"
#include "house/keeper/house_texts.h"
#include "house/keeper/keeper.h"
#include "house/known/logins.h"
#include "house/service/service.h"
#include "house/support/support.h"
#include "io/file.h"
#include "io/ticket_ask.h"

enum { RULES_MAX_BYTES = 2 * 1024 * 1024 };

/* Past its own end a change no longer counts. */
static bool ended(const struct entry *e, int64_t now)
{
	int64_t until;
	struct str s = entry_value(e, "until");
	return s.n && time_read_iso(s, &until) == OK && until <= now;
}

static void one_line(struct buf *b, const char *key, struct str value)
{
	buf_fmt(b, "%s = ", key);
	for (size_t i = 0; i < value.n && i < 200; i++)
		buf_byte(b, (unsigned char)value.p[i] < ' ' ? ' ' : value.p[i]);
	buf_byte(b, '\n');
}

static void rule(struct arena *a, struct buf *b, const struct entry *e)
{
	struct str group = entry_value(e, "group"), path = entry_value(e, "path"), host = entry_value(e, "host");
	if (str_is(entry_value(e, "change"), "category"))
		return;                          /* a category is changed in the policy files; the entry is its record */
	buf_fmt(b, "\n[rule change-%lld]\n", (long long)e->number);
	buf_fmt(b, "%s = %.*s%.*s\n", str_is(entry_value(e, "change"), "block") ? "block" : "allow", STRF(host), STRF(path));
	if (group.n && !str_is(group, "everyone"))
		one_line(b, "scope", arena_fmt(a, "group %.*s", STRF(group)));
	one_line(b, "reason", STR("Proposed, assessed and consented to; see the filter changes."));
}

/* Devices' own names and certificates, where the gate has a key for them. */
static enum err house_devices(struct keeper *k, struct arena *a, struct buf *b)
{
	uint8_t key[32];
	if (!k->settings.prefix || file_read_exact(settings_path(&k->settings, "keys/token.key"), key, sizeof key) != OK)
		return OK;
	enum err e = away_policy(&k->store, a, k->school, key, clock_utc(), b);
	if (e == OK)
		e = devcert_policy(&k->store, a, k->school, key, clock_utc(), b);
	mem_wipe(key, sizeof key);
	return e;
}

/* Accounts whose Kerberos tickets count, where the school has a realm. */
static enum err house_logins(struct keeper *k, struct arena *a, struct buf *b)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct ticket_options o;
	uint8_t key[32];
	if (!k->settings.prefix || ticket_settings(&k->settings, &d, &o) != OK || !o.realm)
		return OK;                       /* a block that is wrong is said by who uses it */
	if (file_read_exact(settings_path(&k->settings, "keys/token.key"), key, sizeof key) != OK)
		return OK;
	enum err e = logins_policy(&k->store, a, k->school, key, clock_utc(), b);
	mem_wipe(key, sizeof key);
	return e;
}

enum err house_known(struct keeper *k, struct arena *a, struct buf *b)
{
	TRY(house_devices(k, a, b));
	return house_logins(k, a, b);
}

enum err house_rules(struct keeper *k, struct arena *a, struct str *out)
{
	struct entry_may may = { .school = k->school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct entry_query q = { .reg = "filter-change", .states = { "live" }, .limit = ENTRY_PAGE_MAX };
	AUTO(buf_done) struct buf b = buf_init(RULES_MAX_BYTES);
	for (;; q.offset += ENTRY_PAGE_MAX) {
		struct entry_page page;
		TRY(entry_list(&k->store, a, &may, &q, &page));
		for (size_t i = 0; i < page.n; i++)
			if (!ended(&page.entries[i], clock_utc()))
				rule(a, &b, &page.entries[i]);
		if (page.n < ENTRY_PAGE_MAX)
			break;
	}
	struct house_texts texts = { .named = monitoring_named(&k->store, k->school), .school_name = str_z(k->settings.school_name),
		.portal_url = str_z(k->settings.public_url), .calendar = k->library ? library_calendar(k->library) : NULL };
	TRY(support_policy(&k->store, a, k->school, clock_utc(), &b));
	TRY(house_known(k, a, &b));
	TRY(service_policy(&k->store, a, k->school, clock_utc(), &b));
	TRY(software_policy(&k->store, a, k->school, clock_utc(), &b));
	house_texts(&b, &texts);
	TRY(buf_ok(&b));
	*out = arena_str(a, buf_str(&b));
	return OK;
}
