/* Mail: how notices go out, whose address gives them back, and where the wellbeing mailbox is (7.8-10, 7.8-11). */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_queries.h"
#include "gen_ui.h"
#include "house/account/appointment.h"
#include "house/mailbox/config.h"
#include "house/mailbox/session.h"
#include "house/notify/post.h"
#include "house/notify/trouble.h"
#include "house/page/mail_trouble.h"
#include "house/page/page_store.h"
#include "house/page/people.h"
#include "house/page/routes.h"
#include "house/procedure/library.h"
#include "io/settings.h"

enum { COUNT_DAYS = 30, DAY_S = 86400 };

/* The server and its password: not the office's. */
static bool may_configure(const struct page_ctx *c) { return page_has_role(c, ROLE_ADMIN) || page_has_role(c, ROLE_TECHNICIAN); }

static enum err put_addresses(struct page_ctx *c, struct view_mail *v)
{
	struct trouble *t;
	size_t n;
	TRY(notify_trouble(c->db, c->arena, c->school, &t, &n));
	struct view_mail_failing *rows = arena_array(c->arena, struct view_mail_failing, n + 1);
	for (size_t i = 0; i < n; i++)
		if (t[i].what == TROUBLE_ADDRESS)
			rows[v->n_failing++] = (struct view_mail_failing){ .id = t[i].person, .name = person_name(c->db, c->arena, c->school, t[i].person), .why = t[i].why,
				.since = time_words(c->arena, t[i].since_utc) };
	v->failing = rows;
	return OK;
}

static enum err put_team(struct page_ctx *c, struct view_mail *v)
{
	enum role r;
	struct person *p;
	size_t n = 0;
	TRY(role_read(STR("wellbeing-team"), &r));
	TRY(person_of_role(c->db, c->arena, c->school, r, &p, &n));
	struct view_mail_team *rows = arena_array(c->arena, struct view_mail_team, n + 1);
	for (size_t i = 0; i < n; i++) {
		int64_t at = 0;
		TRY(appointment_trained(c->db, c->school, p[i].id, &at));
		rows[i] = (struct view_mail_team){ .name = p[i].name, .trained = at ? time_date_words(c->arena, at) : STR_NONE,
			.lapsed = !appointment_trained_now(c->db, c->school, p[i].id) };
	}
	v->team = rows;
	v->n_team = n;
	return OK;
}

