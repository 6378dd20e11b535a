/* film.h - the address of a film as a teacher copies it, and the player that shows it alone.  Pure. */
#pragma once
#include "base/str.h"

enum { FILM_PATH_MAX = 80, FILMS_MAX = 10 };

/* host, path: of the player ("www.youtube-nocookie.com", "/embed/ID"); host is static, path goes into room. */
struct film { struct str host, path; char room[FILM_PATH_MAX]; };

/* One address of YouTube (watch, youtu.be, shorts, live, embed) or Vimeo.  ERR_SYNTAX: of neither, or without a film.
 * out->path is a view of out->room. */
enum err film_read(struct str address, struct film *out);
