/* A child moves: the file goes with a receipt, and is taken in at the other end. */
#include "house/casefile/casefile_test.h"
#include "house/casefile/transfer.h"
#include "house/task/task.h"

static struct desk desk_of(struct web_school *w, struct store *st)
{
	*st = store_of(w);
	return (struct desk){ st, w->web->library };
}

static int64_t leave(struct web_school *w, int64_t child)
{
	struct store st;
	struct desk k = desk_of(w, &st);
	struct act act = { w->school, w->person[ROLE_OFFICE], "left" };
	size_t n;
	CHECK_OK(person_leave(w->db, &act, child, 0));
	clock_step(1000);
	CHECK_OK(transfer_tick(&k, w->school, &n));
	CHECK_INT(n, 1);
	CHECK_OK(transfer_tick(&k, w->school, &n));
	CHECK_INT(n, 0);
	struct web_visit v = web_get(w, ROLE_DSL, "/transfers");
	CHECK(v.status == 200 && web_says(&v, "21 September 2026"));          /* five school days after the 14th */
	return number_after(&v, "href=\"/transfers/");
}

static struct str phrase_on(struct web_school *w, const struct web_visit *v)
{
	ptrdiff_t at = str_find(v->body, STR("<code>"));
	CHECK(at > 0);
	return arena_str(w->arena, str_upto(str_from(v->body, (size_t)at + 6), 23));
}

static void out_and_in(struct web_school *w)
{
	int64_t child = w->person[ROLE_LEARNER], id = case_about(w, child, "cyberbullying", "Violet was unkind");
	CHECK_INT(web_post_file(w, ROLE_DSL, AT(w, "/case/%lld/documents", LL(id)), "what=Letter", "letter.pdf", corpus(w, "screen/letter.pdf")).status, 303);
	int64_t t = leave(w, child);
	const char *page = AT(w, "/transfers/%lld", LL(t)), *make = AT(w, "/transfers/%lld/make", LL(t));
	CHECK_INT(web_post(w, ROLE_DSL, make, "to=&contact=").status, 422);
	CHECK_INT(web_post(w, ROLE_DSL, make, AT(w, "cases=%lld&to=Marrow+Hill&contact=Dr+Who+checked", LL(id))).status, 303);
	struct web_visit v = web_get(w, ROLE_DSL, page);
	CHECK(v.status == 200 && web_says(&v, "7-Zip"));
	struct str phrase = phrase_on(w, &v);
	struct web_visit zip = web_post(w, ROLE_DSL, AT(w, "/transfers/%lld/bundle", LL(t)), "");
	CHECK_INT(zip.status, 200);
	CHECK(str_find(zip.body, STR("Violet")) < 0);
	/* readable without Gatehouse */
	AUTO(diag_done) struct diag d = diag_init(5);
	struct bundle_file *files;
	size_t n;
	CHECK_OK(bundle_read(w->arena, zip.body, phrase.p, &d, &files, &n));
	CHECK_INT(n, 5);
	CHECK(str_find(bundle_find(files, n, "index.html")->bytes, STR("Violet was unkind")) > 0);
	CHECK(str_eq(bundle_find(files, n, "documents/1.pdf")->bytes, corpus(w, "screen/letter.pdf")));
	/* sent, then the receipt */
	CHECK_INT(web_post(w, ROLE_DSL, AT(w, "/transfers/%lld/received", LL(t)), "who=x&on=14+September+2026").status, 409);
	CHECK_INT(web_post(w, ROLE_DSL, AT(w, "/transfers/%lld/sent", LL(t)), "how=by+hand").status, 303);
	struct store st = store_of(w);
	struct task task;
	CHECK_OK(task_by_key(&st, w->arena, w->school, AT(w, "transfer-receipt:%lld", LL(t)), &task));
	CHECK_STR(task.state, "open");
	CHECK_INT(web_post(w, ROLE_DSL, AT(w, "/transfers/%lld/received", LL(t)), "who=Dr+Who&on=1+January+2030").status, 422);
	CHECK_INT(web_post(w, ROLE_DSL, AT(w, "/transfers/%lld/received", LL(t)), "who=Dr+Who&on=14+September+2026").status, 303);
	CHECK_OK(task_by_key(&st, w->arena, w->school, AT(w, "transfer-receipt:%lld", LL(t)), &task));
	CHECK_STR(task.state, "done");
	CHECK_INT(web_post(w, ROLE_DSL, AT(w, "/transfers/%lld/bundle", LL(t)), "").status, 404);
	/* at the other end: here again, under another child */
	int64_t other = web_person(w, ROLE_LEARNER, "Bryony Newcomer");
	struct str form = arena_fmt(w->arena, "phrase=%.*s", STRF(phrase));
	v = web_post_file(w, ROLE_DSL, "/transfers/in", "phrase=wrong", "file.zip", zip.body);
	CHECK(v.status == 422 && web_says(&v, "passphrase"));
	v = web_post_file(w, ROLE_DSL, "/transfers/in", form.p, "file.zip", zip.body);
	CHECK_INT(v.status, 303);
	v = web_post_file(w, ROLE_DSL, "/transfers/in", form.p, "file.zip", zip.body);
	CHECK(v.status == 422 && web_says(&v, "here already"));
	v = web_get(w, ROLE_DSL, "/transfers");
	int64_t in = number_after(&v, "href=\"/transfers/in/");
	const char *chronology = AT(w, "/people/%lld/chronology", LL(other));
	v = web_get(w, ROLE_DSL, chronology);
	CHECK(v.status == 200 && !web_says(&v, "Violet was unkind"));          /* nothing before somebody has read it */
	v = web_get(w, ROLE_DSL, AT(w, "/transfers/in/%lld", LL(in)));
	CHECK(v.status == 200 && web_says(&v, "Violet was unkind") && web_says(&v, "Letter"));
	CHECK_INT(web_post(w, ROLE_DSL, AT(w, "/transfers/in/%lld/take", LL(in)), "child=Nobody+Atall").status, 422);
	CHECK_INT(web_post(w, ROLE_DSL, AT(w, "/transfers/in/%lld/take", LL(in)), "child=Bryony+Newcomer").status, 303);
	v = web_get(w, ROLE_DSL, chronology);
	CHECK(web_says(&v, "Violet was unkind") && web_says(&v, "From another school"));
	CHECK_INT(web_post(w, ROLE_DSL, AT(w, "/transfers/in/%lld/take", LL(in)), "child=Bryony+Newcomer").status, 409);
}

