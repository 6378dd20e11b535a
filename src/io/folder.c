#include "io/folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "io/file.h"

enum { PATH_BYTES = 4096 };

bool file_stamp_same(const struct file_stamp *a, const struct file_stamp *b)
{
	return a->at.tv_sec == b->at.tv_sec && a->at.tv_nsec == b->at.tv_nsec && a->bytes == b->bytes && a->node == b->node;
}

static int is_conf(const struct dirent *e) { return e->d_name[0] != '.' && str_ends(str_z(e->d_name), STR(".conf")); }
static int by_name(const struct dirent **a, const struct dirent **b) { return strcmp((*a)->d_name, (*b)->d_name); }

static enum err meet(const char *dir, const char *name, folder_fn *fn, void *owner)
{
	char path[PATH_BYTES];
	struct stat st;
	TRY(path_join(path, sizeof path, dir, name));
	if (stat(path, &st) != 0)
		return errno == ENOENT ? OK : err_sys();       /* gone between two looks */
	return S_ISREG(st.st_mode) ? fn(owner, path, &(struct file_stamp){ st.st_mtim, st.st_size, st.st_ino }) : OK;
}

enum err folder_each(const char *dir, folder_fn *fn, void *owner)
{
	struct dirent **names = NULL;
	int n = scandir(dir, &names, is_conf, by_name);
	if (n < 0)
		return err_sys();
	enum err e = OK;
	for (int i = 0; i < n; i++) {
		enum err one = meet(dir, names[i]->d_name, fn, owner);
		e = e == OK ? one : e;
		free(names[i]);
	}
	free(names);
	return e;
}
