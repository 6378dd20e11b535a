/* support_inner.h - inside the plans: what writing and reading share. */
#pragma once
#include "house/support/support.h"

/* The right was checked by the caller; who is subject or barred is kept out by the store. */
static inline struct entry_may support_may(int64_t school, int64_t person)
{
	return (struct entry_may){ .school = school, .person = person, .classes = ENTRY_BIT(ENTRY_CHILD) };
}
