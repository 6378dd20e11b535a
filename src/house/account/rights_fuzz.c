#include "base/fuzz.h"
#include "house/account/rights.h"

FUZZ(rights, bytes)
{
	struct diag d = diag_init(20);
	struct rights *r = NULL;
	(void)rights_load(fuzz_path(bytes), &d, &r);         /* that it ends is all that is asked */
	rights_free(&r);
	diag_done(&d);
}
