/* site_inner.h - one page of the gate being made, for the files that make them: refusals and our own pages (site.c), what
 * people write to us (site_forms.c). */
#pragma once
#include "base/arena.h"
#include "base/mem.h"
#include "gate/page/page.h"
#include "gate/page/site.h"

#define SITE_PREFIX "/.well-known/gatehouse"

enum { VALUES = 32, URL_OUT = 2048, PAGE_USUAL = 8 * 1024, QUERY_MAX = 300 };

struct site {
	struct site_conf conf;
	char csp[256], csp_framed[256], csp_probes[400];
	char home[320];                    /* http://gate_name/ */
};

/* One page being made: values, and the memory that they need. */
struct making {
	struct site *s;
	const struct site_ask *a;
	struct site_reply *r;
	struct arena arena;
	struct page_value v[VALUES];
	size_t n;
};

/* Begins a page with what stands on every one; `finish` ends it and lets go of the memory. */
struct making making_init(struct site *s, const struct site_ask *a, struct site_reply *r, const char *title);
void making_val(struct making *m, const char *name, struct str v);
/* A sentence of the policy's; `otherwise` when it has none. */
struct str making_text(const struct making *m, const char *key, const char *otherwise);
/* The token of a form that the page holds (gate/tell/form.h). */
void making_token(struct making *m);
void making_finish(struct making *m, int status, const char *page);
struct str site_group_name(const struct site_ask *a);

/* ---- site_forms.c: "tell someone", "tell your teacher", "ask for this site" ---- */

void site_show_tell(struct site *s, const struct site_ask *a, struct site_reply *r);
void site_show_ask(struct site *s, const struct site_ask *a, struct site_reply *r);
/* A form that was posted to one of them; false: `route` is none of ours. */
bool site_form_post(struct site *s, const struct site_ask *a, struct str route, struct site_reply *r);
