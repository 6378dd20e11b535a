/* cmd_ca.h - `gatehouse ca`. */
#pragma once
int cmd_ca(int argc, char **argv);
