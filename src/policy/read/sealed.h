/* sealed.h - lists whose entries nobody may read (IWF, police): hosts and
 * pages held as 128-bit tags under a key that stands in a file of its own
 * (P/keys/sealed.key, 32 bytes), not in the snapshot.  Without the key the
 * tags say nothing, and with it only "this one is listed". */
#pragma once
#include "policy/read/snapshot.h"

enum { SEALED_KEY_BYTES = 32, SEALED_TAG_BYTES = 16 };
enum { SEALED_FORMAT = 1, SEALED_KEY_AT = 8, SEALED_HEAD = 32 };     /* format, n, tag of the key, zeros */

struct sealed {
	const uint8_t *tags, *lists;  /* views; sorted tags, a u16le list each */
	size_t n;
	bool open;                    /* there is a section and the key fits it */
	uint8_t key[16];              /* derived; wipe with sealed_done */
};

struct sealed_hit { uint16_t list; uint64_t ref; /* opaque: fits no name without the key */ };

/* ERR_CRYPTO when the key is not the one the entries were sealed with; ERR_ABSENT without a section. */
enum err sealed_open(const struct snapshot *s, const uint8_t key[SEALED_KEY_BYTES], struct sealed *out);
void sealed_done(struct sealed *s);
/* Entries in a checked snapshot; needs no key. */
size_t sealed_count(const struct snapshot *s);
/* Every ending of the host; with a path (normal form, may be absent) every beginning of it too. */
bool sealed_find(const struct sealed *s, struct str host, struct str path, struct sealed_hit *out);
/* For the compiler: the tag of one entry (path absent: the whole host), and of the key itself. */
void sealed_derive(const uint8_t key[SEALED_KEY_BYTES], uint8_t out[16]);
void sealed_key_tag(const uint8_t derived[16], uint8_t out[SEALED_TAG_BYTES]);
void sealed_tag(const uint8_t derived[16], struct str host, struct str path, uint8_t out[SEALED_TAG_BYTES]);
enum err sealed_check(const struct snapshot *s, struct str bytes);
