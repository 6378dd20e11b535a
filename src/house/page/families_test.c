/* The office's pages of families. */
#include "base/clock.h"
#include "base/time.h"
#include "gen_queries.h"
#include "house/family/answer.h"
#include "house/family/link.h"
#include "house/procedure/library.h"
#include "house/web/web_test.h"

struct office { struct web_school w; struct store st; struct act act; struct diag d; int64_t fern, mother, father; };

static int64_t add(struct office *o, enum person_kind kind, const char *name, const char *mail)
{
	int64_t id = 0;
	struct person_in in = { .kind = kind, .name = str_z(name), .email = mail ? str_z(mail) : STR_NONE, .year = kind == KIND_LEARNER ? 4 : YEAR_NONE };
	CHECK_OK(person_add(o->w.db, &o->act, &in, &o->d, &id));
	return id;
}

static const char *const profiles[] = { "junior", "primary" };

static void profile(struct office *o, const char *name)
{
	AUTO(diag_done) struct diag d = diag_init(10);
	struct library *l = (struct library *)(uintptr_t)o->w.web->library;
	CHECK_OK(profile_load(o->w.arena, test_source("data/parameters.conf"), test_source(arena_fmt(o->w.arena, "data/profiles/%s.conf", name).p), &d, &l->profile));
}

static void in_force(struct office *o, const char *audience)
{
	struct agreement_set set;
	CHECK_OK(agreement_load_for(o->w.arena, test_source("data/agreements/en.conf"), &o->w.web->library->profile, &o->d, &set));
	CHECK_OK(agreement_activate(&o->st, o->w.arena, &o->act, agreement_find(&set, str_z(audience), STR("en")), &o->d));
}

static struct office office_of(const char *name)
{
	struct office o = { .w = web_school(), .d = diag_init(20) };
	profile(&o, name);
	o.st = (struct store){ o.w.db, o.w.web->keys, o.w.web->registers };
	o.act = (struct act){ o.w.school, o.w.person[ROLE_OFFICE], "test" };
	o.fern = add(&o, KIND_LEARNER, "Fern Testerley", NULL);
	o.mother = add(&o, KIND_PARENT, "Marigold Testerley", "marigold@families.example");
	o.father = add(&o, KIND_PARENT, "Bramwell Testerley", NULL);
	in_force(&o, "ks2");
	in_force(&o, "parent");
	return o;
}

static struct office office(void) { return office_of("primary"); }

static void office_done(struct office *o)
{
	diag_done(&o->d);
	web_school_done(&o->w);
	clock_fake(0);
}

static const char *path(struct office *o, int64_t adult, const char *more)
{
	return arena_fmt(o->w.arena, "/families/child/%lld/adult/%lld%s", (long long)o->fern, (long long)adult, more).p;
}

static const char *hex_of(struct office *o, int64_t person)
{
	struct family_text t;
	char *hex = arena_alloc(o->w.arena, 2 * SHA256_BYTES + 1);
	CHECK_OK(answer_text(&o->st, o->w.arena, o->w.school, person, STR_NONE, &t));
	hex_put(t.digest, SHA256_BYTES, hex);
	return hex;
}

static void on_file(struct office *o, int64_t adult, const char *form)
{
	CHECK_INT(web_post(&o->w, ROLE_OFFICE, path(o, adult, ""), form).status, 303);
}

TEST(families_page, an_adult_is_put_on_a_childs_file_and_corrected)
{
	AUTO(office_done) struct office o = office();
	struct web_visit v = web_get(&o.w, ROLE_OFFICE, arena_fmt(o.w.arena, "/families/child/%lld?q=marig", (long long)o.fern).p);
	CHECK(v.status == 200 && web_says(&v, "No adult is on file") && web_says(&v, "No adult with parental responsibility") && web_says(&v, path(&o, o.mother, "")));
	on_file(&o, o.mother, "relation=mother&responsible=yes&phone=01632+960+001&language=pl&postal=1+Invented+Row");
	v = web_get(&o.w, ROLE_OFFICE, "/families?q=marigold");
	CHECK(v.status == 200 && web_says(&v, "Fern Testerley") && web_says(&v, "Marigold Testerley (Mother): Not answered"));
	v = web_get(&o.w, ROLE_OFFICE, path(&o, o.mother, ""));
	CHECK(web_says(&v, "01632 960 001") && web_says(&v, "value=\"pl\" selected") && !web_says(&v, "Bar this adult"));
	v = web_post(&o.w, ROLE_OFFICE, path(&o, o.mother, ""), "relation=queen&responsible=yes");
	CHECK(v.status == 422 && web_says(&v, "Choose how they are related."));
	CHECK_INT(web_post(&o.w, ROLE_OFFICE, path(&o, o.fern, ""), "relation=mother").status, 404);
	CHECK_INT(web_get(&o.w, ROLE_OFFICE, arena_fmt(o.w.arena, "/families/child/%lld", (long long)o.mother).p).status, 404);
	CHECK_INT(web_post(&o.w, ROLE_OFFICE, path(&o, o.mother, "/drop"), "x=1").status, 303);
	v = web_get(&o.w, ROLE_OFFICE, "/families?q=fern");
	CHECK(web_says(&v, "No adult is on file."));
}

