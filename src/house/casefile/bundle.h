/* bundle.h - one archive that any school can open: files, and a list of their SHA-256
 * (manifest.sha256, as `sha256sum -c` reads it), locked with a passphrase by AES-256 as
 * 7-Zip and WinZip do.  Read back strictly: no path leads out, nothing is missing, nothing
 * is there that the list does not name. */
#pragma once
#include "base/diag.h"

enum {
	BUNDLE_BYTES_MAX = 32 * 1024 * 1024,       /* packed */
	BUNDLE_OPEN_MAX = 48 * 1024 * 1024,        /* unpacked, all together */
	BUNDLE_FILES_MAX = 160, BUNDLE_NAME_MAX = 120, BUNDLE_PHRASE = 30,
};
struct bundle_file { struct str name, bytes; };        /* name: "index.html", "documents/1.pdf" */

/* Four groups of five letters and digits that are not mistaken on the telephone: 99 bits. */
void bundle_phrase(char out[BUNDLE_PHRASE]);
/* Shaped as one of these. */
bool bundle_phrase_is(struct str s);
/* ERR_LIMIT: more than the limits. */
enum err bundle_write(struct arena *a, const struct bundle_file *files, size_t n, const char *phrase, struct str *out);
/* Refused with a finding on "file" (on "phrase": it is wrong).  phrase may be "": not locked. */
enum err bundle_read(struct arena *a, struct str bytes, const char *phrase, struct diag *d, struct bundle_file **out, size_t *n);
/* NULL: not there. */
const struct bundle_file *bundle_find(const struct bundle_file *files, size_t n, const char *name);
