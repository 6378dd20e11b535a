/* Walking everything that digests cover, streaming; findings in words. */
#include <stdarg.h>
#include <jansson.h>
#include <stdio.h>

#include "base/vec.h"
#include "gen_queries.h"
#include "house/store/audit.h"
#include "house/store/chain.h"

enum { PROGRESS_EVERY = 5000 };

/* A version whose words are gone: the digest of what is left of it, which the audit must know. */
struct erased { int64_t entry, version; uint8_t digest[CHAIN_DIGEST]; };

struct walk {
	struct db *db;
	int64_t school;
	const struct audit_verify *how;
	struct diag *d;
	struct audit_verified sum;
	/* the chain */
	int64_t seq, total;
	uint8_t before[CHAIN_DIGEST];
	/* the version being gathered from its rows */
	struct arena arena;
	struct chain_version v;
	struct str digest;
	uint8_t running[CHAIN_DIGEST];
	bool open;
	int64_t disposal;              /* what it said was erased by this one; 0: it is there */
	struct str salt;
	VEC(struct erased) erased;
};

static void bad(struct walk *w, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void bad(struct walk *w, const char *fmt, ...)
{
	char text[300];
	va_list ap;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);  /* cut when longer: a sentence */
	va_end(ap);
	diag_add(w->d, DIAG_ERROR, STR("audit"), 0, "School %lld: %s", (long long)w->school, text);
}

static void progress(struct walk *w, const char *part, int64_t done)
{
	if (w->how->progress && done % PROGRESS_EVERY == 0)
		w->how->progress(w->how->ctx, part, done, w->total);
}

/* A statement whose only argument is the school. */
static enum err each(struct walk *w, const char *sql, db_row_fn *fn)
{
	struct db_stmt st = { "verify", "", sql, 0, true };
	struct db_val v[] = { DB_I(w->school) };
	return db_run(w->db, &st, v, 1, fn, w, NULL);
}

/* ---- the chain ---- */

static enum err chain_row(void *ctx, const struct db_val *c, size_t n)
{
	struct walk *w = ctx;
	struct chain_record r = { .school = w->school, .seq = c[0].i, .at_utc = c[1].i, .person = c[2].i, .what = c[3].s, .why = c[4].s,
		.about_kind = c[5].s, .about = c[6].i, .content = c[7].s };
	uint8_t want[CHAIN_DIGEST];
	if (r.seq != w->seq + 1)
		bad(w, "records %lld to %lld of the audit are missing.", (long long)w->seq + 1, (long long)r.seq - 1);
	chain_digest(&r, w->before, want);
	if (c[8].s.n != CHAIN_DIGEST || memcmp(want, c[8].s.p, CHAIN_DIGEST) != 0)
		bad(w, "record %lld of the audit was changed, or does not follow the one before it.", (long long)r.seq);
	if (c[8].s.n == CHAIN_DIGEST)
		memcpy(w->before, c[8].s.p, CHAIN_DIGEST);
	w->seq = r.seq;
	progress(w, "audit records", ++w->sum.records);
	return OK;
}

static enum err check_head(struct walk *w)
{
	struct audit_head head;
	TRY(audit_head(w->db, w->school, &head));
	if (head.seq != w->seq)
		bad(w, "the audit ends at record %lld, its head says %lld.", (long long)w->seq, (long long)head.seq);
	else if (memcmp(head.digest, w->before, CHAIN_DIGEST) != 0)
		bad(w, "the head of the audit does not fit its last record.");
	return OK;
}

static enum err check_chain(struct walk *w)
{
	TRY(each(w, "SELECT seq, at_utc, person, what, why, about_kind, about, content, digest FROM audit WHERE school = $1 ORDER BY seq", chain_row));
	return check_head(w);
}

/* ---- versions and their texts ---- */

/* What is there must be what was said. */
static void check_said(struct walk *w)
{
	uint8_t said[CHAIN_DIGEST];
	if (w->disposal || !w->v.said.n)
		return;
	chain_said(w->salt, w->v.body, w->v.why, said);
	if (w->v.said.n != CHAIN_DIGEST || memcmp(said, w->v.said.p, CHAIN_DIGEST) != 0)
		bad(w, "version %lld of entry %lld does not say what it said: its fields or its reason were changed.", (long long)w->v.version, (long long)w->v.entry);
}

