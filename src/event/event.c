#include "event/event.h"

struct kind_row { enum event_kind kind; const char *name; enum event_weight weight; uint32_t fields; const char *sentence; };
struct known_row { enum known_how how; const char *name, *words; };

static const struct kind_row kinds[] = {
#define ROW_(NAME, code, weight, fields, sentence) { code, #NAME, EVENT_##weight, fields, sentence },
	EVENT_TABLE(ROW_)
#undef ROW_
};

static const struct known_row knowns[] = {
#define ROW_(NAME, code, words) { code, #NAME, words },
	KNOWN_TABLE(ROW_)
#undef ROW_
};

#define CODE_FITS_(NAME, code, weight, fields, sentence) static_assert((code) > 0 && (code) < EVENT_CODES, #NAME);
EVENT_TABLE(CODE_FITS_)
#undef CODE_FITS_

static const struct kind_row *row(enum event_kind k)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (kinds[i].kind == k)
			return &kinds[i];
	return NULL;
}

bool event_known(enum event_kind k)
{
	return row(k) != NULL;
}

const char *event_name(enum event_kind k)
{
	const struct kind_row *r = row(k);
	return r ? r->name : "?";
}

const char *event_sentence(enum event_kind k)
{
	const struct kind_row *r = row(k);
	return r ? r->sentence : "something newer than this program";
}

enum event_weight event_weight(enum event_kind k)
{
	const struct kind_row *r = row(k);
	return r ? r->weight : EVENT_KEEP;
}

uint32_t event_fields(enum event_kind k)
{
	const struct kind_row *r = row(k);
	return r ? r->fields : UINT32_MAX;
}

enum event_kind event_by_name(struct str name)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (str_is(name, kinds[i].name))
			return kinds[i].kind;
	return EVENT_NONE;
}

const char *known_how_words(enum known_how h)
{
	for (size_t i = 0; i < sizeof knowns / sizeof *knowns; i++)
		if (knowns[i].how == h)
			return knowns[i].words;
	return "in a way newer than this program";
}

const char *known_how_name(enum known_how h)
{
	for (size_t i = 0; i < sizeof knowns / sizeof *knowns; i++)
		if (knowns[i].how == h)
			return knowns[i].name;
	return "?";
}

const char *known_sure_words(unsigned sure)
{
	return sure >= 90 ? "almost certain" : sure >= 60 ? "likely" : sure ? "uncertain: the device only says so" : "not known";
}

bool event_limited(enum event_kind k, bool has_host, bool has_path)
{
	static const uint32_t of_sites = 1u << EVENT_VISIT | 1u << EVENT_REFUSED | 1u << EVENT_DNS_REFUSED | 1u << EVENT_SAFE_SEARCH | 1u << EVENT_NAME_MISMATCH | 1u << EVENT_TUNNEL;
	return has_host && !has_path && (unsigned)k < EVENT_CODES && of_sites >> k & 1;
}
