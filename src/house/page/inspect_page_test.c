/* The certificate on devices, what is not looked into, and the authority's steps, with a signer that only keeps count. */
#include "house/ca/school_ca.h"
#include "house/page/signer_kit.h"
#include "house/store/audit.h"

static void obey(struct ca_list *l, enum ca_op op)
{
	struct ca_one one = { l->n ? CA_NEXT : CA_USED, 1790000000, 0, 1947000000, STR("\x30\x03 a certificate") };
	if (op == CA_MAKE)
		l->v[l->n++] = one;
	for (size_t i = 0; op == CA_SWITCH && i < l->n; i++)
		l->v[i].state = l->v[i].state == CA_NEXT ? CA_USED : CA_OLD;
	if (op == CA_RETIRE)
		memmove(l->v, l->v + 1, --l->n * sizeof *l->v);
}

static void reply(struct desk *d, const struct ca_question *q, struct buf *out)
{
	obey(&d->l, q->op);
	ca_list_put(&d->l, out);
}

static void desk_open(struct desk *d, bool runs)
{
	desk_open_with(d, runs ? reply : NULL);
	d->w.web->public_url = "https://portal.gatehouse.home.arpa";
}

static void desk_close(struct desk *d) { desk_shut(d); }

TEST(inspect_page, the_certificate_is_offered_for_every_kind_of_device)
{
	static const char *const systems[] = { "windows", "macos", "ipad", "chromeos", "android", "linux" };
	struct desk d;
	desk_open(&d, true);
	CHECK(web_get(&d.w, NOBODY, "/certificate").status == 200);
	CHECK_INT(web_get(&d.w, NOBODY, "/certificate/file/school.crt").status, 404);
	obey(&d.l, CA_MAKE);
	struct web_visit v = web_get(&d.w, NOBODY, "/certificate");
	for (size_t i = 0; i < ARRAY_N(systems); i++) {
		char path[64];
		snprintf(path, sizeof path, "/certificate/%s", systems[i]);
		CHECK(str_find(v.body, str_z(path)) >= 0);
		struct web_visit os = web_get(&d.w, NOBODY, path);
		CHECK(os.status == 200 && str_find(os.body, STR("<svg class=\"gh-qr\"")) >= 0 && str_find(os.body, STR("https://check.gatehouse.home.arpa/")) >= 0);
	}
	CHECK_INT(web_get(&d.w, NOBODY, "/certificate/toaster").status, 404);
	v = web_get(&d.w, NOBODY, "/certificate/file/school.crt");
	CHECK(v.status == 200 && str_is(v.type, "application/x-x509-ca-cert") && str_eq(v.body, d.l.v[0].der));
	v = web_get(&d.w, NOBODY, "/certificate/file/school.mobileconfig");
	CHECK(str_is(v.type, "application/x-apple-aspen-config") && str_find(v.body, STR("com.apple.security.root")) > 0);
	v = web_get(&d.w, NOBODY, "/certificate/file/school.pem");
	CHECK(str_starts(v.body, STR("-----BEGIN CERTIFICATE-----\n")) && str_ends(v.body, STR("-----END CERTIFICATE-----\n")));
	CHECK_INT(web_get(&d.w, NOBODY, "/certificate/file/ca.key").status, 404);
	desk_close(&d);
}

TEST(inspect_page, a_step_needs_leadership_first_and_another_person_then)
{
	struct desk d;
	desk_open(&d, true);
	CHECK_INT(web_post(&d.w, ROLE_TECHNICIAN, "/inspection/authority/make", "").status, 403);
	CHECK_INT(web_post(&d.w, ROLE_TECHNICIAN, "/inspection/authority/agree", "why=me").status, 403);
	CHECK_INT(web_post(&d.w, ROLE_HEAD, "/inspection/authority/agree", "why=").status, 422);
	CHECK_INT(web_post(&d.w, ROLE_HEAD, "/inspection/authority/agree", "why=Parents+were+told").status, 303);
	CHECK_INT(web_post(&d.w, ROLE_HEAD, "/inspection/authority/make", "").status, 403);
	struct web_visit v = web_get(&d.w, ROLE_TECHNICIAN, "/inspection/authority");
	CHECK(str_find(v.body, STR("Parents were told")) >= 0 && str_find(v.body, STR("/inspection/authority/make")) >= 0);
	CHECK_INT(web_post(&d.w, ROLE_TECHNICIAN, "/inspection/authority/make", "").status, 303);
	CHECK_INT(d.l.n, 1);
	CHECK_INT(web_post(&d.w, ROLE_TECHNICIAN, "/inspection/authority/make", "").status, 403);       /* one agreement, one step */
	struct audit_record *r;
	size_t n;
	CHECK_OK(audit_of(d.w.db, d.w.arena, d.w.school, (struct audit_about){ "ca", 0 }, &r, &n));
	CHECK(n == 2 && str_is(r[0].what, "ca.agreed") && str_is(r[1].what, "ca.made") && str_find(r[1].why, STR("Parents were told")) >= 0);
	desk_close(&d);
}

TEST(inspect_page, says_plainly_when_the_signer_does_not_run)
{
	struct desk d;
	desk_open(&d, false);
	struct web_visit v = web_get(&d.w, ROLE_TECHNICIAN, "/inspection/authority");
	CHECK(v.status == 200 && str_find(v.body, STR("The signer does not run")) >= 0);
	v = web_get(&d.w, ROLE_TEACHER, "/inspection");
	CHECK(v.status == 200 && str_find(v.body, STR("the signer does not run")) >= 0);
	CHECK_INT(web_get(&d.w, ROLE_LEARNER, "/inspection").status, 403);
	CHECK_INT(web_get(&d.w, ROLE_PARENT, "/inspection").status, 403);
	CHECK_INT(web_get(&d.w, ROLE_TEACHER, "/inspection/authority").status, 403);
	desk_close(&d);
}
