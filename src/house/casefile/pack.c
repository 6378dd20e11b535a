#include "house/casefile/pack.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_queries.h"
#include "house/account/people.h"
#include "house/casefile/attachment.h"
#include "house/casefile/bundle.h"
#include "house/casefile/childfile.h"
#include "house/casefile/pack_inner.h"
#include "house/family/data_request.h"

/* ---- marks ---- */

enum err pack_redact(struct arena *a, struct str marked, struct str reason, struct str *out)
{
	AUTO(buf_done) struct buf b = buf_init(PACK_TEXT_MAX * 4);
	for (ptrdiff_t open; (open = str_find(marked, STR("[["))) >= 0;) {
		struct str after = str_from(marked, (size_t)open + 2);
		ptrdiff_t close = str_find(after, STR("]]")), again = str_find(after, STR("[["));
		if (close < 0 || (again >= 0 && again < close) || str_find(str_upto(marked, (size_t)open), STR("]]")) >= 0)
			return ERR_SYNTAX;
		buf_add(&b, str_upto(marked, (size_t)open));
		buf_fmt(&b, "[withheld: %.*s]", STRF(reason));
		marked = str_from(after, (size_t)close + 2);
	}
	if (str_find(marked, STR("]]")) >= 0)
		return ERR_SYNTAX;
	buf_add(&b, marked);
	TRY(buf_ok(&b));
	*out = arena_str(a, buf_str(&b));
	return OK;
}

static struct str without(struct arena *a, struct str s, bool marks)
{
	char *p = arena_alloc(a, s.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		bool pair = marks && i + 1 < s.n && (s.p[i] == '[' || s.p[i] == ']') && s.p[i] == s.p[i + 1];
		if (pair)
			i++;
		else if (s.p[i] != '\r')
			p[n++] = s.p[i];
	}
	return str_trim((struct str){ p, n });
}

static bool same_words(struct arena *a, struct str text, struct str marked)
{
	return str_eq(without(a, text, true), without(a, marked, true));
}

static bool is_name_end(struct str s, size_t i) { return i >= s.n || (!ascii_alpha(s.p[i]) && !((unsigned char)s.p[i] & 0x80)); }

/* The longest name that begins here. */
static size_t name_at(struct str text, size_t i, const struct str *names, size_t n)
{
	size_t best = 0;
	if (i && !is_name_end(text, i - 1))
		return 0;
	for (size_t k = 0; k < n; k++)
		if (names[k].n > best && str_starts(str_from(text, i), names[k]) && is_name_end(text, i + names[k].n))
			best = names[k].n;
	return best;
}

static struct str first_name(struct str name)
{
	ptrdiff_t space = str_chr(name, ' ');
	return space > 2 ? str_upto(name, (size_t)space) : STR_NONE;
}

struct str pack_propose(const struct desk *k, struct arena *a, int64_t school, int64_t child, struct str text, size_t *n_names)
{
	struct q_pack_names_row *rows;
	size_t n, m = 0, hit;
	AUTO(buf_done) struct buf b = buf_init(PACK_TEXT_MAX * 4);
	*n_names = 0;
	if (q_pack_names(k->store->db, a, &(struct q_pack_names_args){ .school = school, .child = child }, &rows, &n) != OK)
		return text;
	struct str *names = arena_array(a, struct str, 2 * n + 1), own = person_name(k->store->db, a, school, child);
	for (size_t i = 0; i < n; i++) {
		names[m++] = rows[i].name;
		if (str_is(rows[i].kind, "learner") && first_name(rows[i].name).n && !str_eq(first_name(rows[i].name), first_name(own)))
			names[m++] = first_name(rows[i].name);
	}
	for (size_t i = 0; i < text.n; i += hit ? hit : 1) {
		hit = name_at(text, i, names, m);
		buf_z(&b, hit ? "[[" : "");
		buf_add(&b, str_upto(str_from(text, i), hit ? hit : 1));
		buf_z(&b, hit ? "]]" : "");
		*n_names += hit > 0;
	}
	return buf_ok(&b) == OK ? arena_str(a, buf_str(&b)) : text;
}

/* ---- what there is ---- */

static struct str digest_of(struct arena *a, struct str text)
{
	uint8_t sum[SHA256_BYTES];
	char hex[2 * SHA256_BYTES + 1];
	hash_sha256(text, sum);
	hex_put(sum, sizeof sum, hex);
	return arena_str(a, str_z(hex));
}

static enum err reviews(const struct desk *k, struct arena *a, int64_t school, int64_t request, struct entry **out, size_t *n)
{
	struct entry_may all = { .school = school, .classes = ~0u & ~1u };
	struct entry_query q = { .reg = "pack-item", .parent = request, .limit = ENTRY_PAGE_MAX };
	struct entry *list = arena_array(a, struct entry, PACK_ITEMS_MAX + ENTRY_PAGE_MAX);
	struct entry_page page;
	size_t have = 0;
	do {
		TRY(entry_list(k->store, a, &all, &q, &page));
		memcpy(list + have, page.entries, page.n * sizeof *page.entries);
		have += page.n;
		q.offset += (int64_t)page.n;
	} while (page.n && q.offset < page.total && have < PACK_ITEMS_MAX);
	*out = list;
	*n = have;
	return OK;
}

