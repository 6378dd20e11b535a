/* routes.h - every page, once: who may ask for it and what answers.  Kept by
 * area; add your area's lines under a heading of its own.  A test walks each of
 * them as every role and as nobody. */
#pragma once
#include "house/web/web.h"

/* X(method, pattern, handler, may, flags) */
#define ROUTE_TABLE(X) \
	/* everybody */ \
	X(GET,  "/",                    public_home,        ANYONE, 0) \
	X(GET,  "/advice",              public_advice,      ANYONE, 0) \
	/* the public page, and its desk: who may write or approve a text is the register's to say (website-page) */ \
	X(GET,  "/online-safety",       site_show,          ANYONE, 0) \
	X(GET,  "/online-safety/agreement/:audience", site_agreement_show, ANYONE, 0) \
	/* the filter's categories, published; a pupil who is signed in is sent away by the handler */ \
	X(GET,  "/online-safety/filter", categories_show,   ANYONE, ROUTE_CHECKED) \
	X(GET,  "/online-safety/filter/:category", category_show, ANYONE, ROUTE_CHECKED) \
	X(GET,  "/website",             website_show,       MAY(REGISTERS, READ), ROUTE_CHECKED) \
	X(GET,  "/website/preview/:id", website_preview_show, MAY(REGISTERS, READ), ROUTE_CHECKED) \
	X(POST, "/website/start",       website_start_do,   MAY(REGISTERS, READ), ROUTE_CHECKED) \
	X(POST, "/website/:id/down",    website_down_do,    MAY(REGISTERS, READ), ROUTE_CHECKED) \
	/* signing in */ \
	X(GET,  "/sign",                sign_show,          ANYONE, 0) \
	X(GET,  "/sign-in",             sign_in_show,       ANYONE, ROUTE_HALF | ROUTE_LOCKED) \
	X(POST, "/sign-in",             sign_in_do,         ANYONE, ROUTE_HALF | ROUTE_LOCKED) \
	X(GET,  "/sign-in/pupil",       learner_in_show,    ANYONE, ROUTE_HALF | ROUTE_LOCKED | ROUTE_LEARNER) \
	X(POST, "/sign-in/pupil",       learner_in_do,      ANYONE, ROUTE_HALF | ROUTE_LOCKED | ROUTE_LEARNER) \
	X(GET,  "/sign-in/code",        factor_ask_show,    SIGNED_IN, ROUTE_HALF) \
	X(POST, "/sign-in/code",        factor_ask_do,      SIGNED_IN, ROUTE_HALF) \
	X(GET,  "/sign-in/set-up",      factor_new_show,    SIGNED_IN, ROUTE_HALF) \
	X(POST, "/sign-in/set-up",      factor_new_do,      SIGNED_IN, ROUTE_HALF) \
	X(POST, "/sign-in/passkey",     sign_in_passkey_do, ANYONE, ROUTE_HALF | ROUTE_LOCKED) \
	X(POST, "/sign-in/second",      passkey_second_do,  SIGNED_IN, ROUTE_HALF) \
	X(GET,  "/sign-in/paper",       recovery_show,      SIGNED_IN, ROUTE_HALF) \
	X(POST, "/sign-in/paper",       recovery_do,        SIGNED_IN, ROUTE_HALF) \
	X(POST, "/sign-in/set-up/passkey", passkey_set_up_do, SIGNED_IN, ROUTE_HALF) \
	X(POST, "/unlock/passkey",      unlock_passkey_do,  SIGNED_IN, ROUTE_HALF | ROUTE_LOCKED) \
	X(GET,  "/break-glass",         break_glass_show,   ANYONE, ROUTE_HALF | ROUTE_LOCKED) \
	X(POST, "/break-glass",         break_glass_do,     ANYONE, ROUTE_HALF | ROUTE_LOCKED) \
	X(GET,  "/break-glass/envelopes", glass_envelopes_show, MAY(SCHOOL, READ), ROUTE_CHECKED) \
	X(POST, "/break-glass/envelopes", glass_envelopes_do, MAY(SCHOOL, READ), ROUTE_CHECKED | ROUTE_FRESH) \
	X(GET,  "/people/shared",       shared_show,        MAY(ACCOUNTS, READ), 0) \
	X(GET,  "/confirm",             confirm_show,       SIGNED_IN, 0) \
	X(POST, "/confirm",             confirm_do,         SIGNED_IN, 0) \
	X(GET,  "/unlock",              unlock_show,        SIGNED_IN, ROUTE_HALF | ROUTE_LOCKED | ROUTE_NO_TOUCH) \
	X(POST, "/unlock",              unlock_do,          SIGNED_IN, ROUTE_HALF | ROUTE_LOCKED) \
	X(POST, "/sign-out",            sign_out_do,        SIGNED_IN, ROUTE_HALF | ROUTE_LOCKED) \
	/* signing in with an outside account */ \
	X(GET,  "/sign-in/outside/:provider", outside_begin, ANYONE, ROUTE_HALF | ROUTE_LOCKED | ROUTE_CHECKED) \
	X(POST, "/sign-in/outside/:provider", outside_password, ANYONE, ROUTE_HALF | ROUTE_LOCKED | ROUTE_CHECKED) \
	X(GET,  "/sign-in/outside/:provider/back", outside_back, ANYONE, ROUTE_HALF | ROUTE_LOCKED | ROUTE_CHECKED) \
	X(GET,  "/me/outside",          my_outside_show,    SIGNED_IN, 0) \
	X(POST, "/me/outside/link",     my_outside_link,    SIGNED_IN, 0) \
	X(POST, "/me/outside/drop",     my_outside_drop,    SIGNED_IN, 0) \
	X(GET,  "/me/outside/:provider", my_outside_go,     SIGNED_IN, ROUTE_CHECKED) \
	X(GET,  "/outside",             outside_show,       MAY(ACCOUNTS, WRITE), ROUTE_CHECKED) \
	X(POST, "/outside",             outside_do,         MAY(ACCOUNTS, WRITE), ROUTE_CHECKED) \
	X(POST, "/outside/test/:provider", outside_test_do, MAY(ACCOUNTS, WRITE), ROUTE_CHECKED) \
	X(POST, "/outside/waiting/:id", outside_waiting_do, MAY(ACCOUNTS, WRITE), ROUTE_CHECKED) \
	/* one's own */ \
	X(GET,  "/home",                home_show,          SIGNED_IN, 0) \
	X(GET,  "/welcome",             welcome_show,       SIGNED_IN, ROUTE_LEARNER) \
	X(GET,  "/me",                  me_show,            SIGNED_IN, 0) \
	X(GET,  "/me/data",             me_data_show,       SIGNED_IN, ROUTE_CHECKED) \
	X(GET,  "/me/sessions",         my_sessions_show,   SIGNED_IN, 0) \
	X(POST, "/me/sessions/end",     my_sessions_end,    SIGNED_IN, 0) \
	X(POST, "/me/sessions/end-all", my_sessions_end_all,SIGNED_IN, 0) \
	X(GET,  "/me/factors",          factors_show,       SIGNED_IN, ROUTE_CHECKED) \
	X(GET,  "/me/factors/passkey",  passkey_new_show,   SIGNED_IN, ROUTE_CHECKED | ROUTE_FRESH) \
	X(POST, "/me/factors/passkey",  passkey_new_do,     SIGNED_IN, ROUTE_CHECKED | ROUTE_FRESH) \
	X(POST, "/me/factors/passkey/:id/remove", passkey_remove_do, SIGNED_IN, ROUTE_FRESH) \
	X(GET,  "/me/factors/app",      app_new_show,       SIGNED_IN, ROUTE_CHECKED | ROUTE_FRESH) \
	X(POST, "/me/factors/app",      app_new_do,         SIGNED_IN, ROUTE_CHECKED | ROUTE_FRESH) \
	X(POST, "/me/factors/app/remove", app_remove_do,    SIGNED_IN, ROUTE_FRESH) \
	X(POST, "/me/factors/codes",    codes_make_do,      SIGNED_IN, ROUTE_FRESH) \
	X(GET,  "/me/password",         my_password_show,   SIGNED_IN, ROUTE_HALF) \
	X(POST, "/me/password",         my_password_do,     SIGNED_IN, ROUTE_HALF) \
	/* tasks: one's own, and everyone's for those who lead */ \
	/* what is taught about being online */ \
	X(GET,  "/curriculum",          curriculum_show,    MAY(CURRICULUM, READ), ROUTE_CHECKED) \
	X(GET,  "/curriculum/outcomes", outcomes_show,      MAY(CURRICULUM, READ), ROUTE_CHECKED) \
	X(GET,  "/curriculum/lessons",  lessons_show,       MAY(CURRICULUM, READ), ROUTE_CHECKED) \
	X(GET,  "/curriculum/lessons/new", lesson_new_show, MAY(CURRICULUM, WRITE), 0) \
	X(POST, "/curriculum/lessons/new", lesson_new_do,   MAY(CURRICULUM, WRITE), ROUTE_ONCE) \
	X(GET,  "/curriculum/lessons/:id", lesson_show,     MAY(CURRICULUM, READ), ROUTE_CHECKED) \
	X(GET,  "/curriculum/lessons/:id/edit", lesson_edit_show, MAY(CURRICULUM, WRITE), 0) \
	X(POST, "/curriculum/lessons/:id/edit", lesson_edit_do, MAY(CURRICULUM, WRITE), 0) \
	X(POST, "/curriculum/lessons/:id/taught", lesson_taught_do, MAY(CURRICULUM, WRITE), 0) \
	X(POST, "/curriculum/lessons/:id/feedback", lesson_feedback_do, MAY(CURRICULUM, WRITE), 0) \
	X(POST, "/curriculum/lessons/:id/drop", lesson_drop_do, MAY(CURRICULUM, WRITE), 0) \
	X(GET,  "/people/:id/lessons",  child_lessons_show, MAY(CURRICULUM, READ), ROUTE_CHECKED) \
	X(GET,  "/occasions",           occasions_show,     MAY(CURRICULUM, READ), ROUTE_CHECKED) \
	X(GET,  "/occasions/new",       occasion_new_show,  MAY(CURRICULUM, READ), ROUTE_CHECKED) \
	X(POST, "/occasions/new",       occasion_new_do,    MAY(CURRICULUM, READ), ROUTE_CHECKED | ROUTE_ONCE) \
	X(GET,  "/occasions/:id",       occasion_show,      MAY(CURRICULUM, READ), ROUTE_CHECKED) \
	X(POST, "/occasions/:id",       occasion_edit_do,   MAY(CURRICULUM, READ), ROUTE_CHECKED) \
	X(POST, "/occasions/:id/held",  occasion_held_do,   MAY(CURRICULUM, READ), ROUTE_CHECKED) \
	X(POST, "/occasions/:id/cancel", occasion_cancel_do, MAY(CURRICULUM, READ), ROUTE_CHECKED) \
	X(GET,  "/tasks",               tasks_show,         SIGNED_IN, ROUTE_CHECKED) \
	X(GET,  "/tasks/new",           task_new_show,      SIGNED_IN, ROUTE_CHECKED) \
	X(POST, "/tasks/new",           task_new_do,        SIGNED_IN, ROUTE_CHECKED) \
	X(GET,  "/tasks/:id",           task_show,          SIGNED_IN, ROUTE_CHECKED) \
	X(POST, "/tasks/:id/done",      task_done_do,       SIGNED_IN, ROUTE_CHECKED) \
	X(POST, "/tasks/:id/drop",      task_drop_do,       SIGNED_IN, ROUTE_CHECKED) \
	X(POST, "/tasks/:id/reopen",    task_reopen_do,     SIGNED_IN, ROUTE_CHECKED) \
	X(POST, "/tasks/:id/delegate",  task_delegate_do,   SIGNED_IN, ROUTE_CHECKED) \
	X(POST, "/tasks/:id/item",      task_item_do,       SIGNED_IN, ROUTE_CHECKED) \
	/* training of those who work here: the handler narrows by who may see everybody's, who leads, whose it is */ \
	X(GET,  "/training",            training_show,      SIGNED_IN, ROUTE_CHECKED) \
	X(GET,  "/training/me",         training_me_show,   SIGNED_IN, ROUTE_CHECKED) \
	X(POST, "/training/me",         training_me_do,     SIGNED_IN, ROUTE_CHECKED | ROUTE_UPLOAD | ROUTE_ONCE) \
	X(GET,  "/training/person/:id", training_person_show, SIGNED_IN, ROUTE_CHECKED) \
	X(GET,  "/training/certificate/:id", training_certificate_show, SIGNED_IN, ROUTE_CHECKED) \
	X(GET,  "/training/courses",    training_courses_show, SIGNED_IN, ROUTE_CHECKED) \
	X(POST, "/training/courses/:id", training_course_do, SIGNED_IN, ROUTE_CHECKED) \
	X(GET,  "/training/courses/:id/document", training_course_document, SIGNED_IN, ROUTE_CHECKED) \
	X(GET,  "/training/sessions",   training_sessions_show, SIGNED_IN, ROUTE_CHECKED) \
	X(GET,  "/training/sessions/new", training_session_new_show, MAY(TRAINING, WRITE), 0) \
	X(POST, "/training/sessions/new", training_session_new_do, MAY(TRAINING, WRITE), ROUTE_ONCE) \
	X(GET,  "/training/sessions/:id", training_session_show, SIGNED_IN, ROUTE_CHECKED) \
	X(GET,  "/training/sessions/:id/edit", training_session_edit_show, MAY(TRAINING, WRITE), 0) \
	X(POST, "/training/sessions/:id/edit", training_session_edit_do, MAY(TRAINING, WRITE), 0) \
	X(POST, "/training/sessions/:id/held", training_session_held_do, MAY(TRAINING, WRITE), 0) \
	X(POST, "/training/sessions/:id/cancel", training_session_cancel_do, MAY(TRAINING, WRITE), 0) \
	X(POST, "/training/sessions/:id/again", training_session_again_do, MAY(TRAINING, WRITE), ROUTE_ONCE) \
	X(POST, "/training/sessions/:id/documents", training_session_file_do, MAY(TRAINING, WRITE), ROUTE_UPLOAD) \
	X(GET,  "/training/sessions/:id/document/:doc", training_session_document, MAY(TRAINING, WRITE), 0) \
	X(GET,  "/training/sessions/:id/door", training_door_show, MAY(TRAINING, WRITE), 0) \
	X(GET,  "/training/screen/:token", training_screen_show, ANYONE, ROUTE_HALF | ROUTE_LOCKED | ROUTE_NO_TOUCH | ROUTE_BARE) \
	X(GET,  "/training/here/:token", training_here_show, SIGNED_IN, ROUTE_CHECKED) \
	X(POST, "/training/here/:token", training_here_do,  SIGNED_IN, ROUTE_CHECKED) \
	X(GET,  "/training/often",      training_often_show, SIGNED_IN, ROUTE_CHECKED) \
	X(POST, "/training/often",      training_often_do,  SIGNED_IN, ROUTE_CHECKED) \
	X(GET,  "/training/inductions", training_inductions_show, SIGNED_IN, ROUTE_CHECKED) \
	X(GET,  "/training/induction/:id", training_induction_show, SIGNED_IN, ROUTE_CHECKED) \
	X(POST, "/training/induction/:id", training_induction_do, SIGNED_IN, ROUTE_CHECKED) \
	X(GET,  "/training/procedures", training_procedures_show, SIGNED_IN, ROUTE_CHECKED) \
	X(POST, "/training/procedures", training_procedures_do, SIGNED_IN, ROUTE_CHECKED) \
	/* plans for one pupil: whole for those who may work with them, what helps for the child's teachers */ \
	X(GET,  "/support",             support_list_show,  MAY(VULNERABLE, READ), ROUTE_CHECKED) \
	X(GET,  "/support/new",         support_new_show,   MAY(VULNERABLE, WRITE), 0) \
	X(POST, "/support/new",         support_new_do,     MAY(VULNERABLE, WRITE), 0) \
	X(GET,  "/support/needs",       needs_show,         MAY(VULNERABLE, READ), ROUTE_CHECKED) \
	X(POST, "/support/needs",       needs_do,           MAY(VULNERABLE, WRITE), 0) \
	X(GET,  "/support/:id",         support_show,       MAY(VULNERABLE, READ), ROUTE_CHECKED) \
	X(GET,  "/support/:id/edit",    support_edit_show,  MAY(VULNERABLE, WRITE), 0) \
	X(POST, "/support/:id/edit",    support_edit_do,    MAY(VULNERABLE, WRITE), 0) \
	X(POST, "/support/:id/end",     support_end_do,     MAY(VULNERABLE, WRITE), 0) \
	X(POST, "/support/:id/device",  support_device_do,  MAY(VULNERABLE, WRITE), 0) \
	/* access reviews: numbers for governors; the lists are tasks */ \
	X(GET,  "/review",              review_show,        MAY(GOVERNOR, READ), 0) \
	/* reporting, and cases: what a person sees of them is decided by the entry store */ \
	X(GET,  "/report",              report_show,        ANYONE, 0) \
	X(GET,  "/worry",               worry_show,         ANYONE, ROUTE_LEARNER) \
	X(POST, "/report",              report_do,          ANYONE, ROUTE_ONCE) \
	X(POST, "/report/draft",        report_draft_do,    SIGNED_IN, ROUTE_CHECKED) \
	X(POST, "/report/late",         report_late_do,     ANYONE, ROUTE_NO_TOUCH) \
	X(GET,  "/report/mine",         report_mine_show,   SIGNED_IN, ROUTE_CHECKED) \
	X(GET,  "/danger",              danger_show,        ANYONE, ROUTE_BARE) \
	X(POST, "/danger",              danger_do,          ANYONE, ROUTE_ONCE) \
	X(GET,  "/report/received",     report_received,    ANYONE, 0) \
	X(GET,  "/report/status",       report_status_show, ANYONE, 0) \
	X(POST, "/report/status",       report_status_do,   ANYONE, 0) \
	X(GET,  "/complaints",          complaints_show,    ANYONE, 0) \
	X(GET,  "/whistleblowing",      whistleblowing_show, SIGNED_IN, ROUTE_CHECKED) \
	X(GET,  "/technical",           technical_show,     MAY(CONCERN_RAISE, WRITE), ROUTE_CHECKED) \
	X(POST, "/technical",           technical_do,       MAY(CONCERN_RAISE, WRITE), ROUTE_CHECKED | ROUTE_ONCE) \
	X(POST, "/technical/:id",       technical_answer_do, MAY(CONCERN_RAISE, WRITE), ROUTE_CHECKED) \
	X(GET,  "/messages",            messages_show,      MAY(SCHOOL, READ), 0) \
	X(POST, "/case/:id/signpost",   case_signpost_do,   MAY(CONCERN, READ), ROUTE_CHECKED | ROUTE_ONCE) \
	X(GET,  "/procedures",          procedures_show,    ANYONE, 0) \
	X(GET,  "/procedures/:id",      procedure_show,     ANYONE, 0) \
	X(GET,  "/procedures/:id/chart", procedure_chart_show, ANYONE, 0) \
	X(GET,  "/links",               links_show,         ANYONE, 0) \
	X(GET,  "/contacts",            contacts_show,      MAY(CONTACTS, READ), ROUTE_CHECKED) \
	X(POST, "/contacts/:id/confirm", contact_confirm_do, MAY(CONTACTS, WRITE), 0) \
	X(GET,  "/today",               today_show,         MAY(CONCERN, READ), ROUTE_CHECKED) \
	X(GET,  "/alerts",              alerts_show,        MAY(CONCERN_DECIDE, READ), ROUTE_CHECKED) \
	X(GET,  "/alerts/:id",          alert_show,         MAY(CONCERN_DECIDE, READ), ROUTE_CHECKED) \
	X(POST, "/alerts/:id",          alerts_do,          MAY(CONCERN_DECIDE, READ), ROUTE_CHECKED | ROUTE_ONCE) \
	X(GET,  "/cases",               cases_show,         MAY(CONCERN, READ), ROUTE_CHECKED) \
	X(GET,  "/case/:id",            case_show,          MAY(CONCERN, READ), ROUTE_CHECKED) \
	X(GET,  "/case/:id/step/:step/sheet", case_sheet_show, MAY(CONCERN, READ), ROUTE_CHECKED | ROUTE_FRESH) \
	X(GET,  "/case/:id/print",      case_print,         MAY(CONCERN, READ), ROUTE_CHECKED | ROUTE_FRESH) \
	X(POST, "/case/:id/seen",       case_seen,          MAY(CONCERN, READ), ROUTE_CHECKED) \
	X(POST, "/case/:id/note",       case_note_do,       MAY(CONCERN, READ), ROUTE_CHECKED | ROUTE_ONCE) \
	X(POST, "/case/:id/hand-over",  case_hand_over,     MAY(CONCERN, READ), ROUTE_CHECKED | ROUTE_ONCE) \
	X(POST, "/case/:id/keep-from",  case_keep_from,     MAY(CONCERN, READ), ROUTE_CHECKED) \
	X(POST, "/case/:id/involve",    case_involve,       MAY(CONCERN, READ), ROUTE_CHECKED | ROUTE_ONCE) \
	X(POST, "/case/:id/procedure",  case_procedure_change, MAY(CONCERN, READ), ROUTE_CHECKED | ROUTE_ONCE) \
	X(POST, "/case/:id/action",     case_action_do,     MAY(CONCERN, READ), ROUTE_CHECKED | ROUTE_ONCE) \
	X(POST, "/case/:id/action/:action", case_action_end_do, MAY(CONCERN, READ), ROUTE_CHECKED) \
	X(POST, "/case/:id/referral",   case_referral_do,   MAY(CONCERN, READ), ROUTE_CHECKED | ROUTE_ONCE) \
	X(POST, "/case/:id/referral/:referral", case_referral_turn_do, MAY(CONCERN, READ), ROUTE_CHECKED) \
	X(POST, "/case/:id/block/:block/lift", case_block_lift_do, MAY(CONCERN, READ), ROUTE_CHECKED) \
	X(GET,  "/case/:id/version",    case_version_show,  MAY(CONCERN, READ), ROUTE_CHECKED) \
	X(POST, "/case/:id/version",    case_version_do,    MAY(CONCERN, READ), ROUTE_CHECKED) \
	X(POST, "/case/:id/close",      case_close,         MAY(CONCERN, READ), ROUTE_CHECKED) \
	X(POST, "/case/:id/reopen",     case_reopen,        MAY(CONCERN, READ), ROUTE_CHECKED | ROUTE_ONCE) \
	X(GET,  "/case/:id/step/:step", case_step_show,     MAY(CONCERN, READ), ROUTE_CHECKED) \
	X(POST, "/case/:id/step/:step", case_step_do,       MAY(CONCERN, READ), ROUTE_CHECKED | ROUTE_ONCE) \
	/* concerns about adults, by person */ \
	X(GET,  "/adult-concerns",      adult_concerns_show, MAY(STAFF_CASE, APPROVE), ROUTE_CHECKED) \
	X(POST, "/adult-concerns",      adult_concerns_do,  MAY(STAFF_CASE, APPROVE), ROUTE_CHECKED | ROUTE_ONCE) \
	X(GET,  "/adult-concerns/:id/copy", adult_file_show, MAY(STAFF_CASE, APPROVE), ROUTE_CHECKED) \
	X(POST, "/adult-concerns/:id/copy", adult_file_do,   MAY(STAFF_CASE, APPROVE), ROUTE_CHECKED | ROUTE_FRESH) \
	X(GET,  "/pages",               pages_show,         MAY(CONCERN, READ), ROUTE_CHECKED) \
	X(POST, "/pages/:id",           pages_do,           MAY(CONCERN, READ), ROUTE_CHECKED) \
	/* agreements, classes */ \
	X(GET,  "/agreement",           agreement_show,     SIGNED_IN, ROUTE_CHECKED) \
	X(POST, "/agreement",           agreement_do,       SIGNED_IN, ROUTE_CHECKED) \
	X(POST, "/agreement/language",  agreement_language_do, SIGNED_IN, ROUTE_CHECKED) \
	X(POST, "/agreement/undo",      agreement_undo_do,  SIGNED_IN, ROUTE_CHECKED) \
	X(GET,  "/class/:id/help/:child", class_help_show,  MAY(CLASS_SESSION, WRITE), ROUTE_CHECKED) \
	X(POST, "/class/:id/help/:child", class_help_do,    MAY(CLASS_SESSION, WRITE), ROUTE_CHECKED) \
	X(POST, "/class/:id/reading/:child", class_reading_do, MAY(CLASS_SESSION, WRITE), ROUTE_CHECKED) \
	X(GET,  "/classes",             classes_show,       MAY(CLASS_SESSION, WRITE), 0) \
	X(GET,  "/class/:id/sign",      class_sign_show,    MAY(CLASS_SESSION, WRITE), ROUTE_CHECKED) \
	X(POST, "/class/:id/sign",      class_sign_do,      MAY(CLASS_SESSION, WRITE), ROUTE_CHECKED) \
	X(GET,  "/class/:id/taught",    class_taught_show,  MAY(CLASS_SESSION, WRITE), ROUTE_CHECKED) \
	X(POST, "/class/:id/taught",    class_taught_do,    MAY(CLASS_SESSION, WRITE), ROUTE_CHECKED) \
	X(GET,  "/class/:id/session",   class_session_show, MAY(CLASS_SESSION, WRITE), ROUTE_CHECKED) \
	X(POST, "/class/:id/session",   class_session_open, MAY(CLASS_SESSION, WRITE), ROUTE_CHECKED) \
	X(POST, "/class/:id/session/close", class_session_close, MAY(CLASS_SESSION, WRITE), ROUTE_CHECKED) \
	X(POST, "/class/:id/session/out", class_session_out, MAY(CLASS_SESSION, WRITE), ROUTE_CHECKED) \
	X(POST, "/class/:id/session/unlock", class_session_unlock, MAY(CLASS_SESSION, WRITE), ROUTE_CHECKED) \
	X(GET,  "/class/:id/cover",     class_cover_show,   MAY(CLASS_SESSION, WRITE), 0) \
	X(POST, "/class/:id/cover",     class_cover_do,     MAY(CLASS_SESSION, WRITE), 0) \
	/* a code to set a password with */ \
	X(GET,  "/sign-in/new-password", new_password_show, ANYONE, ROUTE_HALF | ROUTE_LOCKED) \
	X(POST, "/sign-in/new-password", new_password_do,   ANYONE, ROUTE_HALF | ROUTE_LOCKED) \
	/* cards, and children who sign in with them: only in an opened lesson */ \
	X(GET,  "/class/:id/cards",     cards_show,         MAY(CLASS_SESSION, WRITE), ROUTE_CHECKED) \
	X(POST, "/class/:id/cards",     cards_do,           MAY(CLASS_SESSION, WRITE), ROUTE_CHECKED) \
	X(GET,  "/sign-in/class/:class", learner_class_show, ANYONE, ROUTE_HALF | ROUTE_LOCKED | ROUTE_LEARNER | ROUTE_CHECKED) \
	X(GET,  "/sign-in/class/:class/:child", learner_pick_show, ANYONE, ROUTE_HALF | ROUTE_LOCKED | ROUTE_LEARNER | ROUTE_CHECKED) \
	X(POST, "/sign-in/class/:class/:child", learner_pick_do, ANYONE, ROUTE_HALF | ROUTE_LOCKED | ROUTE_LEARNER | ROUTE_CHECKED) \
	X(GET,  "/card/:code",          card_show,          ANYONE, ROUTE_HALF | ROUTE_LOCKED | ROUTE_LEARNER | ROUTE_CHECKED) \
	X(POST, "/card/:code",          card_do,            ANYONE, ROUTE_HALF | ROUTE_LOCKED | ROUTE_LEARNER | ROUTE_CHECKED) \
	/* devices that the school holds */ \
	X(GET,  "/held",                held_show,          MAY(CUSTODY, READ), 0) \
	X(GET,  "/held/new",            held_new_show,      MAY(CUSTODY, WRITE), 0) \
	X(POST, "/held/new",            held_new_do,        MAY(CUSTODY, WRITE), ROUTE_CHECKED | ROUTE_ONCE) \
	X(GET,  "/held/:id",            held_one_show,      MAY(CUSTODY, READ), 0) \
	X(POST, "/held/:id/move",       held_move_do,       MAY(CUSTODY, WRITE), ROUTE_CHECKED) \
	X(POST, "/held/:id/hold",       held_hold_do,       MAY(CUSTODY, READ), ROUTE_CHECKED) \
	X(POST, "/held/:id/return",     held_return_do,     MAY(CUSTODY, READ), ROUTE_CHECKED) \
	X(POST, "/held/:id/police",     held_police_do,     MAY(CUSTODY, READ), ROUTE_CHECKED) \
	X(POST, "/held/:id/search",     held_search_do,     MAY(DEVICE_SEARCH, WRITE), ROUTE_CHECKED | ROUTE_ONCE) \
	X(POST, "/held/:id/search/:search/sign", held_sign_do, MAY(DEVICE_SEARCH, WRITE), ROUTE_CHECKED) \
	/* activity */ \
	X(GET,  "/activity",            activity_show,      MAY(ACTIVITY_NAMED, READ), 0) \
	X(GET,  "/activity/staff",      activity_staff_show, MAY(ACTIVITY_STAFF, READ), 0) \
	X(GET,  "/activity/new",        activity_new_show,  SIGNED_IN, ROUTE_CHECKED) \
	X(POST, "/activity/new",        activity_new_do,    SIGNED_IN, ROUTE_CHECKED) \
	X(GET,  "/activity/views",      activity_views_show, MAY(ACTIVITY_NAMED, READ), ROUTE_CHECKED) \
	X(GET,  "/activity/attempts",   attempts_show,      MAY(CONCERN_DECIDE, READ), ROUTE_CHECKED) \
	X(POST, "/activity/attempts/:id", attempts_do,      MAY(CONCERN_DECIDE, READ), ROUTE_CHECKED) \
	X(GET,  "/activity/:view",      activity_view_show, SIGNED_IN, ROUTE_CHECKED) \
	X(GET,  "/class/:id/summary",   class_summary_show, MAY(ACTIVITY_CLASS, READ), ROUTE_CHECKED) \
	/* requests for a site, changes of the filter */ \
	X(GET,  "/requests",            requests_show,      MAY(RULE_PROPOSE, READ), 0) \
	X(GET,  "/requests/new",        request_new_show,   MAY(RULE_PROPOSE, WRITE), 0) \
	X(POST, "/requests/new",        request_new_do,     MAY(RULE_PROPOSE, WRITE), 0) \
	X(GET,  "/requests/report",     request_report_show, MAY(RULE_PROPOSE, READ), 0) \
	X(GET,  "/requests/:id",        request_show,       MAY(RULE_PROPOSE, READ), ROUTE_CHECKED) \
	X(POST, "/requests/:id",        request_do,         MAY(RULE_PROPOSE, READ), ROUTE_CHECKED) \
	X(GET,  "/changes",             changes_show,       MAY(RULE_PROPOSE, READ), 0) \
	X(GET,  "/changes/new",         change_new_show,    MAY(RULE_PROPOSE, WRITE), ROUTE_CHECKED) \
	X(POST, "/changes/new",         change_new_do,      MAY(RULE_PROPOSE, WRITE), ROUTE_CHECKED) \
	X(GET,  "/changes/files",       rules_files_show,   MAY(SCHOOL, READ), ROUTE_CHECKED) \
	X(POST, "/changes/files/:id",   rules_files_do,     MAY(SCHOOL, READ), ROUTE_CHECKED) \
	X(GET,  "/changes/:id",         change_show,        MAY(RULE_PROPOSE, READ), 0) \
	X(POST, "/changes/:id/assess",  change_assess_do,   MAY(RULE_ASSESS, APPROVE), ROUTE_CHECKED) \
	X(POST, "/changes/:id/consent", change_consent_do,  MAY(RULE_ASSESS, APPROVE), ROUTE_CHECKED) \
	X(POST, "/changes/:id/stop",    change_stop_do,     MAY(RULE_ASSESS, APPROVE), ROUTE_CHECKED) \
	X(POST, "/changes/:id/refuse",  change_refuse_do,   MAY(RULE_ASSESS, APPROVE), ROUTE_CHECKED) \
	X(POST, "/changes/:id/end",     change_end_do,      MAY(RULE_ASSESS, APPROVE), ROUTE_CHECKED) \
	X(POST, "/changes/:id/withdraw", change_withdraw_do, MAY(RULE_PROPOSE, WRITE), ROUTE_CHECKED) \
	/* the state of the program, governors, monitoring: only leaders record what monitoring needs */ \
	X(GET,  "/status",              status_show,        MAY(SCHOOL, READ), 0) \
	X(GET,  "/status/filter-test",  filter_test_show,   MAY(SCHOOL, READ), 0) \
	X(POST, "/status/filter-test",  filter_test_do,     MAY(SCHOOL, READ), ROUTE_CHECKED) \
	X(GET,  "/status/filter-matrix", matrix_show,       MAY(SCHOOL, READ), 0) \
	X(GET,  "/status/filter-matrix/look", matrix_look_show, MAY(SCHOOL, READ), ROUTE_CHECKED) \
	X(POST, "/status/filter-matrix/look", matrix_look_do, MAY(SCHOOL, READ), ROUTE_CHECKED) \
	X(GET,  "/status/filter-matrix/look/:id", matrix_word_show, MAY(SCHOOL, READ), ROUTE_CHECKED) \
	X(GET,  "/status/filter-matrix/:id", matrix_cell_show, MAY(SCHOOL, READ), 0) \
	X(GET,  "/status/sealed",       sealed_show,        MAY(SCHOOL, READ), 0) \
	X(POST, "/status/sealed",       sealed_do,          MAY(SCHOOL, READ), ROUTE_CHECKED) \
	X(GET,  "/status/seen",         coverage_seen_show, MAY(SCHOOL, READ), 0) \
	X(GET,  "/status/apps",         apps_show,          MAY(SCHOOL, READ), ROUTE_CHECKED) \
	X(POST, "/status/apps/ask",     apps_ask_do,        MAY(SCHOOL, READ), ROUTE_CHECKED) \
	X(GET,  "/status/overblock",    overblock_show,     MAY(SCHOOL, READ), 0) \
	X(POST, "/status/overblock",    overblock_do,       MAY(SCHOOL, READ), ROUTE_CHECKED) \
	X(GET,  "/status/devices",      devices_seen_show,  MAY(SCHOOL, READ), 0) \
	X(GET,  "/self-audit",          self_audit_show,    MAY(GOVERNOR, READ), 0) \
	X(GET,  "/security",            security_show,      MAY(SCHOOL, READ), ROUTE_CHECKED) \
	X(POST, "/security/check",      security_check_do,  MAY(SCHOOL, READ), ROUTE_CHECKED) \
	X(GET,  "/status/monitoring",   monitoring_show,    MAY(SCHOOL, READ), 0) \
	X(POST, "/status/monitoring",   monitoring_do,      MAY(SCHOOL, READ), ROUTE_CHECKED) \
	X(POST, "/status/monitoring/switch", monitoring_switch_do, MAY(SCHOOL, READ), ROUTE_CHECKED) \
	X(GET,  "/governors",           governors_show,     MAY(GOVERNOR, READ), 0) \
	/* concerns counted */ \
	X(GET,  "/trends",              trends_show,        MAY(CONCERN, READ), ROUTE_CHECKED) \
	X(GET,  "/governors/counts",    governor_counts,    MAY(GOVERNOR, READ), 0) \
	/* the policy, and what shows that it is lived */ \
	X(GET,  "/our-policy",          policy_public,      ANYONE, 0) \
	X(GET,  "/policy",              policy_show,        MAY(POLICY_TEXT, READ), 0) \
	X(GET,  "/policy/clause/:id",   policy_clause,      MAY(POLICY_TEXT, READ), 0) \
	X(GET,  "/policy/versions",     policy_versions,    MAY(POLICY_TEXT, READ), 0) \
	X(GET,  "/policy/versions/new", policy_new_show,    MAY(POLICY_TEXT, WRITE), 0) \
	X(POST, "/policy/versions/new", policy_new_do,      MAY(POLICY_TEXT, WRITE), 0) \
	X(GET,  "/policy/version/:id",  policy_version_show,MAY(POLICY_TEXT, READ), 0) \
	X(GET,  "/policy/version/:id/edit", policy_edit_show, MAY(POLICY_TEXT, WRITE), 0) \
	X(POST, "/policy/version/:id/edit", policy_edit_do, MAY(POLICY_TEXT, WRITE), 0) \
	X(POST, "/policy/version/:id/approve", policy_approve, MAY(POLICY_TEXT, APPROVE), 0) \
	X(POST, "/policy/version/:id/activate", policy_activate, MAY(POLICY_TEXT, APPROVE), 0) \
	X(POST, "/policy/version/:id/sign", policy_sign,    MAY(POLICY_TEXT, APPROVE), ROUTE_CHECKED) \
	X(GET,  "/why",                 why_show,           MAY(RULE_PROPOSE, READ), 0) \
	X(GET,  "/class/:id/allow",     class_allow_show,   MAY(CLASS_SESSION, WRITE), ROUTE_CHECKED) \
	X(POST, "/class/:id/allow",     class_allow_do,     MAY(CLASS_SESSION, WRITE), ROUTE_CHECKED) \
	X(POST, "/class/:id/films",     class_films_do,     MAY(CLASS_SESSION, WRITE), ROUTE_CHECKED) \
	X(POST, "/class/:id/allow/:allowance/close", class_allow_close, MAY(CLASS_SESSION, WRITE), ROUTE_CHECKED) \
	/* what people said about the policy and what is taught */ \
	X(POST, "/policy/version/:id/comment", policy_comment_do, MAY(POLICY_TEXT, READ), ROUTE_CHECKED) \
	X(POST, "/curriculum/comment",  curriculum_comment_do, MAY(CURRICULUM, READ), ROUTE_CHECKED) \
	X(POST, "/voices/:id",          voices_answer_do,   SIGNED_IN, ROUTE_CHECKED) \
	/* working with families: what they read, what went out */ \
	X(GET,  "/for-families",        for_families_show,  ANYONE, 0) \
	X(GET,  "/families/engagement", engagement_show,    MAY(REGISTERS, READ), ROUTE_CHECKED) \
	/* surveys without names: whom they ask is checked by the handler */ \
	X(GET,  "/voice",               voice_show,         SIGNED_IN, 0) \
	X(GET,  "/voice/:id",           voice_ask_show,     SIGNED_IN, ROUTE_CHECKED) \
	X(POST, "/voice/:id",           voice_ask_do,       SIGNED_IN, ROUTE_CHECKED) \
	X(GET,  "/voice/:id/results",   voice_results_show, SIGNED_IN, ROUTE_CHECKED) \
	X(GET,  "/family/voice/:id",    family_voice_show,  ANYONE, ROUTE_CHECKED) \
	X(POST, "/family/voice/:id",    family_voice_do,    ANYONE, ROUTE_CHECKED) \
	X(GET,  "/class/:id/voice/:survey", class_voice_show, MAY(CLASS_SESSION, WRITE), ROUTE_CHECKED) \
	X(POST, "/class/:id/voice/:survey", class_voice_do, MAY(CLASS_SESSION, WRITE), ROUTE_CHECKED) \
	/* agreements kept or not: who may is checked by the handler; who is protected how */ \
	X(GET,  "/people/:id/breach",   breach_show,        MAY(CONCERN_RAISE, WRITE), ROUTE_CHECKED) \
	X(POST, "/people/:id/breach",   breach_do,          MAY(CONCERN_RAISE, WRITE), ROUTE_CHECKED | ROUTE_ONCE) \
	X(GET,  "/status/coverage",     coverage_show,      MAY(SCHOOL, READ), 0) \
	/* policies that belong together */ \
	X(GET,  "/our-policies",        our_policies_show,  MAY(POLICY_TEXT, READ), 0) \
	X(GET,  "/our-policies/:kind",  our_policy_show,    MAY(POLICY_TEXT, READ), 0) \
	X(POST, "/our-policies/:kind",  our_policy_do,      MAY(POLICY_TEXT, WRITE), 0) \
	/* keeping agreements */ \
	X(GET,  "/agreements",          agreements_show,    MAY(ACCOUNTS, READ), 0) \
	X(POST, "/agreements",          agreements_do,      MAY(POLICY_TEXT, WRITE), 0) \
	X(GET,  "/agreements/edit/:audience", agreement_edit_show, MAY(POLICY_TEXT, WRITE), 0) \
	X(POST, "/agreements/edit/:audience", agreement_edit_do, MAY(POLICY_TEXT, WRITE), 0) \
	X(GET,  "/agreements/version/:id", agreement_version_show, MAY(POLICY_TEXT, READ), ROUTE_CHECKED) \
	X(POST, "/agreements/version/:id", agreement_version_do, MAY(POLICY_TEXT, READ), ROUTE_CHECKED) \
	X(POST, "/agreements/translation/:id", agreement_translation_do, MAY(POLICY_TEXT, WRITE), 0) \
	X(GET,  "/agreements/reminders", reminders_show,    MAY(ACCOUNTS, READ), 0) \
	X(POST, "/agreements/reminders", reminders_do,      MAY(ACCOUNTS, READ), 0) \
	X(GET,  "/agreements/enter/:person", agreement_enter_show, MAY(ACCOUNTS, WRITE), 0) \
	X(POST, "/agreements/enter/:person", agreement_enter_do, MAY(ACCOUNTS, WRITE), 0) \
	X(GET,  "/agreements/unsigned", unsigned_show,      MAY(ACCOUNTS, READ), 0) \
	X(GET,  "/agreements/text/:audience", agreement_text_show, MAY(ACCOUNTS, READ), 0) \
	/* visitors: the desk, their own device, a challenge by anybody who works here */ \
	X(GET,  "/visitors",            visitors_show,      MAY(VISITORS, READ), ROUTE_CHECKED) \
	X(GET,  "/visitors/new",        visitor_new_show,   MAY(VISITORS, READ), ROUTE_CHECKED) \
	X(POST, "/visitors/new",        visitor_new_do,     MAY(VISITORS, READ), ROUTE_CHECKED) \
	X(GET,  "/visitors/book",       visitor_book_show,  MAY(VISITORS, READ), ROUTE_CHECKED) \
	X(POST, "/visitors/book",       visitor_book_do,    MAY(VISITORS, READ), ROUTE_CHECKED) \
	X(GET,  "/visitors/now",        visitors_now_show,  MAY(VISITORS, READ), ROUTE_CHECKED) \
	X(GET,  "/visitors/history",    visitors_history_show, MAY(VISITORS, READ), ROUTE_CHECKED) \
	X(GET,  "/visitors/challenge",  challenge_show,     MAY(CONCERN_RAISE, WRITE), ROUTE_CHECKED) \
	X(POST, "/visitors/challenge",  challenge_do,       MAY(CONCERN_RAISE, WRITE), ROUTE_CHECKED) \
	X(GET,  "/visitors/challenges", challenges_show,    MAY(VISITORS, READ), ROUTE_CHECKED) \
	X(POST, "/visitors/challenges/:id", challenge_close_do, MAY(VISITORS, APPROVE), ROUTE_CHECKED) \
	X(GET,  "/visitors/:id",        visitor_show,       MAY(VISITORS, READ), ROUTE_CHECKED) \
	X(POST, "/visitors/:id/hand",   visitor_hand_do,    MAY(VISITORS, READ), ROUTE_CHECKED) \
	X(GET,  "/visitors/:id/agree",  visitor_agree_show, MAY(VISITORS, READ), ROUTE_CHECKED | ROUTE_LOCKED) \
	X(POST, "/visitors/:id/agree",  visitor_agree_do,   MAY(VISITORS, READ), ROUTE_CHECKED | ROUTE_LOCKED) \
	X(GET,  "/visitors/:id/thanks", visitor_thanks_show, MAY(VISITORS, READ), ROUTE_CHECKED | ROUTE_LOCKED) \
	X(POST, "/visitors/:id/code",   visitor_code_do,    MAY(VISITORS, READ), ROUTE_CHECKED) \
	X(POST, "/visitors/:id/phrase", visitor_phrase_do,  MAY(VISITORS, READ), ROUTE_CHECKED) \
	X(POST, "/visitors/:id/classes", visitor_classes_do, MAY(VISITORS, READ), ROUTE_CHECKED) \
	X(POST, "/visitors/:id/invite", visitor_invite_do,  MAY(VISITORS, READ), ROUTE_CHECKED) \
	X(POST, "/visitors/:id/out",    visitor_out_do,     MAY(VISITORS, READ), ROUTE_CHECKED) \
	X(POST, "/visitors/:id/cancel", visitor_cancel_do,  MAY(VISITORS, READ), ROUTE_CHECKED) \
	X(GET,  "/guest",               guest_show,         ANYONE, 0) \
	X(POST, "/guest",               guest_do,           ANYONE, 0) \
	/* families: the adult is known by their own link, or signed in */ \
	X(GET,  "/family",              family_show,        ANYONE, ROUTE_CHECKED) \
	X(GET,  "/family/open/:token",  family_open_show,   ANYONE, ROUTE_CHECKED) \
	X(POST, "/family/open/:token",  family_open_do,     ANYONE, ROUTE_CHECKED) \
	X(POST, "/family/close",        family_close_do,    ANYONE, ROUTE_CHECKED) \
	X(GET,  "/family/new-link",     family_ask_show,    ANYONE, 0) \
	X(POST, "/family/new-link",     family_ask_do,      ANYONE, 0) \
	X(GET,  "/family/agreement",    family_own_show,    ANYONE, ROUTE_CHECKED) \
	X(POST, "/family/agreement",    family_own_do,      ANYONE, ROUTE_CHECKED) \
	X(GET,  "/family/child/:id",    family_child_show,  ANYONE, ROUTE_CHECKED) \
	X(POST, "/family/child/:id",    family_child_do,    ANYONE, ROUTE_CHECKED) \
	X(GET,  "/family/details",      family_details_show, ANYONE, ROUTE_CHECKED) \
	X(POST, "/family/details",      family_details_do,  ANYONE, ROUTE_CHECKED) \
	X(GET,  "/family/data",         family_data_show,   ANYONE, ROUTE_CHECKED) \
	X(POST, "/family/data",         family_data_do,     ANYONE, ROUTE_CHECKED) \
	X(GET,  "/my-data",             my_data_show,       SIGNED_IN, ROUTE_CHECKED) \
	X(POST, "/my-data",             my_data_do,         SIGNED_IN, ROUTE_CHECKED) \
	X(GET,  "/families",            families_show,      MAY(ACCOUNTS, READ), ROUTE_CHECKED) \
	X(GET,  "/families/channels",   family_channels_show, MAY(CHANNELS, READ), ROUTE_CHECKED) \
	X(POST, "/families/channels",   family_channels_do, MAY(CHANNELS, READ), ROUTE_CHECKED) \
	X(GET,  "/families/child/:id",  family_file_show,   MAY(ACCOUNTS, READ), ROUTE_CHECKED) \
	X(POST, "/families/child/:id/care", family_care_do, MAY(ACCOUNTS, WRITE), ROUTE_CHECKED) \
	X(GET,  "/families/child/:id/data", data_request_new_show, MAY(ACCOUNTS, READ), ROUTE_CHECKED) \
	X(POST, "/families/child/:id/data", data_request_new_do, MAY(ACCOUNTS, READ), ROUTE_CHECKED) \
	X(GET,  "/families/child/:id/adult/:adult", family_contact_show, MAY(ACCOUNTS, READ), ROUTE_CHECKED) \
	X(POST, "/families/child/:id/adult/:adult", family_contact_do, MAY(ACCOUNTS, WRITE), ROUTE_CHECKED) \
	X(POST, "/families/child/:id/adult/:adult/drop", family_drop_do, MAY(ACCOUNTS, WRITE), ROUTE_CHECKED) \
	X(POST, "/families/child/:id/adult/:adult/invite", family_invite_do, MAY(ACCOUNTS, WRITE), ROUTE_CHECKED) \
	X(POST, "/families/child/:id/adult/:adult/letter", family_letter_do, MAY(ACCOUNTS, WRITE), ROUTE_CHECKED) \
	X(POST, "/families/child/:id/adult/:adult/answer", family_answer_do, MAY(ACCOUNTS, WRITE), ROUTE_CHECKED) \
	X(POST, "/families/child/:id/adult/:adult/bar", family_bar_do, MAY(CONCERN_DECIDE, APPROVE), ROUTE_CHECKED) \
	X(GET,  "/data-requests",       data_requests_show, SIGNED_IN, ROUTE_CHECKED) \
	X(GET,  "/data-requests/:id",   data_request_show,  SIGNED_IN, ROUTE_CHECKED) \
	X(POST, "/data-requests/:id/decide", data_request_decide_do, SIGNED_IN, ROUTE_CHECKED) \
	X(POST, "/data-requests/:id/handed", data_request_handed_do, SIGNED_IN, ROUTE_CHECKED) \
	/* the file of a case: documents, links, how long it is kept; one child's chronology */ \
	X(GET,  "/case/:id/file",       casefile_show,      MAY(CONCERN, READ), ROUTE_CHECKED) \
	X(POST, "/case/:id/documents",  casefile_add,       MAY(CONCERN, READ), ROUTE_CHECKED | ROUTE_UPLOAD) \
	X(GET,  "/case/:id/document/:doc", casefile_document, MAY(CONCERN, READ), ROUTE_CHECKED) \
	X(POST, "/case/:id/document/:doc/withdraw", casefile_withdraw, MAY(CONCERN, READ), ROUTE_CHECKED) \
	X(POST, "/case/:id/link",       casefile_link,      MAY(CONCERN, READ), ROUTE_CHECKED) \
	X(POST, "/case/:id/link/:tie/end", casefile_link_end, MAY(CONCERN, READ), ROUTE_CHECKED) \
	X(POST, "/case/:id/keep",       casefile_keep,      MAY(CONCERN, READ), ROUTE_CHECKED) \
	X(POST, "/case/:id/hold",       casefile_hold,      MAY(CONCERN, READ), ROUTE_CHECKED) \
	X(POST, "/case/:id/dispose",    casefile_dispose,   MAY(CONCERN, READ), ROUTE_CHECKED | ROUTE_FRESH) \
	X(GET,  "/people/:id/chronology", chronology_show,  MAY(CONCERN, READ), ROUTE_CHECKED) \
	X(GET,  "/retention",           retention_show,     MAY(CONCERN, READ), ROUTE_CHECKED) \
	X(GET,  "/retention/:id",       disposal_show,      MAY(CONCERN, READ), ROUTE_CHECKED) \
	X(POST, "/retention/:id/confirm", disposal_confirm_do, MAY(CONCERN, READ), ROUTE_CHECKED | ROUTE_FRESH) \
	X(POST, "/retention/:id/refuse", disposal_refuse_do, MAY(CONCERN, READ), ROUTE_CHECKED) \
	/* prints for a court; worries on paper */ \
	X(GET,  "/case/:id/court",      court_show,         MAY(CONCERN, READ), ROUTE_CHECKED) \
	X(POST, "/case/:id/court",      court_do,           MAY(CONCERN, READ), ROUTE_CHECKED | ROUTE_FRESH) \
	X(GET,  "/verify-print",        verify_print_show,  MAY(CONCERN, READ), ROUTE_CHECKED) \
	X(GET,  "/paper",               paper_show,         MAY(CONCERN_RAISE, WRITE), ROUTE_CHECKED) \
	X(GET,  "/paper/enter",         paper_enter_show,   MAY(CONCERN_RAISE, WRITE), ROUTE_CHECKED) \
	X(POST, "/paper/enter",         paper_enter_do,     MAY(CONCERN_RAISE, WRITE), ROUTE_CHECKED | ROUTE_ONCE) \
	/* going through what is kept, for somebody who asked */ \
	X(GET,  "/data-requests/:id/pack", pack_show,       SIGNED_IN, ROUTE_CHECKED) \
	X(POST, "/data-requests/:id/pack", pack_make_do,    SIGNED_IN, ROUTE_CHECKED | ROUTE_ONCE) \
	X(GET,  "/data-requests/:id/pack/:item", pack_item_show, SIGNED_IN, ROUTE_CHECKED) \
	X(POST, "/data-requests/:id/pack/:item", pack_item_do, SIGNED_IN, ROUTE_CHECKED) \
	X(POST, "/data-requests/:id/made/:doc", pack_save_do, SIGNED_IN, ROUTE_CHECKED | ROUTE_FRESH) \
	/* files of children who move */ \
	X(GET,  "/transfers",           transfers_show,     MAY(CONCERN, READ), ROUTE_CHECKED) \
	X(GET,  "/transfers/:id",       transfer_show,      MAY(CONCERN, READ), ROUTE_CHECKED) \
	X(POST, "/transfers/:id/make",  transfer_make_do,   MAY(CONCERN, READ), ROUTE_CHECKED | ROUTE_FRESH) \
	X(POST, "/transfers/:id/bundle", transfer_bundle_do, MAY(CONCERN, READ), ROUTE_CHECKED | ROUTE_FRESH) \
	X(POST, "/transfers/:id/sent",  transfer_sent_do,   MAY(CONCERN, READ), ROUTE_CHECKED) \
	X(POST, "/transfers/:id/received", transfer_received_do, MAY(CONCERN, READ), ROUTE_CHECKED) \
	X(POST, "/transfers/:id/drop",  transfer_drop_do,   MAY(CONCERN, READ), ROUTE_CHECKED) \
	X(POST, "/people/:id/transfer", transfer_open_do,   MAY(CONCERN, READ), ROUTE_CHECKED | ROUTE_ONCE) \
	X(POST, "/transfers/in",        transfer_in_do,     MAY(CONCERN, READ), ROUTE_CHECKED | ROUTE_UPLOAD) \
	X(POST, "/transfers/paper",     transfer_paper_do,  MAY(CONCERN, READ), ROUTE_CHECKED | ROUTE_UPLOAD) \
	X(GET,  "/transfers/in/:id",    transfer_in_show,   MAY(CONCERN, READ), ROUTE_CHECKED) \
	X(GET,  "/transfers/in/:id/document/:doc", transfer_in_document, MAY(CONCERN, READ), ROUTE_CHECKED) \
	X(POST, "/transfers/in/:id/take", transfer_in_take_do, MAY(CONCERN, READ), ROUTE_CHECKED) \
	X(POST, "/transfers/in/:id/refuse", transfer_in_refuse_do, MAY(CONCERN, READ), ROUTE_CHECKED) \
	/* what everybody is told, and where it hangs */ \
	X(GET,  "/policy/read",         policy_read_show,   SIGNED_IN, 0) \
	X(POST, "/policy/read",         policy_read_do,     SIGNED_IN, 0) \
	X(GET,  "/policy/receipts",     receipts_show,      MAY(EVIDENCE_PACK, READ), ROUTE_CHECKED) \
	X(GET,  "/reading",             reading_show,       MAY(CONCERN_RAISE, WRITE), 0) \
	X(POST, "/reading",             reading_do,         MAY(CONCERN_RAISE, WRITE), 0) \
	X(GET,  "/rules",               rules_show,         SIGNED_IN, 0) \
	X(POST, "/rules",               rules_do,           SIGNED_IN, ROUTE_CHECKED) \
	X(GET,  "/device-rules",        device_rules_show,  ANYONE, 0) \
	X(GET,  "/parent-pack",         parent_pack_show,   ANYONE, 0) \
	X(GET,  "/signs",               signs_show,         MAY(VISITORS, READ), 0) \
	X(POST, "/signs",               signs_do,           MAY(VISITORS, READ), 0) \
	X(POST, "/signs/:id",           sign_check_do,      MAY(VISITORS, READ), 0) \
	X(GET,  "/signs/sheet/:what",   sign_sheet_show,    MAY(VISITORS, READ), 0) \
	/* devices away from school: technicians and administrators set up, leaders see */ \
	X(GET,  "/away",                away_show,          MAY(SCHOOL, READ), ROUTE_CHECKED) \
	X(GET,  "/away/:id",            away_one,           MAY(SCHOOL, READ), ROUTE_CHECKED) \
	X(GET,  "/away/:id/profile",    away_profile_get,   MAY(SCHOOL, READ), ROUTE_CHECKED) \
	X(POST, "/away/:id/make",       away_make_do,       MAY(SCHOOL, READ), ROUTE_CHECKED) \
	X(POST, "/away/:id/end",        away_end_do,        MAY(SCHOOL, READ), ROUTE_CHECKED) \
	/* devices' own certificates: technicians and administrators make and withdraw, leaders see */ \
	X(GET,  "/device-certificates/:id",                device_certificates_show,    MAY(SCHOOL, READ), ROUTE_CHECKED) \
	X(POST, "/device-certificates/:id/request",        device_certificate_request_do, MAY(SCHOOL, READ), ROUTE_CHECKED | ROUTE_UPLOAD) \
	X(POST, "/device-certificates/:id/pack",           device_certificate_pack_do,  MAY(SCHOOL, READ), ROUTE_CHECKED) \
	X(POST, "/device-certificates/:id/file",           device_certificate_pack_get, MAY(SCHOOL, READ), ROUTE_CHECKED) \
	X(GET,  "/device-certificates/:id/file/:cert",     device_certificate_get,      MAY(SCHOOL, READ), ROUTE_CHECKED) \
	X(POST, "/device-certificates/:id/withdraw/:cert", device_certificate_withdraw_do, MAY(SCHOOL, READ), ROUTE_CHECKED) \
	/* services and apps: who signs as what is checked by the handler */ \
	X(GET,  "/services",            services_show,      MAY(RISK, READ), 0) \
	X(GET,  "/services/new",        service_new_show,   MAY(RISK, WRITE), 0) \
	X(POST, "/services/new",        service_new_do,     MAY(RISK, WRITE), 0) \
	X(GET,  "/services/import",     service_import_show, MAY(RISK, WRITE), ROUTE_CHECKED) \
	X(POST, "/services/import",     service_import_do,  MAY(RISK, WRITE), ROUTE_CHECKED | ROUTE_UPLOAD) \
	X(GET,  "/services/:id",        service_show,       MAY(RISK, READ), 0) \
	X(GET,  "/services/:id/edit",   service_edit_show,  MAY(RISK, READ), ROUTE_CHECKED) \
	X(POST, "/services/:id/edit",   service_edit_do,    MAY(RISK, READ), ROUTE_CHECKED) \
	X(GET,  "/services/:id/assess", service_assess_show, MAY(RISK, WRITE), 0) \
	X(POST, "/services/:id/assess", service_assess_do,  MAY(RISK, WRITE), 0) \
	X(POST, "/services/:id/sign",   service_sign_do,    MAY(RISK, READ), ROUTE_CHECKED) \
	X(POST, "/services/:id/back",   service_back_do,    MAY(RISK, READ), ROUTE_CHECKED) \
	X(GET,  "/services/:id/roster", roster_show,        MAY(ENTITLEMENT, WRITE), 0) \
	X(POST, "/services/:id/roster", roster_do,          MAY(ENTITLEMENT, WRITE), 0) \
	X(GET,  "/channels",            channels_show,      MAY(CHANNELS, READ), ROUTE_CHECKED) \
	X(POST, "/channels/:id/seal",   channel_seal_do,    MAY(CHANNELS, READ), ROUTE_CHECKED | ROUTE_FRESH) \
	X(POST, "/channels/:id/open",   channel_open_do,    MAY(CHANNELS, READ), ROUTE_CHECKED | ROUTE_FRESH) \
	X(POST, "/services/:id/move",   service_move_do,    MAY(RISK, READ), ROUTE_CHECKED) \
	/* the roll */ \
	X(GET,  "/roll",                roll_show,          MAY(ACCOUNTS, WRITE), 0) \
	X(POST, "/roll",                roll_upload_do,     MAY(ACCOUNTS, WRITE), ROUTE_UPLOAD) \
	X(GET,  "/roll/:id",            roll_plan_show,     MAY(ACCOUNTS, WRITE), ROUTE_CHECKED) \
	X(POST, "/roll/:id",            roll_apply_do,      MAY(ACCOUNTS, WRITE), ROUTE_CHECKED) \
	X(GET,  "/roll/:id/columns",    roll_columns_show,  MAY(ACCOUNTS, WRITE), ROUTE_CHECKED) \
	X(POST, "/roll/:id/columns",    roll_columns_do,    MAY(ACCOUNTS, WRITE), ROUTE_CHECKED) \
	X(POST, "/roll/:id/part",       roll_part_do,       MAY(ACCOUNTS, WRITE), ROUTE_CHECKED) \
	X(POST, "/roll/:id/drop",       roll_drop_do,       MAY(ACCOUNTS, WRITE), ROUTE_CHECKED) \
	/* the people of the school from its directory; whoever sets up signing in tests and stops it */ \
	X(GET,  "/directory",           directory_show,     MAY(ACCOUNTS, WRITE), 0) \
	X(POST, "/directory/:provider/look", directory_look_do, MAY(ACCOUNTS, WRITE), ROUTE_CHECKED) \
	X(POST, "/directory/:provider/test", directory_test_do, MAY(ACCOUNTS, WRITE), ROUTE_CHECKED) \
	X(POST, "/directory/:provider/stop", directory_stop_do, MAY(ACCOUNTS, WRITE), ROUTE_CHECKED) \
	/* people */ \
	/* pupils' own devices: who works here; whose class, and who takes devices in, is checked by the handler */ \
	X(GET,  "/check-in",            checkins_show,      SIGNED_IN, ROUTE_CHECKED) \
	X(GET,  "/check-in/:class",     checkin_class_show, SIGNED_IN, ROUTE_CHECKED) \
	X(POST, "/check-in/:class",     checkin_class_do,   SIGNED_IN, ROUTE_CHECKED) \
	X(POST, "/check-in/back/:id",   checkin_back_do,    SIGNED_IN, ROUTE_CHECKED) \
	X(POST, "/check-in/log/breach", checkin_breach_do,  SIGNED_IN, ROUTE_CHECKED) \
	X(POST, "/check-in/log/call",   checkin_call_do,    SIGNED_IN, ROUTE_CHECKED) \
	X(POST, "/check-in/log/exam",   checkin_exam_do,    SIGNED_IN, ROUTE_CHECKED) \
	/* mail: who gives letters back is the office's to mend; the server is for a technician or administrator (checked by the handler) */ \
	X(GET,  "/mail",                mail_show,          MAY(ACCOUNTS, WRITE), ROUTE_CHECKED) \
	X(POST, "/mail/group",          mail_group_do,      MAY(ACCOUNTS, WRITE), ROUTE_CHECKED) \
	X(POST, "/mail",                mail_do,            MAY(ACCOUNTS, WRITE), ROUTE_CHECKED | ROUTE_FRESH) \
	X(GET,  "/people",              people_show,        MAY(ACCOUNTS, READ), 0) \
	X(GET,  "/people/check",        account_check_show, MAY(ACCOUNTS, READ), 0) \
	X(GET,  "/people/new",          person_new_show,    MAY(ACCOUNTS, WRITE), 0) \
	X(POST, "/people/new",          person_new_do,      MAY(ACCOUNTS, WRITE), 0) \
	X(GET,  "/find",                find_show,          SIGNED_IN, ROUTE_CHECKED) \
	X(GET,  "/people/:id/edit",     person_edit_show,   MAY(ACCOUNTS, WRITE), ROUTE_CHECKED) \
	X(POST, "/people/:id/edit",     person_edit_do,     MAY(ACCOUNTS, WRITE), ROUTE_CHECKED) \
	X(POST, "/people/:id/return",   person_return_do,   MAY(ACCOUNTS, WRITE), ROUTE_CHECKED) \
	X(GET,  "/people/:id",          person_show,        MAY(ACCOUNTS, READ), 0) \
	X(POST, "/people/:id/password", person_password_do, MAY(ACCOUNTS, WRITE), ROUTE_FRESH) \
	X(POST, "/people/:id/leave",    person_leave_do,    MAY(ACCOUNTS, WRITE), 0) \
	X(POST, "/people/:id/factor",   person_factor_do,   MAY(ACCOUNTS, WRITE), ROUTE_FRESH) \
	/* roles: who proposes is checked by the handler; rights need a second person */ \
	X(GET,  "/people/:id/role",     person_role_show,   MAY(ROLES, READ), ROUTE_CHECKED | ROUTE_FRESH) \
	X(POST, "/people/:id/role",     person_role_do,     MAY(ROLES, READ), ROUTE_CHECKED | ROUTE_FRESH) \
	X(GET,  "/people/:id/cover",    person_cover_show,  MAY(ROLES, READ), ROUTE_CHECKED | ROUTE_FRESH) \
	X(POST, "/people/:id/cover",    person_cover_do,    MAY(ROLES, READ), ROUTE_CHECKED | ROUTE_FRESH) \
	X(POST, "/people/:id/role-end", person_role_end,    MAY(ROLES, READ), ROUTE_CHECKED | ROUTE_FRESH) \
	X(POST, "/people/:id/trained",  person_trained_do,  MAY(ROLES, READ), ROUTE_CHECKED) \
	X(GET,  "/roles",               roles_show,         MAY(ROLES, READ), 0) \
	X(GET,  "/roles/history",       roles_history_show, MAY(ROLES, READ), 0) \
	X(GET,  "/rights",              rights_show,        MAY(ROLES, READ), ROUTE_CHECKED) \
	X(GET,  "/who-may",             who_may_show,       MAY(ROLES, READ), 0) \
	X(GET,  "/rights/:id",          right_show,         MAY(ROLES, READ), ROUTE_CHECKED) \
	X(POST, "/rights/:id/confirm",  right_confirm,      MAY(ROLES, READ), ROUTE_CHECKED | ROUTE_FRESH) \
	X(POST, "/rights/:id/refuse",   right_refuse,       MAY(ROLES, READ), ROUTE_CHECKED) \
	X(POST, "/rights/:id/withdraw", right_withdraw,     MAY(ROLES, READ), ROUTE_CHECKED) \
	/* registers: what each lets whom do stands in its file; the handlers check it, and register_roles_test walks it */ \
	X(GET,  "/registers",           registers_show,     MAY(REGISTERS, READ), ROUTE_CHECKED) \
	X(GET,  "/registers/:reg",      register_list_show, MAY(REGISTERS, READ), ROUTE_CHECKED) \
	X(GET,  "/registers/:reg/new",  register_new_show,  MAY(REGISTERS, READ), ROUTE_CHECKED) \
	X(POST, "/registers/:reg/new",  register_new_do,    MAY(REGISTERS, READ), ROUTE_CHECKED | ROUTE_ONCE | ROUTE_UPLOAD) \
	X(GET,  "/registers/:reg/map",  register_map_show,  MAY(REGISTERS, READ), ROUTE_CHECKED) \
	X(GET,  "/registers/:reg/keeping", keeping_show,    MAY(REGISTERS, READ), ROUTE_CHECKED) \
	X(POST, "/registers/:reg/keeping", keeping_propose_do, MAY(REGISTERS, READ), ROUTE_CHECKED | ROUTE_ONCE) \
	X(GET,  "/registers/:reg/keeping/:id", keeping_one_show, MAY(REGISTERS, READ), ROUTE_CHECKED) \
	X(POST, "/registers/:reg/keeping/:id/confirm", keeping_confirm_do, MAY(REGISTERS, READ), ROUTE_CHECKED) \
	X(POST, "/registers/:reg/keeping/:id/refuse", keeping_refuse_do, MAY(REGISTERS, READ), ROUTE_CHECKED) \
	X(POST, "/registers/:reg/:id/hold", keeping_hold_do, MAY(REGISTERS, READ), ROUTE_CHECKED) \
	X(GET,  "/registers/:reg/print", register_print_show, MAY(REGISTERS, READ), ROUTE_CHECKED) \
	X(GET,  "/registers/:reg/import", register_import_show, MAY(REGISTERS, READ), ROUTE_CHECKED) \
	X(POST, "/registers/:reg/import", register_import_do, MAY(REGISTERS, READ), ROUTE_CHECKED | ROUTE_UPLOAD) \
	X(GET,  "/registers/:reg/import/:id", register_check_show, MAY(REGISTERS, READ), ROUTE_CHECKED) \
	X(POST, "/registers/:reg/import/:id", register_apply_do, MAY(REGISTERS, READ), ROUTE_CHECKED) \
	X(GET,  "/registers/:reg/:id",  register_entry_show, MAY(REGISTERS, READ), ROUTE_CHECKED) \
	X(GET,  "/registers/:reg/:id/edit", register_edit_show, MAY(REGISTERS, READ), ROUTE_CHECKED) \
	X(POST, "/registers/:reg/:id/edit", register_edit_do, MAY(REGISTERS, READ), ROUTE_CHECKED | ROUTE_UPLOAD) \
	X(GET,  "/registers/:reg/:id/document/:field", register_document_show, MAY(REGISTERS, READ), ROUTE_CHECKED) \
	X(POST, "/registers/:reg/:id/move", register_move_do, MAY(REGISTERS, READ), ROUTE_CHECKED) \
	X(POST, "/registers/:reg/:id/undo", register_undo_do, MAY(REGISTERS, READ), ROUTE_CHECKED) \
	X(GET,  "/access-register",     grants_show,        MAY(ACCOUNTS, READ), 0) \
	/* HTTPS inspection: how to install the certificate, what is not looked into, the authority */ \
	X(GET,  "/certificate",         certificate_show,   ANYONE, 0) \
	X(GET,  "/certificate/:os",     certificate_os_show, ANYONE, 0) \
	X(GET,  "/certificate/file/:what", certificate_file_show, ANYONE, 0) \
	X(GET,  "/inspection",          inspection_show,    SIGNED_IN, ROUTE_CHECKED) \
	X(GET,  "/inspection/authority", inspection_authority_show, MAY(SCHOOL, READ), 0) \
	X(POST, "/inspection/authority/agree", inspection_agree_do, MAY(SCHOOL, READ), ROUTE_CHECKED | ROUTE_FRESH) \
	X(POST, "/inspection/authority/:verb", inspection_step_do, MAY(SCHOOL, READ), ROUTE_CHECKED | ROUTE_FRESH) \
	/* the school year, the calendar of duties: whoever works here */ \
	X(GET,  "/calendar",            calendar_show,      SIGNED_IN, ROUTE_CHECKED) \
	X(GET,  "/calendar/turn/:id",   duty_turn_show,     SIGNED_IN, ROUTE_CHECKED) \
	X(POST, "/calendar/turn/:id",   duty_turn_do,       SIGNED_IN, ROUTE_CHECKED) \
	X(GET,  "/calendar/duty/:id",   duty_show,          SIGNED_IN, ROUTE_CHECKED) \
	X(POST, "/calendar/duty/:id",   duty_do,            SIGNED_IN, ROUTE_CHECKED) \
	X(GET,  "/calendar/subscribe",  calendar_feed_show, SIGNED_IN, ROUTE_CHECKED) \
	X(POST, "/calendar/subscribe",  calendar_feed_do,   SIGNED_IN, ROUTE_CHECKED) \
	X(GET,  "/ical/:token",         ical_show,          ANYONE, ROUTE_CHECKED | ROUTE_NO_TOUCH) \
	X(GET,  "/calendar/periods",    duty_periods_show,  SIGNED_IN, ROUTE_CHECKED) \
	X(GET,  "/calendar/statements", statements_show,    SIGNED_IN, ROUTE_CHECKED) \
	X(GET,  "/calendar/year",       calendar_year_show, SIGNED_IN, ROUTE_CHECKED) \
	X(POST, "/calendar/year",       calendar_year_do,   SIGNED_IN, ROUTE_CHECKED) \
	X(GET,  "/calendar/year/:id",   calendar_day_show,  SIGNED_IN, ROUTE_CHECKED) \
	X(POST, "/calendar/year/:id",   calendar_day_do,    SIGNED_IN, ROUTE_CHECKED)

#define ROUTE_PROTO_(method, path, fn, ...) page_fn fn;
ROUTE_TABLE(ROUTE_PROTO_)
#undef ROUTE_PROTO_
