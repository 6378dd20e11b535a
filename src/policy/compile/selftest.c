#include "policy/compile/selftest.h"


#include "base/mem.h"
#include "base/time.h"

struct wish {
	struct str verdict, url, who, reason, what, safe;
	int64_t at_utc;
};

static bool next_word(struct str *rest, struct str *out)
{
	*rest = str_trim(*rest);
	ptrdiff_t at = str_chr(*rest, ' ');
	*out = at < 0 ? *rest : str_upto(*rest, (size_t)at);
	*rest = str_from(*rest, out->n);
	return out->n;
}

static enum err pair_read(struct str key, struct str value, struct wish *w)
{
	if (str_is(key, "as")) {
		w->who = value;
	} else if (str_is(key, "at")) {
		return time_read_iso(value, &w->at_utc);
	} else if (str_is(key, "safe")) {
		w->safe = value;
	} else if (str_is(key, "reason")) {
		ptrdiff_t colon = str_chr(value, ':');
		w->reason = colon < 0 ? value : str_upto(value, (size_t)colon);
		w->what = colon < 0 ? STR_NONE : str_from(value, (size_t)colon + 1);
	} else {
		return ERR_SYNTAX;
	}
	return OK;
}

static enum err wish_read(struct str text, int64_t now_utc, struct wish *out)
{
	struct wish w = { .at_utc = now_utc };
	struct str key, value;
	if (!next_word(&text, &w.verdict) || !next_word(&text, &w.url))
		return ERR_SYNTAX;
	while (next_word(&text, &key)) {
		if (!next_word(&text, &value))
			return ERR_SYNTAX;
		TRY(pair_read(key, value, &w));
	}
	enum reason known;
	if (w.reason.n)
		TRY(reason_read(w.reason, &known));
	bool verdict = str_is(w.verdict, "allow") || str_is(w.verdict, "block") || str_is(w.verdict, "sign");
	if (!verdict || !w.who.n)
		return ERR_SYNTAX;
	*out = w;
	return OK;
}

static bool holds(const struct wish *w, const struct explained *e)
{
	if (!str_is(w->verdict, e->verdict) || (w->reason.n && !str_is(w->reason, e->word)))
		return false;
	if (w->safe.n && !str_eq(w->safe, e->d.safe_host))
		return false;
	return !w->what.n || str_eq(w->what, e->category) || str_eq(w->what, e->rule);
}

static struct str because(struct arena *a, const struct explained *e)
{
	struct str what = e->category.n ? e->category : e->rule;
	return what.n ? arena_fmt(a, "%s because %s:%.*s", e->verdict, e->word, STRF(what))
	              : arena_fmt(a, "%s because %s", e->verdict, e->word);
}

/* The wish in the same words as the answer. */
static struct str wanted(struct arena *a, const struct wish *w)
{
	struct str safe = w->safe.n ? arena_fmt(a, " with the safe name %.*s", STRF(w->safe)) : STR("");
	if (!w->reason.n)
		return arena_fmt(a, "%.*s%.*s", STRF(w->verdict), STRF(safe));
	return arena_fmt(a, "%.*s because %.*s%s%.*s%.*s", STRF(w->verdict), STRF(w->reason), w->what.n ? ":" : "",
	                 STRF(w->what), STRF(safe));
}

void selftest_line(const struct policy *p, struct str text, struct str file, long line, int64_t now_utc, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct wish w;
	struct explained e;
	if (wish_read(text, now_utc, &w) != OK) {
		diag_add(d, DIAG_ERROR, file, line, "Write: expect = block www.example.test as ks2 at 2026-11-23T10:00 reason category:gaming");
		return;
	}
	enum err err = explain(&a, p, w.url, w.who, w.at_utc, &e);
	if (err != OK) {
		diag_add(d, DIAG_ERROR, file, line, "\"%.*s\" as \"%.*s\" cannot be asked: %s", STRF(w.url), STRF(w.who), err_text(err));
		return;
	}
	if (holds(&w, &e))
		return;
	struct str want = wanted(&a, &w), got = because(&a, &e);
	diag_add(d, DIAG_ERROR, file, line, "%.*s as %.*s: expected %.*s, got %.*s.", STRF(w.url), STRF(w.who), STRF(want), STRF(got));
}
