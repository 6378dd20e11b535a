#include "house/account/rights.h"

#include "base/buf.h"
#include "base/conf.h"
#include "base/mem.h"

enum { GRANTS_MAX = 3 };

struct grant_cell { uint32_t access, reach; };
struct cell { struct grant_cell grants[GRANTS_MAX]; size_t n; bool refused; };

struct rights {
	struct arena arena;
	struct str title[CAPS_MAX];
	struct cell cells[CAPS_MAX][ROLES_MAX];
	struct str added[CAPS_MAX - N_CAPS];           /* words of the rows for registers */
	int n_caps;
};

/* Words and facts of all roles: those that code names, then what a file added.  Written while loading only. */
static struct { char word[ROLE_WORD_MAX + 1]; struct role_facts facts; } roles[ROLES_MAX] = {
#define ROLE_ROW_(name, word_, title_) [name] = { word_, { .title = title_, .sole = name == ROLE_DSL } },
	ROLE_TABLE(ROLE_ROW_)
#undef ROLE_ROW_
};
static int n_roles = N_ROLES;
static const char *const CAPS[N_CAPS] = {
#define CAP_ROW_(name, word) [name] = word,
	CAP_TABLE(CAP_ROW_)
#undef CAP_ROW_
};
static const struct { const char *word; uint32_t bit; } REACHES[] = {
#define REACH_ROW_(name, word, bit) { word, name },
	REACH_TABLE(REACH_ROW_)
#undef REACH_ROW_
};

int role_count(void) { return n_roles; }
const char *role_word(enum role r) { return (int)r < n_roles ? roles[r].word : "nobody"; }
const char *role_title(enum role r) { return (int)r < n_roles ? roles[r].facts.title : "Nobody"; }

struct str role_titles(struct arena *a, role_set set)
{
	AUTO(buf_done) struct buf b = buf_init(1000);
	for (int r = 0; r < n_roles; r++)
		if (set & ROLE_BIT(r)) {
			buf_z(&b, b.n ? ", " : "");
			buf_z(&b, role_title((enum role)r));
		}
	return arena_str(a, buf_str(&b));
}

const char *cap_word(enum cap c) { return c < N_CAPS ? CAPS[c] : ""; }

const struct role_facts *role_facts(enum role r)
{
	assert((int)r < n_roles);
	return &roles[r].facts;
}

enum err role_read(struct str word, enum role *out)
{
	for (int r = 0; r < n_roles; r++)
		if (str_is(word, roles[r].word)) {
			*out = (enum role)r;
			return OK;
		}
	return ERR_ABSENT;
}

/* ---- the roles of the file ---- */

static bool word_good(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!(s.p[i] >= 'a' && s.p[i] <= 'z') && s.p[i] != '-')
			return false;
	return s.n >= 2 && s.n <= ROLE_WORD_MAX;
}

static enum err role_known(const struct conf *c, const struct conf_block *b, struct diag *d, enum role *out)
{
	if (role_read(b->id, out) == OK)
		return OK;
	if (!word_good(b->id))
		return diag_fail(d, c->file, b->line, "A role is written in small letters and dashes, at most %d.", ROLE_WORD_MAX);
	if (n_roles == ROLES_MAX)
		return diag_fail(d, c->file, b->line, "There are at most %d roles.", ROLES_MAX);
	memcpy(roles[n_roles].word, b->id.p, b->id.n);
	*out = (enum role)n_roles++;
	return OK;
}

static void text_read(const struct conf *c, const struct conf_block *b, const char *key, char *out, size_t room, struct diag *d)
{
	struct str s = conf_get(b, key);
	if (s.n >= room)
		(void)diag_fail(d, c->file, b->line, "\"%s\" may be %zu letters long.", key, room - 1);      /* collected */
	else if (s.n) {
		memcpy(out, s.p, s.n);
		out[s.n] = '\0';
	}
}

