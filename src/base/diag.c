#include "base/diag.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/mem.h"

struct diag diag_init(size_t max)
{
	return (struct diag){ .max = max };
}

void diag_done(struct diag *d)
{
	mem_free(&d->items);
	arena_done(&d->arena);
	*d = (struct diag){ .max = d->max };
}

__attribute__((format(printf, 5, 0)))
static void keep(struct diag *d, enum diag_level level, struct str file, long line, const char *fmt, va_list ap)
{
	d->errors += level == DIAG_ERROR;
	d->warnings += level == DIAG_WARNING;
	if (d->n >= d->max)
		return;
	if (d->n == d->cap) {
		d->cap = d->cap ? d->cap * 2 : 8;
		d->items = mem_grow(d->items, d->cap * sizeof *d->items);
	}
	char text[512];
	(void)vsnprintf(text, sizeof text, fmt, ap);       /* a sentence is cut at 511 bytes */
	d->items[d->n++] = (struct diag_item){ level, arena_str(&d->arena, file), line, arena_str(&d->arena, str_z(text)) };
}

void diag_add(struct diag *d, enum diag_level level, struct str file, long line, const char *fmt, ...)
{
	if (!d)
		return;
	va_list ap;
	va_start(ap, fmt);
	keep(d, level, file, line, fmt, ap);
	va_end(ap);
}

enum err diag_fail(struct diag *d, struct str file, long line, const char *fmt, ...)
{
	if (!d)
		return ERR_SYNTAX;
	va_list ap;
	va_start(ap, fmt);
	keep(d, DIAG_ERROR, file, line, fmt, ap);
	va_end(ap);
	return ERR_SYNTAX;
}

void diag_print(const struct diag *d, struct buf *out)
{
	for (size_t i = 0; i < d->n; i++) {
		const struct diag_item *f = &d->items[i];
		if (f->file.n)
			buf_fmt(out, "%.*s:", STRF(f->file));
		if (f->line)
			buf_fmt(out, "%ld:", f->line);
		buf_fmt(out, "%s%s%.*s\n", f->file.n || f->line ? " " : "",
		        f->level == DIAG_ERROR ? "" : f->level == DIAG_WARNING ? "warning: " : "note: ", STRF(f->text));
	}
	size_t all = d->errors + d->warnings;
	if (all > d->n)
		buf_fmt(out, "... and %zu more\n", all - d->n);
}