static void note_erased(struct walk *w, const uint8_t digest[CHAIN_DIGEST])
{
	struct erased e = { .entry = w->v.entry, .version = w->v.version };
	memcpy(e.digest, digest, CHAIN_DIGEST);
	*vec_push(&w->erased) = e;
	if (w->v.body.n || w->v.why.n)
		bad(w, "version %lld of entry %lld says something, though it was erased.", (long long)w->v.version, (long long)w->v.entry);
}

static void close_version(struct walk *w)
{
	uint8_t want[CHAIN_DIGEST];
	if (!w->open)
		return;
	check_said(w);
	chain_version(&w->v, w->running, want);
	if (w->disposal)
		note_erased(w, want);
	else if (w->digest.n != CHAIN_DIGEST || memcmp(want, w->digest.p, CHAIN_DIGEST) != 0)
		bad(w, "version %lld of entry %lld does not match its digest: it, or its sealed text, was changed.",
		    (long long)w->v.version, (long long)w->v.entry);
	w->open = false;
	arena_done(&w->arena);
	progress(w, "versions", ++w->sum.versions);
}

static void open_version(struct walk *w, const struct db_val *c)
{
	struct arena *a = &w->arena;
	w->v = (struct chain_version){ .school = w->school, .entry = c[0].i, .version = c[1].i, .parent = c[2].null ? 0 : c[2].i, .class = c[3].i,
		.by_person = c[4].i, .at_utc = c[5].i, .reg = arena_str(a, c[6].s), .state = arena_str(a, c[7].s),
		.body = arena_str(a, c[8].s), .why = arena_str(a, c[9].s), .said = c[12].null ? STR_NONE : arena_str(a, c[12].s) };
	w->salt = c[11].null ? STR_NONE : arena_str(a, c[11].s);
	w->disposal = c[13].null ? 0 : c[13].i;
	w->digest = arena_str(a, c[10].s);
	memset(w->running, 0, sizeof w->running);
	w->open = true;
}

static enum err version_row(void *ctx, const struct db_val *c, size_t n)
{
	struct walk *w = ctx;
	if (!w->open || w->v.entry != c[0].i || w->v.version != c[1].i) {
		close_version(w);
		open_version(w, c);
	}
	if (c[14].null)
		return OK;
	chain_text(w->running, c[14].s, c[15].i, c[16].s);
	w->sum.texts++;
	return OK;
}

/* ---- what was erased ---- */

static enum err some_row(void *ctx, const struct db_val *c, size_t n)
{
	*(bool *)ctx = true;
	return OK;
}

/* "case" of a certificate is one number, "entries" several. */
static bool covers(struct str body, int64_t root)
{
	json_t *o = json_loadb(body.p, body.n, 0, NULL);
	struct str rest = str_z(json_string_value(json_object_get(o, "entries"))), word;
	int64_t id;
	bool yes = str_i64(str_z(json_string_value(json_object_get(o, "case"))), &id) == OK && id == root;
	while (!yes && str_next(&rest, ' ', &word))
		yes = str_i64(word, &id) == OK && id == root;
	json_decref(o);
	return yes;
}

/* Two people, both of the school, signed a certificate that names the entry (or the one at the top of it). */
static enum err certificate_row(void *ctx, const struct db_val *c, size_t n)
{
	struct walk *w = ctx;
	w->sum.erased++;
	if (c[3].null || c[4].null || c[5].null || c[3].i <= 0 || c[4].i <= 0 || c[3].i == c[4].i)
		bad(w, "entry %lld was erased, but its certificate (entry %lld) is not signed by two people.", (long long)c[0].i, (long long)c[2].i);
	else if (!covers(c[5].s, c[0].i) && !covers(c[5].s, c[1].i))
		bad(w, "entry %lld was erased by a certificate (entry %lld) that does not name it.", (long long)c[0].i, (long long)c[2].i);
	return OK;
}

