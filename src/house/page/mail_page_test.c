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

static const char *const good_form = "address=wellbeing%40school.example&server=imaps%3A%2F%2Fmail.example&user=wellbeing&password=lantern+kestrel&folder=INBOX";

TEST(mail_page, the_mailbox_is_set_by_technician_or_administrator_and_its_password_never_shown)
{
	ON_EACH_PROFILE(w) {
		struct web_visit v = web_get(&w, ROLE_TECHNICIAN, "/mail");
		CHECK(v.status == 200 && web_says(&v, "There is no wellbeing address yet") && web_says(&v, "name=\"server\""));
		v = web_get(&w, ROLE_OFFICE, "/mail");
		CHECK(v.status == 200 && !web_says(&v, "name=\"server\""));
		CHECK_INT(web_post(&w, ROLE_OFFICE, "/mail", good_form).status, 403);
		v = web_post(&w, ROLE_TECHNICIAN, "/mail", "address=nonsense&server=http%3A%2F%2Fx&user=&password=&folder=");
		CHECK(v.status == 422 && web_says(&v, "imaps://mail.example") && web_says(&v, "Enter an email address"));
		CHECK_INT(web_post(&w, ROLE_TECHNICIAN, "/mail", good_form).status, 303);
		v = web_get(&w, ROLE_ADMIN, "/mail");
		CHECK(web_says(&v, "People can write to wellbeing@school.example") && !web_says(&v, "lantern"));
		v = web_get(&w, NOBODY, "/report?about=child");
		CHECK(v.status == 200 && web_says(&v, "mailto:wellbeing"));               /* on the page for reports, as promised */
		v = web_post(&w, ROLE_TECHNICIAN, "/mail", "address=wellbeing%40school.example&server=imaps%3A%2F%2Fother.example&user=wellbeing&folder=INBOX");
		CHECK(v.status == 422 && web_says(&v, "enter the password anew"));       /* another server does not get the old one */
	}
}

TEST(mail_page, whose_address_gives_letters_back_is_named_to_the_office)
{
	ON_EACH_PROFILE(w) {
		CHECK_OK(trouble_note(w.db, w.school, TROUBLE_ADDRESS, w.person[ROLE_TEACHER], STR("a letter came back (5.1.1)")));
		struct web_visit v = web_get(&w, ROLE_OFFICE, "/mail");
		CHECK(web_says(&v, "a letter came back (5.1.1)") && web_says(&v, "/edit"));
		CHECK_INT(web_get(&w, ROLE_DSL, "/mail").status, 403);
		CHECK_INT(web_get(&w, ROLE_TEACHER, "/mail").status, 403);
	}
}
