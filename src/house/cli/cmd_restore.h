/* cmd_restore.h - gatehouse restore. */
#pragma once

int cmd_restore(int argc, char **argv);
