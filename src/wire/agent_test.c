#include "wire/agent.h"

#include "base/test.h"

TEST(agent, a_program_is_known_by_its_own_name_and_a_browser_by_none)
{
	static const struct { const char *line, *is; } table[] = {
		{ "Roblox/WinInet", "Roblox" }, { "com.apple.trustd/3.0", "com.apple.trustd" }, { "TikTok 33.1.0 rv:331 (iPhone; iOS 17.0; en_GB) Cronet", "TikTok" },
		{ "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36 Edg/126.0", "" },
		{ "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", "" },
		{ "Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1", "" },
		{ "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/21A329 Instagram 302.0.0 (iPhone14,5)", "Instagram" },
		{ "Dalvik/2.1.0 (Linux; U; Android 13; SM-T500)", "" }, { "okhttp/4.9.0", "" }, { "CFNetwork/1474 Darwin/23.0.0", "" }, { "AppStore/3.0 iOS/17.0 model/iPad12,1", "AppStore" },
		{ "", "" }, { "1234567890/1", "" }, { "((((", "" }, { "-/-", "" }, { "a", "" }, { "curl/8.5.0", "curl" },
		{ "ThisIsANameThatIsLongerThanAnyProgramWouldEverCallItself/1.0 Short/1", "Short" },
	};
	for (size_t i = 0; i < ARRAY_N(table); i++)
		if (!str_eq(agent_program(str_z(table[i].line)), str_z(table[i].is)) && agent_program(str_z(table[i].line)).n + strlen(table[i].is))
			fail_msg("%s: %.*s", table[i].line, STRF(agent_program(str_z(table[i].line))));
}
