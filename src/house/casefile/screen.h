/* screen.h - may these bytes be kept as a document?  Judged by what is inside, never by
 * the name: PDF, Word (docx), OpenDocument text, RTF and plain text pass when they hold
 * words only.  Pictures are refused, also inside a document, and so is whatever could
 * hide one: attachments, locks, programs, filters that are not looked into (11.2, 11.3,
 * 11.4; 11.4-21 "no upload field exists").  In doubt: refused.
 *
 * Pure.  Limits: SCREEN_BYTES_MAX, SCREEN_OPEN_MAX unpacked, SCREEN_PARTS_MAX pieces. */
#pragma once
#include "base/arena.h"

enum { SCREEN_BYTES_MAX = 10 * 1024 * 1024, SCREEN_OPEN_MAX = 64 * 1024 * 1024, SCREEN_PARTS_MAX = 20000, SCREEN_MEMBERS_MAX = 200 };

/*         kind           ending  media type */
#define SCREEN_KIND_TABLE(X) \
	X(SCREEN_PDF,   "pdf",  "application/pdf") \
	X(SCREEN_DOCX,  "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document") \
	X(SCREEN_ODT,   "odt",  "application/vnd.oasis.opendocument.text") \
	X(SCREEN_RTF,   "rtf",  "application/rtf") \
	X(SCREEN_TEXT,  "txt",  "text/plain; charset=utf-8")
enum screen_kind {
#define SCREEN_ENUM_(name, ending, media) name,
	SCREEN_KIND_TABLE(SCREEN_ENUM_)
#undef SCREEN_ENUM_
	SCREEN_KINDS
};
const char *screen_ending(enum screen_kind k);
const char *screen_media(enum screen_kind k);
enum err screen_kind_read(struct str ending, enum screen_kind *out);

/* Why not: a word for the log, and what a tired adult should do instead. */
#define SCREEN_WHY_TABLE(X) \
	X(SCREEN_FINE,     "fine",     "") \
	X(SCREEN_EMPTY,    "empty",    "There is nothing in this file.") \
	X(SCREEN_LARGE,    "large",    "This file is larger than 10 MB. Save it in parts, or keep it on paper and write here where it is.") \
	X(SCREEN_PICTURE,  "picture",  "This is a picture or a film. Pictures are never kept here. Do not look at it again, do not copy it, do not send it to anybody. Leave it on the device, switch the device off, lock it away, and record that in the case.") \
	X(SCREEN_INSIDE,   "inside",   "There is a picture inside this document. Pictures are never kept here, also not a logo or a screenshot. If it could be a picture of a child: do not look at it again, do not copy it, lock the device away and record that in the case. If it is only a letterhead: take it out, or copy the words into a note.") \
	X(SCREEN_DRAWING,  "drawing",  "There is a drawing made of many lines in this document. A drawing can show what a picture shows, so it is not kept here. Save the words without it, or copy them into a note.") \
	X(SCREEN_ATTACHED, "attached", "There is another file inside this document, and what is inside cannot be looked into. Save the document without attachments, or copy the words into a note.") \
	X(SCREEN_LOCKED,   "locked",   "This document is locked with a password or encrypted, so it cannot be checked for pictures. Save it without a password.") \
	X(SCREEN_PROGRAM,  "program",  "This document holds a program (a macro, a script or a form that acts). Save it without, as a plain PDF.") \
	X(SCREEN_ODD,      "odd",      "This document is written in an unusual way and cannot be checked for pictures. Open it and save it again as PDF, or copy the words into a note.") \
	X(SCREEN_DAMAGED,  "damaged",  "This document is damaged. Ask for it again.") \
	X(SCREEN_OTHER,    "other",    "This is not a document that can be kept here. PDF, Word (docx), OpenDocument text, RTF and plain text can be.")
enum screen_why {
#define SCREEN_ENUM_(name, word, text) name,
	SCREEN_WHY_TABLE(SCREEN_ENUM_)
#undef SCREEN_ENUM_
	SCREEN_WHYS
};
const char *screen_word(enum screen_why w);
const char *screen_sentence(enum screen_why w);

struct screened {
	enum screen_why why;           /* SCREEN_FINE: it may be kept */
	enum screen_kind kind;         /* when fine */
	struct str bytes;              /* what to keep: as given, or without the preview picture that writing programs add */
	bool thinned;                  /* such a preview was taken out */
};
/* Never fails: what cannot be judged is refused. */
struct screened screen(struct arena *a, struct str bytes);
