/* json.h - members of a foreign JSON object, each with a limit (over jansson). */
#pragma once
#include <jansson.h>

#include "base/arena.h"
#include "base/mem.h"

static inline void json_done(json_t **j) { json_decref(*j); }

/* One object and nothing after it; a name that stands twice is refused. */
static inline enum err json_read(struct str bytes, json_t **out)
{
	json_t *o = json_loadb(bytes.p ? bytes.p : "", bytes.n, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(o)) {
		json_decref(o);
		return ERR_SYNTAX;
	}
	*out = o;
	return OK;
}

/* A text of at most `max` bytes without control characters; absent when not there or null. */
static inline enum err json_text(struct arena *a, const json_t *o, const char *name, size_t max, struct str *out)
{
	const json_t *v = json_object_get(o, name);
	if (!v || json_is_null(v))
		return OK;
	if (!json_is_string(v))
		return ERR_SYNTAX;
	struct str s = { json_string_value(v), json_string_length(v) };
	if (s.n > max)
		return ERR_LIMIT;
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
			return ERR_SYNTAX;
	*out = arena_str(a, s);
	return OK;
}

/* Seconds since 1970 (RFC 7519 2: NumericDate), whole; 0 when not there. */
static inline enum err json_time(const json_t *o, const char *name, int64_t *out)
{
	const json_t *v = json_object_get(o, name);
	double d = json_number_value(v);
	if (!v)
		return OK;
	if (!json_is_number(v) || !(d > 0 && d < 1e11))
		return ERR_SYNTAX;
	*out = (int64_t)d;
	return OK;
}
