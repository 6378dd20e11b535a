#include "house/notify/trouble.h"
#include "house/page/desk.h"
#include "house/web/web_test.h"

TEST(mail_page, a_dead_mail_server_and_addresses_that_give_back_stand_on_today_and_go_when_mended)
{
	ON_EACH_PROFILE(w) {
		struct web_visit v = web_get(&w, ROLE_DSL, "/today");
		CHECK(v.status == 200 && !web_says(&v, "by mail"));
		CHECK_OK(trouble_note(w.db, w.school, TROUBLE_SEND, 0, STR("the mail server cannot be reached: Couldn't connect to server")));
		CHECK_OK(trouble_note(w.db, w.school, TROUBLE_FETCH, 0, STR("the mail server's certificate is not one to trust")));
		CHECK_OK(trouble_note(w.db, w.school, TROUBLE_ADDRESS, w.person[ROLE_CHAIR], STR("no such address")));
		v = web_get(&w, ROLE_DSL, "/today");
		CHECK(web_says(&v, "no notice has gone out by mail: the mail server cannot be reached"));
		CHECK(web_says(&v, "the wellbeing mailbox has not been read"));
		CHECK(web_says(&v, "Mail to 1 person comes back"));
		CHECK_OK(trouble_clear(w.db, w.school, TROUBLE_SEND, 0));
		v = web_get(&w, ROLE_DSL, "/today");
		CHECK(!web_says(&v, "no notice has gone out"));
	}
}
