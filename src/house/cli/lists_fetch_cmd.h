/* lists_fetch_cmd.h - gatehouse lists fetch. */
#pragma once

int lists_cmd_fetch(int argc, char **argv);
