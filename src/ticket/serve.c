#include "ticket/serve.h"

#include <signal.h>

#include "base/log.h"
#include "base/mem.h"
#include "io/guests.h"

enum { GUESTS = 80, QUIET_MS = 10000 /* between two words in the log about what is not believed */ };

struct ticket_serve {
	struct accept *accept;             /* borrowed */
	struct loop *loop;
	struct guests *guests;
	int64_t said_ms[N_TICKET_CODE];
};

static void tell(struct ticket_serve *s, enum ticket_code code)
{
	int64_t now = loop_ms(s->loop);
	if (code == TICKET_OK || (s->said_ms[code] && now - s->said_ms[code] < QUIET_MS))
		return;
	s->said_ms[code] = now;
	log_line(LOG_WARN, "a Kerberos ticket did not count: %s", ticket_code_words(code));
}

static void answer(void *owner, struct str question, struct buf *out)
{
	struct ticket_serve *s = owner;
	char room[TICKET_LOGIN_MAX + 1];
	struct str token;
	struct ticket_answer a = { .code = TICKET_SYNTAX };
	if (ticket_question_read(question, &token) == OK)
		a = accept_token(s->accept, token, room);
	tell(s, a.code);
	ticket_answer_put(&a, out);
}

static void on_end(void *owner, int signo)
{
	(void)signo;
	loop_stop(((struct ticket_serve *)owner)->loop);
}

enum err ticket_serve_open(const char *path, uid_t may, struct accept *a, struct ticket_serve **out)
{
	AUTO(ticket_serve_free) struct ticket_serve *s = mem_new(struct ticket_serve);
	*s = (struct ticket_serve){ .accept = a, .loop = loop_new() };
	struct guests_plan p = { .path = path, .mode = 0666 /* who may is asked of the kernel */, .may = { may }, .may_n = 1, .places = GUESTS,
		.question_max = TICKET_QUESTION_MAX, .answer_max = TICKET_ANSWER_MAX, .answer = answer, .owner = s };
	TRY(guests_open(s->loop, &p, &s->guests));
	loop_signal(s->loop, SIGTERM, on_end, s);
	loop_signal(s->loop, SIGINT, on_end, s);
	*out = TAKE(s);
	return OK;
}

void ticket_serve_free(struct ticket_serve **s)
{
	if (!*s)
		return;
	guests_free(&(*s)->guests);
	loop_free(&(*s)->loop);
	mem_free(s);
}

void ticket_serve_run(struct ticket_serve *s) { loop_run(s->loop); }
