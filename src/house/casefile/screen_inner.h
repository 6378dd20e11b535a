/* screen_inner.h - shared by the files of the screen only. */
#pragma once
#include "house/casefile/screen.h"

/* Starts as a picture or a film does. */
bool screen_is_picture(struct str s);
/* A picture's unmistakable head anywhere: a file glued to another. */
bool screen_hides_picture(struct str s);
/* A long run of letters that only a machine writes: something encoded as text. */
bool screen_hides_code(struct str s);
bool screen_is_words(struct str s);                /* UTF-8 or Latin text without control bytes */

/* Lines and curves of one document: a letter with tables has some hundreds, a drawing that shows something has many thousands. */
enum { SCREEN_STROKES_MAX = 4000 };
/* Points drawn by this XML. */
size_t screen_drawn(struct str xml);

enum screen_why screen_pdf(struct str bytes);
enum screen_why screen_rtf(struct str bytes);
/* Word or OpenDocument: sets kind, bytes and thinned. */
enum screen_why screen_zip(struct arena *a, struct str bytes, struct screened *out);
