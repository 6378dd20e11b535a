/* Whom a child at the gate does not want to know of it. */
#include "base/clock.h"
#include "event/event.h"
#include "house/keeper/keeper.h"
#include "house/web/web_test.h"

static struct keeper keeper_of(struct web_school *w)
{
	return (struct keeper){ .db = w->db, .school = w->school, .library = (struct library *)(uintptr_t)w->web->library,
		.store = { .db = w->db, .keys = w->web->keys, .registers = w->web->registers } };
}

static int64_t finds(struct keeper *k, struct arena *a, int64_t person, enum role r)
{
	struct entry_may may = record_may(k->school, person, ROLE_BIT(r));
	struct case_page page;
	CHECK_OK(record_cases(&k->desk, a, &may, &(struct case_query){ 0 }, &page));
	return page.total;
}

TEST(barred, a_surname_of_two_letters_names_somebody)
{
	AUTO(web_school_done) struct web_school w = web_school();
	int64_t ng = web_person(&w, ROLE_DEPUTY, "Mr Ng");
	struct keeper k = keeper_of(&w);
	k.desk = (struct desk){ &k.store, k.library };
	struct event e = { .kind = EVENT_TELL, .at_ms = clock_ms(), .school = w.school, .person = w.person[ROLE_LEARNER],
		.reason = STR("worry"), .text = STR("He shouted at me"), .extra = STR("please not mr ng!") };
	CHECK_OK(keeper_concern(&k, &e, STR("g/w/1/1")));
	CHECK_INT(finds(&k, w.arena, w.person[ROLE_DEPUTY], ROLE_DEPUTY), 1);
	CHECK_INT(finds(&k, w.arena, ng, ROLE_DEPUTY), 0);
	e.extra = STR("mr");                     /* a title alone names nobody */
	CHECK_OK(keeper_concern(&k, &e, STR("g/w/1/2")));
	CHECK_INT(finds(&k, w.arena, ng, ROLE_DEPUTY), 1);
}
