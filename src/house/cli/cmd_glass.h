/* cmd_glass.h - gatehouse break-glass seal|status. */
#pragma once
int cmd_glass(int argc, char **argv);
