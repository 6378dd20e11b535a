#include "wire/agent.h"

#include "base/mem.h"

/* Parts of browsers' own lines, and libraries that many programs share: they name nobody. */
static const char *const parts[] = { "Mozilla", "AppleWebKit", "WebKit", "KHTML", "Gecko", "Chrome", "Chromium", "HeadlessChrome", "CriOS", "CrMo", "Safari", "Version", "Mobile", "Firefox", "FxiOS", "Edge",
	"Edg", "EdgA", "EdgiOS", "OPR", "Opera", "OPT", "Presto", "Trident", "MSIE", "SamsungBrowser", "Silk", "CrOS", "Android", "Linux", "Windows", "CFNetwork", "Darwin", "Dalvik", "okhttp",
	"Apache-HttpClient", "Java", "WinHTTP", "WinInet", "libcurl", "NetworkingExtension", "Alamofire", "Ubuntu", "Focus", "GSA", "like", "Profile", "Build" };

static bool part_of_browser(struct str s)
{
	for (size_t i = 0; i < ARRAY_N(parts); i++)
		if (str_ieq(s, str_z(parts[i])))
			return true;
	return false;
}

static bool name_char(char c) { return ascii_alpha(c) || ascii_digit(c) || c == '.' || c == '_' || c == '-' || c == '+'; }

/* Letters in it, and short: no number, no hash, no sentence. */
static bool could_be_name(struct str s)
{
	size_t letters = 0;
	for (size_t i = 0; i < s.n; i++)
		letters += ascii_alpha(s.p[i]);
	return letters >= 2 && s.n <= AGENT_MAX && ascii_alpha(s.p[0]);
}

struct str agent_program(struct str line)
{
	line = str_upto(line, AGENT_LINE_MAX);
	int deep = 0;
	for (size_t i = 0; i < line.n;) {
		size_t from = i;
		deep += line.p[i] == '(' ? 1 : line.p[i] == ')' && deep ? -1 : 0;
		while (i < line.n && name_char(line.p[i]))
			i++;
		struct str word = { line.p + from, i - from };
		if (!deep && word.n && !part_of_browser(word) && could_be_name(word))
			return word;
		while (i < line.n && word.n && line.p[i] == '/' ) {         /* its version */
			for (i++; i < line.n && name_char(line.p[i]); i++)
				;
		}
		i += i == from;
	}
	return STR_NONE;
}
