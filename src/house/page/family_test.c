/* A family's own pages, as each adult meets them. */
#include "base/clock.h"
#include "gen_queries.h"
#include "house/family/answer.h"
#include "house/family/channels.h"
#include "house/family/link.h"
#include "house/web/web_test.h"

struct home {
	struct web_school w;
	struct store st;
	struct act act, lead;
	struct diag d;
	int64_t fern, oak, mother, father;
};

static int64_t add(struct home *h, enum person_kind kind, const char *name, const char *mail)
{
	int64_t id = 0;
	struct person_in in = { .kind = kind, .name = str_z(name), .email = mail ? str_z(mail) : STR_NONE, .year = kind == KIND_LEARNER ? 4 : YEAR_NONE };
	CHECK_OK(person_add(h->w.db, &h->act, &in, &h->d, &id));
	return id;
}

static void contact(struct home *h, int64_t adult, int64_t child, enum relation r)
{
	CHECK_OK(family_put(h->w.db, &h->act, &(struct contact_in){ .adult = adult, .child = child, .relation = r, .responsible = true }, &h->d));
}

static const char *const profiles[] = { "junior", "primary" };

static void profile(struct home *h, const char *name)
{
	AUTO(diag_done) struct diag d = diag_init(10);
	struct library *l = (struct library *)(uintptr_t)h->w.web->library;
	CHECK_OK(profile_load(h->w.arena, test_source("data/parameters.conf"), test_source(arena_fmt(h->w.arena, "data/profiles/%s.conf", name).p), &d, &l->profile));
}

static void in_force(struct home *h, const char *audience)
{
	struct agreement_set set;
	CHECK_OK(agreement_load_for(h->w.arena, test_source("data/agreements/en.conf"), &h->w.web->library->profile, &h->d, &set));
	CHECK_OK(agreement_activate(&h->st, h->w.arena, &h->act, agreement_find(&set, str_z(audience), STR("en")), &h->d));
}

static struct home home_of(const char *name)
{
	struct home h = { .w = web_school(), .d = diag_init(20) };
	profile(&h, name);
	h.st = (struct store){ h.w.db, h.w.web->keys, h.w.web->registers };
	h.act = (struct act){ h.w.school, h.w.person[ROLE_OFFICE], "test" };
	h.lead = (struct act){ h.w.school, h.w.person[ROLE_DSL], "test" };
	h.fern = add(&h, KIND_LEARNER, "Fern Testerley", NULL);
	h.oak = add(&h, KIND_LEARNER, "Oakley Inventley", NULL);
	h.mother = add(&h, KIND_PARENT, "Marigold Testerley", "marigold@families.example");
	h.father = add(&h, KIND_PARENT, "Bramwell Testerley", "bramwell@families.example");
	contact(&h, h.mother, h.fern, RELATION_MOTHER);
	contact(&h, h.father, h.fern, RELATION_FATHER);
	contact(&h, h.father, h.oak, RELATION_FATHER);
	in_force(&h, "ks2");
	in_force(&h, "parent");
	return h;
}

static struct home home(void) { return home_of("primary"); }

static void home_done(struct home *h)
{
	diag_done(&h->d);
	web_school_done(&h->w);
	clock_fake(0);
}

/* ---- a browser without a session ---- */

static const char BEFORE[] = "beforebeforebeforebeforebeforebeforebeforeX";

static struct web_visit visit(struct home *h, enum method m, const char *path, const char *form, const char *cookie)
{
	char token[CSRF_TEXT];
	struct str rest = str_z(path), where = STR_NONE;
	struct request r = { .method = m, .host = STR("portal.test"), .secure = true };
	(void)str_next(&rest, '?', &where);
	r.path = where;
	r.query_text = rest.p ? rest : STR("");
	session_form_token(str_z(BEFORE), token);
	CHECK_OK(form_read(h->w.arena, r.query_text, &r.query));
	CHECK_OK(cookie_read(h->w.arena, arena_fmt(h->w.arena, "__Host-before=%s%s%s", BEFORE, cookie ? "; __Host-family=" : "", cookie ? cookie : ""), &r.cookies));
	if (m == METHOD_POST)
		CHECK_OK(form_read(h->w.arena, arena_fmt(h->w.arena, "%s&token=%s", form, token), &r.form));
	return web_visit_raw(&h->w, &r);
}

