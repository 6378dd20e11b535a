/* lists.h - reads category lists as they are published and makes the list
 * sections of a snapshot (lists.snap).  Streaming; memory is 24 bytes an entry.
 *
 *   struct lists *l = lists_new(&opts, diag);
 *   lists_read(l, "ut1/adult", "pornography", path, FORMAT_DETECT);      ... more
 *   lists_build(l, &out);  snapshot_out_file(&out, "P/lists/lists.snap", 0);
 *
 * What a person must mend goes to the diag with file, line and reason; entries
 * of sealed lists never appear in it. */
#pragma once
#include "base/conf.h"
#include "policy/compile/snapshot_write.h"
#include "policy/read/catalog.h"

/*        format     word for --format, example of a line */
#define LIST_FORMAT_TABLE(X) \
	X(DOMAINS,  "domains",  "example.test, .example.test, *.example.test, example.test/page") \
	X(HOSTS,    "hosts",    "0.0.0.0 example.test") \
	X(ADBLOCK,  "adblock",  "||example.test^") \
	X(RPZ,      "rpz",      "example.test CNAME .") \
	X(DNSMASQ,  "dnsmasq",  "address=/example.test/") \
	X(UNBOUND,  "unbound",  "local-zone: \"example.test\" always_refuse") \
	X(KNOT,     "knot",     "policy.add(... todnames({'example.test'})) or DAF rules") \
	X(TSV,      "tsv",      "example.test<TAB>category,category") \
	X(ADDRS,    "addrs",    "192.0.2.0/24")

enum list_format {
	FORMAT_DETECT,
#define LIST_FORMAT_ENUM_(name, word, example) FORMAT_##name,
	LIST_FORMAT_TABLE(LIST_FORMAT_ENUM_)
#undef LIST_FORMAT_ENUM_
	FORMAT_N
};

struct list_counts {
	struct str list, category;
	struct str file;              /* the last one read into it */
	enum list_format format;
	uint64_t lines, read, kept, duplicates, refused, suffixes, never;   /* refused includes the last two */
	bool whole_refused;           /* nothing of this file was taken */
};

struct lists_opts {
	const char *categories;       /* data/categories.conf */
	const char *never_block;      /* data/lists/never-block.conf; NULL: none */
	const uint8_t *sealed_key;    /* 32 bytes; NULL: sealed lists are refused */
	size_t max_bytes;             /* of one file when unpacked; 0: LISTS_MAX_BYTES */
	void (*progress)(void *arg, struct str file, uint64_t lines);    /* may be NULL; every 65536 lines */
	void *progress_arg;
};

#define LISTS_MAX_BYTES ((size_t)2 << 30)
enum { LISTS_MAX = 4096, LISTS_LINE_MAX = 4096, LISTS_REFUSED_SHOWN = 20 /* findings a file */ };

struct lists;
enum err lists_new(const struct lists_opts *o, struct diag *d, struct lists **out);
void lists_free(struct lists **l);
/* One file (plain, .gz or .zst).  category may be a name or an alias; unknown is ERR_ABSENT with a finding.
 * A file in which nearly nothing can be read is refused whole: ERR_INVALID, nothing of it kept.
 * version may be absent: then the file's date. */
enum err lists_read(struct lists *l, struct str list, struct str category, struct str version,
                    const char *path, enum list_format f);
enum err lists_read_bytes(struct lists *l, struct str list, struct str category, struct str version,
                          struct str file, struct str bytes, enum list_format f);
/* Lists read from here on are as of this moment, and grow old from it; 0: of now. */
void lists_as_of(struct lists *l, int64_t utc);
/* A folder: UT1's layout (NAME/domains, NAME/urls), or files whose names say the category; goes down into
 * sub-folders.  What has no known category is counted and reported, not an error. */
enum err lists_read_tree(struct lists *l, const char *dir);
bool lists_category(const struct lists *l, struct str word, uint16_t *out);
/* What was read, file by file. */
/* Files refused whole, and files left out because no category fits their name. */
size_t lists_files_refused(const struct lists *l);
size_t lists_files_unknown(const struct lists *l);
size_t lists_count(const struct lists *l);
struct list_counts lists_counts(const struct lists *l, size_t i);
uint64_t lists_entries(const struct lists *l);
/* Makes the sections; their bytes belong to l. */
enum err lists_build(struct lists *l, struct snapshot_out *out);
/* Looks up a sample of what was kept in the file just written: ERR_CORRUPT if one is not found. */
enum err lists_self_test(const struct lists *l, const char *path);
enum list_format list_format_of(struct str word);     /* FORMAT_DETECT when unknown */
const char *list_format_word(enum list_format f);
