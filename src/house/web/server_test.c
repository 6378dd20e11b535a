/* The real server on a real socket: what the harness without sockets cannot show. */
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "gen_queries.h"
#include "house/web/server.h"
#include "house/web/web_test.h"

/* Sends bytes, reads until the server closes. */
static struct str talk(struct arena *a, const char *path, const char *request)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	char bytes[65536];
	size_t n = 0;
	ssize_t got;
	snprintf(at.sun_path, sizeof at.sun_path, "%s", path);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	CHECK(fd >= 0 && connect(fd, (struct sockaddr *)&at, sizeof at) == 0);
	CHECK(write(fd, request, strlen(request)) == (ssize_t)strlen(request));
	while (n < sizeof bytes && (got = read(fd, bytes + n, sizeof bytes - n)) > 0)
		n += (size_t)got;
	close(fd);
	return arena_str(a, (struct str){ bytes, n });
}

static bool has(struct str s, const char *text) { return str_find(s, str_z(text)) >= 0; }

TEST(server, answers_on_every_thread_with_its_headers_and_refuses_the_rest)
{
	AUTO(web_school_done) struct web_school w = web_school();
	AUTO(server_stop) struct server *s = NULL;
	const char *path = arena_fmt(w.arena, "%s/portal.sock", test_dir()).p;
	const char *house = arena_fmt(w.arena, "sqlite:%s/server.db", test_dir()).p;
	AUTO(db_free) struct db *db = NULL;
	struct q_school_add_row school;
	CHECK_OK(db_open(house, &db));
	CHECK_OK(db_migrate(db, DB_HOUSE));
	CHECK_OK(q_school_add_one(db, w.arena, &(struct q_school_add_args){ .name = STR("T"), .profile = STR("primary"), .at = 1 }, &school));
	struct server_plan plan = { .web = w.web, .socket = path, .house = house, .threads = 3 };
	CHECK_OK(server_start(&plan, &s));
	for (int i = 0; i < 12; i++) {
		struct str r = talk(w.arena, path, "GET /sign-in HTTP/1.1\r\nHost: portal.test\r\nConnection: close\r\nX-Peer: 127.0.0.1\r\nCookie: __Host-gatehouse=0123456789012345678901234567890123456789012\r\n\r\n");
		CHECK(str_starts(r, STR("HTTP/1.1 200")) && has(r, "default-src 'none'") && has(r, "no-store") && has(r, "SameSite=Strict"));
	}
	CHECK(str_starts(talk(w.arena, path, "GET /home HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), STR("HTTP/1.1 303")));
	CHECK(str_starts(talk(w.arena, path, "GET /%2e%2e/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), STR("HTTP/1.1 404")));
	CHECK(str_starts(talk(w.arena, path, "GET /people?q=%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), STR("HTTP/1.1 400")));
	CHECK(str_starts(talk(w.arena, path, "POST /sign-in HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\na=b"), STR("HTTP/1.1 501")));
	CHECK(str_starts(talk(w.arena, path, "POST /sign-in HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\n\r\na=b"), STR("HTTP/1.1 409")));
	CHECK(!str_starts(talk(w.arena, path, "DELETE /people/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), STR("HTTP/1.1 2")));
	CHECK(!str_starts(talk(w.arena, path, "POST /sign-in HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 99999999\r\n\r\n"), STR("HTTP/1.1 2")));
}

TEST(server, a_database_that_cannot_be_opened_is_told_at_the_start)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct server *s = NULL;
	struct server_plan plan = { .web = w.web, .socket = arena_fmt(w.arena, "%s/none.sock", test_dir()).p, .house = "sqlite:/nonexistent/folder/x.db", .threads = 2 };
	CHECK(server_start(&plan, &s) != OK);
	CHECK(s == NULL);
}
