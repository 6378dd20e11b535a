/* cmd_init.h - gatehouse init. */
#pragma once

int cmd_init(int argc, char **argv);