static struct web_visit get(struct home *h, const char *cookie, const char *path) { return visit(h, METHOD_GET, path, NULL, cookie); }
static struct web_visit post(struct home *h, const char *cookie, const char *path, const char *form) { return visit(h, METHOD_POST, path, form, cookie); }

static const char *link_of(struct home *h, int64_t adult)
{
	char token[LINK_TOKEN_TEXT];
	CHECK_OK(link_make(h->w.db, &h->act, adult, LINK_LETTER, token));
	return arena_fmt(h->w.arena, "/family/open/%s", token).p;
}

/* Opens a link; the cookie. */
static const char *opened(struct home *h, const char *path)
{
	struct web_visit v = get(h, NULL, path);
	CHECK(v.status == 200 && web_says(&v, "This link is for you alone"));
	v = post(h, NULL, path, "x=1");
	CHECK(v.status == 303 && str_is(v.location, "/family") && str_starts(v.cookie, STR("__Host-family=")));
	struct str value = str_from(v.cookie, strlen("__Host-family="));
	return arena_z(h->w.arena, str_upto(value, LINK_TOKEN_TEXT - 1));
}

static const char *child_path(struct home *h, int64_t child) { return arena_fmt(h->w.arena, "/family/child/%lld", (long long)child).p; }

static const char *digest_of(struct home *h, int64_t person)
{
	struct family_text t;
	char *hex = arena_alloc(h->w.arena, 2 * SHA256_BYTES + 1);
	CHECK_OK(answer_text(&h->st, h->w.arena, h->w.school, person, STR_NONE, &t));
	hex_put(t.digest, SHA256_BYTES, hex);
	return hex;
}

static const char *form(struct home *h, int64_t person, const char *more)
{
	return arena_fmt(h->w.arena, "digest=%s&%s", digest_of(h, person), more).p;
}

static size_t told(struct home *h, int role, const char *kind)
{
	struct q_outbox_of_row *rows;
	size_t n, hits = 0;
	CHECK_OK(q_outbox_of(h->w.db, h->w.arena, &(struct q_outbox_of_args){ .school = h->w.school, .person = h->w.person[role] }, &rows, &n));
	for (size_t i = 0; i < n; i++)
		hits += str_is(rows[i].kind, kind);
	return hits;
}

TEST(family_page, a_link_opens_once_and_says_kindly_what_to_do_after_that)
{
	AUTO(home_done) struct home h = home();
	const char *path = link_of(&h, h.mother), *cookie = opened(&h, path);
	CHECK_INT(get(&h, cookie, "/family/agreement").status, 200);
	struct web_visit v = post(&h, NULL, path, "x=1");
	CHECK(v.status == 403 && web_says(&v, "This link has been used") && web_says(&v, "/family/new-link"));
	v = get(&h, NULL, path);
	CHECK(v.status == 403 && web_says(&v, "This link has been used"));
	v = get(&h, NULL, "/family/open/nothing");
	CHECK(v.status == 403 && web_says(&v, "We do not know this link"));
	v = get(&h, NULL, "/family");
	CHECK(v.status == 403 && web_says(&v, "Open your own link first") && !web_says(&v, "Fern"));
	v = get(&h, "AAAAAAAAAAAAAAAAAAAAAAAAAAA", "/family");
	CHECK_INT(v.status, 403);
	clock_fake((clock_utc() + LINK_OPEN_S + 5) * 1000);
	CHECK_INT(get(&h, cookie, "/family").status, 403);
}

TEST(family_page, an_adults_link_never_reaches_another_adults_child)
{
	AUTO(home_done) struct home h = home();
	const char *cookie = opened(&h, link_of(&h, h.mother));
	struct web_visit v = get(&h, cookie, "/family?said=saved");
	CHECK(v.status == 200 && web_says(&v, "Fern Testerley") && !web_says(&v, "Oakley"));
	for (int64_t id = 1; id < h.father + 20; id++) {             /* every number there is, and some there are not */
		v = get(&h, cookie, child_path(&h, id));
		CHECK_INT(v.status, id == h.fern ? 200 : 404);
		CHECK(id == h.fern || !web_says(&v, "Oakley"));
		v = post(&h, cookie, child_path(&h, id), form(&h, h.fern, "answer=decline"));
		CHECK_INT(v.status, id == h.fern ? 303 : 404);
	}
	CHECK_INT(get(&h, cookie, "/people").status, 303);           /* a link is no sign-in */
	CHECK_INT(get(&h, cookie, "/cases").status, 303);
	cookie = opened(&h, link_of(&h, h.father));
	v = get(&h, cookie, "/family?said=saved");
	CHECK(web_says(&v, "Fern Testerley") && web_says(&v, "Oakley Inventley") && !web_says(&v, "Marigold"));
	CHECK(web_says(&v, "Not answered yet") && !web_says(&v, "You said no"));      /* what the other adult said is theirs */
}