TEST(transfer, a_file_goes_with_a_receipt_and_is_taken_in_only_when_read)
{
	school_day();
	ON_EACH_PROFILE(w) {
		out_and_in(&w);
		school_day();
	}
	clock_fake(0);
}

TEST(transfer, only_those_who_lead_come_near)
{
	school_day();
	AUTO(web_school_done) struct web_school w = web_school();
	int64_t child = w.person[ROLE_LEARNER], id = case_about(&w, child, "cyberbullying", "Violet was unkind");
	int64_t t = leave(&w, child);
	CHECK_INT(web_post(&w, ROLE_DSL, AT(&w, "/transfers/%lld/make", LL(t)), AT(&w, "cases=%lld&to=Marrow+Hill&contact=Dr+Who", LL(id))).status, 303);
	static const char *const posts[] = { "make", "bundle", "sent", "received", "drop" };
	for (int r = 0; r <= NOBODY; r = web_next(r)) {
		if (r == ROLE_DSL || r == ROLE_DEPUTY || r == ROLE_HEAD)
			continue;
		bool out = r == NOBODY || r == ROLE_LEARNER;                             /* the pupil has left */
		int list = web_get(&w, r, "/transfers").status, one = web_get(&w, r, AT(&w, "/transfers/%lld", LL(t))).status;
		CHECK(out ? list == 303 && one == 303 : list == 403 && one == 403);
		for (size_t i = 0; i < ARRAY_N(posts) && !out; i++)
			CHECK_INT(web_post(&w, r, AT(&w, "/transfers/%lld/%s", LL(t), posts[i]), "to=x").status, 403);
		CHECK(web_post_file(&w, r, "/transfers/in", "phrase=", "x.zip", STR("PK\x03\x04")).status >= 303);
	}
	CHECK_INT(web_post(&w, ROLE_HEAD, AT(&w, "/transfers/%lld/drop", LL(t)), "why=came+back").status, 303);
	clock_fake(0);
}

