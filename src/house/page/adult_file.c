/* Everything that was said about one adult, as one locked file: for whoever may read it, and nobody else. */
#include "base/mem.h"
#include "house/casefile/adultfile.h"
#include "house/page/casefile.h"

/* 0: what names nobody.  ERR_ABSENT also when there is nothing that they may see. */
static enum err open_adult(struct page_ctx *c, struct desk_view *k, int64_t *person, size_t *n)
{
	struct adult_pattern *list;
	size_t found;
	if (str_i64(page_param(c, "id"), person) != OK || *person < 0)
		return ERR_ABSENT;
	TRY(page_desk(c, k));
	TRY(record_patterns(&k->desk, c->arena, &k->may, &list, &found));
	for (size_t i = 0; i < found; i++)
		if (list[i].person == *person) {
			*n = list[i].n;
			return OK;
		}
	return ERR_ABSENT;
}

enum err adult_file_show(struct page_ctx *c)
{
	struct desk_view k;
	int64_t person;
	size_t n;
	char phrase[BUNDLE_PHRASE];
	TRY(open_adult(c, &k, &person, &n));
	bundle_phrase(phrase);
	return page_show(c, adult_file, "A locked copy", .action = arena_fmt(c->arena, "/adult-concerns/%lld/copy", (long long)person),
		.name = person ? page_who(c, person) : page_text(TEXT_adults_unnamed), .n = (int64_t)n, .phrase = arena_str(c->arena, str_z(phrase)));
}

enum err adult_file_do(struct page_ctx *c)
{
	struct desk_view k;
	struct adult_file f;
	int64_t person;
	size_t n;
	struct act act = page_act(c, "took a locked copy of what was said about an adult");
	TRY(open_adult(c, &k, &person, &n));
	TRY(adultfile_make(&k.desk, c->arena, &act, &k.may, person, arena_z(c->arena, page_field(c, "phrase")), &f));
	return casefile_send(c, f.bytes, "application/zip", arena_fmt(c->arena, "adult-%lld.zip", (long long)person));
}
