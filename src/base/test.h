/* test.h - thin macros over cmocka.  A test file holds
 *     TEST(module, what_it_promises) { CHECK(...); }
 * and nothing else is needed: tests register themselves.  The runner writes
 * "run module.name" to the file $GH_TEST_RESULTS as each one begins and "pass
 * module.name" when it passes, which is how the clause ledger knows what ran.  Clause tests carry the clause id in
 * their name: TEST(clause, c7_2_03_learner_unsigned_gets_signing_page). */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"

struct test_entry { const char *module, *name; void (*run)(void); struct test_entry *next; };
void test_register(struct test_entry *t);

#define TEST(module, name) \
	static void test_##module##_##name(void); \
	static struct test_entry entry_##module##_##name = { #module, #name, test_##module##_##name, NULL }; \
	__attribute__((constructor)) static void reg_##module##_##name(void) { test_register(&entry_##module##_##name); } \
	static void test_##module##_##name(void)

#define CHECK(cond) _assert_true((uintmax_t)((cond) ? 1 : 0), #cond, __FILE__, __LINE__)
#define CHECK_STR(got, want) test_check_str((got), (want), __FILE__, __LINE__)
#define CHECK_INT(got, want) test_check_int((intmax_t)(got), (intmax_t)(want), #got, __FILE__, __LINE__)
#define CHECK_OK(expr) test_check_ok((expr), #expr, __FILE__, __LINE__)
#define CHECK_ERR(expr, want) test_check_int((intmax_t)(expr), (intmax_t)(want), #expr, __FILE__, __LINE__)
/* Ends the test without a result where this machine cannot run it; the summary names it with the reason. */
#define SKIP(why) test_skip(why)
/* Bytes of a hex text ("c0 00"), valid until the test ends. */
#define HEX(text) test_hex(text)

void test_check_str(struct str got, const char *want, const char *file, int line);
void test_check_int(intmax_t got, intmax_t want, const char *expr, const char *file, int line);
void test_check_ok(enum err e, const char *expr, const char *file, int line);
void test_skip(const char *why);
struct str test_hex(const char *text);
/* A fresh folder, removed with everything in it when the test program ends. */
const char *test_dir(void);
/* The root of the source tree, for data/ and test/ files. */
const char *test_source(const char *relative);
