/* Tells the format of a list by what most of its first lines look like. */
#include "base/mem.h"
#include "policy/compile/list_parse.h"

enum { SAMPLE_LINES = 500 };

static const struct { const char *word; } formats[FORMAT_N] = {
	[FORMAT_DETECT] = { "detect" },
#define FORMAT_ROW_(name, text, example) [FORMAT_##name] = { text },
	LIST_FORMAT_TABLE(FORMAT_ROW_)
#undef FORMAT_ROW_
};

enum list_format list_format_of(struct str word)
{
	for (int f = 1; f < FORMAT_N; f++)
		if (str_is(word, formats[f].word))
			return (enum list_format)f;
	return FORMAT_DETECT;
}

const char *list_format_word(enum list_format f) { return formats[f].word; }

static bool has_record(struct str line)
{
	return str_find(line, STR(" CNAME ")) >= 0 || str_find(line, STR("\tCNAME\t")) >= 0 || str_find(line, STR("\tCNAME ")) >= 0 ||
	       str_find(line, STR(" IN SOA ")) >= 0 || str_starts(line, STR("$TTL"));
}

/* What a line can only be, or FORMAT_DETECT when it says nothing. */
static enum list_format shape(struct str line)
{
	static const struct { const char *head; enum list_format f; } heads[] = {
		{ "||", FORMAT_ADBLOCK }, { "@@||", FORMAT_ADBLOCK }, { "[Adblock", FORMAT_ADBLOCK }, { "address=/", FORMAT_DNSMASQ },
		{ "server=/", FORMAT_DNSMASQ }, { "local=/", FORMAT_DNSMASQ }, { "local-zone:", FORMAT_UNBOUND },
		{ "server:", FORMAT_UNBOUND }, { "daf.add", FORMAT_KNOT },
	};
	line = str_trim(line);
	for (size_t i = 0; i < ARRAY_N(heads); i++)
		if (str_starts(line, str_z(heads[i].head)))
			return heads[i].f;
	if (line.n == 0 || strchr("#!;[-", line.p[0]))
		return FORMAT_DETECT;
	if (has_record(line))
		return FORMAT_RPZ;
	struct list_entry e;
	struct prefix p;
	struct list_cursor c = { line, 0 };
	if (!list_next(FORMAT_DOMAINS, &c, &e))
		return FORMAT_DETECT;
	if (prefix_read(e.text, true, &p) == OK && e.text.p == line.p)
		return FORMAT_ADDRS;
	return e.text.p == line.p ? FORMAT_DOMAINS : FORMAT_HOSTS;
}

enum list_format list_detect(struct str sample)
{
	size_t votes[FORMAT_N] = { 0 };
	struct str line;
	for (int i = 0; i < SAMPLE_LINES && str_next(&sample, '\n', &line);)
		if (line.n < LISTS_LINE_MAX) {
			enum list_format f = shape(line);
			votes[f]++;
			i += f != FORMAT_DETECT;
		}
	enum list_format best = FORMAT_DOMAINS;
	for (int f = 1; f < FORMAT_N; f++)
		if (votes[f] > votes[best])
			best = (enum list_format)f;
	return best;
}
