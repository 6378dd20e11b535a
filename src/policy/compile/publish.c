#include "policy/compile/publish.h"

#include <dirent.h>

#include "base/hash.h"
#include "base/time.h"
#include "io/file.h"
#include "policy/compile/phrases_src.h"
#include "policy/compile/policy_src.h"
#include "policy/compile/selftest.h"
#include "policy/compile/snapshot_write.h"

enum { SECTION_BYTES_MAX = 64 * 1024 * 1024, SOURCES_MAX = 4096, KEEP_SNAPSHOTS = 8 };

struct build {
	const struct policy_opts *o;
	struct diag *d;
	struct arena arena;
	struct policy_src src;
	struct snapshot *lists;
	struct catalog catalog;
	phrases_texts sources;          /* texts, for the digest */
	struct phrases_src phrases;
	char digest[65];
};

static void build_done(struct build *b)
{
	policy_src_done(&b->src);
	phrases_src_done(&b->phrases);
	vec_done(&b->sources);
	snapshot_free(&b->lists);
	arena_done(&b->arena);
}

/* ---- reading */

static void add_text(struct build *b, struct str file, struct str text)
{
	struct conf c;
	if (conf_parse(&b->arena, file, text, b->d, &c) != OK)
		return;                         /* its findings are in the diag */
	*vec_push(&b->sources) = text;
	policy_src_add(&b->src, &c);
}

static enum err read_whole(struct arena *a, const char *path, struct str *out)
{
	AUTO(buf_done) struct buf b = buf_init(CONF_MAX_BYTES);
	TRY(file_read(path, &b));
	*out = arena_str(a, buf_str(&b));
	return OK;
}

static void add_file(struct build *b, const char *path)
{
	struct str text;
	enum err e = read_whole(&b->arena, path, &text);
	if (e != OK)
		diag_add(b->d, DIAG_ERROR, arena_str(&b->arena, str_z(path)), 0, "Cannot be read: %s", err_text(e));
	else
		add_text(b, arena_str(&b->arena, str_z(path)), text);
}

static int is_conf(const struct dirent *e)
{
	return e->d_name[0] != '.' && str_ends(str_z(e->d_name), STR(".conf"));
}

