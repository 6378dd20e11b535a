/* upload.h - files between being uploaded and being applied: whoever brought them
 * goes on with them, for a day; then they are gone. */
#pragma once
#include "house/roll/roll.h"
#include "house/store/act.h"
#include "house/store/db.h"

enum { ROLL_UPLOAD_S = 86400 };

struct roll_upload {
	int64_t id, made_utc;
	struct str name;               /* of the first file, and how many more */
	struct str columns;            /* as somebody said them; absent: remembered or guessed */
	struct str directory;          /* it was read from this one; absent: somebody uploaded it */
	bool part;
	struct roll_file *files;
	size_t n;
	uint8_t digest[32];            /* of all bytes */
};

/* Several files as one text of bytes, and back: netstrings, name and bytes by turns.  Pure. */
enum err roll_pack(const struct roll_file *files, size_t n, struct buf *out);
enum err roll_unpack(struct arena *a, struct str bytes, struct roll_file **out, size_t *n);

enum err roll_upload_add(struct db *db, const struct act *act, const struct roll_file *files, size_t n, int64_t *id);
/* What was read from a directory, to be looked at. */
enum err roll_upload_add_directory(struct db *db, const struct act *act, struct str directory, struct str bytes, int64_t *id);
/* ERR_ABSENT: there is none, it is another person's, or its day is over. */
enum err roll_upload_get(struct db *db, struct arena *a, const struct act *act, int64_t id, struct roll_upload *out);
/* Those of this person that wait, newest first; without their bytes. */
enum err roll_upload_list(struct db *db, struct arena *a, const struct act *act, struct roll_upload **out, size_t *n);
enum err roll_upload_set(struct db *db, const struct act *act, int64_t id, struct str columns, bool part);
enum err roll_upload_drop(struct db *db, const struct act *act, int64_t id);