static void judge(struct arena *a, struct pack *p, struct pack_item *x, const struct entry *all, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!str_eq(entry_value(&all[i], "item"), x->key))
			continue;
		x->review = all[i].id;
		x->review_version = all[i].version;
		if (!str_eq(entry_value(&all[i], "source"), digest_of(a, x->text)))
			return;                                  /* its words changed since: again */
		x->verdict = entry_value(&all[i], "verdict");
		x->reason = entry_value(&all[i], "reason");
		x->marked = entry_value(&all[i], "marked");
		x->reviewed_by = all[i].changed_by;
		x->reviewed_utc = all[i].changed_utc;
		p->reviewed++;
		p->given += str_is(x->verdict, "give");
		p->part += str_is(x->verdict, "part");
		p->withheld += str_is(x->verdict, "withhold");
		return;
	}
}

enum err pack_read(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t request, struct pack *out)
{
	struct data_request r;
	struct pack p = { .request = request };
	struct entry *all;
	size_t n;
	TRY(data_request_get(k->store, a, may->school, request, ~(role_set)0, &r));
	p.child = r.child;
	p.class = r.class;
	TRY(pack_gather(k, a, may, r.child, request, &p));
	TRY(reviews(k, a, may->school, request, &all, &n));
	for (size_t i = 0; i < p.n; i++)
		judge(a, &p, &p.v[i], all, n);
	*out = p;
	return OK;
}

enum err pack_item(const struct pack *p, struct str key, const struct pack_item **out)
{
	for (size_t i = 0; i < p->n; i++)
		if (str_eq(p->v[i].key, key)) {
			*out = &p->v[i];
			return OK;
		}
	return ERR_ABSENT;
}

/* ---- reviewing ---- */

static bool known_reason(struct str word)
{
	static const char *const words[] = {
#define PACK_WORD_(word, text) word,
		PACK_REASON_TABLE(PACK_WORD_)
#undef PACK_WORD_
	};
	for (size_t i = 0; i < ARRAY_N(words); i++)
		if (str_is(word, words[i]))
			return true;
	return false;
}

static struct str reason_text(struct str word)
{
#define PACK_TEXT_(w, text) if (str_is(word, w)) return STR(text);
	PACK_REASON_TABLE(PACK_TEXT_)
#undef PACK_TEXT_
	return STR("withheld");
}

static void check(struct arena *a, const struct pack_item *x, struct str verdict, struct str reason, struct str marked, struct diag *d)
{
	struct str out;
	bool part = str_is(verdict, "part"), none = str_is(verdict, "withhold");
	if (!part && !none && !str_is(verdict, "give"))
		diag_add(d, DIAG_ERROR, STR("verdict"), 0, "Choose what is done with it.");
	if ((part || none) && !known_reason(reason))
		diag_add(d, DIAG_ERROR, STR("reason"), 0, "Choose why it is not given.");
	if (str_is(verdict, "give") && !str_eq(marked, x->text) && str_find(marked, STR("[[")) >= 0)
		diag_add(d, DIAG_ERROR, STR("verdict"), 0, "There are marks in the words. Choose \"without what is marked\", or take the marks away.");
	if (part && x->document)
		diag_add(d, DIAG_ERROR, STR("verdict"), 0, "A document is given whole or not at all. To give a part, make a copy by hand and cover what is withheld.");
	if (part && !x->document && (pack_redact(a, marked, STR("x"), &out) != OK || str_find(marked, STR("[[")) < 0))
		diag_add(d, DIAG_ERROR, STR("marked"), 0, "Put [[ before and ]] after each passage that is withheld; every [[ needs its ]].");
	else if (part && !same_words(a, x->text, marked))
		diag_add(d, DIAG_ERROR, STR("marked"), 0, "The words were changed. Only [[ and ]] may be added: nothing else.");
}

enum err pack_review(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t request, struct str key,
                     struct str verdict, struct str reason, struct str marked, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entry_may all = { .school = act->school, .classes = ~0u & ~1u };
	struct pack p;
	const struct pack_item *x;
	int64_t id;
	TRY(db_tx_begin(k->store->db, &tx));
	TRY(pack_read(k, &a, may, request, &p));
	TRY(pack_item(&p, key, &x));
	check(&a, x, verdict, reason, marked, d);
	if (d->errors)
		return ERR_INVALID;
	bool give = str_is(verdict, "give");
	struct entry_field f[] = { { STR("item"), key }, { STR("verdict"), verdict }, { STR("reason"), give ? STR("") : reason },
		{ STR("marked"), str_is(verdict, "part") ? marked : STR("") }, { STR("source"), digest_of(&a, x->text) } };
	struct entry_in in = { .reg = "pack-item", .class = p.class, .parent = request, .fields = f, .n_fields = ARRAY_N(f) };
	TRY(x->review ? entry_update(k->store, act, &all, x->review, x->review_version, &in, d) : entry_create(k->store, act, &in, d, &id));
	return db_tx_commit(&tx);
}

