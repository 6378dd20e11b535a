#include "policy/compile/phrases_src.h"

#include <dirent.h>

#include "io/file.h"

static size_t topic_find(const struct phrases_src *s, struct str name)
{
	size_t i = 0;
	while (i < s->n_topics && !str_eq(s->topics[i].name, name))
		i++;
	return i;
}

/* A number, or "never" (0).  Absent: what stood there. */
static void read_limit(struct phrases_src *s, const struct conf *c, struct str value, long line, int32_t *out)
{
	uint64_t n = 0;
	if (str_is(value, "never"))
		*out = 0;
	else if (str_u64(value, &n) != OK || n < 1 || n > 100000)
		diag_add(s->d, DIAG_ERROR, c->file, line, "\"%.*s\" is not a limit; write a number such as 120, or \"never\".", STRF(value));
	else
		*out = (int32_t)n;
}

static void set_limit(struct phrases_src *s, struct str group, size_t topic, int32_t limit)
{
	for (size_t i = 0; i < s->limits.n; i++)
		if (str_eq(s->limits.v[i].group, group) && s->limits.v[i].topic == topic) {
			s->limits.v[i].limit = limit;
			return;
		}
	if (s->limits.n < PHRASE_LIMITS)
		*vec_push(&s->limits) = (struct phrase_limit){ group, (uint8_t)topic, limit };
}

static void take_topic(struct phrases_src *s, const struct conf *c, const struct conf_block *b)
{
	size_t at = topic_find(s, b->id);
	int32_t limit = 0;
	if (!b->id.n || at >= PHRASE_TOPICS) {
		diag_add(s->d, DIAG_ERROR, c->file, b->line, "A topic has a short name, and there are at most %d of them: [topic self-harm].", PHRASE_TOPICS);
		return;
	}
	if (at == s->n_topics)
		s->topics[s->n_topics++] = (struct phrase_topic){ .name = b->id };
	struct phrase_topic *t = &s->topics[at];
	for (size_t i = 0; i < b->n; i++) {
		const struct conf_pair *p = &b->pairs[i];
		if (str_is(p->key, "title")) {
			t->title = p->value;
		} else if (str_is(p->key, "alert")) {
			read_limit(s, c, p->value, p->line, &t->alert);
		} else if (str_is(p->key, "limit")) {
			read_limit(s, c, p->value, p->line, &limit);
			set_limit(s, STR_NONE, at, limit);
		} else {
			diag_add(s->d, DIAG_ERROR, c->file, p->line, "A topic has no setting \"%.*s\"; it has title, alert and limit.", STRF(p->key));
		}
	}
	if (!t->title.n)
		diag_add(s->d, DIAG_ERROR, c->file, b->line, "Topic \"%.*s\" needs a title.", STRF(b->id));
}

static void take_limit(struct phrases_src *s, const struct conf *c, const struct conf_block *b)
{
	if (!b->id.n)
		diag_add(s->d, DIAG_ERROR, c->file, b->line, "Say for which group: [limit ks1].");
	for (size_t i = 0; b->id.n && i < b->n; i++) {
		size_t topic = topic_find(s, b->pairs[i].key);
		int32_t limit = 0;
		if (str_is(b->pairs[i].key, "alerts")) {
			bool on = true;
			if (conf_bool(c, b, "alerts", true, s->d, &on) == OK)
				set_limit(s, b->id, PHRASE_ALERTS, on);
			continue;
		}
		if (topic == s->n_topics) {
			diag_add(s->d, DIAG_ERROR, c->file, b->pairs[i].line, "There is no topic \"%.*s\" before this line.", STRF(b->pairs[i].key));
			continue;
		}
		read_limit(s, c, b->pairs[i].value, b->pairs[i].line, &limit);
		set_limit(s, b->id, topic, limit);
	}
}

struct ways { struct phrases_src *s; struct phrase_line of; bool without; size_t n; };

