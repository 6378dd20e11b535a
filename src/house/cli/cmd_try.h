/* cmd_try.h - `gatehouse try`: what the real gate does with a question from an address, in each way that a device has. */
#pragma once
int cmd_try(int argc, char **argv);