static enum err check_erased(struct walk *w)
{
	static const struct db_stmt known = { "verify_erased", "", "SELECT a.seq FROM audit a WHERE a.school = $1 AND a.about_kind = 'erased' AND a.about = $2 AND a.content = $3", 0, true };
	for (size_t i = 0; i < w->erased.n; i++) {
		const struct erased *e = &w->erased.v[i];
		struct db_val v[] = { DB_I(w->school), DB_I(e->entry), DB_B(((struct str){ (const char *)e->digest, CHAIN_DIGEST })) };
		bool found = false;
		TRY(db_run(w->db, &known, v, ARRAY_N(v), some_row, &found, NULL));
		if (!found)
			bad(w, "version %lld of entry %lld was erased, or changed since, without a record in the audit.", (long long)e->version, (long long)e->entry);
	}
	return each(w, "SELECT DISTINCT v.entry, coalesce(e.root, e.id), v.disposal, p.by_person, q.by_person, q.body FROM entry_version v"
	               " JOIN entry e ON e.school = v.school AND e.id = v.entry"
	               " LEFT JOIN entry d ON d.school = v.school AND d.id = v.disposal AND d.register IN ('disposal', 'disposal-entries') AND d.state = 'done'"
	               " LEFT JOIN entry_version p ON p.school = d.school AND p.entry = d.id AND p.version = 1"
	               " LEFT JOIN entry_version q ON q.school = d.school AND q.entry = d.id AND q.version = d.version AND q.state = 'done' AND q.version > 1"
	               " WHERE v.school = $1 AND v.disposal IS NOT NULL", certificate_row);
}

static enum err check_versions(struct walk *w)
{
	TRY(each(w, "SELECT v.entry, v.version, e.parent, v.class, v.by_person, v.at_utc, e.register, v.state, v.body, v.why, v.digest, v.salt, v.said, v.disposal,"
	            " t.field, t.case_key, t.sealed FROM entry_version v JOIN entry e ON e.school = v.school AND e.id = v.entry"
	            " LEFT JOIN entry_text t ON t.school = v.school AND t.entry = v.entry AND t.version = v.version"
	            " WHERE v.school = $1 ORDER BY v.entry, v.version, t.field", version_row));
	close_version(w);
	return check_erased(w);
}

/* ---- what must fit together: each statement gives the rows that do not ---- */

static const struct { const char *sql, *says; } fits[] = {
	{ "SELECT v.entry, v.version FROM entry_version v WHERE v.school = $1 AND NOT EXISTS (SELECT 1 FROM audit a WHERE a.school = v.school"
	  " AND a.about_kind = 'entry' AND a.about = v.entry AND a.content = v.digest)",
	  "entry %lld, version %lld, stands in no record of the audit." },
	{ "SELECT a.about, a.seq FROM audit a WHERE a.school = $1 AND a.about_kind = 'entry' AND length(a.content) > 0 AND NOT EXISTS"
	  " (SELECT 1 FROM entry_version v WHERE v.school = a.school AND v.entry = a.about AND v.digest = a.content)",
	  "entry %lld: the version that record %lld of the audit speaks of is missing or was changed." },
	{ "SELECT e.id, e.version FROM entry e WHERE e.school = $1 AND NOT EXISTS (SELECT 1 FROM entry_version v WHERE v.school = e.school"
	  " AND v.entry = e.id AND v.version = e.version AND v.state = e.state AND v.class = e.class)",
	  "entry %lld does not show its newest version (%lld): its stage, class or version number was changed." },
	{ "SELECT v.entry, max(v.version) FROM entry_version v WHERE v.school = $1 GROUP BY v.entry"
	  " HAVING max(v.version) <> (SELECT e.version FROM entry e WHERE e.school = $1 AND e.id = v.entry) OR count(*) <> max(v.version)",
	  "entry %lld has a gap in its versions, or more than it says (%lld)." },
	{ "SELECT v.entry, v.version FROM entry_version v WHERE v.school = $1 AND NOT EXISTS"
	  " (SELECT 1 FROM entry e WHERE e.school = v.school AND e.id = v.entry)",
	  "entry %lld is gone; its version %lld is still there." },
	{ "SELECT t.entry, t.version FROM entry_text t WHERE t.school = $1 AND (NOT EXISTS (SELECT 1 FROM entry_version v WHERE v.school = t.school"
	  " AND v.entry = t.entry AND v.version = t.version) OR NOT EXISTS (SELECT 1 FROM case_key k WHERE k.school = t.school AND k.id = t.case_key))",
	  "a sealed text of entry %lld, version %lld, has lost its version or its key." },
	{ "SELECT k.id, coalesce(k.destroyed_utc, 0) FROM case_key k WHERE k.school = $1 AND (CASE WHEN length(k.wrapped) = 0 THEN 1 ELSE 0 END)"
	  " <> (CASE WHEN k.destroyed_utc IS NULL THEN 0 ELSE 1 END)",
	  "case key %lld was taken away without being destroyed (%lld)." },
	{ "SELECT k.id, k.destroyed_utc FROM case_key k WHERE k.school = $1 AND k.destroyed_utc IS NOT NULL AND (NOT EXISTS (SELECT 1 FROM tombstone t"
	  " WHERE t.school = k.school AND t.kind = 'key' AND t.about = k.id) OR NOT EXISTS (SELECT 1 FROM audit a WHERE a.school = k.school"
	  " AND a.about_kind = 'key' AND a.about = k.id))",
	  "case key %lld was destroyed (at %lld) without a tombstone or a record in the audit." },
};

