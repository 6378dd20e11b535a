#include "base/conf.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/vec.h"

typedef VEC(struct conf_pair) pairs_t;
typedef VEC(struct conf_block) blocks_t;

struct parse {
	struct arena *a;
	struct str file;
	struct diag *d;
	blocks_t blocks;
	pairs_t pairs;                /* of the block being read */
	long line;
	bool bad;
};

static void complain(struct parse *p, const char *sentence)
{
	diag_add(p->d, DIAG_ERROR, p->file, p->line, "%s", sentence);
	p->bad = true;
}

static void block_end(struct parse *p)
{
	struct conf_block *b = &p->blocks.v[p->blocks.n - 1];
	b->n = p->pairs.n;
	b->pairs = arena_array(p->a, struct conf_pair, b->n + 1);
	if (b->n)
		memcpy(b->pairs, p->pairs.v, b->n * sizeof *b->pairs);
	p->pairs.n = 0;
}

static void block_begin(struct parse *p, struct str line)
{
	if (line.p[line.n - 1] != ']') {
		complain(p, "A block header must end with \"]\" on the same line.");
		return;
	}
	struct str inside = str_trim((struct str){ line.p + 1, line.n - 2 });
	ptrdiff_t at = str_chr(inside, ' ');
	block_end(p);
	struct conf_block *b = vec_push(&p->blocks);
	b->kind = at < 0 ? inside : str_upto(inside, (size_t)at);
	b->id = at < 0 ? STR("") : str_trim(str_from(inside, (size_t)at));
	b->line = p->line;
	if (!b->kind.n)
		complain(p, "A block header needs a kind, such as [group ks2].");
}

static void continue_value(struct parse *p, struct str line)
{
	if (!p->pairs.n) {
		complain(p, "This indented line continues nothing; start it at the margin with \"key = value\".");
		return;
	}
	struct conf_pair *last = &p->pairs.v[p->pairs.n - 1];
	last->value = last->value.n ? arena_fmt(p->a, "%.*s\n%.*s", STRF(last->value), STRF(line)) : line;
}

static void pair(struct parse *p, struct str line)
{
	ptrdiff_t at = str_chr(line, '=');
	struct str key = at < 0 ? STR_NONE : str_trim(str_upto(line, (size_t)at));
	if (!key.n) {
		complain(p, "This line is neither \"key = value\" nor a [block] nor a # comment.");
		return;
	}
	*vec_push(&p->pairs) = (struct conf_pair){ key, str_trim(str_from(line, (size_t)at + 1)), p->line };
}

static void one_line(struct parse *p, struct str raw)
{
	struct str line = str_trim(raw);
	if (!line.n || line.p[0] == '#')
		return;
	if (raw.p[0] == ' ' || raw.p[0] == '\t')
		continue_value(p, line);
	else if (line.p[0] == '[')
		block_begin(p, line);
	else
		pair(p, line);
}

enum err conf_parse(struct arena *a, struct str file, struct str text, struct diag *d, struct conf *out)
{
	struct parse p = { .a = a, .file = arena_str(a, file), .d = d };
	if (text.n > CONF_MAX_BYTES)
		return diag_fail(d, file, 0, "The file is larger than %d bytes.", CONF_MAX_BYTES);
	if (!str_utf8(text))
		return diag_fail(d, file, 0, "The file is not UTF-8 text; save it again as UTF-8.");
	*vec_push(&p.blocks) = (struct conf_block){ .kind = STR(""), .id = STR("") };
	struct str rest = text.n ? text : STR(""), line;
	while (str_next(&rest, '\n', &line)) {
		p.line++;
		one_line(&p, line);
	}
	block_end(&p);
	struct conf c = { p.file, arena_array(a, struct conf_block, p.blocks.n), p.blocks.n };
	memcpy(c.blocks, p.blocks.v, p.blocks.n * sizeof *c.blocks);
	vec_done(&p.blocks);
	vec_done(&p.pairs);
	if (p.bad)
		return ERR_SYNTAX;
	*out = c;
	return OK;
}

