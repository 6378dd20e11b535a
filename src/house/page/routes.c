#include "house/page/routes.h"

#include "base/mem.h"

const struct route ROUTES[] = {
#define ROUTE_ROW_(method, path, fn, ...) { METHOD_##method, path, fn, __VA_ARGS__ },
	ROUTE_TABLE(ROUTE_ROW_)
#undef ROUTE_ROW_
};
const size_t N_ROUTES = ARRAY_N(ROUTES);

/* The menu.  Keep it short: what is not for everyday stands on a page of its area.  Its parts: NAV_AREAS. */
const struct nav_item NAV[] = {
	{ "/home",    "Home",    "",                                           SIGNED_IN, false },
	{ "/welcome", "Home",    "",                                           SIGNED_IN, true },
	{ "/today",   "Today",   "Reports that wait, steps that are due",       MAY(CONCERN_DECIDE, READ), false },
	{ "/cases",   "Cases",   "Cases, by what is due first",                 MAY(CONCERN_DECIDE, READ), false },
	{ "/adult-concerns", "Adults", "Concerns about adults who work here, by person", MAY(STAFF_CASE, APPROVE), false },
	{ "/agreement", "My promise", "",                                     SIGNED_IN, true },
	{ "/report",  "Tell someone", "",                                       SIGNED_IN, true },
	{ "/links",   "Help",    "",                                           SIGNED_IN, true },
	{ "/pages",   "Refused pages", "Pages that children of your classes pointed to", MAY(CLASS_SESSION, WRITE), false },
	{ "/classes", "Classes", "Sign together, open and close the internet",  MAY(CLASS_SESSION, WRITE), false },
	{ "/report",  "Report",  "Tell the safeguarding lead about a worry",    MAY(CONCERN_RAISE, WRITE), false },
	{ "/check-in", "Pupils' devices", "Hand-in and collection by class, what was not fetched", MAY(CUSTODY, READ), false },
	{ "/held", "Devices held", "Telephones and devices that the school keeps, and each hand they went through", MAY(CUSTODY, READ), false },
	{ "/activity", "Activity", "What a pupil or a class did online; a reason is asked", MAY(ACTIVITY_NAMED, READ), false },
	{ "/activity/staff", "Staff activity", "What a member of staff did online; a reason is asked", MAY(ACTIVITY_STAFF, READ), false },
	{ "/requests", "Requests", "Sites that children and staff asked for", MAY(RULE_PROPOSE, READ), false },
	{ "/changes", "Filter changes", "What was proposed, assessed, agreed, and is in force", MAY(RULE_PROPOSE, READ), false },
	{ "/away",    "Devices at home", "The school's filter on devices that leave the building", MAY(SCHOOL, READ), false },
	{ "/services", "Services", "What the school uses online, its risk assessments, what is wanted", MAY(RISK, READ), false },
	{ "/policy",  "Policy",  "What the school promises, and what shows that it is done", MAY(POLICY_TEXT, READ), false },
	{ "/curriculum", "Lessons", "What children are taught about being online, what is planned, what is missing", MAY(CURRICULUM, READ), false },
	{ "/visitors", "Visitors", "Sign visitors in and out, a challenge, who is in the building", MAY(VISITORS, READ), false },
	{ "/family",  "My family", "Your children's agreements and yours", MAY(CONCERN, OWN), false },
	{ "/families", "Families", "Who stands how to each child, and what each adult answered", MAY(ACCOUNTS, READ), false },
	{ "/our-policies", "Linked policies", "The policies that this one leans on: what is missing or past its day", MAY(SCHOOL, READ), false },
	{ "/voice",   "Have your say", "Surveys that are open, what you suggested, what became of it", MAY(CONCERN_RAISE, WRITE), false },
	{ "/families/engagement", "Working with families", "The year's plan, what went out, who came, what is missing", MAY(ACCOUNTS, READ), false },
	{ "/governors", "Governors", "Numbers and outcomes, without names", MAY(GOVERNOR, READ), false },
	{ "/status",  "Status",  "How the program stands: gate, lists, roles",  MAY(SCHOOL, READ), false },
	{ "/why",     "Why blocked?", "What the filter does with an address, for whom, and why", MAY(RULE_PROPOSE, READ), false },
	{ "/inspection", "What is private", "What the filter looks into and what never, the certificate for devices", MAY(CONCERN_RAISE, WRITE), false },
	{ "/agreement", "My agreement", "Read and sign the agreement",          MAY(AUP, OWN), false },
	{ "/website", "Public page", "What families read without signing in, who approved it, take it down", MAY(SCHOOL, READ), false },
	{ "/agreements", "Agreements", "What each kind of person signs, and who has not signed", MAY(ACCOUNTS, READ), false },
	{ "/policy/receipts", "Who has read", "Who has read the policy, the required reading, the agreements", MAY(EVIDENCE_PACK, READ), false },
	{ "/signs",   "Posters", "Where posters and signs hang, who looked, sheets to print", MAY(VISITORS, READ), false },
	{ "/training", "Training", "Who has had which training, what is due, sessions, your own", MAY(CONCERN_RAISE, WRITE), false },
	{ "/calendar", "Calendar", "Your duties and statements by the day they are due, and everyone's", MAY(CONCERN_RAISE, WRITE), false },
	{ "/me",      "My page", "What you signed, what is due, what you were given, your data", SIGNED_IN, false },
	{ "/find",    "Find a child", "By a few letters of the name",           MAY(VISITORS, WRITE), false },
	{ "/people",  "People",  "Accounts: who there is, new people, leavers", MAY(ACCOUNTS, READ), false },
	{ "/mail",    "Mail", "Notices that could not be delivered, the wellbeing mailbox", MAY(ACCOUNTS, WRITE), false },
	{ "/support", "Plans", "Plans for one pupil: what is filtered, what helps in lessons", MAY(VULNERABLE, READ), false },
	{ "/registers", "Registers", "Devices, software, media, consents and what else the school keeps a list of", MAY(REGISTERS, READ), false },
	{ "/roles",   "Roles",   "Who holds which role, since when",            MAY(ROLES, READ), false },
};
const size_t N_NAV = ARRAY_N(NAV);

