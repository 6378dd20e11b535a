/* stage.h - for tests of the proxy: it runs as a process of its own, an origin and a resolver beside it in threads.  Made once a
 * test program, at the first stage_start(), with the policy of scene.h; signed in are 127.0.0.1 (ks2), 127.0.2.1 (staff) and
 * 127.0.1.1 (ks1).  Every name is 127.0.0.1, but six.test is ::1, inside.test 10.0.0.1, and gone.test is not there. */
#pragma once
#include <semaphore.h>
#include <sys/types.h>

#include "base/buf.h"

struct stage {
	pid_t pid;
	uint16_t proxy, page, origin, origin6, dns;
	const char *dir;                /* of the policy */
	sem_t seen;                     /* of /torn: posted, the origin says the second half of its page */
};
extern struct stage st;

#define C "Connection: close\r\n\r\n"

void stage_start(void);
int stage_dial(const char *source, uint16_t port);
void stage_send(int fd, const char *text, size_t n);
/* Reads until the text appears `times` times, or the connection ends. */
void stage_until(int fd, const char *text, int times, struct buf *out);
/* One request ("%P" stands for the origin's port, "%S" for that of IPv6), all of the answer. */
struct buf stage_talk(const char *source, uint16_t port, const char *request);
void stage_expect(const char *source, const char *request, const char *status, const char *text);
/* Signs somebody in there, and waits until the proxy has read it. */
void stage_let_on(const char *source, const char *group);
