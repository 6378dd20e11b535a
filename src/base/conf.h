/* conf.h - the one text format of configuration and data/:
 *
 *   # a comment
 *   [kind id]              a block; the id may be empty and may hold spaces
 *   key = value            white space around both is dropped
 *   key = another          a repeated key is a list, in order
 *   text = first line
 *     second line          an indented line continues the value, after a newline
 *
 * UTF-8, LF or CRLF.  Keys before the first block belong to a block of kind "".
 * Findings carry file and line.  Limits: CONF_MAX_BYTES a file. */
#pragma once
#include "base/arena.h"
#include "base/diag.h"

enum { CONF_MAX_BYTES = 4 * 1024 * 1024 };

struct conf_pair { struct str key, value; long line; };

struct conf_block {
	struct str kind, id;
	long line;                    /* of the header; 0 for the leading block */
	struct conf_pair *pairs;      /* in the arena, in order */
	size_t n;
};

struct conf {
	struct str file;              /* its name, for findings */
	struct conf_block *blocks;    /* in the arena, in order */
	size_t n;
};

/* Text must outlive the result (values without a continuation are views). */
enum err conf_parse(struct arena *a, struct str file, struct str text, struct diag *d, struct conf *out);
/* Reads and parses a whole file into the arena. */
enum err conf_load(struct arena *a, const char *path, struct diag *d, struct conf *out);

/* The only or first value of a key; STR_NONE when absent. */
struct str conf_get(const struct conf_block *b, const char *key);
bool conf_has(const struct conf_block *b, const char *key);
/* Walks the values of a repeated key: *at = 0 first; NULL at the end. */
const struct conf_pair *conf_each(const struct conf_block *b, const char *key, size_t *at);
const struct conf_block *conf_find(const struct conf *c, const char *kind, struct str id);
/* "yes"/"no" (also on/off, true/false); absent gives `otherwise`. */
enum err conf_bool(const struct conf *c, const struct conf_block *b, const char *key, bool otherwise,
                   struct diag *d, bool *out);
enum err conf_int(const struct conf *c, const struct conf_block *b, const char *key, int64_t otherwise,
                  int64_t min, int64_t max, struct diag *d, int64_t *out);
/* Every key of every block of this kind must be one of these (NULL-terminated). */
enum err conf_only(const struct conf *c, const char *kind, const char *const keys[], struct diag *d);
