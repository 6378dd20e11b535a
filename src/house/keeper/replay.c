/* What live.log says, read once at start. */
#include "base/log.h"
#include "base/mem.h"
#include "house/keeper/keeper.h"
#include "io/file.h"

enum { LIVE_LOG_MAX = 256 * 1024 * 1024 };

enum err keeper_replay(struct keeper *k)
{
	AUTO(buf_done) struct buf b = buf_init(LIVE_LOG_MAX);
	enum err e = file_read(settings_path(&k->settings, "policy/live.log"), &b);
	if ((int)e == -ENOENT)
		return OK;
	TRY(e);
	struct str rest = buf_str(&b);
	struct live_record r;
	size_t used;
	while (rest.n && (e = live_decode(rest, &r, &used)) == OK) {
		bindings_apply(&k->bindings, &r);
		rest = str_from(rest, used);
	}
	if (rest.n && e != ERR_END)
		log_line(LOG_FAIL, "live.log holds a record that does not fit: %s", err_text(e));
	return OK;
}
