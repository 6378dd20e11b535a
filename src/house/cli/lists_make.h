/* lists_make.h - gatehouse lists compile, show, find. */
#pragma once
#include "policy/compile/lists.h"

int lists_cmd_compile(int argc, char **argv);
int lists_cmd_show(int argc, char **argv);
int lists_cmd_find(int argc, char **argv);

/* The table that both compile and fetch end with: per list read, kept, duplicates, refused. */
void lists_print(const struct lists *l);
void lists_print_diag(const struct diag *d);
