#include "gate/page/captive.h"

#include "base/mem.h"

#define HTML "text/html; charset=utf-8"
#define TEXT "text/plain"

/* As the systems' makers publish them; any path where none is given. */
static const struct captive probes[] = {
	{ STR("captive.apple.com"), STR_NONE, 200, HTML, "<HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>" },
	{ STR("www.apple.com"), STR("/library/test/success.html"), 200, HTML, "<HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>" },
	{ STR("connectivitycheck.gstatic.com"), STR_NONE, 204, TEXT, "" },
	{ STR("connectivitycheck.android.com"), STR_NONE, 204, TEXT, "" },
	{ STR("clients3.google.com"), STR("/generate_204"), 204, TEXT, "" },
	{ STR("www.gstatic.com"), STR("/generate_204"), 204, TEXT, "" },
	{ STR("www.msftconnecttest.com"), STR("/connecttest.txt"), 200, TEXT, "Microsoft Connect Test" },
	{ STR("ipv6.msftconnecttest.com"), STR("/connecttest.txt"), 200, TEXT, "Microsoft Connect Test" },
	{ STR("www.msftncsi.com"), STR("/ncsi.txt"), 200, TEXT, "Microsoft NCSI" },
	{ STR("detectportal.firefox.com"), STR_NONE, 200, TEXT, "success\n" },
	{ STR("nmcheck.gnome.org"), STR_NONE, 200, TEXT, "NetworkManager is online\n" },
	{ STR("network-test.debian.org"), STR("/nm"), 200, TEXT, "NetworkManager is online\n" },
};

const struct captive *captive_probe(struct str host, struct str path)
{
	ptrdiff_t q = str_chr(path, '?');
	struct str bare = q < 0 ? path : str_upto(path, (size_t)q);
	for (size_t i = 0; i < ARRAY_N(probes); i++)
		if (host.n == probes[i].host.n && str_eq(host, probes[i].host) && (!probes[i].path.p || str_eq(bare, probes[i].path)))
			return &probes[i];
	return NULL;
}
