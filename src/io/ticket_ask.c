#include "io/ticket_ask.h"

#include "base/mem.h"
#include "base/rd.h"

#define MAGIC "GHKT1"

const char *ticket_code_words(enum ticket_code c)
{
	static const char *const words[N_TICKET_CODE] = {
		[TICKET_OK] = "believed", [TICKET_REFUSED] = "not made with our key, or broken", [TICKET_EXPIRED] = "run out, or a clock is wrong",
		[TICKET_REPLAYED] = "shown a second time", [TICKET_REALM] = "of another realm", [TICKET_NOBODY] = "of a computer or a service, not of a person",
		[TICKET_SYNTAX] = "not a question that is understood",
	};
	return (unsigned)c < N_TICKET_CODE ? words[c] : "?";
}

void ticket_question_put(struct str token, struct buf *out)
{
	buf_z(out, MAGIC);
	buf_add(out, token);
}

enum err ticket_question_read(struct str bytes, struct str *token)
{
	if (!str_starts(bytes, STR(MAGIC)) || bytes.n == sizeof MAGIC - 1 || bytes.n > TICKET_QUESTION_MAX)
		return ERR_SYNTAX;
	*token = str_from(bytes, sizeof MAGIC - 1);
	return OK;
}

void ticket_answer_put(const struct ticket_answer *a, struct buf *out)
{
	buf_byte(out, (char)a->code);
	if (a->code != TICKET_OK)
		return;
	for (int i = 56; i >= 0; i -= 8)
		buf_byte(out, (char)((uint64_t)a->until_utc >> i));
	buf_add(out, a->login);
}

enum err ticket_answer_read(struct str bytes, struct ticket_answer *out)
{
	struct rd r = rd_over(bytes);
	uint8_t code = rd_u8(&r);
	struct ticket_answer a = { .code = (enum ticket_code)code };
	if (r.bad || code >= N_TICKET_CODE)
		return ERR_SYNTAX;
	if (a.code == TICKET_OK) {
		a.until_utc = (int64_t)rd_u64(&r);
		a.login = rd_bytes(&r, rd_left(&r));
		r.bad |= !a.login.n || a.login.n > TICKET_LOGIN_MAX;
	}
	TRY(rd_end(&r));
	*out = a;
	return OK;
}

enum err ticket_settings(struct settings *s, struct diag *d, struct ticket_options *out)
{
	static const char *const keys[] = { "realm", "client", "clocks", NULL };
	const struct conf_block *b = conf_find(&s->conf, "kerberos", STR(""));
	int64_t clocks = 300;
	*out = (struct ticket_options){ 0 };
	if (!b)
		return OK;
	struct str r = conf_get(b, "realm");
	TRY(conf_only(&s->conf, "kerberos", keys, d));
	if (!r.n || r.n > TICKET_REALM_MAX || str_chr(r, '@') >= 0 || str_chr(r, ' ') >= 0) {
		diag_add(d, DIAG_ERROR, s->conf.file, b->line, "[kerberos] needs \"realm\": the school's Kerberos realm, such as SCHOOL.EXAMPLE.");
		return ERR_INVALID;
	}
	TRY(conf_int(&s->conf, b, "clocks", 300, 1, 300, d, &clocks));
	*out = (struct ticket_options){ arena_z(&s->arena, r), (unsigned)clocks };
	return OK;
}
