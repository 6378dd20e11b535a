/* One visit: the rules on the tablet, the pass with its code, a supply teacher's day, a platform. */
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_ui.h"
#include "house/agreement/agreement_store.h"
#include "house/page/notices.h"
#include "house/page/page_store.h"
#include "house/page/routes.h"
#include "house/page/visitor.h"
#include "house/visitor/challenge.h"
#include "house/web/directive.h"
#include "io/settings.h"

enum { CLASSES_MAX = 100 };

void visitor_tell_gate(struct page_ctx *c, int64_t person)
{
	struct str people = arena_fmt(c->arena, "\"people\":[%lld]", (long long)person);
	if (directive_ask(c, "signed", people.p, NULL) != OK)
		log_line(LOG_WARN, "portal: the gate was not told of a visitor");
}

static enum err visit_of(struct page_ctx *c, struct visit *v)
{
	int64_t id;
	TRY(visitor_desk(c));
	TRY(page_id(c, "id", &id));
	return visit_get(c->db, c->arena, c->school, id, v);
}

static enum err rules_of(struct page_ctx *c, const struct visit *v, struct agreement_active *g)
{
	struct store st = page_store(c);
	return agreement_in_force(&st, c->arena, c->school, agreement_audience(str_z(kind_word(v->kind)), STR("")), g);
}

/* ---- on the tablet ---- */

static struct str devices_text(const struct page_ctx *c)
{
	bool office = c->web->library && str_is(profile_text(&c->web->library->profile, "phone.learner_rule"), "office-hand-in");
	return page_text(office ? TEXT_visitor_devices_office : TEXT_visitor_devices_off);
}

/* The tablet is in the visitor's hands: no menu, no name of the office, only what is theirs. */
static void hand_over(struct page_ctx *c)
{
	c->session = NULL;
	c->person = NULL;
	c->roles = 0;
}

enum err visitor_hand(struct page_ctx *c, int64_t id)
{
	struct visit v;
	struct agreement_active g;
	TRY(visit_get(c->db, c->arena, c->school, id, &v));
	if (v.state != VISIT_IN)
		return ERR_STATE;
	enum err e = rules_of(c, &v, &g);
	if (e == ERR_ABSENT) {
		page_flash(c, FLASH_WARNING, "No rules for these visitors are in force yet: they can be let in, but not onto the network.");
		return page_redirect(c, "/visitors/%lld", (long long)id);
	}
	TRY(e);
	TRY(session_hand(c->db, c->session, id));
	return page_redirect(c, "/visitors/%lld/agree", (long long)id);
}

enum err visitor_hand_do(struct page_ctx *c)
{
	int64_t id;
	TRY(visitor_desk(c));
	TRY(page_id(c, "id", &id));
	return visitor_hand(c, id);
}

/* The visit whose visitor holds the tablet, and no other: whoever types another address meets the lock. */
static enum err visit_handed(struct page_ctx *c, struct visit *v)
{
	TRY(visit_of(c, v));
	return c->session->handed == v->id ? OK : ERR_STATE;
}

static enum err not_handed(struct page_ctx *c)
{
	return c->session->locked ? page_redirect(c, "/unlock") : page_redirect(c, "/visitors/%.*s", STRF(page_param(c, "id")));
}

enum err visitor_agree_show(struct page_ctx *c)
{
	struct visit v;
	struct agreement_active g;
	enum err e = visit_handed(c, &v);
	if (e == ERR_STATE)
		return not_handed(c);
	TRY(e);
	if (v.state != VISIT_IN)
		return ERR_STATE;
	TRY(rules_of(c, &v, &g));
	struct str *rules = arena_array(c->arena, struct str, g.text.n + 1);
	for (size_t i = 0; i < g.text.n; i++)
		rules[i] = g.text.rules[i].text;
	char *digest = arena_alloc(c->arena, 2 * SHA256_BYTES + 1);
	hex_put(g.text.digest, SHA256_BYTES, digest);
	hand_over(c);
	return page_show(c, visitor_agree, "Welcome", .name = v.name, .action = visitor_href(c, v.id, "/agree"), .title = g.text.title, .rules = rules,
		.n_rules = g.text.n, .notice = g.text.notice, .devices = devices_text(c), .digest = str_z(digest));
}

