/* A writer is killed at random moments, again and again; every durable record that it
 * acknowledged is found exactly once.  GH_KILLS=200 for the long run (test/kill/spool.sh). */
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/map.h"
#include "base/rnd.h"
#include "event/both/spool_testing.h"

/* Adds events for ever; writes the reference of each acknowledged one to the pipe. */
static void write_until_killed(const struct rig *g, uint32_t life, int out)
{
	struct spool *s = NULL;
	struct spool_options o = { .segment_bytes = 20000, .reserve_bytes = 65536, .batch_ms = 1 };
	if (spool_open_with(g->dir, "dns-1", g->pub, &o, &s) != OK)
		_exit(3);
	for (uint32_t n = 0;; n++) {
		uint32_t ack[2] = { life, n };
		char ref[40];
		snprintf(ref, sizeof ref, "%u-%u", life, n);
		for (uint64_t i = 0; i < n % 5; i++)
			if (spool_add(s, visit(i)) != OK)
				_exit(4);
		if (spool_add_durable(s, tell(ref)) != OK || write(out, ack, sizeof ack) != sizeof ack)
			_exit(5);
	}
}

/* One record more that was acknowledged; 0 when the writer is gone. */
static size_t hear(int from, struct map *acked)
{
	uint32_t ack[2];
	char ref[40];
	if (read(from, ack, sizeof ack) != (ssize_t)sizeof ack)
		return 0;
	snprintf(ref, sizeof ref, "%u-%u", ack[0], ack[1]);
	map_set(acked, str_z(ref), 0);
	return 1;
}

/* Every fourth is killed while it begins, the others at work: after the first record that they acknowledge. */
static size_t one_life(const struct rig *g, uint32_t life, struct map *acked)
{
	int p[2];
	size_t n = 0;
	CHECK(pipe(p) == 0);
	pid_t child = fork();
	if (child == 0)
		write_until_killed(g, life, p[1]);
	close(p[1]);
	if (life % 4)
		n += hear(p[0], acked);
	struct timespec t = { .tv_nsec = (long)rnd_below(40000000) };
	nanosleep(&t, NULL);
	kill(child, SIGKILL);
	int status;
	CHECK(waitpid(child, &status, 0) == child && WIFSIGNALED(status));
	while (hear(p[0], acked))
		n++;
	close(p[0]);
	return n;
}

TEST(spool_kill, no_acknowledged_record_is_lost_or_doubled)
{
	struct rig g = rig_new();
	const char *kills_text = getenv("GH_KILLS");
	uint64_t kills = 20, acks = 0, found = 0;
	CHECK(!kills_text || str_u64(str_z(kills_text), &kills) == OK);
	struct map *acked = map_new();
	for (uint32_t life = 0; life < kills; life++)
		acks += one_life(&g, life, acked);
	struct spool *s = rig_writer(&g, (struct spool_options){ 0 });   /* the gate starts again */
	CHECK_OK(spool_add_durable(s, tell("last")));
	spool_close(&s);
	struct map *seen = map_new();
	struct spool_reader *r = rig_reader(&g, 0, 0);
	struct event e;
	enum err got;
	while ((got = spool_reader_next(r, &e, NULL)) == OK) {
		if (e.kind != EVENT_TELL)
			continue;
		CHECK(!map_get(seen, e.ref, NULL));          /* never twice */
		map_set(seen, e.ref, 1);
		found += map_get(acked, e.ref, NULL);
	}
	CHECK_INT(got, ERR_END);                             /* and no finding */
	CHECK_INT(found, acks);
	CHECK(acks >= kills * 3 / 4 && map_get(seen, STR("last"), NULL));
	print_message("%llu kills, %llu acknowledged, %llu found\n", (unsigned long long)kills,
	              (unsigned long long)acks, (unsigned long long)found);
	spool_reader_free(&r);
	map_free(&seen);
	map_free(&acked);
}
