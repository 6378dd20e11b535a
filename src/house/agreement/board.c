#include "house/agreement/board.h"

#include "base/clock.h"
#include "base/mem.h"
#include "house/agreement/inside.h"

static bool has_word(struct str words, struct str w)
{
	struct agreement_rule r = { .tag = words };
	return agreement_has_tag(&r, w);
}

static void digest(struct board_notice *n)
{
	AUTO(buf_done) struct buf b = buf_init(CONF_MAX_BYTES);
	char hex[2 * SHA256_BYTES + 1];
	buf_fmt(&b, "%.*s\n%.*s\n%.*s\n", STRF(n->id), STRF(n->title), STRF(n->lead));
	for (size_t i = 0; i < n->n; i++)
		buf_fmt(&b, "%zu:%.*s\n", n->lines[i].n, STRF(n->lines[i]));
	hash_sha256(buf_str(&b), n->digest);
	hex_put(n->digest, SHA256_BYTES, hex);
	memcpy(n->version, hex, BOARD_VERSION - 1);
	n->version[BOARD_VERSION - 1] = '\0';
}

/* The notice whose header is block *at, and its lines. */
static struct board_notice read_one(struct arena *a, const struct conf *c, const struct profile *p, struct diag *d, size_t *at)
{
	const struct conf_block *b = &c->blocks[(*at)++];
	struct board_notice n = { .id = b->id, .title = conf_get(b, "title"), .kind = conf_get(b, "kind"), .lead = conf_get(b, "lead"),
		.audiences = conf_get(b, "for"), .roles = conf_get(b, "roles"), .receipt = str_is(conf_get(b, "receipt"), "yes"),
		.lines = arena_array(a, struct str, c->n) };
	if (!n.title.n || !n.kind.n || !n.audiences.n)
		(void)diag_fail(d, c->file, b->line, "The notice \"%.*s\" needs the lines title, kind and for.", STRF(b->id));      /* counted in d */
	for (; *at < c->n && str_is(c->blocks[*at].kind, "line"); (*at)++)
		if (agreement_when(p, conf_get(&c->blocks[*at], "when")))
			n.lines[n.n++] = conf_get(&c->blocks[*at], "text");
	digest(&n);
	return n;
}

enum err board_load(struct arena *a, const char *data_dir, const struct profile *p, struct diag *d, struct board *out)
{
	struct conf c;
	size_t before = d->errors;
	TRY(conf_load(a, arena_fmt(a, "%s/notices/notices.conf", data_dir).p, d, &c));
	struct board b = { arena_array(a, struct board_notice, BOARD_MAX), 0 };
	for (size_t at = 1; at < c.n;) {
		const struct conf_block *head = &c.blocks[at];
		if (!str_is(head->kind, "notice") || b.n == BOARD_MAX)
			return diag_fail(d, c.file, head->line, "Only [notice ID] and its [line ID] blocks belong here, %d notices at most.", BOARD_MAX);
		struct board_notice n = read_one(a, &c, p, d, &at);
		if (agreement_when(p, conf_get(head, "when")))
			b.v[b.n++] = n;
	}
	*out = b;
	return d->errors > before ? ERR_SYNTAX : OK;
}

const struct board_notice *board_find(const struct board *b, struct str id)
{
	for (size_t i = 0; i < b->n; i++)
		if (str_eq(b->v[i].id, id))
			return &b->v[i];
	return NULL;
}

bool board_for(const struct board_notice *n, struct str audience, role_set roles)
{
	bool held = !n->roles.n;
	for (int r = 0; r < N_ROLES && !held; r++)
		held = (roles & ROLE_BIT(r)) && has_word(n->roles, str_z(role_word((enum role)r)));
	return held && has_word(n->audiences, audience);
}

const struct board_notice *board_of(const struct board *b, const char *kind, struct str audience, role_set roles)
{
	for (size_t i = 0; i < b->n; i++)
		if (str_is(b->v[i].kind, kind) && board_for(&b->v[i], audience, roles))
			return &b->v[i];
	return NULL;
}

/* ---- receipts ---- */

static struct entry_query of(const char *what, struct str hex)
{
	return (struct entry_query){ .reg = "receipt", .n_where = 2,
		.where = { { "what", ENTRY_IS, 0, str_z(what) }, { "digest", ENTRY_IS, 0, hex } } };
}

enum err receipt_of(struct store *st, struct arena *a, int64_t school, int64_t person, const char *what, const uint8_t digest_[SHA256_BYTES], struct receipt *out)
{
	struct entry_may may = agreement_may(school);
	struct entry_query q = of(what, agreement_hex(a, digest_));
	struct entry_page page;
	q.where[q.n_where++] = (struct entry_where){ "person", ENTRY_IS, person, STR_NONE };
	q.limit = 1;
	TRY(entry_list(st, a, &may, &q, &page));
	*out = (struct receipt){ 0 };
	if (page.n)
		*out = (struct receipt){ entry_utc(&page.entries[0], "at"), entry_value(&page.entries[0], "what"), entry_value(&page.entries[0], "label"),
			entry_value(&page.entries[0], "score"), page.entries[0].id };
	return OK;
}

static enum err write_receipt(struct store *st, struct arena *a, const struct act *act, const char *what, struct str hex, struct str label, struct str score)
{
	struct entry_field f[] = {
		agreement_field("person", arena_i64(a, act->person)), agreement_field("what", str_z(what)), agreement_field("digest", hex),
		agreement_field("label", label), agreement_field("score", score), agreement_field("at", time_iso(a, clock_utc())),
	};
	struct entry_person who[] = { { act->person, ENTRY_SUBJECT } };
	struct entry_in in = { .reg = "receipt", .state = "read", .fields = f, .n_fields = agreement_filled(f, ARRAY_N(f)), .people = who, .n_people = 1 };
	int64_t id;
	return entry_create(st, act, &in, NULL, &id);
}

enum err receipt_put(struct store *st, struct arena *a, const struct act *act, const char *what, const uint8_t digest_[SHA256_BYTES],
                     struct str label, struct str score)
{
	struct receipt before;
	if (!act->person)
		return ERR_INVALID;
	TRY(receipt_of(st, a, act->school, act->person, what, digest_, &before));
	return before.at_utc && !score.n ? OK : write_receipt(st, a, act, what, agreement_hex(a, digest_), label, score);
}

enum err receipt_people(struct store *st, struct arena *a, int64_t school, const char *what, const uint8_t digest_[SHA256_BYTES], int64_t from_utc,
                        struct receipt_who **out, size_t *n)
{
	enum { MOST = 20000 };
	struct entry_may may = agreement_may(school);
	struct receipt_who *who = arena_array(a, struct receipt_who, MOST);
	int64_t total = 1;
	*n = 0;
	for (int64_t at = 0; at < total && *n + ENTRY_PAGE_MAX <= MOST; at += ENTRY_PAGE_MAX) {
		struct entry_query q = of(what, agreement_hex(a, digest_));
		struct entry_page page;
		q.from_utc = from_utc;
		q.offset = at;
		q.limit = ENTRY_PAGE_MAX;
		TRY(entry_list(st, a, &may, &q, &page));
		total = page.total;
		for (size_t i = 0; i < page.n; i++)
			who[(*n)++] = (struct receipt_who){ entry_i64(&page.entries[i], "person"), entry_utc(&page.entries[i], "at") };
	}
	*out = who;
	return OK;
}

const struct receipt_who *receipt_find(const struct receipt_who *w, size_t n, int64_t person)
{
	for (size_t i = 0; i < n; i++)
		if (w[i].person == person)
			return &w[i];
	return NULL;
}