enum err visitor_agree_do(struct page_ctx *c)
{
	struct visit v;
	uint8_t digest[SHA256_BYTES];
	struct store st = page_store(c);
	struct act act = page_act(c, "on the desk's tablet");
	bool declined = str_is(page_field(c, "answer"), "decline");
	enum err e = visit_handed(c, &v);
	if (e == ERR_STATE)
		return not_handed(c);
	TRY(e);
	TRY(hex_get(page_field(c, "digest"), digest, sizeof digest));
	if (!declined && !str_is(page_field(c, "answer"), "sign"))
		return ERR_SYNTAX;
	e = visit_sign(&st, c->arena, &act, v.id, declined, digest);
	if (e == ERR_STALE) {
		page_flash(c, FLASH_WARNING, "The rules have just changed. Please read the new ones.");
		return page_redirect(c, "/visitors/%lld/agree", (long long)v.id);
	}
	TRY(e);
	visitor_tell_gate(c, v.person);
	return page_redirect(c, "/visitors/%lld/thanks", (long long)v.id);
}

/* The tablet stays locked until it is back in the office's hands. */
enum err visitor_thanks_show(struct page_ctx *c)
{
	struct visit v;
	enum err e = visit_handed(c, &v);
	if (e == ERR_STATE)
		return not_handed(c);
	TRY(e);
	hand_over(c);
	return page_show(c, visitor_thanks, "Thank you", .name = v.name, .signed_rules = v.agreed == 1,
		.unlock = arena_fmt(c->arena, "/unlock?next=%%2Fvisitors%%2F%lld", (long long)v.id));
}

/* ---- the pass ---- */

static struct part_summary about(struct page_ctx *c, const struct visit *v)
{
	struct part_summary_rows *rows = arena_array(c->arena, struct part_summary_rows, 12);
	size_t n = 0;
	const struct { enum text_key key; struct str value; } all[] = {
		{ TEXT_visitor_kind, str_z(kind_title(v->kind)) }, { TEXT_visitor_organisation, v->organisation }, { TEXT_visitor_seeing, visitor_seeing(c, v) },
		{ TEXT_visitor_purpose, v->purpose }, { TEXT_visitor_since, time_words(c->arena, v->in_utc ? v->in_utc : v->due_utc) },
		{ TEXT_visitor_until, time_words(c->arena, v->until_utc) }, { TEXT_visitor_out, v->out_utc ? time_words(c->arena, v->out_utc) : STR("") },
		{ TEXT_visitor_badge, v->badge }, { TEXT_visitor_car, v->car }, { TEXT_visitor_state, v->note },
	};
	for (size_t i = 0; i < ARRAY_N(all); i++)
		if (all[i].value.n)
			rows[n++] = (struct part_summary_rows){ .key = page_text(all[i].key), .value = all[i].value };
	return (struct part_summary){ .rows = rows, .n_rows = n };
}

static enum err classes_choice(struct page_ctx *c, const struct visit *v, struct part_checkboxes *out)
{
	struct school_class *k;
	size_t n;
	TRY(class_list(c->db, c->arena, c->school, &k, &n));
	struct part_checkboxes_items *items = arena_array(c->arena, struct part_checkboxes_items, n + 1);
	for (size_t i = 0; i < n; i++)
		items[i] = (struct part_checkboxes_items){ .value = arena_fmt(c->arena, "%lld", (long long)k[i].id), .label = k[i].name,
			.id = i ? STR_NONE : STR("class"), .checked = class_has_staff(c->db, c->school, k[i].id, v->person) };
	*out = (struct part_checkboxes){ .name = STR("class"), .legend = page_text(TEXT_visitor_supply_classes), .items = items, .n_items = n };
	return OK;
}

/* The rules for their devices, as they stand now (9.4-03). */
static struct part_notice_text device_rules(struct page_ctx *c, const struct visit *v)
{
	struct board b = page_board(c);
	return page_notice_part(c, board_of(&b, "devices", agreement_audience(str_z(kind_word(v->kind)), STR("")), 0));
}

