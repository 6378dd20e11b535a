#include "sign/signer.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/test.h"
#include "io/file.h"
#include "io/frame.h"
#include "io/sandbox.h"
#include "sign/serve.h"

struct desk { char dir[256], key[300], pub[300], state[300], sock[100]; };

static struct desk desk_new(void)
{
	struct desk d;
	snprintf(d.dir, sizeof d.dir, "%s", test_dir());
	snprintf(d.key, sizeof d.key, "%s/signer.key", d.dir);
	snprintf(d.pub, sizeof d.pub, "%s/signer.pub", d.dir);
	snprintf(d.state, sizeof d.state, "%s/state", d.dir);
	snprintf(d.sock, sizeof d.sock, "%.80s/sock", d.dir);
	return d;
}

static struct signer *open_desk(const struct desk *d)
{
	struct signer *s = NULL;
	CHECK_OK(signer_open(d->key, d->pub, d->state, &s));
	return s;
}

static int ask(struct signer *s, int64_t school, uint64_t sequence, uint8_t head)
{
	uint8_t q[CHECKPOINT_BYTES], a[SIGNER_ANSWER];
	struct checkpoint c = { .school = school, .sequence = sequence, .head = { head } };
	checkpoint_bytes(&c, q);
	size_t n = signer_answer(s, (struct str){ (char *)q, sizeof q }, a);
	CHECK(n == (a[0] == SIGNER_SIGNED ? (size_t)SIGNER_ANSWER : 1));
	return a[0];
}

TEST(signer, never_signs_an_older_or_a_second_history_even_after_a_restart)
{
	struct desk d = desk_new();
	struct signer *s = open_desk(&d);
	CHECK_INT(ask(s, 1, 10, 1), SIGNER_SIGNED);
	CHECK_INT(ask(s, 1, 10, 1), SIGNER_SIGNED);          /* the same again is no lie */
	CHECK_INT(ask(s, 1, 10, 2), SIGNER_STALE);
	CHECK_INT(ask(s, 1, 9, 1), SIGNER_STALE);
	CHECK_INT(ask(s, 2, 1, 1), SIGNER_SIGNED);           /* another school has its own */
	signer_free(&s);
	s = open_desk(&d);
	CHECK_INT(ask(s, 1, 9, 1), SIGNER_STALE);
	CHECK_INT(ask(s, 1, 11, 3), SIGNER_SIGNED);
	signer_free(&s);
}

TEST(signer, refuses_what_is_not_a_checkpoint)
{
	struct desk d = desk_new();
	struct signer *s = open_desk(&d);
	uint8_t a[SIGNER_ANSWER], q[CHECKPOINT_BYTES] = { 0 };
	CHECK(signer_answer(s, STR(""), a) == 1 && a[0] == SIGNER_SYNTAX);
	CHECK(signer_answer(s, (struct str){ (char *)q, sizeof q }, a) == 1 && a[0] == SIGNER_SYNTAX);
	CHECK_INT(ask(s, 0, 1, 1), SIGNER_SYNTAX);
	CHECK_INT(ask(s, -5, 1, 1), SIGNER_SYNTAX);
	signer_free(&s);
}

TEST(signer, is_asked_only_so_often)
{
	struct desk d = desk_new();
	clock_fake(1764000000000);
	struct signer *s = open_desk(&d);
	int n = 0;
	while (n < 1000 && ask(s, 1, (uint64_t)n, 1) == SIGNER_SIGNED)
		n++;
	CHECK(n >= 10 && n <= 100);
	clock_step(1000);
	CHECK_INT(ask(s, 1, 2000, 1), SIGNER_SIGNED);
	signer_free(&s);
	clock_fake(0);
}

TEST(signer, does_not_start_on_a_memory_that_was_changed)
{
	struct desk d = desk_new();
	struct signer *s = open_desk(&d);
	CHECK_INT(ask(s, 1, 10, 1), SIGNER_SIGNED);
	signer_free(&s);
	AUTO(buf_done) struct buf b = buf_init(4096);
	CHECK_OK(file_read(d.state, &b));
	for (size_t i = 0; i < b.n; i++) {
		b.p[i] = (char)(b.p[i] ^ 1);
		CHECK_OK(file_replace(d.state, buf_str(&b), 0600));
		CHECK_ERR(signer_open(d.key, d.pub, d.state, &s), ERR_CORRUPT);
		b.p[i] = (char)(b.p[i] ^ 1);
	}
}