/* Each way of "{a|b} c" by itself: the first brace is replaced by each of its pieces in turn. */
static enum err each_way(struct ways *w, struct str text)
{
	ptrdiff_t open = str_chr(text, '{'), close = str_chr(text, '}');
	if (open < 0 && close < 0) {
		w->of.text = str_trim(text);
		if (w->without)
			*vec_push(&w->s->without) = w->of;
		else
			*vec_push(&w->s->lines) = w->of;
		return ++w->n > PHRASE_WAYS ? ERR_LIMIT : OK;
	}
	if (open < 0 || close < open)
		return ERR_SYNTAX;
	struct str before = str_upto(text, (size_t)open), after = str_from(text, (size_t)close + 1);
	struct str inner = str_upto(str_from(text, (size_t)open + 1), (size_t)(close - open - 1));
	for (bool more = true; more;) {
		ptrdiff_t bar = str_chr(inner, '|');
		struct str piece = bar < 0 ? inner : str_upto(inner, (size_t)bar);
		TRY(each_way(w, arena_fmt(w->s->a, "%.*s%.*s%.*s", STRF(before), STRF(piece), STRF(after))));
		more = bar >= 0;
		inner = str_from(inner, (size_t)bar + 1);
	}
	return OK;
}

/* "want to die; wish i {was|were} dead" */
static void take_words(struct phrases_src *s, const struct conf *c, const struct conf_pair *p, struct phrase_line of, bool without)
{
	struct str rest = p->value, one;
	while (str_next(&rest, ';', &one)) {
		one = str_trim(one);
		if (!one.n)
			continue;
		of.file = c->file;
		of.line = p->line;
		struct ways w = { s, of, without, 0 };
		if (each_way(&w, one) != OK)
			diag_add(s->d, DIAG_ERROR, c->file, p->line, "\"%.*s\": each { needs its }, one inside no other, and there are at most %d ways.", STRF(one), PHRASE_WAYS);
	}
}

static bool number(struct phrases_src *s, const struct conf *c, const struct conf_block *b, const char *key, int64_t otherwise, int64_t min, int64_t max, int64_t *out)
{
	*out = otherwise;
	return conf_int(c, b, key, otherwise, min, max, s->d, out) == OK;
}

static void take_phrases(struct phrases_src *s, const struct conf *c, const struct conf_block *b)
{
	size_t topic = topic_find(s, conf_get(b, "topic"));
	int64_t weight, within;
	bool joined = false;
	if (!b->id.n || topic == s->n_topics) {
		diag_add(s->d, DIAG_ERROR, c->file, b->line, "A set of phrases has a name, and \"topic\" names a topic that stands before it.");
		return;
	}
	if (!number(s, c, b, "weight", 0, -PHRASE_WEIGHT_MAX, PHRASE_WEIGHT_MAX, &weight) ||
	    !number(s, c, b, "within", PHRASE_WITHIN, 1, PHRASE_WITHIN_MAX, &within) || conf_bool(c, b, "joined", false, s->d, &joined) != OK)
		return;                         /* the finding is in the diag */
	if (!weight || !conf_has(b, "words")) {
		diag_add(s->d, DIAG_ERROR, c->file, b->line, "A set of phrases needs \"weight\" (other than 0) and \"words\".");
		return;
	}
	if (s->sets.n >= PHRASE_SETS) {
		diag_add(s->d, DIAG_ERROR, c->file, b->line, "There are more than %d sets of phrases.", PHRASE_SETS);
		return;
	}
	*vec_push(&s->sets) = (struct phrase_set){ .name = b->id, .topic = (uint8_t)topic, .within = (uint8_t)within,
		.near = conf_has(b, "near"), .unless = conf_has(b, "unless") };
	struct phrase_line of = { .set = (uint16_t)(s->sets.n - 1), .weight = (int16_t)weight };
	static const char *const keys[] = { [OUT_PHRASE] = "words", [OUT_NEAR] = "near", [OUT_UNLESS] = "unless" };
	const struct conf_pair *p;
	for (uint8_t k = 0; k < ARRAY_N(keys); k++) {
		of.kind = k;
		of.joined = joined && k == OUT_PHRASE;
		for (size_t i = 0; (p = conf_each(b, keys[k], &i));)
			take_words(s, c, p, of, false);
	}
}

