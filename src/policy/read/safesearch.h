/* safesearch.h - search tools and sites with a safe mode that is forced by
 * name: the gate answers the tool's names with the safe name as CNAME.  Their
 * names stand in the rules index (RULE_SEARCH), matched exactly. */
#pragma once
#include "base/buf.h"
#include "base/str.h"

struct snapshot;

enum { TOOLS_MAX = 64, TOOL_SEARCH = 1 /* a search tool that must be chosen for a group */, TOOL_NONE = 255 };

struct tool {
	struct str name, title;         /* "google" */
	struct str start;               /* "https://www.google.com/": where a redirect leads; may be absent */
	struct str strict, moderate;    /* the safe names; absent = it has no safe mode by name */
	uint8_t flags;                  /* TOOL_SEARCH */
};

struct tools { struct tool v[TOOLS_MAX]; size_t n; };

uint8_t tools_find(const struct tools *t, struct str name);     /* TOOL_NONE when absent */
enum err tools_read(struct str bytes, struct tools *out);
void tools_write(const struct tools *t, struct buf *out);
enum err safesearch_check(const struct snapshot *s, struct str bytes);
