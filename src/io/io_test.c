/* Files, sockets, frames and the loop. */
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/test.h"
#include "io/file.h"
#include "io/folder.h"
#include "io/frame.h"
#include "io/loop.h"
#include "io/sock.h"

static const char *in_dir(const char *dir, const char *name)
{
	static char room[8][512];
	static size_t turn;
	char *out = room[turn++ % 8];
	CHECK_OK(path_join(out, sizeof room[0], dir, name));
	return out;
}

static enum err count_name(void *owner, const char *name)
{
	(void)name;
	++*(int *)owner;
	return OK;
}

TEST(file, replace_is_whole_and_leaves_nothing_behind)
{
	const char *dir = test_dir(), *path = in_dir(dir, "a");
	AUTO(buf_done) struct buf b = buf_init(100);
	CHECK_OK(file_replace(path, STR("one"), 0600));
	CHECK_OK(file_replace(path, STR("two"), 0640));
	CHECK_OK(file_read(path, &b));
	CHECK_STR(buf_str(&b), "two");
	struct stat st;
	CHECK(stat(path, &st) == 0 && (st.st_mode & 0777) == 0640);
	int n = 0;
	CHECK_OK(dir_each(dir, count_name, &n));
	CHECK_INT(n, 1);
	CHECK_ERR(file_replace(in_dir(dir, "no/such"), STR("x"), 0600), (enum err)-ENOENT);
}

TEST(file, create_never_replaces)
{
	const char *path = in_dir(test_dir(), "key");
	uint8_t got[3];
	CHECK_OK(file_create(path, STR("abc"), 0600));
	CHECK_ERR(file_create(path, STR("xyz"), 0600), ERR_EXISTS);
	CHECK_OK(file_read_exact(path, got, 3));
	CHECK(memcmp(got, "abc", 3) == 0);
	uint8_t more[4];
	CHECK_ERR(file_read_exact(path, more, 4), ERR_CORRUPT);
	CHECK_ERR(file_read_exact(path, more, 2), ERR_CORRUPT);
}

TEST(file, read_stops_at_the_limit_and_map_shows_all)
{
	const char *path = in_dir(test_dir(), "a");
	AUTO(buf_done) struct buf b = buf_init(4);
	CHECK_OK(file_append(path, STR("abc"), 0600));
	CHECK_OK(file_append(path, STR("def"), 0600));
	CHECK_ERR(file_read(path, &b), ERR_LIMIT);
	AUTO(file_unmap) struct file_map m = { 0 };
	CHECK_OK(file_map(path, &m));
	CHECK_STR(m.bytes, "abcdef");
}

TEST(file, lock_keeps_a_second_one_out)
{
	const char *path = in_dir(test_dir(), "lock");
	int a = -1, b = -1;
	CHECK_OK(file_lock(path, &a));
	CHECK_ERR(file_lock(path, &b), ERR_BUSY);
	fd_close(&a);
	CHECK_OK(file_lock(path, &b));
	fd_close(&b);
}

TEST(file, folders_are_made_with_their_parents)
{
	const char *path = in_dir(test_dir(), "x/y/z");
	CHECK_OK(dir_make(path, 0750));
	CHECK_OK(dir_make(path, 0750));
	CHECK_OK(file_create(in_dir(path, "f"), STR(""), 0600));
	CHECK_ERR(dir_make(in_dir(path, "f"), 0750), (enum err)-ENOTDIR);
}

static const struct { const char *text; bool fine; const char *back; } addresses[] = {
	{ "127.0.0.1:53", true, "127.0.0.1:53" },
	{ "127.0.0.1", true, "127.0.0.1:99" },
	{ "[::1]:53", true, "[::1]:53" },
	{ "::1", true, "[::1]:99" },
	{ "[::]", true, "[::]:99" },
	{ "/run/x.sock", true, "/run/x.sock" },
	{ "", false, NULL },
	{ "127.0.0.1:65536", false, NULL },
	{ "127.0.0.1:x", false, NULL },
	{ "[::1", false, NULL },
	{ "[::1]53", false, NULL },
	{ "[", false, NULL },
	{ "localhost:53", false, NULL },
	{ "1.2.3", false, NULL },
};

TEST(sock, addresses_read_and_printed)
{
	for (size_t i = 0; i < ARRAY_N(addresses); i++) {
		struct sock_addr a;
		char text[SOCK_TEXT];
		enum err e = sock_addr_read(str_z(addresses[i].text), 99, &a);
		CHECK((e == OK) == addresses[i].fine);
		if (e != OK)
			continue;
		sock_addr_text(&a, text);
		CHECK_STR(str_z(text), addresses[i].back);
	}
}

TEST(sock, mapped_bytes_go_both_ways)
{
	struct sock_addr a, b;
	uint8_t bytes[16];
	char text[SOCK_TEXT];
	CHECK_OK(sock_addr_read(STR("10.1.2.3"), 7, &a));
	sock_addr_bytes(&a, bytes);
	b = sock_addr_of(bytes, 7);
	sock_addr_text(&b, text);
	CHECK_STR(str_z(text), "10.1.2.3:7");
	CHECK(bytes[10] == 0xff && bytes[12] == 10);
}