TEST(families_page, only_a_lead_bars_and_only_leads_read_why)
{
	AUTO(office_done) struct office o = office();
	on_file(&o, o.father, "relation=father&responsible=yes");
	for (int r = 0; r <= NOBODY; r = web_next(r)) {
		struct web_visit v = web_post(&o.w, r, path(&o, o.father, "/bar"), "on=yes&why=order+of+the+zebra+court");
		CHECK((v.status == 303 && str_is(v.location, path(&o, o.father, ""))) == (r == ROLE_DSL || r == ROLE_DEPUTY));
	}
	struct web_visit v = web_get(&o.w, ROLE_DSL, path(&o, o.father, ""));
	CHECK(web_says(&v, "sees and hears nothing") && web_says(&v, "zebra court") && web_says(&v, "Lift the bar"));
	v = web_get(&o.w, ROLE_OFFICE, path(&o, o.father, ""));
	CHECK(web_says(&v, "sees and hears nothing") && !web_says(&v, "zebra") && !web_says(&v, "Print a letter"));
	CHECK_INT(web_post(&o.w, ROLE_OFFICE, path(&o, o.father, "/letter"), "x=1").status, 403);
	CHECK_INT(web_post(&o.w, ROLE_OFFICE, path(&o, o.father, "/drop"), "x=1").status, 409);
	v = web_get(&o.w, ROLE_OFFICE, arena_fmt(o.w.arena, "/families/child/%lld", (long long)o.fern).p);
	CHECK(web_says(&v, "Must not be told"));
	v = web_post(&o.w, ROLE_DSL, path(&o, o.father, "/bar"), "on=no");
	CHECK(v.status == 422 && web_says(&v, "Say why"));
}

/* Those who keep the machines, teachers, governors, families and children have no business here. */
TEST(families_page, are_open_to_those_who_look_after_families_only)
{
	AUTO(office_done) struct office o = office();
	on_file(&o, o.mother, "relation=mother&responsible=yes");
	for (int r = 0; r <= NOBODY; r = web_next(r)) {
		bool may = r == ROLE_OFFICE || r == ROLE_ADMIN || r == ROLE_DSL || r == ROLE_DEPUTY || r == ROLE_HEAD || r == ROLE_LEADERSHIP;
		CHECK((web_get(&o.w, r, "/families").status == 200) == may);
		CHECK((web_get(&o.w, r, path(&o, o.mother, "")).status == 200) == may);
	}
}

TEST(families_page, paper_and_telephone_count_as_the_link_does)
{
	AUTO(office_done) struct office o = office();
	struct answer a;
	struct person p;
	struct agreement_state s;
	on_file(&o, o.mother, "relation=mother&responsible=yes&paper=yes");
	struct web_visit v = web_post(&o.w, ROLE_OFFICE, path(&o, o.mother, "/answer"), arena_fmt(o.w.arena, "about=child&how=telephone&what=agree&child_digest=%s", hex_of(&o, o.fern)).p);
	CHECK(v.status == 422 && web_says(&v, "Ask whether they talked it over"));
	v = web_post(&o.w, ROLE_OFFICE, path(&o, o.mother, "/answer"), arena_fmt(o.w.arena, "about=child&how=telephone&what=agree&talked=yes&told_by=an+aunt&child_digest=%s", hex_of(&o, o.fern)).p);
	CHECK_INT(v.status, 303);
	CHECK_OK(answer_of(&o.st, o.w.arena, o.w.school, o.mother, o.fern, &a));
	CHECK(a.agreed && a.talked && a.how == ANSWER_TELEPHONE && a.taken_by == o.w.person[ROLE_OFFICE] && str_is(a.told_by, "an aunt"));
	v = web_post(&o.w, ROLE_OFFICE, path(&o, o.mother, "/answer"), arena_fmt(o.w.arena, "about=own&how=paper&what=decline&own_digest=%s", hex_of(&o, o.mother)).p);
	CHECK_INT(v.status, 303);
	CHECK_OK(person_get(o.w.db, o.w.arena, o.w.school, o.mother, &p));
	CHECK_OK(agreement_state_of(&o.st, o.w.arena, &p, clock_utc(), &s));
	CHECK_INT(s.standing, STANDING_DECLINED);
	CHECK_INT(web_post(&o.w, ROLE_OFFICE, path(&o, o.mother, "/answer"), arena_fmt(o.w.arena, "about=child&how=link&what=agree&talked=yes&child_digest=%s", hex_of(&o, o.fern)).p).status, 422);
	v = web_post(&o.w, ROLE_OFFICE, path(&o, o.mother, "/answer"), arena_fmt(o.w.arena, "about=child&how=paper&what=decline&child_digest=%s", hex_of(&o, o.fern)).p);
	CHECK_INT(v.status, 303);                        /* corrected: a new version of the same answer */
	v = web_get(&o.w, ROLE_HEAD, "/families?show=declined");
	CHECK(v.status == 200 && web_says(&v, "Fern Testerley") && web_says(&v, "Said no"));
}