struct misfits { struct walk *w; size_t which; };

static enum err misfit(void *ctx, const struct db_val *c, size_t n)
{
	struct misfits *m = ctx;
	char text[300];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	/* Every sentence of the table takes two numbers. */
	(void)snprintf(text, sizeof text, fits[m->which].says, (long long)c[0].i, (long long)(c[1].null ? 0 : c[1].i));
#pragma GCC diagnostic pop
	bad(m->w, "%s", text);
	return OK;
}

static enum err check_fits(struct walk *w)
{
	struct db_val v[] = { DB_I(w->school) };
	for (size_t i = 0; i < ARRAY_N(fits); i++) {
		struct misfits m = { w, i };
		struct db_stmt st = { "verify", "", fits[i].sql, 0, true };
		TRY(db_run(w->db, &st, v, 1, misfit, &m, NULL));
	}
	return OK;
}

/* ---- checkpoints and tombstones ---- */

static enum err checkpoint_row(void *ctx, const struct db_val *c, size_t n)
{
	struct walk *w = ctx;
	struct checkpoint k = { .school = w->school, .sequence = (uint64_t)c[0].i, .at_utc = c[1].i };
	w->sum.checkpoints++;
	if (c[2].s.n != CHAIN_DIGEST || c[3].s.n != AUDIT_SIGNATURE) {
		bad(w, "the checkpoint at record %lld was changed.", (long long)c[0].i);
		return OK;
	}
	memcpy(k.head, c[2].s.p, CHAIN_DIGEST);
	if (w->how->public_key && checkpoint_verify(&k, (const uint8_t *)c[3].s.p, w->how->public_key) != OK)
		bad(w, "the signature of the checkpoint at record %lld does not fit.", (long long)c[0].i);
	if (c[4].null || !str_eq(c[4].s, c[2].s))
		bad(w, "the audit is not what it was when the checkpoint at record %lld was signed.", (long long)c[0].i);
	return OK;
}

static enum err tombstone_row(void *ctx, const struct db_val *c, size_t n)
{
	((struct walk *)ctx)->sum.tombstones++;
	return OK;
}

static enum err digest_of(void *ctx, const struct db_val *c, size_t n)
{
	struct str *out = ctx;
	if (c[0].s.n == CHAIN_DIGEST) {
		memcpy((char *)(uintptr_t)out->p, c[0].s.p, CHAIN_DIGEST);
		out->n = CHAIN_DIGEST;
	}
	return OK;
}

static enum err check_outside(struct walk *w, const struct audit_outside *o)
{
	static const struct db_stmt st = { "verify_at", "", "SELECT digest FROM audit WHERE school = $1 AND seq = $2", 0, true };
	char room[CHAIN_DIGEST];
	struct str got = { room, 0 };
	struct db_val v[] = { DB_I(w->school), DB_I(o->seq) };
	if (o->school != w->school)
		return OK;
	TRY(db_run(w->db, &st, v, 2, digest_of, &got, NULL));
	if (!got.n)
		bad(w, "the audit was cut: the copy kept in %.*s has seen record %lld, which is not here.", STRF(o->file), (long long)o->seq);
	else if (memcmp(room, o->digest, CHAIN_DIGEST) != 0)
		bad(w, "the audit before record %lld is not the one that the copy kept in %.*s has seen.", (long long)o->seq, STRF(o->file));
	return OK;
}

