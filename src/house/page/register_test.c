#include "house/register/may.h"
#include "house/web/jar.h"
#include "house/web/web_test.h"

#define DEVICE "label=TAB-014&kind=tablet&profile=ks2&users=learners&place=Trolley+2&lock=yes&encrypted=yes&antivirus=built-in&filter-seen=3+Nov+2026&cost=%C2%A3120"

TEST(register_page, an_entry_is_added_corrected_and_keeps_its_history)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct web_visit v = web_get(&w, ROLE_TECHNICIAN, "/registers");
	CHECK(v.status == 200 && web_says(&v, "/registers/device/new"));
	v = web_get(&w, ROLE_TECHNICIAN, "/registers/device");
	CHECK(v.status == 200 && web_says(&v, "Nothing stands in this register yet"));
	v = web_post(&w, ROLE_TECHNICIAN, "/registers/device/new", "label=TAB-014&filter-seen=31/06/2026&cost=a+lot");
	CHECK_INT(v.status, 422);
	CHECK(web_says(&v, "June has 30 days") && web_says(&v, "an amount in pounds"));
	v = web_post(&w, ROLE_TECHNICIAN, "/registers/device/new", "label=TAB-014");
	CHECK(v.status == 422 && web_says(&v, "Where it is kept: please fill this in"));
	v = web_post(&w, ROLE_TECHNICIAN, "/registers/device/new", DEVICE);
	CHECK_INT(v.status, 303);
	struct str at = v.location;
	v = web_get(&w, ROLE_TECHNICIAN, at.p);
	CHECK(v.status == 200 && web_says(&v, "TAB-014") && web_says(&v, "3 November 2026") && web_says(&v, "In use, protected") && web_says(&v, "\xc2\xa3" "120.00"));
	v = web_post(&w, ROLE_TECHNICIAN, "/registers/device/new", DEVICE);
	CHECK(v.status == 422 && web_says(&v, "in entry 1 already"));
	const char *edit = arena_fmt(w.arena, "%.*s/edit", STRF(at)).p;
	v = web_post(&w, ROLE_TECHNICIAN, edit, "seen=1&" DEVICE);
	CHECK(v.status == 422 && web_says(&v, "Say in a few words why"));
	v = web_post(&w, ROLE_TECHNICIAN, edit, "seen=1&why=lock+broken&label=TAB-014&kind=tablet&profile=ks2&users=learners&place=Trolley+2&lock=no&encrypted=yes&antivirus=built-in&filter-seen=2026-11-03");
	CHECK_INT(v.status, 303);
	v = web_get(&w, ROLE_TECHNICIAN, at.p);
	CHECK(web_says(&v, "lock broken") && web_says(&v, "Something is missing") && web_says(&v, "<del>Yes</del>"));
}

TEST(register_page, two_people_at_once_both_keep_what_they_wrote)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct web_visit v = web_post(&w, ROLE_TECHNICIAN, "/registers/device/new", DEVICE);
	const char *edit = arena_fmt(w.arena, "%.*s/edit", STRF(v.location)).p;
	v = web_post(&w, ROLE_TECHNICIAN, edit, "seen=1&why=moved&label=TAB-014&kind=tablet&profile=ks2&users=learners&place=Store&lock=yes&encrypted=yes&antivirus=built-in&filter-seen=2026-11-03");
	CHECK_INT(v.status, 303);
	v = web_post(&w, ROLE_ADMIN, edit, "seen=1&why=mine&label=TAB-014&kind=tablet&profile=ks1&users=learners&place=Hall&lock=yes&encrypted=yes&antivirus=built-in&filter-seen=2026-11-03");
	CHECK_INT(v.status, 422);
	CHECK(web_says(&v, "Store") && web_says(&v, "Hall") && web_says(&v, "Somebody else changed this"));
	struct str seen = jar_between(&v, "name=\"seen\" value=\"", "\"");
	v = web_post(&w, ROLE_ADMIN, edit, arena_fmt(w.arena, "seen=%.*s&why=mine&label=TAB-014&kind=tablet&profile=ks1&users=learners&place=Hall&lock=yes&encrypted=yes&antivirus=built-in&filter-seen=2026-11-03", STRF(seen)).p);
	CHECK_INT(v.status, 303);
	v = web_get(&w, ROLE_ADMIN, v.location.p);
	CHECK(web_says(&v, "<del>Store</del> Hall"));
}

TEST(register_page, a_mistaken_entry_leaves_the_list_and_can_come_back)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct web_visit v = web_post(&w, ROLE_TECHNICIAN, "/registers/device/new", DEVICE);
	struct str at = v.location;
	const char *undo = arena_fmt(w.arena, "%.*s/undo", STRF(at)).p;
	CHECK_INT(web_post(&w, ROLE_TECHNICIAN, undo, "seen=1").status, 422);
	CHECK_INT(web_post(&w, ROLE_TECHNICIAN, undo, "seen=1&why=typed+twice").status, 303);
	v = web_get(&w, ROLE_TECHNICIAN, "/registers/device");
	CHECK(!web_says(&v, "TAB-014"));
	v = web_get(&w, ROLE_TECHNICIAN, "/registers/device?state=undone");
	CHECK(web_says(&v, "TAB-014"));
	CHECK_INT(web_post(&w, ROLE_TECHNICIAN, "/registers/device/new", DEVICE).status, 303);     /* its label is free again */
	CHECK_INT(web_post(&w, ROLE_TECHNICIAN, undo, "seen=2&why=it+was+right").status, 422);     /* and now it is not */
}

