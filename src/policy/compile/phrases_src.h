/* phrases_src.h - the phrases of data/phrases and of the school while they are
 * read from their sources, and as the section of the snapshot:
 *
 *   [topic self-harm]
 *   title = Hurting oneself, or not wanting to live
 *   alert = 50                  a typed text or search that reaches this tells the safeguarding lead; never: none does
 *   limit = 120                 a page that reaches this is cut; never: none is
 *
 *   [limit ks1]                 the same for one group
 *   self-harm = 80
 *   alerts = no                 what this group types raises none (staff)
 *
 *   [phrases self-harm/ideation]
 *   topic = self-harm
 *   weight = 60                 -200 to 200; below 0: speaks against it
 *   words = want to die; wish i {was|were} dead
 *                               parted by semicolons; braces hold the ways in which a piece may be said
 *   near = i; me; my            counts only with one of these within 12 words
 *   unless = game; level        does not count with one of these there
 *   within = 12                 how far "near" reaches
 *   joined = yes                also written as one word, as in a hashtag
 *
 *   [without]                   of a school: phrases that count nowhere here
 *   words = drop dead gorgeous
 */
#pragma once
#include "base/conf.h"
#include "base/vec.h"
#include "policy/read/phrases.h"

enum { PHRASE_WITHIN = 12, PHRASE_WITHIN_MAX = 60, PHRASE_WEIGHT_MAX = 200, PHRASE_WAYS = 2000 /* of one phrase with braces */, PHRASES_BYTES_MAX = 64 * 1024 * 1024 };

struct phrase_line { struct str text, file; long line; uint16_t set; int16_t weight; uint8_t kind; /* enum phrase_out */ bool joined; };

struct phrases_src {
	struct arena *a;                /* borrowed */
	struct diag *d;                 /* borrowed; every finding */
	struct phrase_topic topics[PHRASE_TOPICS];
	size_t n_topics;
	VEC(struct phrase_limit) limits;
	VEC(struct phrase_set) sets;
	VEC(struct phrase_line) lines;
	VEC(struct phrase_line) without;
};

/* One source after the other; a block of a name that was there before changes what it said (topics, limits). */
void phrases_src_add(struct phrases_src *s, const struct conf *c);
/* Every *.conf of a folder, in the order of their names; a folder that is not there holds none.
 * texts: each source as it stands, in the arena, for a digest; may be NULL. */
typedef VEC(struct str) phrases_texts;
void phrases_src_folder(struct phrases_src *s, const char *dir, phrases_texts *texts);
/* The section.  ERR_INVALID when the diag has errors. */
enum err phrases_src_build(struct phrases_src *s, struct buf *out);
void phrases_src_done(struct phrases_src *s);
/* The shipped ones and a school's (may be NULL), ready to use: for tests, tools and the house. */
enum err phrases_of_data(const char *data, const char *local, struct diag *d, struct phrases **out);
