#include "house/mailbox/structure.h"

#include <stdio.h>

struct walk { struct mail_part *parts; size_t n; };

static struct str text_of(const struct imap_node *n) { return n && n->kind == IMAP_TEXT ? n->text : STR_NONE; }

static const struct imap_node *after(const struct imap_node *n, size_t steps)
{
	for (; n && steps; steps--)
		n = n->next;
	return n;
}

/* The value of a parameter in ("name" "value" ...). */
static struct str param(const struct imap_node *list, const char *name)
{
	if (!list || list->kind != IMAP_LIST)
		return STR_NONE;
	for (const struct imap_node *n = list->first; n && n->next; n = n->next->next)
		if (str_ieq(text_of(n), str_z(name)))
			return text_of(n->next);
	return STR_NONE;
}

static bool has_name(const struct imap_node *params)
{
	return param(params, "name").n || param(params, "filename").n || param(params, "name*").n || param(params, "filename*").n;
}

/* type subtype (params) id description encoding octets ..., and somewhere behind, in a place that depends on the type,
 * the disposition: ("attachment" (params)). */
static bool is_attached(const struct imap_node *from)
{
	for (const struct imap_node *n = from; n; n = n->next)
		if (n->kind == IMAP_LIST && n->first && n->first->kind == IMAP_TEXT && n->first->next && n->first->next->kind != IMAP_TEXT)
			if (str_ieq(n->first->text, STR("attachment")) || has_name(n->first->next))
				return true;
	return false;
}

static enum err leaf(struct walk *w, const struct imap_node *n, const char *section)
{
	const struct imap_node *subtype = after(n, 1), *params = after(n, 2), *encoding = after(n, 5), *octets = after(n, 6);
	if (w->n == MAIL_PARTS_MAX)
		return ERR_LIMIT;
	struct mail_part *p = &w->parts[w->n++];
	*p = (struct mail_part){ .type = text_of(n), .subtype = text_of(subtype), .charset = param(params, "charset"), .encoding = text_of(encoding) };
	snprintf(p->section, sizeof p->section, "%s", section);
	p->attached = has_name(params) || is_attached(after(n, 7));
	return imap_number(octets, &p->octets);
}

static enum err walk(struct walk *w, const struct imap_node *body, const char *section)
{
	char inner[MAIL_SECTION_MAX];
	size_t number = 0;
	if (!body || body->kind != IMAP_LIST || !body->first)
		return ERR_SYNTAX;
	if (body->first->kind != IMAP_LIST)
		return leaf(w, body->first, *section ? section : "1");
	for (const struct imap_node *n = body->first; n && n->kind == IMAP_LIST; n = n->next) {
		int made = snprintf(inner, sizeof inner, "%s%s%zu", section, *section ? "." : "", ++number);
		if (made < 0 || (size_t)made >= sizeof inner)
			return ERR_LIMIT;
		TRY(walk(w, n, inner));
	}
	return OK;
}

enum err mail_structure(const struct imap_node *n, struct mail_part parts[MAIL_PARTS_MAX], size_t *n_parts)
{
	struct walk w = { .parts = parts };
	TRY(walk(&w, n, ""));
	*n_parts = w.n;
	return OK;
}

static const struct mail_part *first_of(const struct mail_part *parts, size_t n, const char *type, const char *subtype)
{
	for (size_t i = 0; i < n; i++)
		if (!parts[i].attached && str_ieq(parts[i].type, str_z(type)) && str_ieq(parts[i].subtype, str_z(subtype)))
			return &parts[i];
	return NULL;
}

const struct mail_part *mail_words_part(const struct mail_part *parts, size_t n)
{
	const struct mail_part *plain = first_of(parts, n, "text", "plain");
	return plain ? plain : first_of(parts, n, "text", "html");
}

const struct mail_part *mail_bounce_part(const struct mail_part *parts, size_t n)
{
	return first_of(parts, n, "message", "delivery-status");
}
