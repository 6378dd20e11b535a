#include "house/casefile/adultfile.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "house/casefile/attachment.h"
#include "house/casefile/court.h"
#include "house/casefile/transfer_inner.h"
#include "house/store/audit.h"

struct making { const struct desk *k; struct arena *a; const struct entry_may *may; struct bundle_file *files; size_t n; };

static const char readme[] =
	"Concerns and allegations about one adult who works at a school, or worked there.\r\n\r\n"
	"Each case is a page (open it in any browser) and the same for programs (.json); documents stand in folders beside them.\r\n"
	"manifest.sha256 holds the SHA-256 of each file: sha256sum -c manifest.sha256\r\n\r\n"
	"Confidential: for the headteacher, or the chair of governors about the headteacher.  Keep it apart from records of children,\r\n"
	"and its passphrase apart from it.  Whoever it is about can ask for what is kept about them.\r\n";

static enum err put(struct making *m, struct str name, struct str bytes)
{
	if (m->n == BUNDLE_FILES_MAX - 1)                    /* one is the list */
		return ERR_LIMIT;
	m->files[m->n++] = (struct bundle_file){ name, bytes };
	return OK;
}

static enum err documents(struct making *m, int64_t id, struct str folder)
{
	struct attachment *list;
	size_t n;
	TRY(attachment_list(m->k->store, m->a, m->may->school, id, &list, &n));
	for (size_t i = 0; i < n; i++) {
		struct str bytes;
		if (list[i].withdrawn || list[i].destroyed || str_is(list[i].kind, "zip"))
			continue;
		TRY(attachment_bytes(m->k->store, m->a, m->may->school, list[i].id, &bytes));
		TRY(put(m, arena_fmt(m->a, "%.*s/%zu.%.*s", STRF(folder), i + 1, STRF(list[i].kind)), bytes));
	}
	return OK;
}

static enum err one_case(struct making *m, int64_t id)
{
	AUTO(buf_done) struct buf html = buf_init(CHILDFILE_BYTES_MAX);
	struct child_file f;
	struct str json, at = arena_fmt(m->a, "case-%06lld", (long long)id);
	TRY(court_file(m->k, m->a, m->may, id, 0, &f));
	f.note = STR("Confidential. Part of a locked file about one adult, made by the headteacher or the chair of governors.");
	TRY(childfile_json(m->a, &f, &json));
	childfile_html(m->a, &f, false, &html);
	TRY(buf_ok(&html));
	TRY(put(m, arena_fmt(m->a, "%.*s.html", STRF(at)), arena_str(m->a, buf_str(&html))));
	TRY(put(m, arena_fmt(m->a, "%.*s.json", STRF(at)), json));
	return documents(m, id, at);
}

static const struct adult_pattern *of(const struct adult_pattern *all, size_t n, int64_t person)
{
	for (size_t i = 0; i < n; i++)
		if (all[i].person == person)
			return &all[i];
	return NULL;
}

static enum err lock(struct making *m, const struct act *act, const char *phrase, int64_t person, struct adult_file *out)
{
	uint8_t sum[SHA256_BYTES];
	TRY(put(m, STR("README.txt"), str_z(readme)));
	TRY(bundle_write(m->a, m->files, m->n, phrase, &out->bytes));
	hash_sha256(out->bytes, sum);
	hex_put(sum, sizeof sum, out->digest);
	return audit_add(m->k->store->db, act, "adultfile.made", (struct audit_about){ "person", person }, sum);
}

enum err adultfile_make(const struct desk *k, struct arena *a, const struct act *act, const struct entry_may *may, int64_t person, const char *phrase, struct adult_file *out)
{
	struct making m = { k, a, may, arena_array(a, struct bundle_file, BUNDLE_FILES_MAX), 0 };
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct adult_pattern *all;
	size_t n;
	if (!bundle_phrase_is(str_z(phrase)))
		return ERR_INVALID;
	TRY(db_tx_begin(k->store->db, &tx));
	TRY(record_patterns(k, a, may, &all, &n));
	const struct adult_pattern *p = of(all, n, person);
	if (!p)
		return ERR_ABSENT;
	for (size_t i = 0; i < p->n; i++) {
		TRY(one_case(&m, p->v[i].id));
		TRY(record_looked_how(k, act, p->v[i].id, LOOK_EXPORT));
	}
	out->cases = p->n;
	TRY(lock(&m, act, phrase, person, out));
	return db_tx_commit(&tx);
}
