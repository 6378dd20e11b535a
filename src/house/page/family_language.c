/* The languages that a family can choose.  Any other code that is on file stays. */
#include "base/mem.h"
#include "house/page/family.h"

static const struct { const char *code, *name; } LANGUAGES[] = {
	{ "en", "English" }, { "ar", "Arabic" }, { "bn", "Bengali" }, { "bg", "Bulgarian" }, { "zh-Hans", "Chinese (simplified)" },
	{ "zh-Hant", "Chinese (traditional)" }, { "fr", "French" }, { "de", "German" }, { "gu", "Gujarati" }, { "hi", "Hindi" }, { "hu", "Hungarian" },
	{ "it", "Italian" }, { "ku", "Kurdish" }, { "lt", "Lithuanian" }, { "ml", "Malayalam" }, { "fa", "Persian" }, { "pl", "Polish" },
	{ "pt", "Portuguese" }, { "pa", "Punjabi" }, { "ro", "Romanian" }, { "ru", "Russian" }, { "sk", "Slovak" }, { "so", "Somali" },
	{ "es", "Spanish" }, { "ta", "Tamil" }, { "ti", "Tigrinya" }, { "tr", "Turkish" }, { "uk", "Ukrainian" }, { "ur", "Urdu" }, { "vi", "Vietnamese" },
	{ "bfi", "British Sign Language" },
};

struct str family_language_name(struct str code)
{
	for (size_t i = 0; i < ARRAY_N(LANGUAGES); i++)
		if (str_is(code, LANGUAGES[i].code))
			return str_z(LANGUAGES[i].name);
	return code;
}

struct part_select family_language_choice(struct page_ctx *c, struct str now)
{
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, ARRAY_N(LANGUAGES) + 2);
	size_t n = 0;
	bool found = false;
	items[n++] = (struct part_select_items){ STR(""), STR("Not known"), now.n == 0 };
	for (size_t i = 0; i < ARRAY_N(LANGUAGES); i++) {
		bool is = str_is(now, LANGUAGES[i].code);
		found = found || is;
		items[n++] = (struct part_select_items){ str_z(LANGUAGES[i].code), str_z(LANGUAGES[i].name), is };
	}
	if (now.n && !found)
		items[n++] = (struct part_select_items){ now, now, true };
	return (struct part_select){ .name = STR("language"), .label = page_text(TEXT_family_language), .hint = page_text(TEXT_family_language_hint),
		.error = page_wrong_text(c, "language"), .items = items, .n_items = n };
}
