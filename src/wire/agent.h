/* agent.h - what a program calls itself in User-Agent (RFC 9110 10.1.5), without its version: "Roblox" of "Roblox/WinInet", "Instagram" of a
 * browser's line that ends in it.  Pure. */
#pragma once
#include "base/str.h"

enum { AGENT_MAX = 40, AGENT_LINE_MAX = 1000 /* what follows is not read */ };

/* The first product that names no browser's part and no network library; a view of `line`.  STR_NONE: a browser, or nothing that could be a name. */
struct str agent_program(struct str line);
