#include "gate/proxy/intercept.h"

#include <unistd.h>

#include "base/test.h"
#include "policy/read/groups.h"

TEST(intercept, hellos_without_a_name_and_with_an_encrypted_part_go_by_the_groups_rule)
{
	CHECK(!intercept_why_not(true, false, 0));
	CHECK(!intercept_why_not(true, true, 0));
	CHECK_STR(str_z(intercept_why_not(false, false, 0)), "no name");
	CHECK(!intercept_why_not(false, false, GROUP_NAMELESS));
	CHECK_STR(str_z(intercept_why_not(true, true, GROUP_NO_ECH)), "encrypted hello");
	CHECK_STR(str_z(intercept_why_not(false, true, GROUP_NAMELESS | GROUP_NO_ECH)), "encrypted hello");
	CHECK(!intercept_why_not(true, false, GROUP_NO_ECH));
}

TEST(intercept, a_connection_that_was_not_turned_was_meant_for_us)
{
	struct sock_addr at, to;
	int listening, client, fd;
	CHECK_OK(sock_addr_read(STR("127.0.0.1:0"), 0, &at));
	CHECK_OK(sock_listen_tcp(&at, 0, &listening));
	CHECK_OK(sock_local(listening, &at));
	CHECK_OK(sock_connect(&at, SOCK_STREAM, &client));
	enum err e = (enum err)-EAGAIN;
	for (int i = 0; i < 30000 && e == (enum err)-EAGAIN; i++) {
		e = sock_accept(listening, &fd, NULL);
		usleep(1000);
	}
	CHECK_OK(e);
	CHECK_OK(intercept_target(fd, &to));
	CHECK_INT(sock_addr_port(&to), sock_addr_port(&at));
	close(fd), close(client), close(listening);
}