TEST(family_page, a_barred_adult_has_no_way_in)
{
	AUTO(home_done) struct home h = home();
	const char *pending = link_of(&h, h.mother), *cookie = opened(&h, link_of(&h, h.father));
	CHECK_OK(family_bar(&h.st, &h.lead, h.father, h.fern, true, STR("order"), &h.d));
	CHECK_INT(get(&h, cookie, "/family").status, 403);
	CHECK_OK(family_bar(&h.st, &h.lead, h.mother, h.fern, true, STR("order"), &h.d));
	struct web_visit v = post(&h, NULL, pending, "x=1");
	CHECK(v.status == 403 && web_says(&v, "does not open any more") && !v.cookie.n);
	cookie = opened(&h, link_of(&h, h.father));                  /* his other child is still his */
	v = get(&h, cookie, "/family?said=saved");
	CHECK(web_says(&v, "Oakley") && !web_says(&v, "Fern"));
	CHECK_INT(get(&h, cookie, child_path(&h, h.fern)).status, 404);
}

TEST(clause, c5_4_09_a_parents_receipt_needs_the_talk_at_home)
{
	for (size_t at = 0; at < ARRAY_N(profiles); at++) {
		AUTO(home_done) struct home h = home_of(profiles[at]);
		const char *cookie = opened(&h, link_of(&h, h.mother)), *path = child_path(&h, h.fern);
		struct answer a;
		struct web_visit v = post(&h, cookie, path, form(&h, h.fern, "answer=agree"));
		CHECK(v.status == 422 && web_says(&v, "Talk it over with your child first"));
		CHECK_OK(answer_of(&h.st, h.w.arena, h.w.school, h.mother, h.fern, &a));
		CHECK_INT(a.id, 0);
		v = post(&h, cookie, path, form(&h, h.fern, "answer=agree&talked=yes"));
		CHECK(v.status == 303 && str_is(v.location, "/family?said=agreed"));
		CHECK_OK(answer_of(&h.st, h.w.arena, h.w.school, h.mother, h.fern, &a));
		CHECK(a.agreed && a.talked && a.current && a.answered_utc > 0 && a.how == ANSWER_LINK);
		v = post(&h, cookie, "/family/agreement", form(&h, h.mother, "answer=agree"));
		CHECK(v.status == 422 && web_says(&v, "Talk it over"));
		CHECK_INT(post(&h, cookie, path, "answer=agree&talked=yes&digest=0000000000000000000000000000000000000000000000000000000000000000").status, 409);
	}
}

static const char *rule_tagged(struct home *h, const char *tag)
{
	struct family_text t;
	CHECK_OK(answer_text(&h->st, h->w.arena, h->w.school, h->mother, STR_NONE, &t));
	for (size_t i = 0; i < t.text.n; i++)
		if (str_find(t.text.rules[i].tag, str_z(tag)) >= 0)
			return arena_z(h->w.arena, str_upto(t.text.rules[i].text, 40));
	return NULL;
}

TEST(clause, c4_6_03_the_home_agreement_asks_to_talk_and_the_page_shows_how)
{
	for (size_t at = 0; at < ARRAY_N(profiles); at++) {
		AUTO(home_done) struct home h = home_of(profiles[at]);
		const char *cookie = opened(&h, link_of(&h, h.mother)), *item = rule_tagged(&h, "home");
		struct web_visit v = get(&h, cookie, "/family/agreement");
		CHECK(item && v.status == 200 && web_says(&v, item));
		v = get(&h, cookie, "/family?said=saved");
		CHECK(web_says(&v, "Talking about it at home") && web_says(&v, "what would you do if somebody online asked"));
	}
}

