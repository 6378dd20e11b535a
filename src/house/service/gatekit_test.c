#include "house/service/gatekit.h"

#include "base/mem.h"
#include "policy/compile/policy_world.h"

struct gatekit { struct world w; char current[600]; };

struct gatekit *gatekit_new(const char *file, const char *house)
{
	struct gatekit *g = mem_new(struct gatekit);
	enum err e = world_house(&g->w, file, house);
	if (e != OK) {
		AUTO(buf_done) struct buf b = buf_init(65536);
		diag_print(&g->w.diag, &b);
		fprintf(stderr, "%s: %.*s\n", err_text(e), (int)b.n, b.p ? b.p : "");
	}
	CHECK_OK(e);
	snprintf(g->current, sizeof g->current, "%s/policy/current", g->w.dir);
	return g;
}

void gatekit_free(struct gatekit **g)
{
	if (!*g)
		return;
	world_done(&(*g)->w);
	mem_free(g);
}

void gatekit_at(struct gatekit *g, int64_t utc) { g->w.now_utc = utc; }
const char *gatekit_ask(struct gatekit *g, const char *url, const char *who) { return world_ask(&g->w, url, who); }
const char *gatekit_current(struct gatekit *g) { return g->current; }

void gatekit_permit(struct gatekit *g, const char *host, int64_t class_id)
{
	world_live(&g->w, (struct live_record){ .kind = LIVE_ALLOW, .id = 9, .scope = SCOPE_CLASS, .class_id = class_id, .host = str_z(host) });
}
