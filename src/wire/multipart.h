/* multipart.h - a posted form that brings files (RFC 7578, RFC 2046 5.1.1), read
 * strictly: what a browser never sends refuses the whole.  Files are views of the
 * body; their names have lost every folder.  Pure. */
#pragma once
#include "wire/form.h"

enum {
	MULTIPART_BYTES_MAX = 33 * 1024 * 1024,   /* of the whole body */
	MULTIPART_FILES_MAX = 40, MULTIPART_PARTS_MAX = 600, MULTIPART_HEAD_MAX = 2048, MULTIPART_NAME_MAX = 200,
};

struct multipart_file { struct str field, name, bytes; };
struct multipart {
	struct form fields;            /* of all parts without a file name */
	struct multipart_file *files;  /* in the arena; one that nobody chose (no name, no bytes) is left out */
	size_t n_files;
};

/* `type`: the Content-Type header, with its boundary. */
enum err multipart_read(struct arena *a, struct str type, struct str body, struct multipart *out);