/* In the order of their names, so that 50-rules.conf comes after 10-groups.conf. */
static void add_folder(struct build *b, const char *dir, bool must)
{
	struct dirent **names;
	int n = scandir(dir, &names, is_conf, alphasort);
	if (n < 0 && (must || errno != ENOENT))
		diag_add(b->d, DIAG_ERROR, arena_str(&b->arena, str_z(dir)), 0, "This folder cannot be read: %s", err_text(err_sys()));
	for (int i = 0; i < n; i++) {
		if (i < SOURCES_MAX)
			add_file(b, arena_fmt(&b->arena, "%s/%s", dir, names[i]->d_name).p);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
}

static void read_phrases(struct build *b)
{
	b->phrases = (struct phrases_src){ .a = &b->arena, .d = b->d };
	phrases_src_folder(&b->phrases, arena_fmt(&b->arena, "%s/phrases", b->o->data).p, &b->sources);
	if (b->o->phrases)
		phrases_src_folder(&b->phrases, b->o->phrases, &b->sources);
	for (size_t i = 0; i < b->phrases.limits.n; i++) {
		struct str group = b->phrases.limits.v[i].group;
		if (group.n && src_group_find(&b->src, group) == GROUP_NONE)
			diag_add(b->d, DIAG_ERROR, STR("phrases"), 0, "[limit %.*s] names a group that the policy does not have.", STRF(group));
	}
}

static void digest_sources(struct build *b)
{
	uint8_t sum[SHA256_BYTES];
	hash_sha256v(b->sources.v, b->sources.n, sum);
	hex_put(sum, sizeof sum, b->digest);
}

static enum err open_lists(struct build *b)
{
	enum err e = snapshot_open(b->o->lists, &b->lists);
	if (e == ERR_VERSION)
		diag_add(b->d, DIAG_ERROR, arena_str(&b->arena, str_z(b->o->lists)), 0, "These compiled lists are of another version of Gatehouse; "
		         "make them again with 'gatehouse lists fetch' or 'gatehouse lists compile'. What is in force stays in force.");
	return e;
}

static enum err read_sources(struct build *b)
{
	const struct policy_opts *o = b->o;
	TRY(open_lists(b));
	catalog_open(b->lists, &b->catalog);
	b->src = (struct policy_src){ .a = &b->arena, .d = b->d, .catalog = &b->catalog, .now_utc = o->now_utc };
	calendar_fill(&b->src.calendar, time_uk_midnight(o->now_utc) - 86400);
	add_folder(b, arena_fmt(&b->arena, "%s/policy/base", o->data).p, true);
	add_folder(b, arena_fmt(&b->arena, "%s/policy/%s", o->data, o->profile).p, true);
	b->src.local = true;
	if (o->local)
		add_folder(b, o->local, false);
	b->src.local = false;
	b->src.house = true;
	if (o->extra.n)
		add_text(b, STR("house"), o->extra);
	read_phrases(b);
	policy_src_finish(&b->src);
	digest_sources(b);
	return b->d->errors ? ERR_INVALID : OK;
}

/* ---- writing */

static void add_meta(struct build *b)
{
	struct policy_src *s = &b->src;
	src_set_text(s, true, STR("policy.profile"), arena_str(&b->arena, str_z(b->o->profile)));
	src_set_text(s, true, STR("policy.digest"), str_z(b->digest));
	src_set_text(s, true, STR("policy.built"), time_iso(&b->arena, b->o->now_utc));
	texts_sort(&(struct texts){ s->meta.v, s->meta.n });
}

struct section_bytes { struct buf groups, rules, calendar, tools, ranges, tokens, phrases, engines, downloads, times, texts, meta; };

static void section_bytes_done(struct section_bytes *x)
{
	for (struct buf *b = &x->groups; b <= &x->meta; b++)
		buf_done(b);
}

static enum err sections_write(struct build *b, struct section_bytes *x, struct snapshot_out *out)
{
	struct policy_src *s = &b->src;
	const struct groups groups = { s->groups.v, s->groups.n, src_group_find(s, STR("unknown")) };
	groups_write(&groups, &x->groups);
	rules_write(s->rules.v, s->rules.n, &x->rules);
	calendar_write(&s->calendar, &x->calendar);
	tools_write(&s->tools, &x->tools);
	ranges_write(&(struct ranges){ s->ranges.v, s->ranges.n }, &x->ranges);
	tokens_write(&(struct tokens){ s->tokens.v, s->tokens.n }, &x->tokens);
	engines_write(&s->engines, &x->engines);
	times_write(s->times.v, s->times.n, &x->times);
	downloads_write(&s->downloads, &groups, &x->downloads);
	TRY(phrases_src_build(&b->phrases, &x->phrases));
	texts_write(&(struct texts){ s->texts.v, s->texts.n }, &x->texts);
	texts_write(&(struct texts){ s->meta.v, s->meta.n }, &x->meta);
	static const enum section ids[] = { SECTION_GROUPS, SECTION_RULES, SECTION_CALENDAR, SECTION_SAFESEARCH,
		SECTION_RANGES, SECTION_TOKENS, SECTION_PHRASES, SECTION_ENGINES, SECTION_DOWNLOADS, SECTION_TIMES, SECTION_TEXTS, SECTION_META };
	for (size_t i = 0; i < ARRAY_N(ids); i++) {
		TRY(buf_ok(&x->groups + i));
		snapshot_out_add(out, ids[i], buf_str(&x->groups + i));
	}
	return OK;
}

static enum err write_file(struct build *b, uint64_t generation, const char **path)
{
	AUTO(section_bytes_done) struct section_bytes x;
	for (struct buf *p = &x.groups; p <= &x.meta; p++)
		*p = buf_init(SECTION_BYTES_MAX);
	struct snapshot_out out = snapshot_out_init();
	snapshot_out_lists(&out, b->lists);
	add_meta(b);
	TRY(sections_write(b, &x, &out));
	return snapshot_out_write(&out, &b->arena, b->o->dir, generation, path);
}

static enum err ask_expects(struct build *b, const char *path)
{
	struct policy *p;
	TRY(policy_open(path, b->o->sealed_key, &p));
	for (size_t i = 0; i < b->src.expects.n; i++) {
		const struct expect *e = &b->src.expects.v[i];
		selftest_line(p, e->text, e->file, e->line, b->o->now_utc, b->d);
	}
	policy_free(&p);
	return b->d->errors ? ERR_INVALID : OK;
}

/* Past the newest file there is, so that a generation is never used twice. */
static uint64_t next_generation(const char *dir)
{
	uint64_t newest = 0, at;
	DIR *d = opendir(dir);
	for (const struct dirent *e; d && (e = readdir(d));) {
		struct str name = str_z(e->d_name);
		if (str_ends(name, STR(".snap")) && str_u64(str_upto(name, name.n - 5), &at) == OK && at > newest)
			newest = at;
	}
	if (d)
		closedir(d);
	return newest + 1;
}

static enum err run(const struct policy_opts *o, bool publish, struct diag *d, struct policy_built *out)
{
	AUTO(build_done) struct build b = { .o = o, .d = d, .arena = arena_init() };
	const char *path;
	uint64_t generation = next_generation(o->dir);
	TRY(read_sources(&b));
	TRY(write_file(&b, generation, &path));
	enum err e = ask_expects(&b, path);
	if (e == OK && publish)
		e = snapshot_point(o->dir, generation);         /* the expectations were asked of this file, opened whole */
	if (e != OK || !publish)
		(void)file_remove(path);                /* a file that nothing points at is no harm */
	TRY(e);
	if (publish)
		(void)snapshot_prune(o->dir, KEEP_SNAPSHOTS);   /* old files too many are no harm */
	*out = (struct policy_built){ generation, b.src.groups.n, b.src.rules.n, b.src.expects.n, { 0 } };
	memcpy(out->digest, b.digest, sizeof out->digest);
	return OK;
}

enum err policy_check(const struct policy_opts *o, struct diag *d, struct policy_built *out)
{
	return run(o, false, d, out);
}

enum err policy_publish(const struct policy_opts *o, struct diag *d, struct policy_built *out)
{
	return run(o, true, d, out);
}