static void role_block(const struct conf *c, const struct conf_block *b, struct diag *d)
{
	enum role r;
	if (role_known(c, b, d, &r) != OK)
		return;
	struct role_facts *f = &roles[r].facts;
	const struct { const char *key; bool *value; } flags[] = {
		{ "second-factor", &f->second_factor }, { "sole", &f->sole }, { "duties", &f->duties }, { "trained", &f->trained }, { "trained-first", &f->trained_first },
		{ "confirms", &f->confirms },
	};
	for (size_t i = 0; i < ARRAY_N(flags); i++)
		(void)conf_bool(c, b, flags[i].key, *flags[i].value, d, flags[i].value);      /* collected in d */
	text_read(c, b, "title", f->title, sizeof f->title, d);
	text_read(c, b, "accountable", f->accountable, sizeof f->accountable, d);
	text_read(c, b, "needed", f->needed, sizeof f->needed, d);
	if (!f->title[0])
		(void)diag_fail(d, c->file, b->line, "The role %s needs a title.", roles[r].word);      /* collected */
	f->sole = f->sole || r == ROLE_DSL;              /* whatever a school writes (0-06) */
}

static bool reach_read(struct str word, uint32_t *bits)
{
	for (size_t i = 0; i < ARRAY_N(REACHES); i++)
		if (str_is(word, REACHES[i].word)) {
			*bits |= REACHES[i].bit;
			return true;
		}
	return false;
}

/* "R raised assigned": what WRITE, APPROVE and OWN bring along is added. */
static enum err grant_read(struct str text, struct cell *cell)
{
	struct str word, rest = str_trim(text);
	if (!str_next(&rest, ' ', &word) || word.n != 1)
		return ERR_SYNTAX;
	struct grant_cell g = { 0 };
	switch (word.p[0]) {
	case 'X': cell->refused = true; return rest.n ? ERR_SYNTAX : OK;
	case 'R': g.access = ACCESS_READ; break;
	case 'W': g.access = ACCESS_WRITE | ACCESS_READ; break;
	case 'A': g.access = ACCESS_APPROVE | ACCESS_READ; break;
	case 'O': g.access = ACCESS_OWN | ACCESS_READ; g.reach = REACH_OWN; break;
	default: return ERR_SYNTAX;
	}
	while (str_next(&rest, ' ', &word))
		if (word.n && !reach_read(word, &g.reach))
			return ERR_SYNTAX;
	if (g.reach == 0)
		g.reach = REACH_ALL;
	if (cell->n == GRANTS_MAX)
		return ERR_LIMIT;
	cell->grants[cell->n++] = g;
	return OK;
}

static enum err cell_read(struct str text, struct cell *cell)
{
	struct str piece;
	while (str_next(&text, ';', &piece))
		TRY(grant_read(piece, cell));
	return cell->n || cell->refused ? OK : ERR_SYNTAX;
}

static enum err cap_read(struct rights *r, const struct conf *c, const struct conf_block *b, enum cap cap, struct diag *d)
{
	for (size_t i = 0; i < b->n; i++) {
		const struct conf_pair *p = &b->pairs[i];
		enum role role;
		if (str_is(p->key, "title"))
			r->title[cap] = arena_str(&r->arena, p->value);
		else if (role_read(p->key, &role) != OK)
			(void)diag_fail(d, c->file, p->line, "There is no role \"%.*s\".", STRF(p->key));   /* collected */
		else if (r->cells[cap][role].n || r->cells[cap][role].refused)
			(void)diag_fail(d, c->file, p->line, "The role %.*s stands twice.", STRF(p->key));
		else if (cell_read(p->value, &r->cells[cap][role]) != OK)
			(void)diag_fail(d, c->file, p->line, "\"%.*s\" is not a grant: write R, W, A, O or X, and words that narrow it.", STRF(p->value));
	}
	return r->title[cap].n ? OK : diag_fail(d, c->file, b->line, "The capability %.*s needs a title.", STRF(b->id));
}

bool rights_cap(const struct rights *r, struct str word, enum cap *out)
{
	for (int cap = 0; cap < r->n_caps; cap++)
		if (cap < N_CAPS ? str_is(word, CAPS[cap]) : str_eq(word, r->added[cap - N_CAPS])) {
			*out = (enum cap)cap;
			return true;
		}
	return false;
}

