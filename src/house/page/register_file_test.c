/* Documents in registers: screened, kept with the entry, opened by whoever sees it; what Gatehouse itself does, brought in by a person. */
#include "house/page/voice_kit.h"

static const char FORM[] = "person=Test+Pupil&kind=videoconference&given-on=14/9/2026&how=paper";

TEST(register_file, a_document_is_kept_with_the_entry_and_another_takes_its_place)
{
	ON_EACH_MONDAY(w) {
		struct web_visit v = web_post_file(&w, ROLE_OFFICE, "/registers/consent/new", FORM, "form.txt", STR("I agree to video calls. Signed, a parent."));
		CHECK_INT(v.status, 303);
		const char *at = arena_z(w.arena, v.location), *file = arena_fmt(w.arena, "%s/document/file", at).p;
		CHECK(kit_shows(&w, ROLE_OFFICE, at, "form.txt") && kit_shows(&w, ROLE_OFFICE, at, file));
		v = web_get(&w, ROLE_OFFICE, file);
		CHECK(v.status == 200 && str_is(v.body, "I agree to video calls. Signed, a parent.") && str_ends(v.filename, STR(".txt")));
		CHECK(web_get(&w, ROLE_PARENT, file).status != 200 && web_get(&w, NOBODY, file).status != 200);
		CHECK_INT(web_get(&w, ROLE_OFFICE, arena_fmt(w.arena, "%s/document/kind", at).p).status, 404);
		v = web_get(&w, ROLE_OFFICE, arena_fmt(w.arena, "%s/edit", at).p);
		struct str seen = jar_between(&v, "name=\"seen\" value=\"", "\"");
		const char *form = arena_fmt(w.arena, "%s&seen=%.*s&why=signed+again", FORM, STRF(seen)).p;
		CHECK_INT(web_post_file(&w, ROLE_OFFICE, arena_fmt(w.arena, "%s/edit", at).p, form, "second.txt", STR("Signed again.")).status, 303);
		v = web_get(&w, ROLE_OFFICE, file);
		CHECK_STR(v.body, "Signed again.");
		v = web_get(&w, ROLE_OFFICE, at);
		CHECK(web_says(&v, "<del>form.txt</del>") && web_says(&v, "second.txt"));
	}
}

TEST(register_file, a_document_is_taken_away_with_a_reason_and_the_history_keeps_that_it_was)
{
	ON_EACH_MONDAY(w) {
		struct web_visit v = web_post_file(&w, ROLE_OFFICE, "/registers/consent/new", FORM, "wrong.txt", STR("A letter about another child."));
		const char *at = arena_z(w.arena, v.location), *file = arena_fmt(w.arena, "%s/document/file", at).p, *edit = arena_fmt(w.arena, "%s/edit", at).p;
		v = web_get(&w, ROLE_OFFICE, edit);
		CHECK(web_says(&v, "name=\"take-file\""));
		struct str seen = jar_between(&v, "name=\"seen\" value=\"", "\"");
		CHECK_INT(web_post(&w, ROLE_OFFICE, edit, arena_fmt(w.arena, "%s&seen=%.*s&take-file=yes", FORM, STRF(seen)).p).status, 422);        /* no reason */
		CHECK_INT(web_get(&w, ROLE_OFFICE, file).status, 200);
		CHECK_INT(web_post(&w, ROLE_OFFICE, edit, arena_fmt(w.arena, "%s&seen=%.*s&take-file=yes&why=the+wrong+letter", FORM, STRF(seen)).p).status, 303);
		CHECK_INT(web_get(&w, ROLE_OFFICE, file).status, 404);
		v = web_get(&w, ROLE_OFFICE, at);
		CHECK(web_says(&v, "<del>(taken away)</del>") && web_says(&v, "the wrong letter") && !web_says(&v, file));
		v = web_get(&w, ROLE_OFFICE, edit);
		CHECK(!web_says(&v, "name=\"take-file\""));
	}
}

TEST(register_file, a_picture_or_a_file_that_is_not_what_its_name_says_is_refused_with_the_mend)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct web_visit v = web_post_file(&w, ROLE_OFFICE, "/registers/consent/new", FORM, "form.pdf", (struct str){ "\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16 });
	CHECK(v.status == 422 && web_says(&v, "Pictures are never kept here"));
	v = web_post_file(&w, ROLE_OFFICE, "/registers/consent/new", FORM, "form.pdf", STR("only words"));
	CHECK(v.status == 422 && web_says(&v, "what is inside is a txt file"));
	v = web_get(&w, ROLE_OFFICE, "/registers/consent");
	CHECK(!web_says(&v, "Test Pupil"));                               /* nothing half-written */
}

TEST(register_file, what_gatehouse_itself_does_is_looked_through_and_brought_in_with_its_review)
{
	static const struct { const char *reg, *says; } all[] = { { "information-asset", "Gatehouse: cases and notes of concern" }, { "processing", "Monitoring of the internet" } };
	ON_EACH_MONDAY(w)
		for (size_t i = 0; i < ARRAY_N(all); i++) {
			const char *path = arena_fmt(w.arena, "/registers/%s", all[i].reg).p, *import = arena_fmt(w.arena, "%s/import", path).p;
			CHECK(kit_shows(&w, ROLE_TECHNICIAN, import, "What Gatehouse itself holds"));
			struct web_visit v = web_post(&w, ROLE_TECHNICIAN, import, "start=yes");
			CHECK_INT(v.status, 303);
			const char *check = arena_z(w.arena, v.location);
			CHECK(!kit_shows(&w, ROLE_TECHNICIAN, path, all[i].says));   /* looked at first */
			CHECK_INT(web_post(&w, ROLE_TECHNICIAN, check, "").status, 303);
			CHECK(kit_shows(&w, ROLE_TECHNICIAN, path, all[i].says) && kit_shows(&w, ROLE_TECHNICIAN, path, "14 September 2027"));
		}
}

TEST(who_may, each_role_reads_its_rights_in_words)
{
	AUTO(web_school_done) struct web_school w = web_school();
	CHECK(kit_shows(&w, ROLE_TEACHER, "/who-may?role=admin", "User accounts, enrol and leave") && kit_shows(&w, ROLE_TEACHER, "/who-may?role=admin", "enter and change"));
	CHECK(kit_shows(&w, ROLE_TEACHER, "/who-may", "Never by this role"));
	CHECK(kit_shows(&w, ROLE_TEACHER, "/who-may?role=nonsense", "Who may do what"));
	CHECK_INT(web_get(&w, ROLE_LEARNER, "/who-may").status, 403);
}

TEST(register_page, an_entry_that_is_there_already_is_offered_instead_of_a_second)
{
	AUTO(web_school_done) struct web_school w = web_school();
	const char *at = kit_policy(&w, "aup", "");
	struct web_visit v = kit_add(&w, ROLE_DSL, "linked-policy", "kind=aup&title=Our+aup&version=4&review=2099-09-01");
	CHECK(v.status == 422 && web_says(&v, arena_fmt(w.arena, "href=\"%s\"", at).p) && web_says(&v, "open that entry"));
}
