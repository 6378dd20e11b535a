#include "policy/decide/reason.h"

#include <assert.h>

static const struct reason_info reasons[N_REASON] = {
#define REASON_ROW_(code, word, ede, flags, adult, ten, six) \
	[REASON_##code] = { word, ede, flags, adult, ten, six },
	REASON_TABLE(REASON_ROW_)
#undef REASON_ROW_
};

const struct reason_info *reason_info(enum reason r)
{
	assert((unsigned)r < N_REASON);
	return &reasons[r];
}

enum err reason_read(struct str word, enum reason *out)
{
	for (int i = 0; i < N_REASON; i++)
		if (str_is(word, reasons[i].word)) {
			*out = (enum reason)i;
			return OK;
		}
	return ERR_ABSENT;
}
