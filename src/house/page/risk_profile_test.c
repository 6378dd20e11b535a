/* The school's own risk profile proposes what the filter should be like; a person confirms each of them. */
#include "house/page/voice_kit.h"

static const char PROFILE[] = "year=2026-27&by=Test+Designated+safeguarding+lead&youngest=no&send=none&eal=none&vulnerable=several&extremism=no&byod=yes&home=no&ai=no&review=14/9/2027";

TEST(risk_profile, proposes_changes_of_the_filter_that_a_person_sends)
{
	ON_EACH_MONDAY(w) {
		const char *at = kit_added(&w, ROLE_DSL, "risk-profile", PROFILE);
		struct web_visit v = web_get(&w, ROLE_DSL, at);
		CHECK(web_says(&v, "What this suggests") && web_says(&v, "Close chat for key stage 2") && !web_says(&v, "Keep AI tools closed"));
		CHECK(web_says(&v, "Agree to it: this is for one of these: Headteacher, "));      /* whoever wrote it reads for whom it waits */
		v = web_get(&w, ROLE_TECHNICIAN, "/changes");
		CHECK(!web_says(&v, "proxy-vpn"));                               /* nothing by itself */
		v = web_get(&w, ROLE_DSL, at);
		struct str href = jar_between(&v, "href=\"/changes/new?change=category&amp;host=proxy-vpn", "\"");
		CHECK(href.n > 0);
		v = web_get(&w, ROLE_TECHNICIAN, "/changes/new?change=category&host=proxy-vpn&group=own-devices&purpose=Pupils+bring+devices");
		CHECK(v.status == 200 && web_says(&v, "value=\"proxy-vpn\"") && web_says(&v, "Pupils bring devices"));
		CHECK_INT(web_post(&w, ROLE_TECHNICIAN, "/changes/new", "change=category&host=proxy-vpn&group=own-devices&purpose=Pupils+bring+devices").status, 303);
		v = web_get(&w, ROLE_TECHNICIAN, "/changes");
		CHECK(web_says(&v, "proxy-vpn"));
		CHECK(web_get(&w, ROLE_TEACHER, at).status != 200 && web_get(&w, ROLE_LEARNER, at).status != 200);
	}
}

/* Every address that a shipped register suggests is a page of ours, and the form accepts what it brings. */
TEST(risk_profile, each_suggestion_leads_to_a_form_that_takes_it)
{
	AUTO(web_school_done) struct web_school w = web_school();
	const struct reg *r;
	size_t seen = 0;
	for (size_t i = 0; (r = registers_at(w.web->registers, i)) != NULL; i++)
		for (size_t k = 0; k < r->n_suggests; k++, seen++) {
			struct str href = r->suggests[k].href, query = str_from(href, str_chr(href, '?') < 0 ? href.n : (size_t)str_chr(href, '?') + 1);
			struct web_visit v = web_get(&w, ROLE_TECHNICIAN, arena_z(w.arena, href));
			CHECK(v.status == 200 || v.status == 403);
			if (str_starts(href, STR("/changes/new")))
				CHECK_INT(web_post(&w, ROLE_TECHNICIAN, "/changes/new", arena_z(w.arena, query)).status, 303);
		}
	CHECK(seen >= 10);
}
