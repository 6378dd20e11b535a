/* childfile.h - what is on file about one child (or one case of it) as plain values: written
 * as a page that any browser shows and prints, and as JSON; read back from the JSON of
 * another school.  Needs no Gatehouse to be read (KCSIE: transfer of the child protection
 * file; D14, D15). */
#pragma once
#include "base/diag.h"

enum { CHILDFILE_ENTRIES_MAX = 5000, CHILDFILE_DOCUMENTS_MAX = 150, CHILDFILE_TEXT_MAX = 20000, CHILDFILE_LINE_MAX = 300, CHILDFILE_BYTES_MAX = 24 * 1024 * 1024 };

struct child_entry { int64_t at_utc, recorded_utc; struct str by, kind, reference, theme, title, text; };
struct child_document { struct str file /* in the bundle */, what, name; int64_t at_utc; };
struct child_file {
	struct str title;              /* "Safeguarding file", "Case 7KQX" */
	struct str school, name, born, reference;      /* of whom; may be absent */
	int64_t made_utc;
	struct str note;               /* a sentence above all; absent: none */
	struct child_entry *entries;   /* in the order in which it happened */
	size_t n;
	struct child_document *documents;
	size_t n_documents;
};

/* One page with its own style: page numbers when printed, an index by subject, the digest of the content at its foot.
 * `links`: documents are linked to beside it. */
void childfile_html(struct arena *a, const struct child_file *f, bool links, struct buf *out);
/* The same as JSON, always in the same order of bytes. */
enum err childfile_json(struct arena *a, const struct child_file *f, struct str *out);
/* SHA-256 of the content (entries and documents, not when it was made), 64 hex digits. */
enum err childfile_digest(struct arena *a, const struct child_file *f, char out[65]);
/* ERR_SYNTAX, ERR_LIMIT with a finding.  Texts live in the arena. */
enum err childfile_read(struct arena *a, struct str json, struct diag *d, struct child_file *out);
