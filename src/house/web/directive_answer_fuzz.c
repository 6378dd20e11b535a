/* What the keeper answers to the portal, and the members that a page adds to its question. */
#include "base/fuzz.h"
#include "house/web/directive_inner.h"

FUZZ(directive_answer, bytes)
{
	enum err e = directive_answer(bytes);
	FUZZ_CHECK(e == OK || e == ERR_STATE || e == ERR_SYNTAX);
}
