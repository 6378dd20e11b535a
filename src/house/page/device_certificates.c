/* A device's own certificates: made from the device's request or with a key in a locked pack, and withdrawn (7.11-09, 2-02). */
#include <sodium.h>

#include "base/mem.h"
#include "base/time.h"
#include "gen_ui.h"
#include "house/away/plist.h"
#include "house/devcert/devcert.h"
#include "house/page/desk.h"
#include "house/page/device.h"
#include "house/page/form.h"
#include "house/page/page_store.h"
#include "house/page/routes.h"
#include "house/web/directive.h"
#include "io/ca_ask.h"
#include "io/settings.h"
#include "wire/csr.h"

enum { SOCKET_MAX = 300, WHY_MAX = 300, PACK_TEXT = 4 * CA_PACK_MAX / 3 + 8 };

static bool may_set(const struct page_ctx *c) { return page_has_role(c, ROLE_TECHNICIAN) || page_has_role(c, ROLE_ADMIN); }

bool device_certificates_may_see(const struct page_ctx *c)
{
	return may_set(c) || page_has_role(c, ROLE_DSL) || page_has_role(c, ROLE_DEPUTY) || page_has_role(c, ROLE_HEAD) || page_has_role(c, ROLE_LEADERSHIP);
}

struct spot { struct store st; int64_t device; struct entry entry; char socket[SOCKET_MAX]; };