static enum err pass_page(struct page_ctx *c, const struct visit *v, struct str code, struct str phrase)
{
	struct agreement_active g;
	struct person p;
	struct str *invited;
	struct view_visitor w = { .errors = page_errors(c), .id = v->id, .name = v->name, .rows = about(c, v), .code = code, .phrase = phrase,
		.is_in = v->state == VISIT_IN, .booked = v->state == VISIT_BOOKED, .agreed = v->agreed == 1 ? STR("yes") : v->agreed == 0 ? STR("no") : STR("ask"),
		.until = time_clock_words(c->arena, v->until_utc), .networked = v->network, .supply = v->kind == KIND_SUPPLY,
		.guest = c->web->settings ? arena_fmt(c->arena, "%s/guest", c->web->settings->public_url) : STR("/guest"),
		.arrive_href = arena_fmt(c->arena, "/visitors/new?booked=%lld", (long long)v->id),
		.may_invite = page_has_role(c, ROLE_HEAD) || page_has_role(c, ROLE_LEADERSHIP), .platform = page_field(c, "platform"),
		.platform_error = page_wrong_text(c, "platform"), .focus = page_field(c, "focus"), .focus_error = page_wrong_text(c, "focus"),
		.ends = page_field(c, "ends"), .ends_error = page_wrong_text(c, "ends") };
	w.devices = device_rules(c, v);
	w.has_devices = w.is_in && w.devices.title.n;
	w.rules = rules_of(c, v, &g) == OK ? arena_fmt(c->arena, "%lld", (long long)g.text.version) : STR("-");
	TRY(person_get(c->db, c->arena, c->school, v->person, &p));
	w.user = p.username;
	TRY(classes_choice(c, v, &w.classes));
	TRY(visit_invitations(c->db, c->arena, c->school, v->person, &invited, &w.n_invited));
	w.invited = invited;
	page_begin(c, "Visitor");
	view_visitor_put(&c->reply.body, &c->env, &w);
	return page_end(c);
}

enum err visitor_show(struct page_ctx *c)
{
	struct visit v;
	TRY(visit_of(c, &v));
	return pass_page(c, &v, STR_NONE, STR_NONE);
}

enum err visitor_code_do(struct page_ctx *c)
{
	struct visit v;
	char code[VISIT_CODE_TEXT];
	struct act act = page_act(c, "code for the guest network");
	TRY(visit_of(c, &v));
	TRY(visit_code(c->db, &act, v.id, code));
	TRY(visit_get(c->db, c->arena, c->school, v.id, &v));
	return pass_page(c, &v, arena_str(c->arena, str_z(code)), STR_NONE);       /* not redirected: shown once, kept nowhere */
}

enum err visitor_phrase_do(struct page_ctx *c)
{
	struct visit v;
	struct str phrase;
	struct act act = page_act(c, "sign-in for today");
	TRY(visit_of(c, &v));
	TRY(visit_phrase(c->db, c->arena, &act, v.id, &phrase));
	return pass_page(c, &v, STR_NONE, phrase);
}

static size_t classes_read(struct page_ctx *c, int64_t out[CLASSES_MAX])
{
	size_t n = 0, at = 0;
	struct str id;
	while (n < CLASSES_MAX && form_each(&c->req->form, "class", &at, &id))
		n += str_i64(id, &out[n]) == OK;
	return n;
}

enum err visitor_classes_do(struct page_ctx *c)
{
	struct visit v;
	int64_t classes[CLASSES_MAX];
	struct act act = page_act(c, "supply today");
	TRY(visit_of(c, &v));
	TRY(visit_classes(c->db, &act, v.id, classes, classes_read(c, classes)));
	page_flash(c, FLASH_DONE, "Today's classes are set.");
	return page_redirect(c, "/visitors/%lld", (long long)v.id);
}

enum err visitor_invite_do(struct page_ctx *c)
{
	struct visit v;
	struct act act = page_act(c, "invited onto a platform");
	TRY(visit_of(c, &v));
	struct visit_invite in = { .platform = page_field(c, "platform"), .focus = page_field(c, "focus"), .until_utc = visitor_hour(c, "ends", clock_utc(), 0) };
	enum err e = page_is_wrong(c) ? OK : visit_invite(c->db, &act, v.id, &in, &c->errors);
	if (page_is_wrong(c))
		return pass_page(c, &v, STR_NONE, STR_NONE);
	TRY(e);
	page_flash(c, FLASH_DONE, "Invited. It ends by itself.");
	return page_redirect(c, "/visitors/%lld", (long long)v.id);
}
