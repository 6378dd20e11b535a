/* The shipped phrases: what a child may say that an adult must hear of, and what looks like it and is not. */
#include "policy/compile/phrases_kit.h"

static struct str alerts(struct arena *a, struct phrases *p, const char *text)
{
	struct scan_found f;
	kit_read(a, p, "text/plain", str_z(text), 0, true, &f);
	return f.alert ? f.told.topic : STR("");
}

struct said { const char *text, *topic; };

static void check_said(const struct said *v, size_t n)
{
	struct phrases *p = kit_shipped();
	size_t wrong = 0;
	for (size_t i = 0; i < n; i++) {
		AUTO(arena_done) struct arena a = arena_init();
		struct str got = alerts(&a, p, v[i].text);
		if (!str_is(got, v[i].topic)) {
			fprintf(stderr, "\"%s\": \"%.*s\", not \"%s\"; %s\n", v[i].text, STRF(got), v[i].topic, kit_what(p, "text/plain", v[i].text));
			wrong++;
		}
	}
	phrases_drop(&p);
	CHECK_INT(wrong, 0);
}

TEST(phrases, what_a_child_types_raises_the_topic_it_is_about)
{
	static const struct said said[] = {
		{ "why do I want to DIE?", "self-harm" }, { "i wanna k1ll myself", "self-harm" }, { "how to kill myself", "self-harm" }, { "#killmyself", "self-harm" },
		{ "I don't want to live anymore", "self-harm" }, { "s u i c i d e", "self-harm" }, { "sewerslide", "self-harm" }, { "i cut myself and hide it", "self-harm" },
		{ "how to make myself sick after eating", "self-harm" }, { "kys", "self-harm" }, { "thinspo tips", "self-harm" },
		{ "my dad hits me when he drinks", "abuse" }, { "my stepdad touched me there", "abuse" }, { "scared to go home", "abuse" }, { "he told me not to tell", "abuse" },
		{ "he comes into my room at night", "abuse" },
		{ "a man online asked me for a picture", "grooming" }, { "meet my boyfriend from online", "grooming" }, { "send me a nude", "grooming" },
		{ "dont tell your mum we talk ok? are you home alone", "grooming" }, { "someone is blackmailing me with my pictures", "grooming" },
		{ "how to join isis", "extremism" }, { "death to all jews", "extremism" }, { "i will shoot up the school", "extremism" }, { "hitler was right", "extremism" },
		{ "im being bullied at school", "bullying" }, { "everyone hates you and you are so ugly", "bullying" }, { "go back to your own country", "bullying" },
		{ "how to make a bomb", "weapons" }, { "buy a knife online", "weapons" }, { "how to run away from home", "running-away" },
	};
	check_said(said, ARRAY_N(said));
}

TEST(phrases, what_only_looks_alike_raises_nothing)
{
	static const struct said said[] = {
		{ "studies of diet", "" }, { "how do kites fly", "" }, { "suicide squad film", "" }, { "romeo and juliet suicide", "" }, { "i want to dye my hair", "" },
		{ "i died laughing", "" }, { "how to not die in minecraft lava i want to die less", "" }, { "die Katze ist gross", "" }, { "who was killed in ww2", "" },
		{ "my brother beat me at chess", "" }, { "dad beats me at mario kart every time", "" }, { "the story touched my heart", "" }, { "touched me deeply that film", "" },
		{ "why did hitler start the war", "" }, { "what happened in the holocaust", "" }, { "who are the nazis ks2 homework", "" }, { "is hitler dead", "" }, { "isis egyptian goddess", "" },
		{ "breast cancer", "" }, { "chicken breast recipe", "" }, { "scunthorpe united", "" }, { "sussex county cricket", "" }, { "great tits in the garden", "" }, { "cock robin poem", "" },
		{ "penistone yorkshire", "" }, { "arsenal fc results", "" }, { "how to make a bath bomb", "" }, { "how to make a glue gun holder", "" }, { "buy a nerf gun", "" },
		{ "shoot a basketball", "" }, { "shooting stars", "" }, { "run away from home story hansel and gretel", "" }, { "the gingerbread man ran away from home song", "" },
		{ "killing time", "" }, { "kill a mockingbird", "" }, { "hang out with friends", "" }, { "meet someone famous", "" }, { "cut paper snowflakes", "" },
		{ "i hurt myself playing football", "" }, { "how to draw a gun for my comic", "" }, { "how to run faster", "" }, { "black people in the civil rights movement", "" },
		{ "homophone of die", "" }, { "childline number", "" }, { "samaritans", "" }, { "what is grooming a dog", "" }, { "pony grooming kit", "" }, { "cracking a nut", "" },
		{ "assassination of archduke franz ferdinand", "" }, { "our secret garden", "" }, { "it is our secret surprise party for birthday", "" },
	};
	check_said(said, ARRAY_N(said));
}

