/* signer_kit.h - a school for tests whose signer answers, over a real socket, as the test says. */
#pragma once
#include <pthread.h>
#include <unistd.h>

#include "house/web/web_test.h"
#include "io/ca_ask.h"
#include "io/file.h"
#include "io/frame.h"
#include "io/settings.h"
#include "io/sock.h"

struct desk {
	struct web_school w;
	struct settings s;
	void (*answer)(struct desk *d, const struct ca_question *q, struct buf *out);      /* in a thread of its own */
	char dir[200], sock[100];
	int fd;
	pthread_t thread;
	enum ca_code says;             /* the rest is the test's, for its answers */
	int64_t until;
	struct ca_list l;
};

static void *desk_signer(void *p)
{
	struct desk *d = p;
	int fd;
	while ((fd = accept(d->fd, NULL, NULL)) >= 0) {
		AUTO(buf_done) struct buf b = buf_init(CA_QUESTION_MAX), out = buf_init(CA_ANSWER_MAX);
		struct ca_question q;
		if (frame_recv(fd, &b, 5000) == OK && ca_question_read(buf_str(&b), &q) == OK) {
			d->answer(d, &q, &out);
			(void)!(frame_send(fd, buf_str(&out), 5000) == OK);
		}
		close(fd);
	}
	return NULL;
}

/* answer NULL: no signer runs. */
static void desk_open_with(struct desk *d, void (*answer)(struct desk *, const struct ca_question *, struct buf *))
{
	*d = (struct desk){ .w = web_school(), .answer = answer, .fd = -1 };
	snprintf(d->dir, sizeof d->dir, "%s", test_dir());
	d->s = (struct settings){ .prefix = d->dir, .gate_name = "gatehouse.home.arpa" };
	d->w.web->settings = &d->s;
	if (!answer)
		return;
	snprintf(d->sock, sizeof d->sock, "%.60s/run", d->dir);
	CHECK_OK(dir_make(d->sock, 0700));
	snprintf(d->sock, sizeof d->sock, "%.60s/run/signer.sock", d->dir);
	CHECK_OK(sock_listen_unix(d->sock, 0600, &d->fd));
	CHECK_OK(sock_block(d->fd, true));
	CHECK(pthread_create(&d->thread, NULL, desk_signer, d) == 0);
}

static void desk_shut(struct desk *d)
{
	if (d->fd >= 0) {
		(void)shutdown(d->fd, SHUT_RDWR);
		pthread_join(d->thread, NULL);
		close(d->fd);
	}
	d->w.web->settings = NULL;
	web_school_done(&d->w);
}