TEST(sock, datagrams_many_a_call)
{
	struct sock_addr any, at;
	AUTO(fd_close) int server = -1;
	AUTO(fd_close) int client = -1;
	CHECK_OK(sock_addr_read(STR("127.0.0.1:0"), 0, &any));
	CHECK_OK(sock_listen_udp(&any, SOCK_SHARE, &server));
	CHECK_OK(sock_local(server, &at));
	CHECK_OK(sock_connect(&at, SOCK_DGRAM, &client));
	CHECK(send(client, "one", 3, 0) == 3 && send(client, "three", 5, 0) == 5);
	uint8_t room[4][16];
	struct sock_gram g[4];
	for (size_t i = 0; i < 4; i++)
		g[i] = (struct sock_gram){ .p = room[i], .cap = sizeof room[i] };
	size_t n = 0;
	CHECK_OK(sock_recv_many(server, g, 4, &n));
	CHECK(n == 2 && g[0].n == 3 && g[1].n == 5);
	CHECK_OK(sock_send_many(server, g, n, &n));
	char back[16];
	CHECK(n == 2 && recv(client, back, sizeof back, 0) == 3 && recv(client, back, sizeof back, 0) == 5);
	CHECK_ERR(sock_recv_many(server, g, 4, &n), (enum err)-EAGAIN);
}

TEST(sock, unix_listener_takes_over_a_dead_one_only)
{
	const char *path = in_dir(test_dir(), "s");
	int a = -1, b = -1;
	CHECK_OK(sock_listen_unix(path, 0660, &a));
	struct stat st;
	CHECK(stat(path, &st) == 0 && (st.st_mode & 0777) == 0660);
	CHECK_ERR(sock_listen_unix(path, 0660, &b), ERR_BUSY);
	fd_close(&a);
	CHECK_OK(sock_listen_unix(path, 0600, &b));
	fd_close(&b);
}

TEST(frame, messages_arrive_whole_and_the_peer_is_known)
{
	int s[2];
	uid_t uid = 12345;
	CHECK_OK(sock_pair(s));
	AUTO(buf_done) struct buf b = buf_init(100);
	CHECK_OK(frame_send(s[0], STR("hello"), 1000));
	CHECK_OK(frame_send(s[0], STR(""), 1000));
	CHECK_OK(frame_recv(s[1], &b, 1000));
	CHECK_STR(buf_str(&b), "hello");
	CHECK_OK(frame_recv(s[1], &b, 1000));
	CHECK_INT(b.n, 0);
	CHECK_ERR(frame_recv(s[1], &b, 20), ERR_TIMEOUT);
	CHECK_OK(sock_peer(s[1], &uid, NULL));
	CHECK_INT(uid, getuid());
	fd_close(&s[0]);
	CHECK_ERR(frame_recv(s[1], &b, 1000), ERR_END);
	CHECK_ERR(frame_send(s[1], STR("x"), 1000), ERR_NET);
	fd_close(&s[1]);
}

TEST(frame, a_connection_that_ends_inside_a_message_is_an_error)
{
	int s[2];
	AUTO(buf_done) struct buf b = buf_init(100);
	CHECK_OK(sock_pair(s));
	CHECK(write(s[0], "\x05\0\0\0ab", 6) == 6);
	fd_close(&s[0]);
	CHECK_ERR(frame_recv(s[1], &b, 1000), ERR_NET);
	fd_close(&s[1]);
}

TEST(frame, the_limit_is_the_receivers)
{
	int s[2];
	AUTO(buf_done) struct buf b = buf_init(4);
	CHECK_OK(sock_pair(s));
	CHECK_OK(frame_send(s[0], STR("five!"), 1000));
	CHECK_ERR(frame_recv(s[1], &b, 1000), ERR_LIMIT);
	fd_close(&s[0]);
	fd_close(&s[1]);
}

TEST(frame, feeding_byte_by_byte_gives_the_same_messages)
{
	AUTO(buf_done) struct buf wire = buf_init(1000);
	AUTO(frame_in_done) struct frame_in f = frame_in_init(10);
	frame_put(&wire, STR("one"));
	frame_put(&wire, STR(""));
	frame_put(&wire, STR("0123456789"));
	int n = 0;
	for (size_t i = 0; i < wire.n; i++) {
		CHECK_OK(frame_in_feed(&f, (struct str){ wire.p + i, 1 }));
		for (struct str m; frame_in_next(&f, &m); frame_in_drop(&f), n++)
			CHECK_STR(m, n == 0 ? "one" : n == 1 ? "" : "0123456789");
	}
	CHECK(n == 3 && frame_in_empty(&f));
	CHECK_ERR(frame_in_feed(&f, HEX("0b 00 00 00")), ERR_LIMIT);
}

static void count_timer(void *owner)
{
	++*(int *)owner;
}

