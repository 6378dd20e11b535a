/* cmd_verify_print.h - gatehouse verify-print DIGEST: whether a print for a court was made here, when and for whom,
 * and whether the record says today what it said then.  Says nothing of what the case is about. */
#pragma once
#include "base/arena.h"
#include "house/casefile/court.h"

/* 64 hexadecimal digits, as people type them: with spaces, in capitals.  ERR_SYNTAX. */
enum err print_digest_read(struct arena *a, struct str typed, struct str *out);
int cmd_verify_print(int argc, char **argv);
