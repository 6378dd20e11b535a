#include "house/known/logins.h"

#include "house/account/shared.h"
#include "house/agreement/roll.h"
#include "policy/read/tokens.h"

static enum err one(struct store *st, struct arena *a, int64_t school, const uint8_t key[32], const struct person *p, struct buf *out)
{
	uint8_t digest[32];
	char hex[65];
	token_digest(key, LIVE_HOW_TICKET, p->username, digest);
	hex_put(digest, sizeof digest, hex);
	struct str group = agreement_group(st->db, a, p);
	buf_fmt(out, "\n[login %s]\nschool = %lld\ngroup = %.*s\nperson = %lld\n", hex, (long long)school, STRF(group), (long long)p->id);
	if (p->kind == KIND_LEARNER && p->class_id)
		buf_fmt(out, "class = %lld\n", (long long)p->class_id);
	return buf_ok(out);
}

enum err logins_policy(struct store *st, struct arena *a, int64_t school, const uint8_t key[32], int64_t now_utc, struct buf *out)
{
	struct roll_row *rows;
	size_t n;
	TRY(agreement_roll(st, a, school, now_utc, &rows, &n));
	for (size_t i = 0; i < n; i++)
		if (rows[i].p.username.n && !shared_refused(rows[i].p.username) && rows[i].p.kind != KIND_VISITOR && (rows[i].standing == STANDING_CURRENT || rows[i].standing == STANDING_GRACE))
			TRY(one(st, a, school, key, &rows[i].p, out));
	return OK;
}
