/* pieces.h - cuts a path at the boundaries where a listed beginning may end:
 * "/a/b?c=d" is "/a" "/b" "?c" "=d".  Case is folded: many servers do. */
#pragma once
#include "base/str.h"

enum { PIECES_MAX = 64 };

static inline bool piece_boundary(char c) { return c == '/' || c == '?' || c == '&' || c == ';' || c == '='; }

/* The next piece from *rest; false at the end. */
static inline bool piece_next(struct str *rest, struct str *piece)
{
	size_t n = 1;
	if (rest->n == 0)
		return false;
	while (n < rest->n && !piece_boundary(rest->p[n]))
		n++;
	*piece = str_upto(*rest, n);
	*rest = str_from(*rest, n);
	return true;
}

/* An entry's path without the boundaries it ends with: "/a/" covers "/a". */
static inline struct str piece_trim(struct str path)
{
	while (path.n > 0 && piece_boundary(path.p[path.n - 1]))
		path.n--;
	return path;
}