TEST(transfer, a_hostile_bundle_is_refused_with_a_sentence)
{
	school_day();
	AUTO(web_school_done) struct web_school w = web_school();
	static const struct bundle_file bad[] = { { { "data.json", 9 }, { "[1,2,3]", 7 } } };
	struct bundle_file picture[] = {
		{ STR("data.json"), STR("{\"format\":\"gatehouse-child-file\",\"child\":{\"name\":\"x\"},\"entries\":[],\"documents\":[{\"file\":\"documents/1.pdf\"}]}") },
		{ { "documents/1.pdf", 15 }, { "\x89PNG\r\n\x1a\n picture", 16 } } };
	struct str zip;
	CHECK_OK(bundle_write(w.arena, bad, 1, "", &zip));
	struct web_visit v = web_post_file(&w, ROLE_DSL, "/transfers/in", "phrase=", "x.zip", zip);
	CHECK(v.status == 422 && web_says(&v, "was not written by a program"));
	CHECK_OK(bundle_write(w.arena, picture, 2, "", &zip));
	v = web_post_file(&w, ROLE_DSL, "/transfers/in", "phrase=", "x.zip", zip);
	CHECK(v.status == 422 && web_says(&v, "picture"));
	v = web_get(&w, ROLE_DSL, "/transfers");
	CHECK(web_says(&v, "No file has come."));                                /* nothing half-kept */
	clock_fake(0);
}

/* D15: nothing of a PDF is read by the program, so somebody who leads must have. */
TEST(transfer, a_document_from_another_system_is_taken_in_by_nobody_who_has_not_opened_it)
{
	school_day();
	ON_EACH_PROFILE(w) {
		const char *form = "school=Marrow+Hill&name=Oak+Oldfield&born=&what=Chronology+of+two+years";
		CHECK_INT(web_post_file(&w, ROLE_DSL, "/transfers/paper", "school=&name=&what=", "letter.pdf", corpus(&w, "screen/letter.pdf")).status, 422);
		CHECK_INT(web_post_file(&w, ROLE_DSL, "/transfers/paper", form, "picture.pdf", corpus(&w, "screen/picture.pdf")).status, 422);
		CHECK(web_post_file(&w, ROLE_TEACHER, "/transfers/paper", form, "letter.pdf", corpus(&w, "screen/letter.pdf")).status == 403);
		struct web_visit v = web_post_file(&w, ROLE_DSL, "/transfers/paper", form, "letter.pdf", corpus(&w, "screen/letter.pdf"));
		CHECK_INT(v.status, 303);
		const char *at = arena_z(w.arena, v.location);
		CHECK_INT(web_post_file(&w, ROLE_DSL, "/transfers/paper", form, "letter.pdf", corpus(&w, "screen/letter.pdf")).status, 422);          /* the same again */
		v = web_get(&w, ROLE_DSL, at);
		CHECK(v.status == 200 && web_says(&v, "Chronology of two years") && web_says(&v, "Not read yet"));
		int64_t doc = number_after(&v, AT(&w, "%s/document/", at));
		CHECK(doc > 0);
		struct store st = store_of(&w);
		struct person p;
		CHECK_OK(person_get(st.db, w.arena, w.school, w.person[ROLE_LEARNER], &p));
		const char *take = AT(&w, "%s/take", at), *whose = AT(&w, "child=%.*s", STRF(p.name));
		v = web_post(&w, ROLE_DSL, take, whose);
		CHECK(v.status == 422 && web_says(&v, "Open the document and read it first"));
		CHECK_INT(web_get(&w, ROLE_DEPUTY, AT(&w, "%s/document/%lld", at, LL(doc))).status, 200);
		CHECK_INT(web_post(&w, ROLE_DSL, take, whose).status, 422);                                                   /* somebody else read it */
		v = web_get(&w, ROLE_DSL, AT(&w, "%s/document/%lld", at, LL(doc)));
		CHECK(v.status == 200 && str_eq(v.body, corpus(&w, "screen/letter.pdf")));
		CHECK_INT(web_post(&w, ROLE_DSL, take, whose).status, 303);
	}
	clock_fake(0);
}
