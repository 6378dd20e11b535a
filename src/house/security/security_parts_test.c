#include "base/test.h"
#include "house/security/files.h"
#include "house/security/ports.h"

TEST(ports, what_listens_for_others_and_nothing_else)
{
	struct port_set s = { 0 };
	ports_read(STR("  sl  local_address rem_address   st\n"
		"   0: 00000000:0016 00000000:0000 0A 0\n   1: 0100007F:1538 00000000:0000 0A\n   2: 0202A8C0:C350 0102A8C0:01BB 01\n   3: 00000000:0016 00000000:0000 0A\n"
		"   4: 0202A8C0:0050 00000000:0000 0A\nnonsense\n   5: xyz:0050 00000000:0000 0A\n   6: 00000000:99999 00000000:0000 0A\n"), false, &s);
	CHECK(s.n == 2 && ports_has(&s, 22) && ports_has(&s, 80) && s.seen);
	ports_read(STR("h\n 0: 00000000000000000000000000000000:01BB 0:0 0A\n 1: 00000000000000000000000001000000:0019 0:0 0A\n 2: 0000000000000000FFFF00000100007F:0BB8 0:0 0A\n"), false, &s);
	CHECK(s.n == 3 && ports_has(&s, 443));
	ports_read(STR("h\n 0: 00000000:0035 00000000:0000 07\n 1: 00000000:EA60 00000000:0000 07\n"), true, &s);
	CHECK(s.n == 4 && s.v[3].udp && s.v[3].port == 53);
}

TEST(files, told_by_the_name_and_by_the_first_bytes)
{
	static const struct { const char *name, *head; enum files_kind kind; } v[] = {
		{ "letter.odt", "PK\003\004", FILES_FINE }, { "photo.jpg", "\xff\xd8\xff", FILES_FINE }, { "notes.txt", "hello", FILES_FINE }, { "exe", "hello", FILES_FINE }, { "empty", "", FILES_FINE },
		{ "setup.exe", "MZ\220", FILES_PROGRAM }, { "SETUP.EXE", "", FILES_PROGRAM }, { "tool", "\177ELF\002", FILES_DISGUISED }, { "photo.jpg", "MZ\220", FILES_DISGUISED },
		{ "app.apk", "PK\003\004", FILES_PROGRAM }, { "run.ps1", "Get-", FILES_SCRIPT }, { "run", "#!/bin/sh", FILES_SCRIPT }, { "letter.docm", "PK", FILES_SCRIPT },
		{ "disk.iso", "", FILES_IMAGE }, { "film.torrent", "d8:", FILES_IMAGE } };
	for (size_t i = 0; i < sizeof v / sizeof *v; i++)
		CHECK_INT(files_judge(str_z(v[i].name), str_z(v[i].head)), v[i].kind);
}
