#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

static const char *name = "gatehouse";

void log_name(const char *program)
{
	name = program;
}

/* One write a line, so that lines of several processes do not mix. */
void log_line(enum log_level level, const char *fmt, ...)
{
	char line[1024];
	int n = snprintf(line, sizeof line, "<%d>%s: ", (int)level, name);
	va_list ap;
	va_start(ap, fmt);
	int m = vsnprintf(line + n, sizeof line - (size_t)n - 1, fmt, ap);
	va_end(ap);
	n += m < 0 ? 0 : m;
	if (n > (int)sizeof line - 2)
		n = (int)sizeof line - 2;
	for (int i = 0; i < n; i++)
		if ((unsigned char)line[i] < ' ')
			line[i] = ' ';
	line[n++] = '\n';
	ssize_t gone = write(STDERR_FILENO, line, (size_t)n);
	(void)gone;                          /* nowhere left to complain */
}
