#include "sign/serve.h"

#include <signal.h>

#include "base/log.h"
#include "base/mem.h"
#include "io/guests.h"

/* The house has places of its own: whatever the gates do, checkpoints are signed. */
enum { HOUSE_GUESTS = 32, GATE_GUESTS = 128, GUEST_WAIT_MS = 5000 };
static_assert((int)CHECKPOINT_BYTES <= CA_QUESTION_MAX && (int)SIGNER_ANSWER <= CA_ANSWER_MAX, "both kinds fit");

struct serve {
	struct signer *signer;          /* not owned */
	struct ca *ca;                  /* not owned */
	struct loop *loop;
	struct guests *house, *gate;    /* gate NULL: no certificates of hosts are made */
};

static void answer_checkpoint(struct serve *s, struct str question, struct buf *out)
{
	uint8_t a[SIGNER_ANSWER];
	size_t n = signer_answer(s->signer, question, a);
	if (a[0] == SIGNER_STALE)
		log_line(LOG_WARN, "refused to sign: an older or another history of a school was shown");
	if (a[0] == SIGNER_FAILED)
		log_line(LOG_FAIL, "cannot write the signer's memory: nothing is signed");
	buf_add(out, (struct str){ (char *)a, n });
}

static void answer_house(void *owner, struct str question, struct buf *out)
{
	struct serve *s = owner;
	if (s->ca && str_starts(question, STR("GHCA")))
		ca_answer(s->ca, question, false, out);
	else
		answer_checkpoint(s, question, out);
}

static void answer_gate(void *owner, struct str question, struct buf *out) { ca_answer(((struct serve *)owner)->ca, question, true, out); }

static void on_end(void *owner, int signo)
{
	(void)signo;
	loop_stop(((struct serve *)owner)->loop);
}

/* Who comes from the house has one question; a gate's connection stays. */
static enum err open_both(struct serve *s, const struct serve_plan *p)
{
	struct guests_plan house = { .path = p->socket_path, .mode = 0660, .may_n = p->may_n, .places = HOUSE_GUESTS, .question_max = CA_QUESTION_MAX,
		.answer_max = CA_ANSWER_MAX, .wait_ms = GUEST_WAIT_MS, .once = true, .answer = answer_house, .owner = s };
	struct guests_plan gate = { .path = p->leaf_path, .mode = 0666 /* who may is asked of the kernel */, .may_n = p->may_leaf_n, .places = GATE_GUESTS,
		.question_max = CA_QUESTION_MAX, .answer_max = CA_ANSWER_MAX, .answer = answer_gate, .owner = s };
	memcpy(house.may, p->may, sizeof house.may);
	memcpy(gate.may, p->may_leaf, sizeof gate.may);
	TRY(guests_open(s->loop, &house, &s->house));
	return p->leaf_path ? guests_open(s->loop, &gate, &s->gate) : OK;
}

enum err serve_open(const struct serve_plan *p, struct signer *signer, struct ca *ca, struct serve **out)
{
	AUTO(serve_free) struct serve *s = mem_new(struct serve);
	*s = (struct serve){ .signer = signer, .ca = ca, .loop = loop_new() };
	TRY(open_both(s, p));
	loop_signal(s->loop, SIGTERM, on_end, s);
	loop_signal(s->loop, SIGINT, on_end, s);
	*out = TAKE(s);
	return OK;
}

void serve_free(struct serve **s)
{
	if (!*s)
		return;
	guests_free(&(*s)->house);
	guests_free(&(*s)->gate);
	loop_free(&(*s)->loop);
	mem_free(s);
}

void serve_run(struct serve *s)
{
	loop_run(s->loop);
}