TEST(clause, c4_6_05_a_family_record_shows_signature_or_refusal_and_the_head_hears_of_a_refusal)
{
	for (size_t at = 0; at < ARRAY_N(profiles); at++) {
		AUTO(home_done) struct home h = home_of(profiles[at]);
		const char *cookie = opened(&h, link_of(&h, h.mother));
		CHECK_INT(post(&h, cookie, "/family/agreement", form(&h, h.mother, "answer=agree&talked=yes")).status, 303);
		struct web_visit v = get(&h, cookie, "/family");
		CHECK(v.status == 200 && web_says(&v, "You signed on"));
		CHECK_INT(told(&h, ROLE_HEAD, "family-no"), 0);
		CHECK_INT(post(&h, cookie, "/family/agreement", form(&h, h.mother, "answer=decline")).status, 303);
		v = get(&h, cookie, "/family");
		CHECK(v.status == 200 && web_says(&v, "You said no on"));
		CHECK_INT(told(&h, ROLE_HEAD, "family-no"), 1);
	}
}

TEST(clause, c4_6_09_the_rules_of_use_come_before_a_familys_pages_once_a_version)
{
	for (size_t at = 0; at < ARRAY_N(profiles); at++) {
		AUTO(home_done) struct home h = home_of(profiles[at]);
		const char *cookie = opened(&h, link_of(&h, h.mother));
		struct web_visit v = get(&h, cookie, "/family");
		CHECK(v.status == 303 && str_is(v.location, "/family/agreement"));
		CHECK_INT(post(&h, cookie, "/family/agreement", form(&h, h.mother, "answer=agree&talked=yes")).status, 303);
		CHECK_INT(get(&h, cookie, "/family").status, 200);
		CHECK_INT(get(&h, opened(&h, link_of(&h, h.mother)), "/family").status, 200);          /* not asked again */
	}
}

TEST(clause, c4_6_10_the_agreement_names_the_configured_channels_and_none_other)
{
	AUTO(home_done) struct home h = home();
	const char *cookie = opened(&h, link_of(&h, h.mother));
	profile(&h, "junior");
	struct web_visit v = get(&h, cookie, "/family/agreement");
	CHECK(!web_says(&v, "Our own pages and accounts"));
	CHECK_OK(family_channels_set(h.w.db, &h.act, STR("Testerley Feed (sport)\n\nOur learning place\n"), &h.d));
	v = get(&h, cookie, "/family/agreement");
	CHECK(web_says(&v, "Our own pages and accounts") && web_says(&v, "<li>Testerley Feed (sport)</li><li>Our learning place</li></ul>"));
	profile(&h, "primary");
	v = get(&h, cookie, "/family/agreement");
	CHECK(!web_says(&v, "Testerley Feed") && !web_says(&v, "Our own pages and accounts"));
}

TEST(family_page, declining_and_silence_take_nothing_from_the_child)
{
	AUTO(home_done) struct home h = home();
	struct person p;
	struct agreement_state s;
	struct family_text t;
	const char *cookie = opened(&h, link_of(&h, h.mother));
	CHECK_OK(answer_text(&h.st, h.w.arena, h.w.school, h.fern, STR_NONE, &t));
	struct act own = { h.w.school, h.fern, "signed" };
	CHECK_OK(agreement_sign(&h.st, h.w.arena, &own, &(struct sign_in){ .person = h.fern, .how = SIGN_SELF, .digest = t.text.digest }));
	CHECK_INT(post(&h, cookie, child_path(&h, h.fern), form(&h, h.fern, "answer=decline")).status, 303);
	CHECK_OK(person_get(h.w.db, h.w.arena, h.w.school, h.fern, &p));
	CHECK_OK(agreement_state_of(&h.st, h.w.arena, &p, clock_utc(), &s));
	CHECK_INT(s.standing, STANDING_CURRENT);                     /* the father is silent, the mother declined */
}

TEST(family_page, a_new_link_is_promised_in_the_same_words_to_everybody)
{
	AUTO(home_done) struct home h = home();
	struct web_visit known = post(&h, NULL, "/family/new-link", "mail=marigold%40families.example");
	struct web_visit stranger = post(&h, NULL, "/family/new-link", "mail=nobody%40families.example");
	CHECK(known.status == 200 && str_eq(known.body, stranger.body) && web_says(&known, "If school has this address"));
	CHECK_INT(post(&h, NULL, "/family/new-link", "mail=nonsense").status, 422);
	CHECK_INT(post(&h, NULL, "/family/new-link", "x=1").status, 422);
}

