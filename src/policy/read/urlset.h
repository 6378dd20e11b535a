/* urlset.h - listed addresses of pages: a host and the beginning of a path.
 * An entry matches when the path goes on at a boundary ('/', '?', '&', ';', '='
 * or its end), so /art does not catch /article.  Also on hosts below the listed one. */
#pragma once
#include "policy/read/hits.h"
#include "policy/read/snapshot.h"
#include "policy/read/tagset.h"

struct urlset { struct tagset tags; const uint8_t *list_category; };

void urlset_open(const struct snapshot *s, struct urlset *out);
/* host in normal form, path as url_path_norm() gives it (with the query). */
bool urlset_find(const struct urlset *u, struct str host, struct str path, struct hits *out);
/* For the compiler: the hash that says "this host has listed pages", and the chain after one more piece. */
uint64_t urlset_marker(const uint64_t key[2], uint64_t chain);
uint64_t urlset_chain(const uint64_t key[2], uint64_t chain, struct str piece);
enum err urlset_check(const struct snapshot *s, struct str bytes);
