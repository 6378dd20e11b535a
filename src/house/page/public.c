/* What anybody may read. */
#include "gen_ui.h"
#include "house/page/routes.h"

enum err public_home(struct page_ctx *c)
{
	if (c->session)
		return page_redirect(c, c->person->kind == KIND_LEARNER ? "/welcome" : "/home");
	return page_show(c, public_home, "Online safety", .school = str_z(c->web->school_name));
}

enum err public_advice(struct page_ctx *c)
{
	return page_show(c, public_advice, "Advice and help", 0);
}
