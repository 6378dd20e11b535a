#include "base/fuzz.h"
#include "house/security/files.h"

FUZZ(files, bytes)                       /* any name and any first bytes have one answer; a program's bytes are never fine */
{
	struct str name = str_upto(bytes, bytes.n / 2), head = str_upto(str_from(bytes, bytes.n / 2), FILES_HEAD);
	enum files_kind k = files_judge(name, head);
	FUZZ_CHECK(k <= FILES_DISGUISED && (k == FILES_FINE || files_kind_title(k)[0]));
	FUZZ_CHECK(!str_starts(head, STR("MZ")) || k == FILES_PROGRAM || k == FILES_DISGUISED);
}
