/* trial_web.h - one page asked for through the gate's proxy from an address of one's own, and what became of it. */
#pragma once
#include "house/filter/trial.h"
#include "io/sock.h"

/* WAY_HTTP: a page without TLS.  WAY_HTTPS: CONNECT, refused by its name.  WAY_INSIDE: the same where HTTPS is read: the page
 * that refuses must come inside TLS.  Waits at most ten seconds.
 * ca_pem: the school's authority, the only one that WAY_INSIDE believes: a page under another certificate is no refusal of ours. */
enum trial_got trial_ask_web(enum trial_way way, const struct sock_addr *proxy, struct str ca_pem, const uint8_t from[16], struct str host);
/* What a status, and that of CONNECT (0: none), mean; for tests. */
enum trial_got trial_web_answer(enum trial_way way, long status, long connect_status);
