/* log.h - one line to stderr per happening, with a journal priority in front
 * ("<4>dns: ...").  Called at the edge only (connection, page, job, main).
 * Never a child's words, a password or a sealed entry. */
#pragma once

enum log_level { LOG_FAIL = 3, LOG_WARN = 4, LOG_NOTE = 5, LOG_INFO = 6 };

void log_name(const char *program);                 /* static storage */
void log_line(enum log_level level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