TEST(signer, signs_nothing_that_it_cannot_remember)
{
	struct desk d = desk_new();
	snprintf(d.state, sizeof d.state, "%.200s/no/such/folder", d.dir);
	struct signer *s = open_desk(&d);
	CHECK_INT(ask(s, 1, 1, 1), SIGNER_FAILED);
	signer_free(&s);
}

TEST(checkpoint, any_changed_bit_breaks_the_signature)
{
	struct desk d = desk_new();
	struct signer *s = open_desk(&d);
	uint8_t q[CHECKPOINT_BYTES], a[SIGNER_ANSWER], pub[CHECKPOINT_KEY];
	struct checkpoint c = { .school = 1, .sequence = 5, .head = { 9 } }, got;
	checkpoint_bytes(&c, q);
	CHECK(signer_answer(s, (struct str){ (char *)q, sizeof q }, a) == SIGNER_ANSWER);
	signer_free(&s);
	CHECK_OK(file_read_exact(d.pub, pub, sizeof pub));
	for (size_t bit = 0; bit < (SIGNER_ANSWER - 1) * 8; bit++) {
		a[1 + bit / 8] ^= (uint8_t)(1 << bit % 8);
		if (checkpoint_read((struct str){ (char *)a + 1, CHECKPOINT_BYTES }, &got) == OK)
			CHECK_ERR(checkpoint_verify(&got, a + 1 + CHECKPOINT_BYTES, pub), ERR_CRYPTO);
		a[1 + bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	CHECK_OK(checkpoint_read((struct str){ (char *)a + 1, CHECKPOINT_BYTES }, &got));
	CHECK_OK(checkpoint_verify(&got, a + 1 + CHECKPOINT_BYTES, pub));
}

/* The program as it runs: sandboxed, its state folder and its socket only. */
static int run_signer(const struct desk *d)
{
	struct signer *s = NULL;
	struct serve *v = NULL;
	struct serve_plan p = { .socket_path = d->sock };
	struct sandbox box = { .rights = SANDBOX_CLIENTS | SANDBOX_OWN_STATE, .mode = SANDBOX_REQUIRED, .state = d->dir };
	if (signer_open(d->key, d->pub, d->state, &s) != OK || serve_open(&p, s, NULL, &v) != OK || sandbox_enter(&box, NULL) != OK)
		return 1;
	serve_run(v);
	serve_free(&v);
	signer_free(&s);
	return 0;
}

TEST(signer, answers_over_its_socket_inside_its_sandbox)
{
	struct desk d = desk_new();
	fflush(NULL);
	pid_t child = fork();
	if (child == 0)
		_exit(run_signer(&d));
	struct checkpoint c = { .school = 3, .sequence = 7, .head = { 1, 2, 3 } };
	uint8_t signature[CHECKPOINT_SIGNATURE], pub[CHECKPOINT_KEY];
	enum err e = ERR_NET;
	for (int i = 0; i < 6000 && e == ERR_NET; i++, usleep(5000))
		e = signer_ask(d.sock, &c, signature);
	CHECK_OK(e);
	CHECK(c.at_utc > 1700000000);
	CHECK_OK(file_read_exact(d.pub, pub, sizeof pub));
	CHECK_OK(checkpoint_verify(&c, signature, pub));
	c.sequence = 6;
	CHECK_ERR(signer_ask(d.sock, &c, signature), ERR_STALE);
	AUTO(buf_done) struct buf b = buf_init(200);
	CHECK_OK(frame_ask(d.sock, STR("hello"), &b, 1000));
	CHECK(b.n == 1 && b.p[0] == SIGNER_SYNTAX);
	kill(child, SIGTERM);
	int status;
	CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
	CHECK_ERR(signer_ask(d.sock, &c, signature), ERR_NET);
}
