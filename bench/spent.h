/* spent.h - processor time of processes with all their threads and children, from /proc: nanoseconds that the kernel ran them for
 * (schedstat), finer than the ticks of stat.  For the load generators of this folder; proc(5). */
#pragma once
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SPENT_DEPTH = 5 };

static inline double spent_by(const char *pid, int depth);

/* What a file of a thread says: a number, or the children, whose times are summed. */
static inline double spent_line(const char *pid, const char *thread, const char *name, int depth)
{
	char path[300], line[4096], *save = NULL;
	double ns = 0;
	snprintf(path, sizeof path, "/proc/%.20s/task/%.20s/%s", pid, thread, name);
	FILE *f = fopen(path, "r");
	if (f && fgets(line, sizeof line, f)) {
		if (depth < 0)
			ns = strtod(line, NULL);
		else
			for (char *c = strtok_r(line, " \n", &save); c; c = strtok_r(NULL, " \n", &save))
				ns += spent_by(c, depth);
	}
	if (f)
		fclose(f);
	return ns;
}

/* task/.. is the process again, with its first thread's time in it: counted twice by whoever takes every entry. */
static inline double spent_by(const char *pid, int depth)
{
	char path[64];
	double ns = 0;
	snprintf(path, sizeof path, "/proc/%.20s/task", pid);
	DIR *d = depth < SPENT_DEPTH ? opendir(path) : NULL;
	for (struct dirent *e; d && (e = readdir(d));)
		if (e->d_name[0] != '.')
			ns += spent_line(pid, e->d_name, "schedstat", -1) + spent_line(pid, e->d_name, "children", depth + 1);
	if (d)
		closedir(d);
	return ns;
}

/* Seconds; pids: one, or several with commas between them. */
static inline double spent_s(const char *pids)
{
	char copy[300], *save = NULL;
	double ns = 0;
	snprintf(copy, sizeof copy, "%s", pids);
	for (char *p = strtok_r(copy, ",", &save); p; p = strtok_r(NULL, ",", &save))
		ns += spent_by(p, 0);
	return ns / 1e9;
}
