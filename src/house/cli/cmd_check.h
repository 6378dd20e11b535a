/* cmd_check.h - gatehouse check: every weakness of this installation, with the mend. */
#pragma once

int cmd_check(int argc, char **argv);
