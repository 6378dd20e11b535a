#include "base/clock.h"
#include "base/mem.h"
#include "base/test.h"
#include "gate/start.h"
#include "io/file.h"

static bool says(const struct diag *d, const char *what)
{
	AUTO(buf_done) struct buf b = buf_init(1 << 16);
	diag_print(d, &b);
	return str_find(buf_str(&b), str_z(what)) >= 0;
}

TEST(start, a_clock_from_before_the_program_is_refused_with_the_mend)
{
	AUTO(diag_done) struct diag d = diag_init(10);
	struct settings s = { 0 };
	clock_fake(86400 * 1000);
	CHECK(start_machine(&s, &d) != OK);
	CHECK(says(&d, "2 January 1970") && says(&d, "timedatectl"));
	clock_fake(0);
}

/* A port that somebody holds without sharing; what it is. */
static struct sock_addr taken(bool udp, int *fd)
{
	struct sock_addr at;
	CHECK_OK(sock_addr_read(STR("127.0.0.1"), 0, &at));
	*fd = socket(AF_INET, udp ? SOCK_DGRAM : SOCK_STREAM, 0);
	CHECK(*fd >= 0 && bind(*fd, &at.any, at.n) == 0 && (udp || listen(*fd, 1) == 0));
	CHECK_INT(getsockname(*fd, &at.any, &at.n), 0);
	return at;
}

TEST(start, a_port_of_another_program_is_told_by_its_setting)
{
	AUTO(diag_done) struct diag d = diag_init(10);
	AUTO(fd_close) int tcp = -1;
	AUTO(fd_close) int udp = -1;
	struct sock_addr a = taken(false, &tcp), b = taken(true, &udp), away;
	CHECK_OK(sock_addr_read(STR("203.0.113.77"), 3128, &away));
	struct start_door doors[] = { { "proxy_listen", &a, 1, false }, { "dns_listen", &b, 1, true }, { "page_listen", &away, 1, false } };
	CHECK(start_doors(doors, 3, &d) != OK);
	CHECK_INT(d.errors, 3);
	CHECK(says(&d, "proxy_listen: another program has 127.0.0.1:") && says(&d, "dns_listen: another program has") && says(&d, "page_listen: this machine has no address 203.0.113.77:3128"));
}

TEST(start, a_free_port_is_no_trouble_and_stays_free)
{
	AUTO(diag_done) struct diag d = diag_init(10);
	int fd = -1;
	struct sock_addr at = taken(false, &fd);
	fd_close(&fd);
	struct start_door door = { "proxy_listen", &at, 1, false };
	CHECK_OK(start_doors(&door, 1, &d));
	CHECK_OK(start_doors(&door, 1, &d));
	CHECK_INT(d.errors, 0);
}

TEST(start, old_lists_are_told_and_refused_where_the_school_wants_it)
{
	AUTO(diag_done) struct diag d = diag_init(10);
	int64_t day = 86400, now = START_NOT_BEFORE_UTC + 100 * day;
	clock_fake(now * 1000);
	CHECK_OK(start_lists(now - 5 * day, 30, 60, &d));
	CHECK(!says(&d, "oldest list"));
	CHECK_OK(start_lists(now - 31 * day, 30, 60, &d));
	CHECK(says(&d, "The oldest list was read 31 days ago") && says(&d, "gatehouse lists fetch"));
	CHECK_OK(start_lists(now - 90 * day, 0, 0, &d));
	CHECK_INT(d.errors, 0);
	CHECK(start_lists(now - 61 * day, 30, 60, &d) != OK);
	CHECK(says(&d, "stop_days is 60"));
	clock_fake(0);
}
