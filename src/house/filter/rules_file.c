#include "house/filter/rules_file.h"

#include <sys/stat.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "house/task/task.h"
#include "io/file.h"
#include "io/folder.h"

enum { WHY_LEAST = 3, WHY_MOST = 1000, TASK_DAYS = 3, DIGEST_SHOWN = 16 };

static const char REG[] = "filter-file";
static const struct str GONE = { "gone", 4 };           /* the digest of a file that is not there */

static struct entry_may files_may(int64_t school) { return (struct entry_may){ .school = school, .classes = ENTRY_BIT(ENTRY_GENERAL) }; }

struct looking {
	struct store *st;
	const struct act *act;
	struct arena *a;
	struct entry *known;
	size_t n_known, found;
	bool *met;                     /* of known: the file lies there */
	bool first;                    /* nothing is kept yet */
};

/* ---- keeping ---- */

static enum err kept(struct store *st, struct arena *a, int64_t school, struct entry **out, size_t *n)
{
	struct entry_may may = files_may(school);
	struct entry_page page;
	TRY(entry_list(st, a, &may, &(struct entry_query){ .reg = REG, .limit = RULES_FILES_MAX }, &page));
	*out = page.entries;
	*n = page.n;
	return OK;
}

static const char *task_key(struct arena *a, int64_t id, struct str digest) { return arena_fmt(a, "rules-file %lld %.*s", (long long)id, STRF(str_upto(digest, DIGEST_SHOWN))).p; }

static enum err tell(struct looking *x, int64_t id, struct str file, struct str digest)
{
	static const char *const roles[] = { "leadership", "technician" };
	for (size_t i = 0; i < ARRAY_N(roles); i++) {
		struct task_in in = { .kind = "rules-file", .for_role = roles[i], .due_utc = clock_utc() + TASK_DAYS * 86400, .link = "/changes/files",
			.title = str_upto(arena_fmt(x->a, "A rules file of the filter was changed by hand: %.*s", STRF(file)), 200),
			.details = STR("Nobody proposed or agreed to this change. Look at what is different; leadership agrees to it with a reason, or the technician puts it back."),
			.key = arena_fmt(x->a, "%s %s", task_key(x->a, id, digest), roles[i]).p };
		int64_t task;
		TRY(task_open_once(x->st, x->act, &in, NULL, &task, NULL));
	}
	return OK;
}

static enum err untell(struct store *st, struct arena *a, const struct act *act, int64_t id, struct str digest, const char *how)
{
	static const char *const roles[] = { "leadership", "technician" };
	for (size_t i = 0; i < ARRAY_N(roles); i++) {
		struct task t;
		enum err e = task_by_key(st, a, act->school, arena_fmt(a, "%s %s", task_key(a, id, digest), roles[i]).p, &t);
		if (e == OK && (str_is(t.state, "open") || str_is(t.state, "ready")))
			e = task_done(st, act, t.id, str_z(how), NULL);
		if (e != OK && e != ERR_ABSENT)
			return e;
	}
	return OK;
}

static struct str keepable(struct str text) { return text.n > RULES_FILE_TEXT_MAX || !str_utf8(text) ? STR("(too long to keep here, or not text)") : text; }

static enum err add(struct looking *x, struct str file, struct str digest, struct str text)
{
	int64_t id;
	struct entry_field f[] = { { STR("file"), file }, { STR("digest"), digest }, { STR("agreed-digest"), x->first ? digest : GONE },
		{ x->first ? STR("agreed") : STR("now"), keepable(text) } };
	struct entry_in in = { .reg = REG, .state = x->first ? "known" : "unapproved", .fields = f, .n_fields = ARRAY_N(f) };
	TRY(entry_create(x->st, x->act, &in, NULL, &id));
	if (x->first)
		return OK;
	x->found++;
	return tell(x, id, file, digest);
}

static enum err change(struct looking *x, const struct entry *e, struct str digest, struct str text)
{
	struct entry_may may = files_may(x->act->school);
	bool back = str_eq(digest, entry_value(e, "agreed-digest"));
	struct entry_field f[] = { { STR("digest"), digest }, { STR("now"), back ? STR("") : keepable(text) } };
	struct entry_in in = { .reg = REG, .state = back ? "known" : "unapproved", .fields = f, .n_fields = ARRAY_N(f) };
	x->found++;
	TRY(entry_update(x->st, x->act, &may, e->id, e->version, &in, NULL));
	TRY(untell(x->st, x->a, x->act, e->id, entry_value(e, "digest"), back ? "It is as it was agreed again." : "It was changed once more."));
	return back ? OK : tell(x, e->id, entry_value(e, "file"), digest);
}

/* ---- looking ---- */

static enum err compare(struct looking *x, struct str file, struct str digest, struct str text)
{
	for (size_t i = 0; i < x->n_known; i++) {
		if (!str_eq(entry_value(&x->known[i], "file"), file))
			continue;
		x->met[i] = true;
		return str_eq(entry_value(&x->known[i], "digest"), digest) ? OK : change(x, &x->known[i], digest, text);
	}
	return add(x, file, digest, text);
}