static enum err spot_of(struct page_ctx *c, bool set, struct spot *p)
{
	struct entry_may may = { .school = c->school, .person = c->session->person, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	p->st = page_store(c);
	if (set ? !may_set(c) : !device_certificates_may_see(c))
		return ERR_FORBIDDEN;
	TRY(page_id(c, "id", &p->device));
	TRY(entry_get(&p->st, c->arena, &may, p->device, 0, &p->entry));
	if (!str_is(p->entry.reg, "device"))
		return ERR_ABSENT;
	snprintf(p->socket, sizeof p->socket, "%s/run/signer.sock", c->web->settings ? c->web->settings->prefix : "");
	return OK;
}

/* ---- the page ---- */

static struct str state_words(const struct devcert *x, struct str *colour)
{
	bool active = str_is(x->state, "active");
	*colour = active ? STR("green") : str_is(x->state, "withdrawn") ? STR("red") : STR("grey");
	return page_text(active ? TEXT_devcert_active : str_is(x->state, "withdrawn") ? TEXT_devcert_withdrawn : TEXT_devcert_ended);
}

static struct view_device_certificates_rows row(struct page_ctx *c, int64_t device, const struct devcert *x)
{
	struct view_device_certificates_rows r = { .name = x->name, .active = str_is(x->state, "active") };
	bool withdrawn = str_is(x->state, "withdrawn");
	r.file = arena_fmt(c->arena, "/device-certificates/%lld/file/%lld", (long long)device, (long long)x->id);
	r.go = arena_fmt(c->arena, "/device-certificates/%lld/withdraw/%lld", (long long)device, (long long)x->id);
	r.state = state_words(x, &r.colour);
	r.made = arena_fmt(c->arena, "%.*s, %.*s", STRF(page_when(c, x->made_utc)), STRF(page_who(c, x->made_by)));
	r.how = page_text(str_is(x->how, "pack") ? TEXT_devcert_how_pack : TEXT_devcert_how_request);
	r.until = time_date_words(c->arena, x->until_utc);
	r.gone = withdrawn ? arena_fmt(c->arena, "%.*s, %.*s: %.*s", STRF(page_when(c, x->changed_utc)), STRF(page_who(c, x->changed_by)), STRF(x->why)) : STR_NONE;
	return r;
}

/* Tablets and telephones make no request of their own. */
static bool packed(const struct entry *e)
{
	struct str kind = entry_value(e, "kind");
	return str_is(kind, "tablet") || str_is(kind, "phone");
}

static enum err show(struct page_ctx *c, struct spot *p)
{
	struct devcert *all;
	size_t n;
	TRY(devcert_list(&p->st, c->arena, c->school, p->device, &all, &n));
	struct view_device_certificates_rows *rows = arena_array(c->arena, struct view_device_certificates_rows, n + 1);
	bool active = false;
	for (size_t i = 0; i < n; i++) {
		rows[i] = row(c, p->device, &all[i]);
		active |= rows[i].active;
	}
	bool used = str_is(p->entry.state, "protected") || str_is(p->entry.state, "unprotected");
	struct str label = entry_value(&p->entry, "label");
	return page_show(c, device_certificates, arena_fmt(c->arena, "%.*s: certificates", STRF(label)).p, .errors = page_errors(c), .id = p->device,  .label = label, .back = arena_fmt(c->arena, "/registers/device/%lld", (long long)p->device), .active = active,
		.rows = rows, .n_rows = n, .may_set = may_set(c), .used = used,
		.asked = { .id = p->device, .request = page_area(c, "request", TEXT_devcert_request, 6) }, .packed = packed(&p->entry), .wrong = page_wrong_text(c, "request").n > 0,
		.why = page_input(c, "why", TEXT_devcert_why, page_text(TEXT_devcert_why_hint)));
}

enum err device_certificates_show(struct page_ctx *c)
{
	struct spot p;
	TRY(spot_of(c, false, &p));
	return show(c, &p);
}

/* ---- making ---- */

static void tell(struct page_ctx *c, const char *directive, int64_t device, const char *done)
{
	const char *members = arena_fmt(c->arena, "\"device\":%lld", (long long)device).p;
	if (directive_ask(c, directive, str_is(str_z(directive), "publish") ? "" : members, NULL) == OK)
		page_flash(c, FLASH_DONE, "%s", done);
	else
		page_flash(c, FLASH_WARNING, "%s The filter could not be told now; it is as soon as the keeper runs again.", done);
}

/* Of the file, if one was chosen, else what was pasted. */
static bool request_read(struct page_ctx *c, struct buf *der)
{
	struct str given = page_field(c, "request");
	for (size_t i = 0; i < c->req->n_files; i++)
		if (str_is(c->req->files[i].field, "file") && c->req->files[i].name.n)
			given = c->req->files[i].bytes;
	struct csr csr;
	enum err e = given.n ? csr_der(given, der) : ERR_ABSENT;
	if (e == OK)
		e = csr_read(buf_str(der), &csr);
	if (e == ERR_ABSENT)
		page_wrong(c, "request", "Choose the file of the request, or paste it.");
	else if (e == ERR_UNSUPPORTED)
		page_wrong(c, "request", "Its key is of another kind. Make the request with a P-256 key, as the box below shows.");
	else if (e == ERR_LIMIT)
		page_wrong(c, "request", "This is too long for a request. Choose the file that ends in .csr or .req, not the key.");
	else if (e != OK)
		page_wrong(c, "request", "This is no request. It begins with \"-----BEGIN CERTIFICATE REQUEST-----\".");
	return e == OK;
}

enum err device_certificate_request_do(struct page_ctx *c)
{
	struct spot p;
	AUTO(buf_done) struct buf der = buf_init(CSR_PEM_MAX);
	struct act act = page_act(c, "a certificate for a device, from its request");
	TRY(spot_of(c, true, &p));
	if (!request_read(c, &der))
		return show(c, &p);
	enum err e = devcert_request(&p.st, &act, p.socket, p.device, buf_str(&der), &c->errors);
	if (page_is_wrong(c))
		return show(c, &p);
	TRY(e);
	tell(c, "publish", p.device, "The certificate is made. Download it, and install it on the device that made the request.");
	return page_redirect(c, "/device-certificates/%lld", (long long)p.device);
}

/* Shown once: neither the pack nor its password is kept anywhere. */
enum err device_certificate_pack_do(struct page_ctx *c)
{
	struct spot p;
	AUTO(buf_wipe) struct buf pack = buf_init(CA_PACK_MAX);
	char password[DEVCERT_PASSWORD + 1];
	struct act act = page_act(c, "a certificate for a device, with its key in a locked file");
	TRY(spot_of(c, true, &p));
	devcert_password(password);
	enum err e = devcert_pack(&p.st, &act, p.socket, p.device, str_z(password), &pack, &c->errors);
	if (page_is_wrong(c))
		return show(c, &p);
	TRY(e);
	char *text = arena_alloc(c->arena, PACK_TEXT);
	sodium_bin2base64(text, PACK_TEXT, (const unsigned char *)pack.p, pack.n, sodium_base64_VARIANT_ORIGINAL);
	(void)directive_ask(c, "publish", "", NULL);             /* the keeper looks each minute by itself as well */
	return page_show(c, device_pack, "A certificate in a locked file", .id = p.device, .label = entry_value(&p.entry, "label"),
		.password = arena_str(c->arena, str_z(password)), .pack = str_z(text));
}

/* The page that showed the pack sends it back to have it as a file: only so is nothing kept. */
enum err device_certificate_pack_get(struct page_ctx *c)
{
	struct spot p;
	unsigned char room[CA_PACK_MAX];
	size_t n = 0;
	char ids[2][37];
	struct str text = page_field(c, "pack");
	TRY(spot_of(c, true, &p));
	if (sodium_base642bin(room, sizeof room, text.p, text.n, NULL, &n, NULL, sodium_base64_VARIANT_ORIGINAL) != 0 || n < 100 || room[0] != 0x30)
		return ERR_INVALID;
	buf_clear(&c->reply.body);
	if (str_is(page_field(c, "as"), "profile")) {
		plist_id(ids[0]);
		plist_id(ids[1]);
		devcert_profile(&c->reply.body, text, str_z(c->web->school_name), arena_fmt(c->arena, "%.*s: %.*s", STRF(str_z(c->web->school_name)), STRF(entry_value(&p.entry, "label"))),
			(const char (*)[37])ids);
		c->reply.type = STR("application/x-apple-aspen-config");
		c->reply.filename = STR("device.mobileconfig");
	} else {
		buf_add(&c->reply.body, (struct str){ (char *)room, n });
		c->reply.type = STR("application/x-pkcs12");
		c->reply.filename = STR("device.p12");
	}
	mem_wipe(room, sizeof room);
	c->reply.status = 200;
	return buf_ok(&c->reply.body);
}

enum err device_certificate_get(struct page_ctx *c)
{
	struct spot p;
	struct devcert x;
	int64_t id;
	TRY(spot_of(c, false, &p));
	TRY(page_id(c, "cert", &id));
	TRY(devcert_get(&p.st, c->arena, c->school, p.device, id, &x));
	buf_clear(&c->reply.body);
	buf_add(&c->reply.body, x.pem);
	c->reply.type = STR("application/x-pem-file");
	c->reply.filename = arena_fmt(c->arena, "%.*s.pem", STRF(x.name));
	c->reply.status = 200;
	return buf_ok(&c->reply.body);
}

/* ---- withdrawing ---- */

enum err device_certificate_withdraw_do(struct page_ctx *c)
{
	struct spot p;
	int64_t id;
	TRY(spot_of(c, true, &p));
	TRY(page_id(c, "cert", &id));
	struct str why = page_need(c, "why", WHY_MAX, "Say in a few words why: it stands in the history.");
	if (page_is_wrong(c))
		return show(c, &p);
	struct act act = page_act(c, arena_z(c->arena, why));
	enum err e = devcert_withdraw(&p.st, &act, p.device, id, &c->errors);
	if (e != ERR_STATE)
		TRY(e);
	tell(c, "withdrawn", p.device, "Withdrawn. The filter does not know the device by it any more.");
	return page_redirect(c, "/device-certificates/%lld", (long long)p.device);
}

void device_certificates_after(struct page_ctx *c, int64_t device)
{
	struct store st = page_store(c);
	size_t n;
	enum err e = devcert_gone(&st, c->school, c->session->person, device, &n);
	if (e != OK)
		page_flash(c, FLASH_WARNING, "Its certificates could not be withdrawn now; it is tried again within a minute.");
	else if (n)
		tell(c, "withdrawn", device, n == 1 ? "Its certificate is withdrawn." : "Its certificates are withdrawn.");
}