TEST(phrases, each_language_is_heard_and_its_everyday_words_are_not)
{
	static const struct said said[] = {
		{ "dw i eisiau marw", "self-harm" }, { "mae dad yn fy nharo i", "abuse" }, { "paid a dweud wrth dy fam", "grooming" }, { "dwi eisiau cinio", "" }, { "sut i dorri papur", "" }, { "mae marw yn drist", "" },
		{ "chce sie zabic", "self-harm" }, { "tata mnie bije", "abuse" }, { "nie mów nikomu", "grooming" }, { "chce sie pobawic", "" },
		{ "vreau să mor", "self-harm" }, { "tata mă bate", "abuse" }, { "tata mă bate la șah", "" }, { "mor de foame", "" },
		{ "je veux mourir", "self-harm" }, { "mon pere me frappe", "abuse" }, { "envoie des nudes", "grooming" }, { "je veux mourir de rire", "" }, { "la mort de louis xvi", "" },
		{ "quiero morirme", "self-harm" }, { "mi papa me pega", "abuse" }, { "me toca jugar a mi", "" }, { "mi hermano me pega en el ajedrez", "" },
		{ "quero morrer", "self-harm" }, { "meu pai me bate", "abuse" }, { "meu pai me bate no xadrez", "" },
		{ "Ich will sterben", "self-harm" }, { "Papa schlägt mich", "abuse" }, { "Papa schlaegt mich", "abuse" }, { "die Mutter stirbt im Buch", "" },
		{ "voglio uccidermi", "self-harm" }, { "mio padre mi picchia", "abuse" }, { "voglio giocare", "" },
		{ "хочу померти", "self-harm" }, { "папа меня бьёт", "abuse" }, { "ХОЧУ УМЕРЕТЬ", "self-harm" }, { "хочу играть", "" },
		{ "ölmek istiyorum", "self-harm" }, { "babam beni dövüyor", "abuse" }, { "babam beni okula götürüyor", "" },
		{ "أريد أن أموت", "self-harm" }, { "ابي يضربني", "abuse" }, { "أريد أن ألعب", "" },
		{ "خودکشی", "self-harm" }, { "mujhe marna hai", "self-harm" }, { "abbu mujhe marte hain", "abuse" }, { "abbu mujhe ludo me marte hain", "" },
		{ "আমি মরতে চাই", "self-harm" }, { "বাবা আমাকে মারে", "abuse" }, { "আমি খেলতে চাই", "" },
		{ "我想死", "self-harm" }, { "爸爸打我", "abuse" }, { "我想吃饭", "" },
	};
	check_said(said, ARRAY_N(said));
}

TEST(phrases, pages_that_teach_or_help_stay_open)
{
	static const char *const pages[] = {
		"<title>Sexual reproduction in flowering plants</title><p>In biology, sexual reproduction happens when pollen meets the ovule. The penis and vagina are parts of the human reproductive system. Puberty and periods.",
		"<title>Breast cancer - NHS</title><p>Check your breasts for a lump. Breast screening is offered to women. Touch your breasts and look for changes.",
		"<h1>Childline</h1><p>If you feel suicidal or want to kill yourself, talk to us. Suicide is never your fault. Call 0800 1111. Talk to a trusted adult, or Samaritans on 116 123. Are you thinking about killing yourself?",
		"<p>Scunthorpe in Lincolnshire, Penistone in Yorkshire, Essex, Sussex and Middlesex, Cockermouth in Cumbria, Lightwater, Clitheroe.",
		"<p>Anne Frank hid from the Nazis. Adolf Hitler said 'death to the Jews'. The Holocaust killed six million people in the second world war.",
		"<p>How to cook a chicken breast. Rub the breast and thighs with butter, then stuff the cock.",
		"<p>The probability of rolling a six with two dice. Place your bets now, says the maths teacher.",
		"<p>The great tit, the blue tit and the booby are birds. The cock crows.",
	};
	struct phrases *p = kit_shipped();
	for (size_t i = 0; i < ARRAY_N(pages); i++) {
		AUTO(arena_done) struct arena a = arena_init();
		struct scan_found f;
		kit_read(&a, p, "text/html", str_z(pages[i]), 0, false, &f);
		if (f.cut)
			fprintf(stderr, "page %zu: %.*s\n", i, STRF(f.closed.why));
		CHECK(!f.cut);
	}
	phrases_drop(&p);
}

TEST(phrases, pages_that_harm_are_cut)
{
	static const struct said pages[] = {
		{ "<title>Free porn videos</title><p>Watch hot porn movies, live sex and cam girls. You must be 18 to enter.", "adult" },
		{ "<p>Best online casino! Free spins on your first deposit bonus. Place your bets now, win real money on slot machines online.", "gambling" },
		{ "<p>White power! Race war now. The great replacement is real. Death to all jews.", "extremism" },
		{ "<p>thinspo and pro ana tips: how to stop eating, ana buddy wanted, bonespo and meanspo.", "self-harm" },
		{ "<p>buy weed online, cheap mdma delivery, discreet shipping pills, telegram plug menu, buy cocaine uk", "drugs" },
		{ "<p>Watch people die: uncensored gore videos, beheading videos, real death footage, fatal accident compilation", "violence" },
	};
	struct phrases *p = kit_shipped();
	for (size_t i = 0; i < ARRAY_N(pages); i++) {
		AUTO(arena_done) struct arena a = arena_init();
		struct scan_found f;
		kit_read(&a, p, "text/html", str_z(pages[i].text), 0, false, &f);
		if (!f.cut)
			fprintf(stderr, "page %zu: %s\n", i, kit_what(p, "text/html", pages[i].text));
		CHECK(f.cut);
		CHECK_STR(f.closed.topic, pages[i].topic);
	}
	phrases_drop(&p);
}