static enum err look_at(struct looking *x, const char *path, struct str file)
{
	AUTO(buf_done) struct buf b = buf_init(CONF_MAX_BYTES);
	uint8_t sum[SHA256_BYTES];
	char hex[2 * SHA256_BYTES + 1];
	enum err e = file_read(path, &b);
	if (e == (enum err)-ENOENT)
		return OK;                       /* it went between the listing and now: met as gone */
	TRY(e);
	struct str text = arena_str(x->a, buf_str(&b));
	hash_sha256v(&text, 1, sum);
	hex_put(sum, sizeof sum, hex);
	return compare(x, file, arena_str(x->a, str_z(hex)), text);
}

struct place { struct looking *x; const char *name; enum err said; };

/* After one that failed nothing more is written: the transaction is over. */
static enum err look_here(void *owner, const char *path, const struct file_stamp *stamp)
{
	struct place *p = owner;
	struct str whole = str_z(path);
	if (p->said == OK)
		p->said = look_at(p->x, path, arena_fmt(p->x->a, "%s%.*s", p->name, STRF(str_from(whole, (size_t)str_rchr(whole, '/')))));
	return p->said;
}

static enum err look_in(struct looking *x, const struct rules_place *p)
{
	struct stat st;
	if (stat(p->path, &st) == 0 && S_ISREG(st.st_mode))
		return look_at(x, p->path, str_z(p->name));
	enum err e = folder_each(p->path, look_here, &(struct place){ x, p->name, OK });
	return e == (enum err)-ENOENT ? OK : e;
}

enum err rules_files_look(struct store *st, const struct act *act, const struct rules_place *places, size_t n, size_t *found)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct looking x = { .st = st, .act = act, .a = &a };
	TRY(db_tx_begin(st->db, &tx));
	TRY(kept(st, &a, act->school, &x.known, &x.n_known));
	x.first = !x.n_known;
	x.met = arena_array(&a, bool, x.n_known + 1);
	for (size_t i = 0; i < n; i++)
		TRY(look_in(&x, &places[i]));
	for (size_t i = 0; i < x.n_known; i++)
		if (!x.met[i] && !str_eq(entry_value(&x.known[i], "digest"), GONE))
			TRY(change(&x, &x.known[i], GONE, STR("")));
	TRY(db_tx_commit(&tx));
	if (found)
		*found = x.found;
	return OK;
}

/* ---- showing, agreeing ---- */

enum err rules_files_list(struct store *st, struct arena *a, int64_t school, struct rules_file **out, size_t *n, size_t *unapproved)
{
	struct entry *v;
	size_t found, at = 0;
	TRY(kept(st, a, school, &v, &found));
	*out = arena_array(a, struct rules_file, found + 1);
	for (int bad = 1; bad >= 0; bad--) {
		for (size_t i = 0; i < found; i++)
			if (str_is(v[i].state, "unapproved") == (bad == 1))
				(*out)[at++] = (struct rules_file){ v[i].id, v[i].changed_utc, entry_value(&v[i], "file"), entry_value(&v[i], "agreed"), entry_value(&v[i], "now"),
					entry_value(&v[i], "why"), bad == 1 };
		if (bad)
			*unapproved = at;
	}
	*n = at;
	return OK;
}

enum err rules_file_agree(struct store *st, const struct act *act, role_set roles, int64_t id, struct str why, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entry_may may = files_may(act->school);
	struct entry e;
	if (!(roles & (ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_LEADERSHIP))))
		return ERR_FORBIDDEN;
	TRY(db_tx_begin(st->db, &tx));
	TRY(entry_get(st, &a, &may, id, 0, &e));
	if (!str_is(e.reg, REG))
		return ERR_ABSENT;
	if (!str_is(e.state, "unapproved"))
		return ERR_STATE;
	why = str_trim(why);
	if (why.n < WHY_LEAST || why.n > WHY_MOST || !str_utf8(why))
		return diag_fail(d, STR("why"), 0, "Say why this change is right, and which change it belongs to.");
	struct entry_field f[] = { { STR("agreed"), entry_value(&e, "now") }, { STR("agreed-digest"), entry_value(&e, "digest") }, { STR("now"), STR("") }, { STR("why"), why } };
	TRY(entry_update(st, act, &may, id, e.version, &(struct entry_in){ .reg = REG, .state = "known", .fields = f, .n_fields = ARRAY_N(f) }, d));
	TRY(untell(st, &a, act, id, entry_value(&e, "digest"), "Leadership agreed to it."));
	return db_tx_commit(&tx);
}

static bool has_line(struct str text, struct str line)
{
	struct str each;
	while (str_next(&text, '\n', &each))
		if (str_eq(str_trim(each), line))
			return true;
	return false;
}

static void only(struct buf *out, struct str in, struct str other, char sign, int *left)
{
	struct str line;
	while (str_next(&in, '\n', &line)) {
		line = str_trim(line);
		if (line.n && *left > 0 && !has_line(other, line)) {
			buf_fmt(out, "%c %.*s\n", sign, STRF(str_upto(line, 300)));
			(*left)--;
		}
	}
}

struct str rules_file_difference(struct arena *a, struct str before, struct str after)
{
	AUTO(buf_done) struct buf b = buf_init(RULES_FILE_LINES * 320);
	int left = RULES_FILE_LINES;
	only(&b, before, after, '-', &left);
	only(&b, after, before, '+', &left);
	return b.n ? arena_str(a, buf_str(&b)) : STR("(the same lines in another order)");
}
