/* Reads a procedure and its frame. */
#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "house/procedure/expect.h"
#include "house/procedure/load_inner.h"

static bool in_frame(const struct loading *l, const struct conf_block *b)
{
	return l->frame_line && b->line >= l->frame_line;
}

/* The block that a step of the frame is read from: the procedure's own of that name stands in its place. */
static const struct conf_block *instead(const struct loading *l, const struct conf_block *b)
{
	for (size_t i = 0; i < l->c->n; i++) {
		const struct conf_block *own = &l->c->blocks[i];
		if (!in_frame(l, own) && str_is(own->kind, "step") && str_eq(own->id, b->id))
			return own;
	}
	return b;
}

static const struct conf_block *frame_step(const struct loading *l, struct str id)
{
	for (size_t i = 0; i < l->c->n; i++)
		if (in_frame(l, &l->c->blocks[i]) && str_is(l->c->blocks[i].kind, "step") && str_eq(l->c->blocks[i].id, id))
			return &l->c->blocks[i];
	return NULL;
}

/* Whether a line of the frame's step joins this one's own. */
static bool takes(struct loading *l, const struct conf_block *own, struct str key)
{
	if (str_is(key, "when") && conf_has(own, "always"))
		return false;
	return str_is(key, "clause") || !conf_has(own, arena_z(l->a, key));
}

/* `from = frame`: the frame's step with this one's lines in place of the frame's lines of the same key; clauses join. */
static const struct conf_block *filled(struct loading *l, const struct conf_block *b)
{
	struct str from = conf_get(b, "from");
	const struct conf_block *f = from.n ? frame_step(l, b->id) : NULL;
	if (!from.n || b == f)
		return b;
	if (!str_is(from, "frame") || !f) {
		load_say(l, b->line, "\"from = frame\" needs a step {} in the frame.", b->id, STR(""));
		return b;
	}
	struct conf_block *out = arena_new(l->a, struct conf_block);
	*out = (struct conf_block){ .kind = b->kind, .id = b->id, .line = b->line };
	out->pairs = arena_array(l->a, struct conf_pair, b->n + f->n + 1);
	for (size_t i = 0; i < b->n; i++)
		out->pairs[out->n++] = b->pairs[i];
	for (size_t i = 0; i < f->n; i++)
		if (takes(l, b, f->pairs[i].key))
			out->pairs[out->n++] = f->pairs[i];
	return out;
}

static bool frame_has(const struct loading *l, struct str id)
{
	return frame_step(l, id) != NULL;
}

/* One of three passes: the frame's steps in front, the procedure's own, the frame's steps behind. */
static void take_pass(struct loading *l, int pass)
{
	for (size_t i = 0; i < l->c->n; i++) {
		const struct conf_block *b = &l->c->blocks[i];
		if (!str_is(b->kind, "step"))
			continue;
		bool front = str_is(conf_get(b, "place"), "before");
		int belongs = !in_frame(l, b) ? 1 : front ? 0 : 2;
		if (belongs != pass || (!in_frame(l, b) && frame_has(l, b->id)))
			continue;
		if (l->p->n == PROC_STEPS_MAX) {
			load_say(l, b->line, "{} is one step too many.", b->id, STR(""));
			return;
		}
		l->blocks[l->p->n] = filled(l, instead(l, b));
		load_step(l, l->blocks[l->p->n], &l->p->steps[l->p->n]);
		l->p->n++;
	}
}

static void take_never(struct loading *l)
{
	l->p->never = arena_array(l->a, struct str, 64);
	for (size_t i = 0; i < l->c->n; i++) {
		size_t at = 0;
		for (const struct conf_pair *p; (p = conf_each(&l->c->blocks[i], "never", &at)) != NULL && l->p->n_never < 64;)
			l->p->never[l->p->n_never++] = p->value;
	}
}

static enum err check_keys(struct loading *l)
{
	static const char *const top[] = { "version", "frame", "title", "about", "never", "uploads", NULL };
	static const char *const frame[] = { "never", NULL };
	static const char *const step[] = { "place", "title", "text", "kind", "who", "who_from", "recipients_from", "due", "needs",
		"when", "lock", "field", "option", "answer", "contact", "clause", "never_locked", "skip", "optional", "outcome",
		"review", "each", "change", "no_uploads", "strict", "task", "does", "from", "always", "repeat", "shows", NULL };
	TRY(conf_only(l->c, "procedure", top, l->d));
	TRY(conf_only(l->c, "frame", frame, l->d));
	return conf_only(l->c, "step", step, l->d);
}

