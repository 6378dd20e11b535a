/* engines.h - what is known of a search tool's addresses, beside its names (safesearch.h): which pages carry a search term and in
 * which parameter, and what its safe mode is by address, for pages whose address is seen.  Numbered as the tools. */
#pragma once
#include "base/buf.h"
#include "policy/read/safesearch.h"

struct policy;

struct engine {
	struct str queries;             /* "/search q" one a line; "/" alone: any page; may be absent */
	struct str strict, moderate;    /* "safe=active&x=y": parameters of the safe mode; may be absent */
};
struct engines { struct engine v[TOOLS_MAX]; size_t n; };

enum err engines_read(struct str bytes, struct engines *out);
void engines_write(const struct engines *e, struct buf *out);
enum err engines_check(const struct snapshot *s, struct str bytes);

/* The tool whose own name this host is; TOOL_NONE. */
uint8_t policy_tool_of(const struct policy *p, struct str host);
/* NULL for TOOL_NONE and tools that nothing is known of. */
const struct engine *policy_engine(const struct policy *p, uint8_t tool);
struct str policy_tool_name(const struct policy *p, uint8_t tool);

enum { TERM_MAX = 500 };                /* bytes kept of a term */
/* The term of a search page, decoded: UTF-8 without control characters, white space folded, at most TERM_MAX bytes.  False: no search. */
bool policy_search_term(const struct policy *p, struct str host, struct str path, char out[TERM_MAX + 1], struct str *term);
/* The safe mode of a group (policy/read/groups.h) in an address: writes the path with the parameters of the safe mode in place of
 * whatever stood there.  False: nothing to change. */
bool policy_search_safe(const struct policy *p, uint32_t group, struct str host, struct str path, struct buf *out);
