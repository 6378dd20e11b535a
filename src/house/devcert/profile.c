#include "house/away/plist.h"
#include "house/devcert/devcert.h"

void devcert_profile(struct buf *out, struct str pack_base64, struct str school, struct str name, const char ids[2][37])
{
	plist_begin(out);
	plist_kind(out, "com.apple.security.pkcs12", STR("gatehouse.device.certificate"), ids[0]);
	plist_string(out, "PayloadDisplayName", name);
	plist_string(out, "PayloadCertificateFileName", STR("device.p12"));
	buf_fmt(out, "<key>PayloadContent</key><data>%.*s</data>\n</dict></array>\n", STRF(pack_base64));
	plist_kind(out, "Configuration", STR("gatehouse.device"), ids[1]);
	plist_string(out, "PayloadDisplayName", name);
	plist_string(out, "PayloadDescription", STR("By this certificate the school's filter knows the device. It asks for the password that was shown with it."));
	plist_string(out, "PayloadOrganization", school);
	buf_z(out, "<key>PayloadScope</key><string>System</string>\n</dict></plist>\n");
}
