/* cmd_import.h - `gatehouse import`: the school's roll from a file, after a dry run. */
#pragma once
int cmd_import(int argc, char **argv);
