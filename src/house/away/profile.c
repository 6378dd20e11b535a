#include "house/away/away.h"
#include "house/away/plist.h"

#include <stdio.h>

#include "base/rnd.h"

void plist_text(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		const char *as = s.p[i] == '&' ? "&amp;" : s.p[i] == '<' ? "&lt;" : s.p[i] == '>' ? "&gt;" : (unsigned char)s.p[i] < ' ' ? " " : NULL;
		if (as)
			buf_z(out, as);
		else
			buf_byte(out, s.p[i]);
	}
}

void plist_string(struct buf *out, const char *key, struct str value)
{
	buf_fmt(out, "<key>%s</key><string>", key);
	plist_text(out, value);
	buf_z(out, "</string>\n");
}

void plist_id(char out[37])
{
	uint8_t b[16];
	char hex[33];
	rnd_bytes(b, sizeof b);
	b[6] = (uint8_t)((b[6] & 15) | 0x40);
	b[8] = (uint8_t)((b[8] & 63) | 0x80);
	hex_put(b, sizeof b, hex);
	snprintf(out, 37, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
}

void plist_kind(struct buf *out, const char *type, struct str name, const char *id)
{
	plist_string(out, "PayloadType", str_z(type));
	plist_string(out, "PayloadIdentifier", name);
	plist_string(out, "PayloadUUID", str_z(id));
	buf_z(out, "<key>PayloadVersion</key><integer>1</integer>\n");
}

void plist_begin(struct buf *out)
{
	buf_z(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n"
		"<plist version=\"1.0\"><dict>\n<key>PayloadContent</key><array><dict>\n");
}

void away_profile(struct buf *out, struct str label, struct str zone, struct str school, struct str device, const char ids[2][37])
{
	plist_begin(out);
	plist_kind(out, "com.apple.dnsSettings.managed", STR("gatehouse.names.settings"), ids[0]);
	buf_z(out, "<key>DNSSettings</key><dict>\n<key>DNSProtocol</key><string>HTTPS</string>\n<key>ServerURL</key><string>https://");
	plist_text(out, zone);
	buf_z(out, "/dns-query/");
	plist_text(out, label);
	buf_z(out, "</string>\n</dict>\n<key>ProhibitDisablement</key><true/>\n</dict></array>\n");
	plist_kind(out, "Configuration", STR("gatehouse.names"), ids[1]);
	buf_z(out, "<key>PayloadDisplayName</key><string>");
	plist_text(out, school);
	buf_z(out, ": filter for ");
	plist_text(out, device);
	buf_z(out, "</string>\n<key>PayloadDescription</key><string>This device asks the school's filter for every address, at school and away from it.</string>\n");
	plist_string(out, "PayloadOrganization", school);
	buf_z(out, "<key>PayloadScope</key><string>System</string>\n<key>PayloadRemovalDisallowed</key><true/>\n</dict></plist>\n");
}
