#include "gate/page/captive.h"

#include "base/mem.h"

#define HTML "text/html; charset=utf-8"
#define TEXT "text/plain"

/* As the systems' makers publish them; any path where none is given. */
static const struct captive probes[] = {
	{ "captive.apple.com", NULL, 200, HTML, "<HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>" },
	{ "www.apple.com", "/library/test/success.html", 200, HTML, "<HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>" },
	{ "connectivitycheck.gstatic.com", NULL, 204, TEXT, "" },
	{ "connectivitycheck.android.com", NULL, 204, TEXT, "" },
	{ "clients3.google.com", "/generate_204", 204, TEXT, "" },
	{ "www.gstatic.com", "/generate_204", 204, TEXT, "" },
	{ "www.msftconnecttest.com", "/connecttest.txt", 200, TEXT, "Microsoft Connect Test" },
	{ "ipv6.msftconnecttest.com", "/connecttest.txt", 200, TEXT, "Microsoft Connect Test" },
	{ "www.msftncsi.com", "/ncsi.txt", 200, TEXT, "Microsoft NCSI" },
	{ "detectportal.firefox.com", NULL, 200, TEXT, "success\n" },
	{ "nmcheck.gnome.org", NULL, 200, TEXT, "NetworkManager is online\n" },
	{ "network-test.debian.org", "/nm", 200, TEXT, "NetworkManager is online\n" },
};

const struct captive *captive_probe(struct str host, struct str path)
{
	ptrdiff_t q = str_chr(path, '?');
	struct str bare = q < 0 ? path : str_upto(path, (size_t)q);
	for (size_t i = 0; i < ARRAY_N(probes); i++)
		if (str_is(host, probes[i].host) && (!probes[i].path || str_is(bare, probes[i].path)))
			return &probes[i];
	return NULL;
}