static enum err check_checkpoints(struct walk *w)
{
	TRY(each(w, "SELECT c.seq, c.at_utc, c.digest, c.signature, a.digest FROM audit_checkpoint c"
	            " LEFT JOIN audit a ON a.school = c.school AND a.seq = c.seq WHERE c.school = $1 ORDER BY c.seq", checkpoint_row));
	for (size_t i = 0; i < w->how->n_outside; i++)
		TRY(check_outside(w, &w->how->outside[i]));
	return each(w, "SELECT id FROM tombstone WHERE school = $1", tombstone_row);
}

static enum err count_row(void *ctx, const struct db_val *c, size_t n)
{
	((struct walk *)ctx)->total = c[0].i;
	return OK;
}

static enum err walk_all(struct walk *w)
{
	TRY(each(w, "SELECT count(*) FROM audit WHERE school = $1", count_row));
	TRY(check_chain(w));
	TRY(each(w, "SELECT count(*) FROM entry_version WHERE school = $1", count_row));
	TRY(check_versions(w));
	TRY(check_fits(w));
	return check_checkpoints(w);
}

enum err audit_verify(struct db *db, int64_t school, const struct audit_verify *how, struct diag *d, struct audit_verified *out)
{
	struct walk w = { .db = db, .school = school, .how = how, .d = d, .arena = arena_init() };
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_begin_read(db));
	tx.db = db;
	enum err e = walk_all(&w);
	arena_done(&w.arena);
	vec_done(&w.erased);
	TRY(e);
	*out = w.sum;
	return db_tx_commit(&tx);
}

/* ---- copies kept outside ---- */

static enum err read_outside(struct str line, const uint8_t *public_key, struct audit_outside *out)
{
	struct str word[7] = { 0 };
	uint8_t sig[AUDIT_SIGNATURE];
	struct checkpoint c = { 0 };
	uint64_t seq;
	for (size_t i = 0; i < 7; i++)
		if (!str_next(&line, ' ', &word[i]))
			return ERR_SYNTAX;
	if (!str_is(word[0], "gatehouse-checkpoint") || !str_is(word[1], "1") || line.n)
		return ERR_SYNTAX;
	TRY(str_i64(word[2], &c.school));
	TRY(str_u64(word[3], &seq));
	if (seq > INT64_MAX)
		return ERR_SYNTAX;
	TRY(str_i64(word[4], &c.at_utc));
	TRY(hex_get(word[5], c.head, CHAIN_DIGEST));
	TRY(hex_get(word[6], sig, AUDIT_SIGNATURE));
	c.sequence = seq;
	if (public_key)
		TRY(checkpoint_verify(&c, sig, public_key));
	*out = (struct audit_outside){ .school = c.school, .seq = (int64_t)seq, .at_utc = c.at_utc };
	memcpy(out->digest, c.head, CHAIN_DIGEST);
	return OK;
}

enum err audit_outside_read(struct arena *a, struct str file, struct str text, const uint8_t *public_key,
                            struct diag *d, struct audit_outside **out, size_t *n)
{
	VEC(struct audit_outside) all = { 0 };
	struct str line;
	for (long number = 1; str_next(&text, '\n', &line); number++) {
		struct audit_outside o;
		line = str_trim(line);
		if (!line.n)
			continue;
		enum err e = read_outside(line, public_key, &o);
		if (e != OK) {
			diag_add(d, DIAG_ERROR, file, number, e == ERR_CRYPTO ? "The signature of this checkpoint does not fit." : "This is not a checkpoint.");
			continue;
		}
		o.file = file;
		*vec_push(&all) = o;
	}
	*out = arena_array(a, struct audit_outside, all.n + 1);
	*n = all.n;
	if (all.n)
		memcpy(*out, all.v, all.n * sizeof **out);
	vec_done(&all);
	return OK;
}