static void area_read(struct rights *r, const struct conf *c, const struct conf_block *b, struct diag *d)
{
	if (r->n_caps == CAPS_MAX || !word_good(b->id)) {
		(void)diag_fail(d, c->file, b->line, "A capability of registers is written registers-NAME in small letters; there are at most %d.", CAPS_MAX - N_CAPS);
		return;
	}
	r->added[r->n_caps - N_CAPS] = arena_str(&r->arena, b->id);
	(void)cap_read(r, c, b, (enum cap)r->n_caps++, d);       /* collected */
}

static void block_read(struct rights *r, const struct conf *c, const struct conf_block *b, bool *seen, struct diag *d)
{
	if (str_is(b->kind, "role"))
		return;
	enum cap cap;
	if (str_is(b->kind, "capability") && rights_cap(r, b->id, &cap)) {
		if (seen[cap])
			(void)diag_fail(d, c->file, b->line, "The capability %.*s stands twice.", STRF(b->id));
		seen[cap] = true;
		(void)cap_read(r, c, b, cap, d);      /* collected */
		return;
	}
	if (str_is(b->kind, "capability") && str_starts(b->id, STR("registers-"))) {
		seen[r->n_caps < CAPS_MAX ? r->n_caps : 0] = true;
		area_read(r, c, b, d);
		return;
	}
	if (b->n || b->id.n)
		(void)diag_fail(d, c->file, b->line, "\"%.*s %.*s\" is not known here.", STRF(b->kind), STRF(b->id));
}

/* What must hold whatever a school writes: nobody acts as another, nobody opens a sealed list. */
static void check_sealed(const struct rights *r, struct str file, struct diag *d)
{
	static const enum cap never[] = { CAP_IMPERSONATE, CAP_SEALED };
	for (size_t i = 0; i < ARRAY_N(never); i++)
		for (int role = 0; role < n_roles; role++)
			if ((role < N_ROLES && !r->cells[never[i]][role].refused) || r->cells[never[i]][role].n)
				(void)diag_fail(d, file, 0, "The capability %s must be refused (X) to %s.", CAPS[never[i]], roles[role].word);
}

enum err rights_load(const char *path, struct diag *d, struct rights **out)
{
	AUTO(rights_free) struct rights *r = mem_new(struct rights);
	struct conf c;
	TRY(conf_load(&r->arena, path, d, &c));
	bool seen[CAPS_MAX] = { false };
	r->n_caps = N_CAPS;
	size_t before = d->errors;
	for (size_t i = 0; i < c.n; i++)
		if (str_is(c.blocks[i].kind, "role"))
			role_block(&c, &c.blocks[i], d);
	for (size_t i = 0; i < c.n; i++)
		block_read(r, &c, &c.blocks[i], seen, d);
	for (int cap = 0; cap < N_CAPS; cap++)
		if (!seen[cap])
			(void)diag_fail(d, c.file, 0, "The capability %s is missing.", CAPS[cap]);
	check_sealed(r, c.file, d);
	if (d->errors > before)
		return ERR_INVALID;
	*out = TAKE(r);
	return OK;
}

enum err roles_load(const char *path, struct diag *d)
{
	AUTO(rights_free) struct rights *r = NULL;
	return rights_load(path, d, &r);
}

void rights_free(struct rights **r)
{
	if (*r)
		arena_done(&(*r)->arena);
	mem_free(r);
}

uint32_t rights_reach(const struct rights *r, role_set held, enum cap cap, enum access access)
{
	uint32_t reach = 0;
	for (int role = 0; (int)cap < r->n_caps && role < n_roles; role++)
		for (size_t i = 0; held & ROLE_BIT(role) && i < r->cells[cap][role].n; i++)
			if (r->cells[cap][role].grants[i].access & access)
				reach |= r->cells[cap][role].grants[i].reach;
	return reach;
}

bool rights_refused(const struct rights *r, enum role role, enum cap cap) { return r->cells[cap][role].refused; }

bool rights_second_factor(const struct rights *r, role_set held)
{
	for (int role = 0; role < n_roles; role++)
		if (held & ROLE_BIT(role) && roles[role].facts.second_factor)
			return true;
	return false;
}

struct str rights_title(const struct rights *r, enum cap cap) { return r->title[cap]; }
