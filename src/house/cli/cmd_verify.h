/* cmd_verify.h - gatehouse verify. */
#pragma once

int cmd_verify(int argc, char **argv);
