/* files.h - files on the school's network that should not be there (7.5-10): programs, scripts, disk images, and what pretends to be
 * something else.  Told by the first bytes and by the end of the name; nothing is opened beyond its first bytes, nothing is changed. */
#pragma once
#include "base/arena.h"
#include "house/store/entry.h"

enum files_kind { FILES_FINE, FILES_PROGRAM, FILES_SCRIPT, FILES_IMAGE, FILES_DISGUISED };
const char *files_kind_title(enum files_kind k);
/* name: without its folders; head: its first bytes, FILES_HEAD at most.  Pure. */
enum { FILES_HEAD = 16 };
enum files_kind files_judge(struct str name, struct str head);

enum { FILES_LISTED = 100, FILES_DEPTH = 30 };
struct files_found { struct str path; enum files_kind kind; };
struct files_sum { int64_t looked, found, unreadable; struct files_found v[FILES_LISTED]; size_t n; };        /* v: the first ones */
/* The folder and all below; links are not followed.  ERR_ABSENT: it is not there. */
enum err files_look(const char *folder, struct arena *a, struct files_sum *out);
/* Keeps the report (register file-check), and opens a task when something was found. */
enum err files_report(struct store *st, const struct act *act, struct str folders, const struct files_sum *s, int64_t *id);
