/* trial_ask.h - one question to the gate's name server from an address of one's own, and what became of it. */
#pragma once
#include "house/filter/trial.h"
#include "io/sock.h"

/* gate: where it answers; an address that means "everywhere" is asked on loopback.  Waits at most two seconds, and asks twice. */
enum trial_got trial_ask_dns(const struct sock_addr *gate, const uint8_t from[16], struct str host);
/* What an answer means; for tests.  TRIAL_SILENT: it answers something else. */
enum trial_got trial_answer(struct str bytes, uint16_t id);