const struct nav_area NAV_AREAS[] = {
	{ "Every day", "/today /cases /adult-concerns /classes /pages /report /family /calendar /check-in" },
	{ "The internet", "/status /why /inspection /requests /changes /services /away /support /activity /activity/staff" },
	{ "Children and families", "/find /families /families/engagement /curriculum /held" },
	{ "People", "/me /people /roles /visitors /agreement /agreements /policy/receipts /mail" },
	{ "The policy and its records", "/policy /our-policies /voice /governors /registers /signs" },
};
const size_t N_NAV_AREAS = ARRAY_N(NAV_AREAS);

/* What each role does most, first: a governor has numbers to read, a technician a filter to mend. */
const struct nav_first NAV_FIRST[] = {
	{ ROLE_BIT(ROLE_DSL) | ROLE_BIT(ROLE_DEPUTY), "/today /cases /report /find /classes /requests /activity /calendar" },
	{ ROLE_BIT(ROLE_HEAD), "/today /cases /adult-concerns /governors /status /people /report /calendar" },
	{ ROLE_BIT(ROLE_TECHNICIAN), "/status /why /requests /changes /registers /away /people /report" },
	{ ROLE_BIT(ROLE_ADMIN), "/people /roles /status /mail /agreements /registers /report /calendar" },
	{ ROLE_BIT(ROLE_TEACHER) | ROLE_BIT(ROLE_SUPPLY), "/classes /pages /report /requests /check-in /curriculum /calendar" },
	{ ROLE_BIT(ROLE_OFFICE), "/visitors /find /families /people /agreements /held /report /calendar" },
	{ ROLE_BIT(ROLE_GOVERNOR) | ROLE_BIT(ROLE_CHAIR), "/governors /policy /policy/receipts /status /voice /training /report /calendar" },
};
const size_t N_NAV_FIRST = ARRAY_N(NAV_FIRST);
