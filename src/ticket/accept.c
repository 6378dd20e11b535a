#include "ticket/accept.h"

#include <gssapi/gssapi.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "io/file.h"
#include "wire/negotiate.h"

static_assert((int)NEGOTIATE_LOGIN_MAX == (int)TICKET_LOGIN_MAX && (int)NEGOTIATE_TOKEN_MAX == (int)TICKET_TOKEN_MAX, "both sides agree");

/* RFC 4120 7.5.9, above MIT's base; krb5.h has names that this program does not take. */
enum { KRB_BASE = -1765328384, AP_ERR_TKT_EXPIRED = KRB_BASE + 32, AP_ERR_TKT_NYV = KRB_BASE + 33, AP_ERR_REPEAT = KRB_BASE + 34, AP_ERR_SKEW = KRB_BASE + 37 };

struct accept { gss_cred_id_t cred; char realm[TICKET_REALM_MAX + 1]; };

/* Tickets are proved by our own key: neither a network nor a KDC is asked. */
static enum err settle(const char *folder, const struct ticket_options *o)
{
	AUTO(buf_done) struct buf b = buf_init(2048);
	char conf[512], keytab[512], replay[512];
	TRY(path_join(conf, sizeof conf, folder, "krb5.conf"));
	TRY(path_join(keytab, sizeof keytab, folder, "http.keytab"));
	TRY(path_join(replay, sizeof replay, folder, "replay"));
	if (!file_exists(keytab))
		return ERR_ABSENT;
	buf_fmt(&b, "[libdefaults]\n default_realm = %s\n clockskew = %u\n dns_lookup_realm = false\n dns_lookup_kdc = false\n dns_canonicalize_hostname = false\n"
		" default_keytab_name = FILE:%s\n default_rcache_name = file2:%s\n", o->realm, o->clocks_s, keytab, replay);
	TRY(buf_ok(&b));
	TRY(file_replace(conf, buf_str(&b), 0600));
	return setenv("KRB5_CONFIG", conf, 1) < 0 || setenv("KRB5_KTNAME", keytab, 1) < 0 || unsetenv("KRB5RCACHENAME") < 0 ? err_sys() : OK;
}

static void say(const char *what, OM_uint32 minor)
{
	OM_uint32 bad, more = 0;
	gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
	if (gss_display_status(&bad, minor, GSS_C_MECH_CODE, GSS_C_NO_OID, &more, &text) == GSS_S_COMPLETE)
		log_line(LOG_WARN, "%s: %.*s", what, (int)text.length, (char *)text.value);
	(void)gss_release_buffer(&bad, &text);
}

/* The service "HTTP", under whatever name of this machine the key is for. */
static bool acquire(struct accept *a)
{
	OM_uint32 minor, bad;
	gss_name_t name = GSS_C_NO_NAME;
	gss_buffer_desc service = { 4, (char[]){ "HTTP" } };
	if (gss_import_name(&minor, &service, GSS_C_NT_HOSTBASED_SERVICE, &name) != GSS_S_COMPLETE)
		return false;
	bool ok = gss_acquire_cred(&minor, name, GSS_C_INDEFINITE, GSS_C_NO_OID_SET, GSS_C_ACCEPT, &a->cred, NULL, NULL) == GSS_S_COMPLETE;
	if (!ok)
		say("the key of the Kerberos service cannot be used", minor);
	(void)gss_release_name(&bad, &name);
	return ok;
}

enum err accept_open(const char *folder, const struct ticket_options *o, struct accept **out)
{
	TRY(dir_make(folder, 0700));
	TRY(settle(folder, o));
	AUTO(accept_free) struct accept *a = mem_new(struct accept);
	snprintf(a->realm, sizeof a->realm, "%s", o->realm);
	if (!acquire(a))
		return ERR_CRYPTO;
	*out = TAKE(a);
	return OK;
}

void accept_free(struct accept **a)
{
	OM_uint32 bad;
	if (*a)
		(void)gss_release_cred(&bad, &(*a)->cred);
	mem_free(a);
}

/* Of GSSAPI's two codes: what a person who looks after the machine can use. */
static enum ticket_code why(OM_uint32 major, OM_uint32 minor)
{
	static const struct { int minor; enum ticket_code code; } said[] = {
		{ AP_ERR_TKT_EXPIRED, TICKET_EXPIRED }, { AP_ERR_SKEW, TICKET_EXPIRED }, { AP_ERR_TKT_NYV, TICKET_EXPIRED }, { AP_ERR_REPEAT, TICKET_REPLAYED },
	};
	for (size_t i = 0; i < ARRAY_N(said); i++)
		if ((OM_uint32)said[i].minor == minor)
			return said[i].code;
	OM_uint32 routine = GSS_ROUTINE_ERROR(major);
	return GSS_SUPPLEMENTARY_INFO(major) & GSS_S_DUPLICATE_TOKEN || routine == GSS_S_DUPLICATE_TOKEN ? TICKET_REPLAYED
		: routine == GSS_S_CREDENTIALS_EXPIRED || routine == GSS_S_CONTEXT_EXPIRED ? TICKET_EXPIRED : TICKET_REFUSED;
}

static enum ticket_code login_of(const struct accept *a, gss_name_t who, char room[TICKET_LOGIN_MAX + 1])
{
	OM_uint32 minor, bad;
	gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
	if (gss_display_name(&minor, who, &text, NULL) != GSS_S_COMPLETE)
		return TICKET_REFUSED;
	enum err e = negotiate_login((struct str){ text.value, text.length }, str_z(a->realm), room);
	(void)gss_release_buffer(&bad, &text);
	return e == OK ? TICKET_OK : e == ERR_FORBIDDEN ? TICKET_REALM : TICKET_NOBODY;
}

struct ticket_answer accept_token(struct accept *a, struct str token, char room[TICKET_LOGIN_MAX + 1])
{
	OM_uint32 minor, bad, life = 0;
	gss_ctx_id_t context = GSS_C_NO_CONTEXT;
	gss_name_t who = GSS_C_NO_NAME;
	gss_buffer_desc in, reply = GSS_C_EMPTY_BUFFER;
	struct str message;
	struct ticket_answer out = { .code = TICKET_REFUSED };
	if (negotiate_token(token, &message) == OK) {
		in = (gss_buffer_desc){ message.n, (void *)(uintptr_t)message.p };
		OM_uint32 major = gss_accept_sec_context(&minor, &context, a->cred, &in, GSS_C_NO_CHANNEL_BINDINGS, &who, NULL, &reply, NULL, &life, NULL);
		out.code = major == GSS_S_COMPLETE ? login_of(a, who, room) : why(major, minor);
		if (out.code == TICKET_REFUSED)
			say("a Kerberos ticket was not believed", minor);
	}
	if (out.code == TICKET_OK) {
		out.login = str_z(room);
		out.until_utc = clock_utc() + (life == GSS_C_INDEFINITE ? 3600 : (int64_t)life);
	}
	(void)gss_release_buffer(&bad, &reply);
	(void)gss_release_name(&bad, &who);
	(void)gss_delete_sec_context(&bad, &context, GSS_C_NO_BUFFER);
	return out;
}
