#include "policy/decide/embed.h"

#include "policy/decide/ask.h"
#include "policy/read/texts.h"

enum { ID_MIN = 4, ID_MAX = 32 };

struct asking { const struct policy *p; const struct facts *f; struct ask who; };

static struct asking asking_of(const struct policy *p, const struct facts *f)
{
	struct asking x = { p, f, { .p = p, .f = f } };
	x.who.group = groups_now(&p->groups, f->group, f->now_utc);
	x.who.minute = calendar_minute(&p->calendar, f->now_utc);
	return x;
}

/* The rule of this kind over host and path, of this name when one is given, that is meant for who asks.  Without a path: of the whole host only,
 * unless `any_path`. */
static const struct rule *find(const struct asking *x, const struct rules *rules, enum rule_kind kind, struct str host, struct str path, struct str name, bool any_path)
{
	struct rule_walk w;
	rule_walk_begin(&w, rules, host);
	for (const struct rule *r; (r = rule_walk_next(&w));) {
		bool covers = !r->path.n || any_path || (path.n && rule_path_covers(r->path, path));
		if (r->kind == kind && covers && (!name.n || str_eq(r->name, name)) && ask_meant(&x->who, r))
			return r;
	}
	return NULL;
}

static bool is_frame(struct str dest) { return str_is(dest, "iframe") || str_is(dest, "embed") || str_is(dest, "object"); }
static bool is_page(struct str dest) { return is_frame(dest) || !dest.n || str_is(dest, "document") || str_is(dest, "frame") || str_is(dest, "fencedframe"); }

/* How the page that asks is decided for the same person. */
static bool page_open(const struct asking *x, const struct embed *e, struct decision *d)
{
	struct facts f = *x->f;
	f.host = e->host;
	f.path = e->path;
	decide(x->p, &f, d);
	return d->verdict == VERDICT_ALLOW && !(d->partial && !e->path.n);
}

/* Chosen by somebody, not only not closed. */
static bool approved(const struct decision *d)
{
	return d->row == ROW_RULES || d->row == ROW_LIVE || d->row == ROW_TEACHING || d->row == ROW_WALL || d->reason == REASON_SERVICE;
}

static const struct rule *opens_page(const struct asking *x, const struct embed *e, const struct rule *player)
{
	struct decision d;
	if (!is_frame(e->dest) || !page_open(x, e, &d))
		return NULL;
	const struct rule *r = approved(&d) ? find(x, &x->p->rules, RULE_EMBED_APPROVED, player->host, STR_NONE, player->name, false) : NULL;
	return r ? r : find(x, &x->p->rules, RULE_EMBED, e->host, e->path, player->name, false);
}

/* A part is asked for by its player's page, which only came where it was open. */
static const struct rule *opens_part(const struct asking *x, const struct embed *e, const struct rule *part)
{
	struct decision d;
	const struct rule *player = is_page(e->dest) ? NULL : find(x, &x->p->rules, RULE_PLAYER, e->host, e->path, part->name, !e->path.n);
	if (!player)
		return NULL;
	const struct rule *r = find(x, &x->p->rules, RULE_EMBED_APPROVED, player->host, STR_NONE, player->name, false);
	r = r ? r : find(x, &x->p->rules, RULE_EMBED_FOR, player->host, STR_NONE, player->name, false);
	if (r || !x->p->live)
		return r;
	r = e->path.n && !page_open(x, e, &d) ? NULL : find(x, live_rules(x->p->live), RULE_ALLOW, player->host, STR_NONE, STR_NONE, true);
	return r && str_starts(r->path, player->path) ? r : NULL;
}

bool embed_opens(const struct policy *p, const struct facts *f, const struct embed *e, struct decision *d)
{
	if (!p || d->verdict != VERDICT_BLOCK || (d->row != ROW_CATEGORIES && d->row != ROW_WALL) || !f->path.n || !e->host.n)
		return false;
	struct asking x = asking_of(p, f);
	const struct rule *at = find(&x, &p->rules, RULE_PLAYER, f->host, f->path, STR_NONE, false), *r;
	if (at) {
		r = opens_page(&x, e, at);
	} else {
		at = find(&x, &p->rules, RULE_PART, f->host, f->path, STR_NONE, false);
		r = at ? opens_part(&x, e, at) : NULL;
	}
	if (!r)
		return false;
	struct decision opened;
	decide_opened(p, f, r, &opened);
	if (opened.verdict != VERDICT_ALLOW)
		return false;
	*d = opened;
	return true;
}

bool embed_named(const struct policy *p, const struct facts *f, const struct decision *d)
{
	if (!p || d->verdict != VERDICT_BLOCK || (d->row != ROW_CATEGORIES && d->row != ROW_WALL) || !(policy_group_flags(p, f->group) & GROUP_INSPECT))
		return false;
	struct asking x = asking_of(p, f);
	return find(&x, &p->rules, RULE_PLAYER, f->host, STR_NONE, STR_NONE, true) || find(&x, &p->rules, RULE_PART, f->host, STR_NONE, STR_NONE, true);
}

bool embed_is_player(const struct policy *p, const struct facts *f)
{
	if (!p || !f->path.n)
		return false;
	struct asking x = asking_of(p, f);
	return find(&x, &p->rules, RULE_PLAYER, f->host, f->path, STR_NONE, false) != NULL;
}

/* ---- from the page of a film to its player */

static bool is_id(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_alpha(s.p[i]) && !ascii_digit(s.p[i]) && s.p[i] != '-' && s.p[i] != '_')
			return false;
	return s.n >= ID_MIN && s.n <= ID_MAX;
}

/* The film's number: of the parameter that the player's text names, or what stands after the rule's path. */
static struct str id_of(struct str path, struct str after, struct str parameter)
{
	ptrdiff_t q = str_chr(path, '?');
	struct str query = q < 0 ? STR_NONE : str_from(path, (size_t)q + 1), page = q < 0 ? path : str_upto(path, (size_t)q), piece;
	while (str_next(&query, '&', &piece)) {
		ptrdiff_t eq = str_chr(piece, '=');
		if (eq > 0 && str_eq(str_upto(piece, (size_t)eq), parameter))
			return str_from(piece, (size_t)eq + 1);
	}
	struct str rest = str_from(page, after.n);
	while (rest.n && rest.p[0] == '/')
		rest = str_from(rest, 1);
	return rest;
}

bool embed_sends(const struct policy *p, const struct facts *f, struct buf *location)
{
	char key[80], room[300];
	struct decision d;
	if (!p || !f->path.n)
		return false;
	struct asking x = asking_of(p, f);
	const struct rule *r = find(&x, &p->rules, RULE_WATCH, f->host, f->path, STR_NONE, false);
	if (!r || r->name.n > 32)
		return false;
	snprintf(key, sizeof key, "player.%.*s.parameter", STRF(r->name));
	struct str id = id_of(f->path, r->path, policy_text(p, key)), host, path;
	snprintf(key, sizeof key, "player.%.*s.page", STRF(r->name));
	rule_split(policy_text(p, key), &host, &path);
	if (!is_id(id) || !host.n || path.n + id.n + 2 > sizeof room)
		return false;
	int n = snprintf(room, sizeof room, "%.*s/%.*s", STRF(path), STRF(id));
	struct facts player = *f;
	player.host = host;
	player.path = (struct str){ room, (size_t)n };
	decide(p, &player, &d);
	if (d.verdict != VERDICT_ALLOW || !approved(&d))
		return false;
	buf_fmt(location, "https://%.*s%s?rel=0", STRF(host), room);
	return buf_ok(location) == OK;
}