static enum err build(struct loading *l, const struct conf_block *head)
{
	struct procedure *p = l->p;
	p->id = head->id;
	p->title = conf_get(head, "title");
	p->about = conf_get(head, "about");
	p->no_uploads = str_is(conf_get(head, "uploads"), "no");
	if (conf_get(head, "uploads").n && !p->no_uploads && !str_is(conf_get(head, "uploads"), "yes"))
		load_say(l, head->line, "Uploads are yes or no, not \"{}\".", conf_get(head, "uploads"), STR(""));
	TRY(conf_int(l->c, head, "version", 0, 1, 1000000, l->d, &p->version));
	p->steps = arena_array(l->a, struct proc_step, PROC_STEPS_MAX);
	l->blocks = arena_array(l->a, const struct conf_block *, PROC_STEPS_MAX);
	for (int pass = 0; pass < 3; pass++)
		take_pass(l, pass);
	for (size_t i = 0; i < p->n; i++)
		load_link(l, l->blocks[i], &p->steps[i]);
	take_never(l);
	return OK;
}

static void put_digest(struct arena *a, struct procedure *p)
{
	uint8_t sum[SHA256_BYTES];
	char hex[2 * SHA256_BYTES + 1];
	hash_sha256(p->source, sum);
	hex_put(sum, sizeof sum, hex);
	p->digest = arena_str(a, str_z(hex));
}

static const struct conf_block *head_of(const struct conf *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (str_is(c->blocks[i].kind, "procedure") && c->blocks[i].id.n)
			return &c->blocks[i];
	return NULL;
}

static long frame_line(const struct conf *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (str_is(c->blocks[i].kind, "frame"))
			return c->blocks[i].line;
	return 0;
}

static enum err read_whole(struct arena *a, struct str name, struct str source, struct diag *d, struct conf *c,
                           struct procedure *out)
{
	struct procedure p = { 0 };
	struct loading l = { .a = a, .d = d, .c = c, .p = &p, .frame_file = STR("the frame") };
	size_t before = d->errors;
	p.source = arena_str(a, source);
	TRY(conf_parse(a, name, p.source, d, c));
	const struct conf_block *head = head_of(c);
	if (!head)
		return diag_fail(d, name, 1, "This file holds no [procedure NAME].");
	l.frame_line = frame_line(c);
	TRY(check_keys(&l));
	TRY(build(&l, head));
	load_check(&l);
	if (d->errors > before)
		return ERR_SYNTAX;
	load_check_reachable(&l);              /* walks the conditions: only when there is no circle */
	if (d->errors > before)
		return ERR_SYNTAX;
	put_digest(a, &p);
	*out = p;
	return OK;
}

enum err procedure_read(struct arena *a, struct str name, struct str source, struct diag *d, struct procedure *out)
{
	struct conf c;
	return read_whole(a, name, source, d, &c, out);
}

static enum err read_file(struct arena *a, const char *path, struct diag *d, struct str *out)
{
	AUTO(buf_done) struct buf b = buf_init(CONF_MAX_BYTES / 2);
	char block[4096];
	FILE *f = fopen(path, "re");
	if (!f)
		return diag_fail(d, arena_str(a, str_z(path)), 0, "This file cannot be read: %s.", strerror(errno));
	for (size_t n; (n = fread(block, 1, sizeof block, f)) > 0;)
		buf_add(&b, (struct str){ block, n });
	bool bad = ferror(f) != 0;
	fclose(f);
	if (bad || buf_ok(&b) != OK)
		return diag_fail(d, arena_str(a, str_z(path)), 0, "This file cannot be read whole.");
	*out = arena_str(a, buf_str(&b));
	return OK;
}

/* The frame stands in the same folder under the name that the procedure gives. */
static enum err with_frame(struct arena *a, const char *path, struct str own, struct diag *d, struct str *out)
{
	struct conf c;
	TRY(conf_parse(a, str_z(path), own, d, &c));
	const struct conf_block *head = head_of(&c);
	struct str frame = head ? conf_get(head, "frame") : STR_NONE, text;
	if (!frame.n) {
		*out = own;
		return OK;
	}
	if (str_chr(frame, '/') >= 0)
		return diag_fail(d, c.file, head->line, "A frame is named, not given as a path.");
	ptrdiff_t slash = str_rchr(str_z(path), '/');
	struct str dir = slash < 0 ? STR("./") : str_upto(str_z(path), (size_t)slash + 1);
	struct str file = arena_fmt(a, "%.*s%.*s.conf", STRF(dir), STRF(frame));
	TRY(read_file(a, file.p, d, &text));
	*out = arena_fmt(a, "%.*s\n%.*s", STRF(own), STRF(text));
	return OK;
}

enum err procedure_load(struct arena *a, const char *path, const struct profile *profiles, size_t n,
                        struct diag *d, struct procedure *out)
{
	struct str own, whole, name = arena_str(a, str_z(path));
	struct conf c;
	struct procedure p;
	TRY(read_file(a, path, d, &own));
	TRY(with_frame(a, name.p, own, d, &whole));
	TRY(read_whole(a, name, whole, d, &c, &p));
	TRY(procedure_expect(a, &p, &c, profiles, n, d));
	*out = p;
	return OK;
}