/* ---- making ---- */

static enum err given(struct arena *a, const struct pack_item *x, struct str *out)
{
	*out = x->text;
	return str_is(x->verdict, "part") ? pack_redact(a, x->marked, reason_text(x->reason), out) : OK;
}

static struct str note_of(struct arena *a, const struct pack *p)
{
	return arena_fmt(a, "What the school keeps about this person: %zu entries. %zu are given whole, %zu in part, %zu are not given. Where something is left out, the place says why.\n"
		"Whoever is not content can ask the school to look again, and can complain to the Information Commissioner's Office (ico.org.uk).", p->n, p->given, p->part, p->withheld);
}

static enum err to_file(const struct desk *k, struct arena *a, int64_t school, const struct pack *p, struct child_file *f, struct bundle_file *files, size_t *n)
{
	f->entries = arena_array(a, struct child_entry, p->n + 1);
	f->documents = arena_array(a, struct child_document, CHILDFILE_DOCUMENTS_MAX + 1);
	for (size_t i = 0; i < p->n; i++) {
		const struct pack_item *x = &p->v[i];
		struct child_entry *e = &f->entries[f->n];
		if (str_is(x->verdict, "withhold")) {
			f->entries[f->n++] = (struct child_entry){ .at_utc = x->at_utc, .title = STR("An entry that is not given"), .text = arena_fmt(a, "[withheld: %.*s]", STRF(reason_text(x->reason))) };
			continue;
		}
		*e = (struct child_entry){ .at_utc = x->at_utc, .kind = x->kind, .title = x->kind, .by = x->by ? person_name(k->store->db, a, school, x->by) : STR("") };
		TRY(given(a, x, &e->text));
		f->n++;
		if (!x->document || f->n_documents == CHILDFILE_DOCUMENTS_MAX)
			continue;
		struct attachment d;
		TRY(attachment_get(k->store, a, school, x->document, &d));
		files[*n].name = arena_fmt(a, "documents/%zu.%.*s", f->n_documents + 1, STRF(d.kind));
		TRY(attachment_bytes(k->store, a, school, x->document, &files[*n].bytes));
		f->documents[f->n_documents++] = (struct child_document){ files[*n].name, d.what, d.name, d.made_utc };
		++*n;
	}
	return OK;
}

static enum err zip(const struct desk *k, struct arena *a, const struct act *act, const struct pack *p, struct str *out)
{
	AUTO(buf_done) struct buf html = buf_init(CHILDFILE_BYTES_MAX);
	struct child_file f = { .title = STR("What is kept about you"), .name = person_name(k->store->db, a, act->school, p->child), .made_utc = clock_utc(), .note = note_of(a, p) };
	struct bundle_file *files = arena_array(a, struct bundle_file, CHILDFILE_DOCUMENTS_MAX + 4);
	struct str json;
	size_t n = 0;
	TRY(to_file(k, a, act->school, p, &f, files, &n));
	TRY(childfile_json(a, &f, &json));
	childfile_html(a, &f, true, &html);
	TRY(buf_ok(&html));
	files[n++] = (struct bundle_file){ STR("index.html"), buf_str(&html) };
	files[n++] = (struct bundle_file){ STR("data.json"), json };
	return bundle_write(a, files, n, "", out);
}

static enum err exported(const struct desk *k, const struct act *act, struct arena *a, const struct pack *p)
{
	for (size_t i = 0; i < p->n; i++) {
		struct entry_may all = { .school = act->school, .classes = ~0u & ~1u };
		struct entry e;
		if (p->v[i].entry && entry_get(k->store, a, &all, p->v[i].entry, 0, &e) == OK && str_is(e.reg, "case"))
			TRY(record_looked_how(k, act, e.id, LOOK_EXPORT));
	}
	return OK;
}

enum err pack_make(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t request, struct diag *d, int64_t *document)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entry_may all = { .school = act->school, .classes = ~0u & ~1u };
	struct pack p;
	struct entry e;
	struct str bytes;
	TRY(db_tx_begin(k->store->db, &tx));
	TRY(pack_read(k, &a, may, request, &p));
	if (p.reviewed < p.n) {
		diag_add(d, DIAG_ERROR, STR("pack"), 0, "%zu entries are not reviewed yet.", p.n - p.reviewed);
		return ERR_STATE;
	}
	TRY(zip(k, &a, act, &p, &bytes));
	TRY(entry_get(k->store, &a, &all, request, 0, &e));
	struct attachment_in in = { STR("pack.zip"), arena_fmt(&a, "%zu entries: %zu given, %zu in part, %zu withheld", p.n, p.given, p.part, p.withheld), bytes };
	TRY(attachment_keep(k->store, act, &e, &in, "zip", d, document));
	TRY(exported(k, act, &a, &p));
	return db_tx_commit(&tx);
}