struct again { struct timer *t; int left; int64_t at[4]; struct loop *l; };

static void start_again(void *owner)
{
	struct again *a = owner;
	a->at[3 - a->left] = loop_ms(a->l);
	if (--a->left)
		timer_start(a->t, 100);
}

TEST(loop, fake_time_fires_timers_in_order)
{
	struct again a = { .left = 3 };
	a.l = loop_new_fake(1000000);
	a.t = timer_new(a.l, start_again, &a);
	timer_start(a.t, 100);
	loop_step(a.l, 99);
	CHECK_INT(a.left, 3);
	loop_step(a.l, 1000);
	CHECK(a.left == 0 && a.at[0] == 1000100 && a.at[1] == 1000200 && a.at[2] == 1000300);
	CHECK_INT(clock_ms(), 1001099);
	CHECK(!timer_running(a.t));
	timer_free(&a.t);
	loop_free(&a.l);
}

struct ping { struct watch *w; int got; };

static void on_ping(void *owner, int fd, unsigned what)
{
	struct ping *p = owner;
	char c;
	CHECK(what == LOOP_READ);
	if (read(fd, &c, 1) == 1)
		p->got++;
	if (c == 'q')
		watch_free(&p->w);
}

TEST(loop, serves_fds_and_a_watch_may_free_itself)
{
	int s[2];
	struct ping p = { 0 };
	struct loop *l = loop_new_fake(1000);
	CHECK_OK(sock_pair(s));
	p.w = watch_new(l, s[1], LOOP_READ, on_ping, &p);
	CHECK(write(s[0], "abq!", 4) == 4);
	loop_step(l, 0);
	CHECK(p.got == 3 && p.w == NULL);
	loop_free(&l);
	fd_close(&s[0]);
	fd_close(&s[1]);
}

static struct loop *running;

static void stop_loop(void *owner)
{
	++*(int *)owner;
	loop_stop(running);
}

static void stop_on_signal(void *owner, int signo)
{
	*(int *)owner = signo;
	loop_stop(running);
}

TEST(loop, real_timers_and_signals)
{
	int n = 0, signo = 0;
	running = loop_new();
	struct timer *t = timer_new(running, stop_loop, &n), *never = timer_new(running, count_timer, &n);
	timer_start(never, 1);
	timer_stop(never);
	timer_start(t, 5);
	loop_run(running);
	CHECK_INT(n, 1);
	loop_signal(running, SIGUSR2, stop_on_signal, &signo);
	raise(SIGUSR2);
	loop_run(running);
	CHECK_INT(signo, SIGUSR2);
	timer_free(&t);
	timer_free(&never);
	loop_free(&running);
}

TEST(loop, tells_of_a_replaced_and_of_a_growing_file)
{
	const char *dir = test_dir(), *path = in_dir(dir, "live.log");
	int n = 0;
	struct loop *l = loop_new_fake(1000);
	CHECK_OK(loop_watch_file(l, path, count_timer, &n));
	CHECK_OK(file_append(in_dir(dir, "other"), STR("x"), 0600));
	loop_step(l, 0);
	CHECK_INT(n, 0);
	CHECK_OK(file_append(path, STR("x"), 0600));
	loop_step(l, 0);
	int appended = n;
	CHECK(appended > 0);
	CHECK_OK(file_replace(path, STR("y"), 0600));
	loop_step(l, 0);
	CHECK(n > appended);
	loop_free(&l);
}

/* ---- folder ---- */

struct met { char names[400]; size_t n; enum err answer; };

static enum err met(void *owner, const char *path, const struct file_stamp *stamp)
{
	struct met *m = owner;
	size_t at = strlen(m->names);
	m->n++;
	snprintf(m->names + at, sizeof m->names - at, "%s ", strrchr(path, '/') + 1);
	return m->answer;
}

TEST(folder, conf_files_are_met_in_order_and_editors_files_are_not)
{
	static const char *const files[] = { "b.conf", "a.conf", ".a.conf", "c.txt", "10-x.conf", "conf" };
	char dir[300], path[400];
	struct met m = { 0 };
	snprintf(dir, sizeof dir, "%s/folder", test_dir());
	CHECK_ERR(folder_each(dir, met, &m), (enum err)-ENOENT);
	CHECK_OK(dir_make(dir, 0700));
	for (size_t i = 0; i < ARRAY_N(files); i++) {
		snprintf(path, sizeof path, "%s/%s", dir, files[i]);
		CHECK_OK(file_replace(path, STR("x"), 0600));
	}
	snprintf(path, sizeof path, "%s/d.conf", dir);
	CHECK_OK(dir_make(path, 0700));
	CHECK_OK(folder_each(dir, met, &m));
	CHECK_STR(str_z(m.names), "10-x.conf a.conf b.conf ");
	m = (struct met){ .answer = ERR_LIMIT };
	CHECK_ERR(folder_each(dir, met, &m), ERR_LIMIT);
	CHECK_INT(m.n, 3);
}