TEST(register_page, search_filter_sort_and_pages)
{
	AUTO(web_school_done) struct web_school w = web_school();
	for (int i = 0; i < 60; i++)
		CHECK_INT(web_post(&w, ROLE_TECHNICIAN, "/registers/device/new", arena_fmt(w.arena, "label=DEV-%03d&kind=%s&profile=ks2&users=both&place=Room+%d&lock=yes&encrypted=%s&antivirus=built-in",
			i, i % 2 ? "phone" : "computer", i % 7, i % 3 ? "yes" : "no").p).status, 303);
	struct web_visit v = web_get(&w, ROLE_TECHNICIAN, "/registers/device?sort=label");
	CHECK(web_says(&v, "DEV-000") && web_says(&v, "DEV-049") && !web_says(&v, "DEV-050") && web_says(&v, "aria-sort=\"ascending\""));
	v = web_get(&w, ROLE_TECHNICIAN, "/registers/device?sort=label&down=1");
	CHECK(web_says(&v, "DEV-059") && !web_says(&v, "DEV-009"));
	v = web_get(&w, ROLE_TECHNICIAN, "/registers/device?kind=phone&encrypted=no&sort=label");
	CHECK(web_says(&v, "DEV-003") && !web_says(&v, "DEV-006") && !web_says(&v, "DEV-001"));
	v = web_get(&w, ROLE_TECHNICIAN, "/registers/device?q=DEV-017");
	CHECK(web_says(&v, "DEV-017"));
	v = web_get(&w, ROLE_TECHNICIAN, "/registers/device?q=nothing-like-it");
	CHECK(web_says(&v, "Nothing fits"));
	CHECK_INT(web_get(&w, ROLE_TECHNICIAN, "/registers/device/print").status, 200);
	CHECK_INT(web_get(&w, ROLE_TECHNICIAN, "/registers/no-such").status, 404);
	CHECK_INT(web_get(&w, ROLE_TECHNICIAN, "/registers/case").status, 404);        /* has no pages of this kind */
}

TEST(register_page, csv_out_and_in_again_changes_nothing)
{
	AUTO(web_school_done) struct web_school w = web_school();
	CHECK_INT(web_post(&w, ROLE_TECHNICIAN, "/registers/device/new", DEVICE "&notes=%3D1%2B1&owner=Test+Technician").status, 303);
	struct web_visit v = web_get(&w, ROLE_TECHNICIAN, "/registers/device?csv=1");
	CHECK(v.status == 200 && web_says(&v, "TAB-014") && web_says(&v, "test.technician"));
	v = web_post_file(&w, ROLE_TECHNICIAN, "/registers/device/import", "x=1", "devices.csv", v.body);
	CHECK_INT(v.status, 303);
	v = web_get(&w, ROLE_TECHNICIAN, v.location.p);
	CHECK(web_says(&v, "There is nothing to write"));
}

TEST(register_page, a_spreadsheet_is_checked_then_written_once)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct str bad = STR("Label,Kind,Filtered as,Who may use it,Where it is kept,\"Does it have a passcode, password or PIN?\",encrypted,antivirus,Bought\n"
		"A-1,Tablet,Staff,Staff only,Office,yes,yes,built-in,29/02/2026\nA-2,Spoon,Staff,Staff only,Office,yes,yes,no,\n");
	struct str good = STR("Label,Kind,Filtered as,Who may use it,Where it is kept,\"Does it have a passcode, password or PIN?\",encrypted,antivirus,Bought\n"
		"A-1,Tablet,Staff,Staff only,Office,Y,yes,built-in,29th February 2024\nA-2,phone,staff,staff,Office,no,yes,no,\n");
	struct web_visit v = web_post_file(&w, ROLE_TECHNICIAN, "/registers/device/import", "x=1", "d.csv", bad);
	CHECK_INT(v.status, 303);
	v = web_get(&w, ROLE_TECHNICIAN, v.location.p);
	CHECK(web_says(&v, "2026 is not a leap year") && web_says(&v, "choose one of the answers") && web_says(&v, "until every line is right"));
	v = web_get(&w, ROLE_TECHNICIAN, "/registers/device");
	CHECK(!web_says(&v, "A-1"));
	v = web_post_file(&w, ROLE_TECHNICIAN, "/registers/device/import", "x=1", "d.csv", good);
	const char *apply = arena_z(w.arena, v.location);
	v = web_get(&w, ROLE_TECHNICIAN, apply);
	CHECK(v.status == 200 && web_says(&v, "Write all of this"));
	v = web_get(&w, ROLE_TECHNICIAN, "/registers/device");
	CHECK(!web_says(&v, "A-1"));                             /* nothing is written yet */
	CHECK_INT(web_get(&w, ROLE_ADMIN, apply).status, 404);   /* another's file */
	CHECK_INT(web_post(&w, ROLE_TECHNICIAN, apply, "x=1").status, 303);
	CHECK_INT(web_post(&w, ROLE_TECHNICIAN, apply, "x=1").status, 303);
	v = web_get(&w, ROLE_TECHNICIAN, "/registers/device");
	CHECK(web_says(&v, "A-1") && web_says(&v, "1 to 2 of 2"));
	v = web_post_file(&w, ROLE_TECHNICIAN, "/registers/device/import", "x=1", "d.csv", good);     /* found by its key: nothing is new */
	v = web_get(&w, ROLE_TECHNICIAN, v.location.p);
	CHECK(web_says(&v, "There is nothing to write"));
	v = web_post_file(&w, ROLE_TECHNICIAN, "/registers/device/import", "x=1", "d.csv", STR("Label,Colour\nA-1,red\n"));
	CHECK(v.status == 422 && web_says(&v, "There is no column called"));
}