TEST(family_page, language_and_interpreter_are_the_familys_own_to_say_and_finishing_closes)
{
	AUTO(home_done) struct home h = home();
	struct contact_details d;
	const char *cookie = opened(&h, link_of(&h, h.mother));
	CHECK_INT(get(&h, cookie, "/family/details").status, 200);
	CHECK_INT(post(&h, cookie, "/family/details", "language=ur&interpreter=yes").status, 303);
	CHECK_OK(family_details(h.w.db, h.w.arena, h.w.school, h.mother, &d));
	CHECK(str_is(d.language, "ur") && d.interpreter);
	struct web_visit v = get(&h, cookie, "/family?said=saved");
	CHECK(web_says(&v, "Language: Urdu") && web_says(&v, "interpreter at meetings"));
	CHECK_INT(post(&h, cookie, "/family/details", "language=%3Cscript%3E").status, 422);
	v = post(&h, cookie, "/family/close", "x=1");
	CHECK(v.status == 200 && web_says(&v, "Your link is closed"));
	CHECK_INT(get(&h, cookie, "/family").status, 403);
}

TEST(family_page, the_agreement_stands_in_the_adults_language_with_the_english_beside_it)
{
	AUTO(home_done) struct home h = home();
	struct agreement_active g;
	struct agreement_shown s;
	const char *cookie = opened(&h, link_of(&h, h.mother));
	CHECK_OK(agreement_in_force(&h.st, h.w.arena, h.w.school, STR("parent"), &g));
	struct agreement ur = g.text;                                /* one rule of it is translated */
	struct agreement_rule first = g.text.rules[0];
	first.text = STR("\xd9\xbe\xdb\x81\xd9\x84\xd8\xa7");
	ur.language = STR("ur");
	ur.title = STR("\xd9\x85\xd8\xb9\xd8\xa7\xdb\x81\xd8\xaf\xdb\x81");
	ur.rules = &first;
	ur.n = 1;
	agreement_digest(&ur);
	CHECK_OK(agreement_translation_put(&h.st, h.w.arena, &h.act, g.entry, &ur));
	struct web_visit v = get(&h, cookie, "/family/agreement");
	CHECK(v.status == 200 && !web_says(&v, first.text.p));         /* who said nothing of a language reads English */
	CHECK_INT(post(&h, cookie, "/family/details", "language=ur").status, 303);
	v = get(&h, cookie, "/family/agreement");
	CHECK(web_says(&v, "lang=\"ur\" dir=\"rtl\"") && web_says(&v, first.text.p) && web_says(&v, ur.title.p) && web_says(&v, "Nobody has checked it yet"));
	CHECK(web_says(&v, "<span lang=\"en\" dir=\"ltr\">") && web_says(&v, "govuk-details"));
	size_t english = 0;
	for (ptrdiff_t at; (at = str_find(v.body, STR("<span lang=\"en\""))) >= 0; v.body = str_from(v.body, (size_t)at + 1))
		english++;
	CHECK_INT(english, g.text.n - 1);                              /* no rule is lost */
	CHECK_OK(agreement_show_of(&h.st, h.w.arena, h.w.school, STR("parent"), STR("ur"), &s));
	CHECK_OK(agreement_translation_confirm(&h.st, h.w.arena, &h.act, s.other.entry, STR("Mrs Teasel Pretendry")));
	v = get(&h, cookie, "/family/agreement");
	CHECK(web_says(&v, first.text.p) && !web_says(&v, "Nobody has checked it yet"));
	char hex[2 * SHA256_BYTES + 1];
	hex_put(s.digest, SHA256_BYTES, hex);
	CHECK_INT(post(&h, cookie, "/family/agreement", form(&h, h.mother, "answer=agree&talked=yes&lang=ur")).status, 409);     /* English alone was not what was shown */
	CHECK_INT(post(&h, cookie, "/family/agreement", arena_fmt(h.w.arena, "digest=%s&answer=agree&talked=yes&lang=ur", hex).p).status, 303);
}
