#include "house/page/site_kit.h"

TEST(self_audit, each_aspect_has_levels_a_place_in_the_register_and_evidence_beside_it)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(10);
	struct conf f;
	ck_monday();
	AUTO(web_school_done) struct web_school w = web_school();
	CHECK_OK(conf_load(&a, test_source("data/audit.conf"), &d, &f));
	const struct field *choices = reg_field(registers_find(w.web->registers, STR("audit-level")), STR("aspect"));
	struct web_visit v = web_get(&w, ROLE_GOVERNOR, "/self-audit");
	CHECK_INT(v.status, 200);
	CHECK_INT(f.n - 1, choices->n_choices);             /* the first block is what stands before any */
	for (size_t i = 1; i < f.n; i++) {
		CHECK(str_eq(f.blocks[i].id, choices->choices[i - 1].value) && str_eq(conf_get(&f.blocks[i], "title"), choices->choices[i - 1].label));
		for (int n = 1; n <= 5; n++)
			CHECK(conf_get(&f.blocks[i], arena_fmt(&a, "level-%d", n).p).n > 3);
		struct str three = conf_get(&f.blocks[i], "level-3"), plain;
		CHECK(str_next(&three, '\'', &plain) && str_find(v.body, plain) >= 0 && conf_get(&f.blocks[i], "evidence").n);
	}
	CHECK(web_says(&v, "No filter policy has been published.") && !web_says(&v, "/registers/audit-level/new"));
	clock_fake(0);
}

TEST(self_audit, a_level_stands_beside_the_year_before_with_its_plan)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		const char *new = "/registers/audit-level/new";
		CHECK_INT(web_post(&w, ROLE_DSL, new, "aspect=policy&year=2025&level=4&evidence=The+file").status, 303);
		CHECK_INT(web_post(&w, ROLE_DSL, new, "aspect=policy&year=2026&level=3&evidence=The+minutes&target=2").status, 422);      /* a target has a plan */
		CHECK_INT(web_post(&w, ROLE_DSL, new, "aspect=policy&year=2026&level=3&evidence=The+minutes&target=2&action=Ask+the+families&by=1%2F5%2F2027").status, 303);
		CHECK(web_post(&w, ROLE_DSL, new, "aspect=policy&year=2026&level=1&evidence=Twice").status != 303);
		CHECK_INT(web_post(&w, ROLE_TEACHER, new, "aspect=data&year=2026&level=3&evidence=x").status, 403);
		struct web_visit v = web_get(&w, ROLE_GOVERNOR, "/self-audit");
		CHECK(web_says(&v, "Level 3") && web_says(&v, "Last year: 4") && web_says(&v, "Wanted: 2, by 1 May 2027. Ask the families") && web_says(&v, "1 of 16 aspects"));
		v = web_get(&w, ROLE_HEAD, "/self-audit?year=2025");
		CHECK(web_says(&v, "Level 4") && !web_says(&v, "Level 3") && web_says(&v, "aspect=data&amp;year=2025"));
	}
	clock_fake(0);
}
