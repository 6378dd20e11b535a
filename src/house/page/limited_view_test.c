/* What is seen by its name only is called a limited view wherever events are shown or counted. */
#include <dirent.h>

#include "base/test.h"
#include "event/event.h"
#include "io/file.h"

TEST(limited_view, is_of_events_about_a_site_without_its_page)
{
	CHECK(event_limited(EVENT_VISIT, true, false) && event_limited(EVENT_REFUSED, true, false) && event_limited(EVENT_DNS_REFUSED, true, false));
	CHECK(!event_limited(EVENT_VISIT, true, true) && !event_limited(EVENT_SEARCHED, true, false) && !event_limited(EVENT_REFUSED, false, false));
	CHECK(!event_limited(EVENT_TELL, true, false) && !event_limited((enum event_kind)200, true, false));
}

/* Whoever reads events or counts of them, and the word by which the file shows that it tells of the limited view; NULL: why it need not. */
static const char *const readers[] = { "activity_search(", "activity_counts(", "activity_class_counts(", "q_attempt_rows(" };
static const struct { const char *file, *why; } spared[] = {
	{ "store/activity.c", "gives the counts" }, { "store/activity_search.c", "gives the rows" },
	{ "filter/trial.c", "counts its own test's events and shows none" },
};

static bool is_spared(const char *path)
{
	for (size_t i = 0; i < ARRAY_N(spared); i++)
		if (str_ends(str_z(path), str_z(spared[i].file)))
			return true;
	return false;
}

static size_t look_at(const char *path)
{
	AUTO(buf_done) struct buf b = buf_init(1 << 20);
	size_t found = 0;
	CHECK_OK(file_read(path, &b));
	for (size_t i = 0; i < ARRAY_N(readers); i++)
		found += str_find(buf_str(&b), str_z(readers[i])) >= 0;
	bool says = str_find(buf_str(&b), STR("LIMITED_VIEW")) >= 0 || str_find(buf_str(&b), STR("limited")) >= 0;
	if (found && !says && !is_spared(path))
		fprintf(stderr, "%s shows events or counts of them and does not say which are a limited view (event/event.h)\n", path);
	CHECK(!found || says || is_spared(path));
	return found;
}

static size_t look_in(const char *dir)
{
	size_t found = 0;
	char path[4096];
	DIR *d = opendir(dir);
	CHECK(d);
	for (struct dirent *e; (e = readdir(d));) {
		struct str name = str_z(e->d_name);
		snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
		if (e->d_type == DT_DIR && e->d_name[0] != '.')
			found += look_in(path);
		else if (str_ends(name, STR(".c")) && !str_ends(name, STR("_test.c")))
			found += look_at(path);
	}
	(void)closedir(d);                      /* read only */
	return found;
}

TEST(limited_view, every_page_and_report_that_rests_on_events_says_which_are_one)
{
	CHECK(look_in(test_source("src/house")) >= 7);          /* the readers that there are */
}
