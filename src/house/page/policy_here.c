#include "house/page/policy_here.h"

#include "base/mem.h"
#include "house/evidence/monitoring.h"
#include "house/page/page_store.h"
#include "io/file.h"
#include "io/settings.h"
#include "policy/read/sealed.h"

enum { PATH_BYTES = 4096 };

enum err page_policy(const struct page_ctx *c, struct policy **out)
{
	char path[PATH_BYTES];
	uint8_t key[SEALED_KEY_BYTES];
	if (!c->web->settings)
		return ERR_ABSENT;
	TRY(path_join(path, sizeof path, c->web->settings->prefix, "keys/sealed.key"));
	bool has_key = file_read_exact(path, key, sizeof key) == OK;       /* only the gate's user may read it: most portals cannot */
	TRY(path_join(path, sizeof path, c->web->settings->prefix, "policy/current"));
	enum err e = file_exists(path) ? policy_open(path, has_key ? (struct str){ (char *)key, sizeof key } : STR_NONE, out) : ERR_ABSENT;
	mem_wipe(key, sizeof key);
	return e;
}

bool page_named(const struct page_ctx *c)
{
	struct store st = page_store(c);
	return monitoring_named(&st, c->school);
}
