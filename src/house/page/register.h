/* register.h - what the pages of registers share.  Pages are made of the register's file alone (house/register/register.h). */
#pragma once
#include "gen_ui.h"
#include "house/page/routes.h"
#include "house/register/may.h"
#include "house/register/names.h"

enum { REGISTER_PAGE = 50, REGISTER_OPTIONS = 300 };

struct reg_page {
	const struct reg *reg;
	struct reg_may may;
	struct store store;
	struct entry_may view;
};
/* The register of the address.  ERR_ABSENT: none that has pages; ERR_FORBIDDEN: nothing in it is for them. */
enum err reg_page_open(struct page_ctx *c, struct reg_page *p);
/* The entry of the address; ERR_ABSENT when it may not be seen or is of another register. */
enum err reg_page_entry(struct page_ctx *c, const struct reg_page *p, struct entry *out);
/* Whether this person is shown the field. */
static inline bool reg_shows(const struct reg_page *p, const struct field *f) { return (!f->personal || p->may.personal) && registers_only(p->store.registers, f->only_key, f->only_value); }
/* Whether a form asks them for it; a stamp is the program's. */
static inline bool reg_asks(const struct reg_page *p, const struct field *f) { return reg_shows(p, f) && !f->stamp.n; }
struct str reg_show(struct page_ctx *c, const struct reg_page *p, const struct field *f, struct str value);
struct str reg_title_of(struct page_ctx *c, const struct reg_page *p, const struct entry *e);
bool reg_is_due(const struct reg *r, const struct entry *e);
/* "a device", for sentences. */
struct str reg_one(const struct reg *r);

/* The page of one entry, again with what was wrong. */
enum err reg_entry_again(struct page_ctx *c, const struct reg_page *p, const struct entry *e);

/* The list as it was asked for: words, choices, state, order. */
enum err reg_list_query(struct page_ctx *c, const struct reg_page *p, struct str words, struct entry_query *q);
enum err reg_csv(struct page_ctx *c, const struct reg_page *p, const struct entry_query *q);

/* Fields of a form: what was posted, else what `e` holds (NULL: nothing). */
enum err reg_form_fields(struct page_ctx *c, const struct reg_page *p, const struct entry *e, struct view_register_form_fields **out, size_t *n);
/* ---- fields that are documents (register_file.c) ---- */
bool reg_has_files(const struct reg *r);
/* The file that was chosen for the field, screened: true, and `out` is the field until the file is kept; refused: a finding.  True and empty when what is
 * there is taken away. */
bool reg_file_read(struct page_ctx *c, const struct field *f, struct entry_field *out);
/* It is to be taken away: the tick on the form. */
bool reg_file_taken(struct page_ctx *c, const struct field *f);
/* entry_create and entry_update with the chosen files, in one transaction. */
enum err reg_create(struct page_ctx *c, const struct reg_page *p, const struct act *act, struct entry_in *in, int64_t *id);
enum err reg_update(struct page_ctx *c, const struct reg_page *p, const struct act *act, const struct entry *e, struct entry_in *in);

/* The posted fields as they are kept; findings in c->errors. */
enum err reg_form_read(struct page_ctx *c, const struct reg_page *p, struct entry_field **out, size_t *n);