static void take_without(struct phrases_src *s, const struct conf *c, const struct conf_block *b)
{
	const struct conf_pair *p;
	for (size_t i = 0; (p = conf_each(b, "words", &i));)
		take_words(s, c, p, (struct phrase_line){ 0 }, true);
}

static const struct { const char *kind; void (*take)(struct phrases_src *, const struct conf *, const struct conf_block *); } kinds[] = {
	{ "topic", take_topic }, { "limit", take_limit }, { "phrases", take_phrases }, { "without", take_without },
};

void phrases_src_add(struct phrases_src *s, const struct conf *c)
{
	static const char *const keys[] = { "topic", "weight", "within", "joined", "words", "near", "unless", "language", NULL };
	(void)conf_only(c, "phrases", keys, s->d);      /* its findings are in the diag */
	for (size_t i = 0; i < c->n; i++) {
		const struct conf_block *b = &c->blocks[i];
		size_t k = 0;
		while (k < ARRAY_N(kinds) && !str_is(b->kind, kinds[k].kind))
			k++;
		if (k < ARRAY_N(kinds))
			kinds[k].take(s, c, b);
		else if (b->kind.n || b->n)
			diag_add(s->d, DIAG_ERROR, c->file, b->line, "Phrases have no blocks of the kind [%.*s]; they have [topic], [limit], [phrases] and [without].", STRF(b->kind));
	}
}

static int is_conf(const struct dirent *e)
{
	return e->d_name[0] != '.' && str_ends(str_z(e->d_name), STR(".conf"));
}

static void add_file(struct phrases_src *s, const char *path, phrases_texts *texts)
{
	AUTO(buf_done) struct buf b = buf_init(CONF_MAX_BYTES);
	struct str name = arena_str(s->a, str_z(path));
	struct conf c;
	enum err e = file_read(path, &b);
	if (e != OK) {
		diag_add(s->d, DIAG_ERROR, name, 0, "Cannot be read: %s", err_text(e));
		return;
	}
	struct str text = arena_str(s->a, buf_str(&b));
	if (conf_parse(s->a, name, text, s->d, &c) != OK)
		return;
	if (texts)
		*vec_push(texts) = text;
	phrases_src_add(s, &c);
}

void phrases_src_folder(struct phrases_src *s, const char *dir, phrases_texts *texts)
{
	struct dirent **names;
	int n = scandir(dir, &names, is_conf, alphasort);
	if (n < 0 && errno != ENOENT)
		diag_add(s->d, DIAG_ERROR, arena_str(s->a, str_z(dir)), 0, "This folder cannot be read: %s", err_text(err_sys()));
	for (int i = 0; i < n; i++) {
		add_file(s, arena_fmt(s->a, "%s/%s", dir, names[i]->d_name).p, texts);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
}

void phrases_src_done(struct phrases_src *s)
{
	vec_done(&s->limits);
	vec_done(&s->sets);
	vec_done(&s->lines);
	vec_done(&s->without);
}

enum err phrases_of_data(const char *data, const char *local, struct diag *d, struct phrases **out)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(phrases_src_done) struct phrases_src s = { .a = &a, .d = d };
	AUTO(buf_done) struct buf b = buf_init(PHRASES_BYTES_MAX);
	phrases_src_folder(&s, arena_fmt(&a, "%s/phrases", data).p, NULL);
	if (local)
		phrases_src_folder(&s, local, NULL);
	TRY(phrases_src_build(&s, &b));
	return phrases_read(buf_str(&b), out);
}