static size_t asked(struct office *o, int64_t person)
{
	struct q_outbox_of_row *rows;
	size_t n, hits = 0;
	CHECK_OK(q_outbox_of(o->w.db, o->w.arena, &(struct q_outbox_of_args){ .school = o->w.school, .person = person }, &rows, &n));
	for (size_t i = 0; i < n; i++)
		hits += str_is(rows[i].kind, "family");
	return hits;
}

TEST(clause, c5_4_07_a_joining_family_is_asked_to_read_and_the_day_of_its_receipt_is_shown)
{
	for (size_t at = 0; at < ARRAY_N(profiles); at++) {
		AUTO(office_done) struct office o = office_of(profiles[at]);
		on_file(&o, o.mother, "relation=mother&responsible=yes");
		CHECK_INT(asked(&o, o.mother), 1);               /* put on a child's file: asked by itself, once */
		on_file(&o, o.mother, "relation=mother&responsible=yes");
		CHECK_INT(asked(&o, o.mother), 1);
		on_file(&o, o.father, "relation=father&responsible=yes");
		struct web_visit v = web_post(&o.w, ROLE_OFFICE, path(&o, o.father, "/letter"), "x=1");
		CHECK(v.status == 200 && web_says(&v, "Dear Bramwell Testerley,") && web_says(&v, "<svg class=\"gh-qr\"") && web_says(&v, "/family/open/"));
		v = web_get(&o.w, ROLE_OFFICE, path(&o, o.father, ""));
		CHECK(web_says(&v, "waits until") && web_says(&v, "The child&#39;s agreement: Not answered"));
		CHECK_INT(web_post(&o.w, ROLE_OFFICE, path(&o, o.father, "/answer"), arena_fmt(o.w.arena, "about=child&how=paper&what=agree&talked=yes&child_digest=%s", hex_of(&o, o.fern)).p).status, 303);
		v = web_get(&o.w, ROLE_OFFICE, arena_fmt(o.w.arena, "/families/child/%lld", (long long)o.fern).p);
		CHECK(web_says(&v, arena_fmt(o.w.arena, "Agreed %.*s, on paper", STRF(time_date_words(o.w.arena, clock_utc()))).p));
	}
}

static bool lists(struct office *o, const char *rule, const char *words)
{
	struct family_text t;
	CHECK_OK(answer_text(&o->st, o->w.arena, o->w.school, o->mother, STR_NONE, &t));
	for (size_t i = 0; i < t.text.n; i++)
		if (str_is(t.text.rules[i].id, rule))
			return str_find(t.text.rules[i].text, str_z(words)) >= 0;
	return false;
}

/* Unsigned families stand on the office's list. */
TEST(clause, c4_6_02_the_agreement_lists_it_and_unsigned_families_are_on_the_offices_list)
{
	for (size_t at = 0; at < ARRAY_N(profiles); at++) {
		AUTO(office_done) struct office o = office_of(profiles[at]);
		on_file(&o, o.mother, "relation=mother&responsible=yes");
		struct web_visit v = web_get(&o.w, ROLE_OFFICE, "/families");
		CHECK(lists(&o, "encourage", "encourage my child") && web_says(&v, "Marigold Testerley (Mother): Not answered"));
		v = web_get(&o.w, ROLE_OFFICE, "/agreements/unsigned?kind=parent");
		CHECK(v.status == 200 && web_says(&v, "Marigold Testerley"));
	}
}

TEST(clause, c4_6_04_the_agreement_has_the_role_model_item_with_the_day_of_the_signature)
{
	for (size_t at = 0; at < ARRAY_N(profiles); at++) {
		AUTO(office_done) struct office o = office_of(profiles[at]);
		on_file(&o, o.mother, "relation=mother&responsible=yes");
		CHECK(lists(&o, "home", "I set an example"));
		CHECK_INT(web_post(&o.w, ROLE_OFFICE, path(&o, o.mother, "/answer"), arena_fmt(o.w.arena, "about=own&how=paper&what=agree&talked=yes&own_digest=%s", hex_of(&o, o.mother)).p).status, 303);
		struct web_visit v = web_get(&o.w, ROLE_OFFICE, path(&o, o.mother, ""));
		CHECK(web_says(&v, arena_fmt(o.w.arena, "The agreement between home and school: Agreed %.*s", STRF(time_date_words(o.w.arena, clock_utc()))).p));
	}
}

TEST(families_page, channels_are_named_by_those_who_may)
{
	AUTO(office_done) struct office o = office();
	CHECK_INT(web_post(&o.w, ROLE_TEACHER, "/families/channels", "channels=x").status, 403);
	CHECK_INT(web_post(&o.w, ROLE_HEAD, "/families/channels", "channels=Testerley+Feed").status, 303);
	struct web_visit v = web_get(&o.w, ROLE_HEAD, "/families/channels");
	CHECK(v.status == 200 && web_says(&v, "Testerley Feed"));
}