static enum err put_counts(struct page_ctx *c, struct view_mail *v)
{
	struct q_cursor_get_row at;
	struct q_mailbox_counts_row *rows;
	size_t n;
	enum err e = q_cursor_get_one(c->db, c->arena, &(struct q_cursor_get_args){ .school = c->school }, &at);
	if (e != OK)
		return e == ERR_ABSENT ? OK : e;
	v->read = time_words(c->arena, at.read_utc);
	TRY(q_mailbox_counts(c->db, c->arena, &(struct q_mailbox_counts_args){ .school = c->school, .since = clock_utc() - COUNT_DAYS * (int64_t)DAY_S }, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		if (str_is(rows[i].outcome, "concern"))
			v->letters = rows[i].n;
		else
			v->others += rows[i].n;
	}
	return OK;
}

static struct part_input input(struct page_ctx *c, const char *name, enum text_key label, enum text_key hint, struct str now)
{
	struct str typed = page_field(c, name);
	return (struct part_input){ .name = str_z(name), .label = page_text(label), .hint = page_text(hint), .error = page_wrong_text(c, name),
		.value = page_is_wrong(c) ? typed : now };
}

static enum err put_form(struct page_ctx *c, struct view_mail *v)
{
	struct mailbox_config m;
	TRY(mailbox_config_get(c->db, c->arena, c->school, &m));
	v->mailbox = m.server;
	v->wellbeing = m.address;
	v->address = input(c, "address", TEXT_mail_address, TEXT_mail_address_hint, m.address);
	v->server = input(c, "server", TEXT_mail_server, TEXT_mail_server_hint, m.server);
	v->user = input(c, "user", TEXT_mail_user, TEXT_mail_user_hint, m.user);
	v->folder = input(c, "folder", TEXT_mail_folder, TEXT_mail_folder_hint, m.folder);
	v->password = input(c, "password", TEXT_mail_password, m.has_password ? TEXT_mail_password_kept : TEXT_mail_password_hint, STR_NONE);
	v->password.type = STR("password");
	v->password.value = STR_NONE;
	v->password.autocomplete = STR("off");
	return OK;
}

/* Reports of junk mail by month, newest month first (7.8-05). */
static enum err put_spam(struct page_ctx *c, struct view_mail *v)
{
	struct store st = page_store(c);
	struct entry_may may = { .school = c->school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct entry_query q = { .reg = "spam-report", .from_utc = clock_utc() - 365 * (int64_t)DAY_S, .limit = ENTRY_PAGE_MAX };
	struct entry_page page;
	struct str *lines = arena_array(c->arena, struct str, ENTRY_PAGE_MAX + 1), month = STR("");
	size_t reported = 0, told = 0;
	TRY(entry_list(&st, c->arena, &may, &q, &page));
	for (size_t i = 0; i <= page.n; i++) {
		struct str of = i < page.n ? str_upto(time_iso_date(c->arena, page.entries[i].made_utc), 7) : STR("");
		if (!str_eq(of, month) && reported)
			lines[v->n_spam++] = arena_fmt(c->arena, "%.*s: %zu reported, %zu told to the provider", STRF(month), reported, told);
		if (i == page.n)
			break;
		if (!str_eq(of, month))
			reported = told = 0;
		month = of;
		reported += !str_is(page.entries[i].state, "undone");
		told += str_is(page.entries[i].state, "told");
	}
	v->spam = lines;
	return OK;
}

static bool allows_groups(const struct page_ctx *c)
{
	return c->web->library && str_is(profile_text(&c->web->library->profile, "email.group_addresses"), "yes");
}

static enum err put_groups(struct page_ctx *c, struct view_mail *v)
{
	struct store st = page_store(c);
	struct entry_may may = { .school = c->school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct entry_query q = { .reg = "group-address", .limit = ENTRY_PAGE_MAX };
	struct entry_page page;
	v->groups = allows_groups(c);
	if (!v->groups)
		return OK;
	TRY(entry_list(&st, c->arena, &may, &q, &page));
	struct str *lines = arena_array(c->arena, struct str, page.n + 1);
	for (size_t i = 0; i < page.n; i++)
		lines[v->n_group_list++] = arena_fmt(c->arena, "%.*s: %.*s", STRF(entry_value(&page.entries[i], "name")), STRF(entry_value(&page.entries[i], "address")));
	v->group_list = lines;
	v->group_name = input(c, "group-name", TEXT_mail_group_name, TEXT_mail_group_hint, STR_NONE);
	v->group_address = input(c, "group-address", TEXT_mail_group_address, TEXT_mail_address_hint, STR_NONE);
	return OK;
}

/* A class address (7.8.2-04): only in a school that allows them. */
enum err mail_group_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "an address of a class");
	int64_t id;
	if (!allows_groups(c))
		return ERR_ABSENT;
	struct str name = page_need(c, "group-name", 120, "Say which class or group."), address = page_need(c, "group-address", 200, "Enter its address.");
	if (!page_is_wrong(c) && !post_address(address))
		page_wrong(c, "group-address", "Enter an email address, like elm@school.example.");
	if (page_is_wrong(c))
		return mail_show(c);
	struct entry_field f[] = { { STR("name"), name }, { STR("address"), address } };
	struct entry_in in = { .reg = "group-address", .fields = f, .n_fields = ARRAY_N(f) };
	enum err e = entry_create(&st, &act, &in, &c->errors, &id);
	if (e == ERR_INVALID || e == ERR_EXISTS) {
		page_wrong(c, "group-address", "This address is there already, or is not one.");
		return mail_show(c);
	}
	TRY(e);
	page_flash(c, FLASH_DONE, "Kept.");
	return page_redirect(c, "/mail");
}

enum err mail_show(struct page_ctx *c)
{
	const struct settings *s = c->web->settings;
	struct view_mail v = { .errors = page_errors(c), .edits = may_configure(c), .out = s && s->mail_server ? str_z(s->mail_server) : STR_NONE,
		.from = s && s->mail_from ? str_z(s->mail_from) : STR_NONE };
	struct str *lines;
	TRY(page_mail_trouble(c, &lines, &v.n_trouble));
	v.trouble = lines;
	TRY(put_addresses(c, &v));
	TRY(put_team(c, &v));
	TRY(put_counts(c, &v));
	TRY(put_spam(c, &v));
	TRY(put_groups(c, &v));
	TRY(put_form(c, &v));
	page_begin(c, "Mail");
	view_mail_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

/* What was typed, checked as the job will need it. */
static void check(struct page_ctx *c, const struct mailbox_config *m, bool has_password)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct imap_settings s = { .url = arena_fmt(&a, "%.*s", STRF(m->server)).p, .user = m->user.n ? arena_fmt(&a, "%.*s", STRF(m->user)).p : "-", .password = "-",
		.folder = m->folder.n ? arena_fmt(&a, "%.*s", STRF(m->folder)).p : "INBOX" };
	if (m->address.n && !post_address(m->address))
		page_wrong(c, "address", "Enter an email address, like wellbeing@school.example.");
	if (m->server.n && imap_check(&s) != OK)
		page_wrong(c, "server", "Enter the server as imaps://mail.example (or imap:// for STARTTLS), a port behind it if it needs one.");
	if (m->server.n && !m->address.n && !page_is_wrong(c))
		page_wrong(c, "address", "Enter the address that people write to.");
	if (m->server.n && !m->user.n)
		page_wrong(c, "user", "Enter the name that opens the mailbox.");
	if (m->server.n && !has_password)
		page_wrong(c, "password", "Enter the password that opens the mailbox.");
}

static struct str short_text(struct page_ctx *c, const char *field)
{
	struct str s = page_field(c, field);
	if (s.n > MAILBOX_FIELD_MAX || !str_utf8(s))
		page_wrong(c, field, "Write at most %d letters.", MAILBOX_FIELD_MAX);
	return s;
}

enum err mail_do(struct page_ctx *c)
{
	struct act act = page_act(c, "settings of the wellbeing mailbox");
	struct mailbox_config before, m = { .address = short_text(c, "address"), .server = short_text(c, "server"), .user = short_text(c, "user"),
		.folder = short_text(c, "folder") };
	struct str password = page_secret(c, "password");
	TRY(may_configure(c) ? OK : ERR_FORBIDDEN);
	TRY(mailbox_config_get(c->db, c->arena, c->school, &before));
	if (password.n > MAILBOX_PASSWORD_MAX || str_chr(password, '\n') >= 0 || str_chr(password, '\r') >= 0)
		page_wrong(c, "password", "This password is too long, or has a line end in it.");
	if (before.has_password && !password.n && m.server.n && !str_eq(m.server, before.server))
		page_wrong(c, "password", "For another server enter the password anew.");       /* or a new server would be told the old one's */
	check(c, &m, before.has_password || password.n);
	if (page_is_wrong(c))
		return mail_show(c);
	TRY(mailbox_config_set(c->db, c->web->keys, &act, &m, password));
	page_flash(c, FLASH_DONE, "Kept. The mailbox is read each minute; come back to see whether it can be.");
	return page_redirect(c, "/mail");
}
