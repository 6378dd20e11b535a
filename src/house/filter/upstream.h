/* upstream.h - a supplier's filter that stands in front (field A2): where no list of the police or of the IWF is licensed here, one that
 * is licensed applies them on the way out.  It is believed only as far as it is asked: the test names that the supplier agreed stand in the register
 * upstream-test, and each hour they are asked for past the gate, by the way that the gate itself goes out (its resolvers; a page from
 * this machine).  Only a positive sign counts as refused: the words of the supplier's page, the address that it answers with instead, or an answer
 * that says so (RFC 8914).  A page that does not come shows nothing.
 *
 * Pure but for upstream_names; the asking itself is upstream_ask.h. */
#pragma once
#include "house/filter/sealed_watch.h"
#include "house/filter/trial.h"

enum { UPSTREAM_NAMES_MAX = 40, UPSTREAM_SIGN_LEAST = 6, UPSTREAM_PAGE_MAX = 256 * 1024 };

/* address: "filter-test.example", asked by its name alone, or "http://filter-test.example/page".  Texts are views of the entry. */
struct upstream_name { struct str address, host, sign, list /* images, terror, both */; bool page; uint16_t port; };

/* What somebody entered.  ERR_SYNTAX: not an address of a name, or a sign that would fit anything. */
enum err upstream_read(struct arena *a, struct str address, struct str sign, struct upstream_name *out);
/* Those in use that can be read. */
enum err upstream_names(struct store *st, struct arena *a, int64_t school, struct upstream_name **out, size_t *n);
/* A list for which none of the names stands, in words; absent: none, or no names at all. */
struct str upstream_lacks(const struct upstream_name *v, size_t n);

/* What the answer of a name server means. */
enum trial_got upstream_answer(struct str bytes, uint16_t id, struct str sign);
/* What a page means: its head and body, as far as they were read.  status 0: none came. */
enum trial_got upstream_page(struct str head_and_body, long status, struct str sign);

/* Asks for each. */
void upstream_ask_all(struct arena *a, const struct upstream_name *v, size_t n, enum trial_got (*ask)(void *ctx, const struct upstream_name *name), void *ctx, struct sealed_sum *out);