static void fd_shut(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);                /* read-only: nothing to lose */
}

static enum err read_whole(struct arena *a, const char *path, struct str *out)
{
	AUTO(fd_shut) int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	if (fd < 0 || fstat(fd, &st) < 0)
		return err_sys();
	if (!S_ISREG(st.st_mode))
		return ERR_INVALID;
	if (st.st_size > CONF_MAX_BYTES)
		return ERR_LIMIT;
	char *p = arena_alloc(a, (size_t)st.st_size + 1);
	ssize_t n = 0, got = 1;
	for (; n < st.st_size && got > 0; n += got > 0 ? got : 0)
		got = read(fd, p + n, (size_t)(st.st_size - n));
	if (got < 0)
		return err_sys();
	*out = (struct str){ p, (size_t)n };
	return OK;
}

enum err conf_load(struct arena *a, const char *path, struct diag *d, struct conf *out)
{
	struct str text;
	enum err e = read_whole(a, path, &text);
	if (e != OK) {
		diag_add(d, DIAG_ERROR, str_z(path), 0, "This file cannot be read: %s", err_text(e));
		return e;
	}
	return conf_parse(a, str_z(path), text, d, out);
}

const struct conf_pair *conf_each(const struct conf_block *b, const char *key, size_t *at)
{
	for (; *at < b->n; (*at)++)
		if (str_is(b->pairs[*at].key, key))
			return &b->pairs[(*at)++];
	return NULL;
}

struct str conf_get(const struct conf_block *b, const char *key)
{
	size_t at = 0;
	const struct conf_pair *p = conf_each(b, key, &at);
	return p ? p->value : STR_NONE;
}

bool conf_has(const struct conf_block *b, const char *key)
{
	size_t at = 0;
	return conf_each(b, key, &at) != NULL;
}

const struct conf_block *conf_find(const struct conf *c, const char *kind, struct str id)
{
	for (size_t i = 0; i < c->n; i++)
		if (str_is(c->blocks[i].kind, kind) && str_eq(c->blocks[i].id, id))
			return &c->blocks[i];
	return NULL;
}

enum err conf_bool(const struct conf *c, const struct conf_block *b, const char *key, bool otherwise,
                   struct diag *d, bool *out)
{
	size_t at = 0;
	const struct conf_pair *p = conf_each(b, key, &at);
	struct str v = p ? p->value : STR_NONE;
	bool yes = str_is(v, "yes") || str_is(v, "on") || str_is(v, "true");
	bool no = str_is(v, "no") || str_is(v, "off") || str_is(v, "false");
	if (p && !yes && !no)
		return diag_fail(d, c->file, p->line, "\"%s\" must be yes or no.", key);
	*out = p ? yes : otherwise;
	return OK;
}

enum err conf_int(const struct conf *c, const struct conf_block *b, const char *key, int64_t otherwise,
                  int64_t min, int64_t max, struct diag *d, int64_t *out)
{
	size_t at = 0;
	const struct conf_pair *p = conf_each(b, key, &at);
	int64_t v = otherwise;
	if (p && (str_i64(p->value, &v) != OK || v < min || v > max))
		return diag_fail(d, c->file, p->line, "\"%s\" must be a whole number from %lld to %lld.",
		                 key, (long long)min, (long long)max);
	*out = v;
	return OK;
}

static bool known(const char *const keys[], struct str key)
{
	for (; *keys; keys++)
		if (str_is(key, *keys))
			return true;
	return false;
}

enum err conf_only(const struct conf *c, const char *kind, const char *const keys[], struct diag *d)
{
	enum err e = OK;
	for (size_t i = 0; i < c->n; i++)
		for (size_t k = 0; str_is(c->blocks[i].kind, kind) && k < c->blocks[i].n; k++)
			if (!known(keys, c->blocks[i].pairs[k].key))
				e = diag_fail(d, c->file, c->blocks[i].pairs[k].line, "\"%.*s\" is not a word known in a [%s] block.",
				              STRF(c->blocks[i].pairs[k].key), kind);
	return e;
}
