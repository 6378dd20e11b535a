/* Certificates kept by host: how many, and which go. */
#define ERR_STATE OPENSSL_ERR_STATE      /* a name of theirs and of ours */
#include <openssl/evp.h>
#include <openssl/x509.h>
#undef ERR_STATE

#include "gate/proxy/leaf.h"
#include <unistd.h>

#include "base/clock.h"
#include "base/test.h"
#include "base/wr.h"
#include "io/ca_ask.h"
#include "io/frame.h"
#include "io/sock.h"

enum { DAY = 86400 };

/* A signer that gives everybody the same certificate. */
static struct { struct loop *loop; struct leaves *leaves; struct tls_front *front; int fd, peer; struct watch *watch, *conn; struct frame_in in; struct buf der; size_t asked, given; char path[256]; } st;

static void make_certificate(void)
{
	EVP_PKEY *ca = EVP_EC_gen("P-256"), *key = EVP_PKEY_new();
	X509 *x = X509_new();
	unsigned char *out = NULL;
	CHECK(ca && key && x && EVP_PKEY_copy_parameters(key, ca) && EVP_PKEY_set1_encoded_public_key(key, tls_front_point(st.front), TLS_POINT) == 1);
	CHECK(X509_set_pubkey(x, key) == 1 && X509_gmtime_adj(X509_getm_notBefore(x), 0) && X509_gmtime_adj(X509_getm_notAfter(x), DAY) && X509_sign(x, ca, EVP_sha256()) > 0);
	int n = i2d_X509(x, &out);
	CHECK(n > 0);
	st.der = buf_init(4096);
	buf_add(&st.der, (struct str){ (char *)out, (size_t)n });
	OPENSSL_free(out);
	X509_free(x);
	EVP_PKEY_free(key);
	EVP_PKEY_free(ca);
}

static void on_question(void *owner, int fd, unsigned what)
{
	char room[65536];
	struct str q;
	ssize_t n = read(fd, room, sizeof room);
	if (n <= 0 || frame_in_feed(&st.in, (struct str){ room, (size_t)n }) != OK) {
		watch_want(st.conn, 0);
		return;
	}
	for (; frame_in_next(&st.in, &q); frame_in_drop(&st.in)) {
		uint8_t answer[CA_DER_MAX + 16];
		struct wr w = wr_over(answer, sizeof answer);
		wr_u8(&w, CA_OK);
		wr_u64(&w, (uint64_t)(clock_utc() + 7 * DAY));
		wr_u16(&w, (uint16_t)st.der.n);
		wr_bytes(&w, buf_str(&st.der));
		CHECK_OK(frame_send(fd, (struct str){ (char *)answer, wr_len(&w) }, 5000));
		st.asked++;
	}
}

static void on_caller(void *owner, int fd, unsigned what)
{
	CHECK_OK(sock_accept(fd, &st.peer, NULL));
	st.conn = watch_new(st.loop, st.peer, LOOP_READ, on_question, NULL);
}

static void begin(void)
{
	st.loop = loop_new();
	st.front = tls_front_new();
	st.asked = st.given = 0;
	st.in = frame_in_init(CA_QUESTION_MAX);
	snprintf(st.path, sizeof st.path, "%s/leaf.sock", test_dir());
	CHECK_OK(sock_listen_unix(st.path, 0600, &st.fd));
	st.watch = watch_new(st.loop, st.fd, LOOP_READ, on_caller, NULL);
	st.leaves = leaves_new(st.loop, st.front, st.path);
	make_certificate();
}

static void end(void)
{
	leaves_free(&st.leaves);
	watch_free(&st.watch);
	watch_free(&st.conn);
	close(st.fd);
	close(st.peer);
	frame_in_done(&st.in);
	buf_done(&st.der);
	tls_front_free(&st.front);
	loop_free(&st.loop);
}

static void on_leaf(void *owner, enum err e, struct tls_leaf *leaf)
{
	CHECK_OK(e);
	CHECK(leaf);
	st.given++;
}

/* Asks for host number i; gives whether the signer had to be asked. */
static bool ask(size_t i)
{
	char host[64];
	uint64_t ticket;
	size_t asked = st.asked, given = st.given;
	snprintf(host, sizeof host, "h%zu.test", i);
	leaves_ask(st.leaves, str_z(host), on_leaf, NULL, &ticket);
	for (int turns = 0; st.given == given; turns++) {
		CHECK(turns < 100000);
		loop_turn(st.loop);
	}
	CHECK(leaves_kept(st.leaves) <= LEAF_KEPT);
	return st.asked > asked;
}

/* What goes is freed too: the leak checker counts it. */
TEST(leaf, no_more_than_its_bound_is_kept_and_what_is_visited_stays)
{
	enum { VISITED = 20, MORE = 3 * LEAF_KEPT };
	begin();
	for (size_t i = 0; i < LEAF_KEPT; i++)
		CHECK(ask(i));
	CHECK_INT(leaves_kept(st.leaves), LEAF_KEPT);
	CHECK(!ask(0) && !ask(LEAF_KEPT - 1));
	for (size_t i = 0; i < MORE; i++) {
		if (i % 100 == 0)
			for (size_t k = 0; k < VISITED; k++)
				CHECK(!ask(k));                 /* a class's own pages, now and then: no question more */
		CHECK(ask(LEAF_KEPT + i));                      /* hosts that are seen once, as trackers' are */
	}
	CHECK_INT(leaves_kept(st.leaves), LEAF_KEPT);
	CHECK(ask(LEAF_KEPT - 2));                              /* gone long ago */
	CHECK_INT(leaves_kept(st.leaves), LEAF_KEPT);
	end();
}

TEST(leaf, without_a_signer_nothing_is_given)
{
	begin();
	struct leaves *none = leaves_new(st.loop, st.front, NULL);
	CHECK_INT(leaves_kept(none), 0);
	leaves_free(&none);
	CHECK(ask(1) && !ask(1));
	end();
}
