#include "wire/registry.h"

#include <libpsl.h>

#include "base/mem.h"
#include "base/test.h"
#include "base/vec.h"
#include "wire/host.h"

static const char rules[] =
	"// ===BEGIN ICANN DOMAINS===\nuk\nco.uk\n*.sch.uk\n*.ck\n!www.ck\n\xe5\x85\xac\xe5\x8f\xb8.cn\n// ===END ICANN DOMAINS===\n"
	"// ===BEGIN PRIVATE DOMAINS===\ngithub.io\n// ===END PRIVATE DOMAINS===\n";

TEST(registry, rules_wildcards_exceptions)
{
	AUTO(registry_free) struct registry *p = NULL;
	CHECK(registry_read(str_z(rules), &p) == OK && registry_count(p) == 6);
	static const char *const yes[] = { "uk", "co.uk", "sch.uk", "any.sch.uk", "any.ck", "test", "xn--55qx5d.cn" };
	static const char *const no[] = { "example.uk", "example.co.uk", "a.any.sch.uk", "www.ck", "a.any.ck", "github.io", "example.cn", "co.test" };
	for (size_t i = 0; i < ARRAY_N(yes); i++)
		CHECK(registry_suffix(p, str_z(yes[i])));
	for (size_t i = 0; i < ARRAY_N(no); i++)
		CHECK(!registry_suffix(p, str_z(no[i])));
}

TEST(registry, what_is_no_whole_list_is_refused)
{
	struct registry *p = NULL;
	CHECK(registry_read(STR(""), &p) == ERR_SYNTAX && registry_read(STR("uk\nco.uk\n"), &p) == ERR_SYNTAX);
	CHECK(registry_read(str_upto(str_z(rules), 60), &p) == ERR_SYNTAX);       /* cut */
	CHECK(registry_read(STR("// ===BEGIN ICANN DOMAINS===\nco..uk\n// ===END ICANN DOMAINS===\n"), &p) == ERR_SYNTAX && !p);
}

static bool theirs(const psl_ctx_t *c, struct str host)
{
	char z[HOST_MAX + 3] = "x.";
	memcpy(z + 2, host.p, host.n);
	z[host.n + 2] = 0;
	return psl_is_public_suffix2(c, z + 2, PSL_TYPE_ICANN | PSL_TYPE_NO_STAR_RULE) ||
	       psl_is_public_suffix2(c, z, PSL_TYPE_ICANN | PSL_TYPE_NO_STAR_RULE);
}

static size_t differ(const struct registry *r, const psl_ctx_t *c, struct str host)
{
	bool single = host.n && str_chr(host, '.') < 0;
	return host.n && registry_suffix(r, host) != (single || theirs(c, host));
}

/* The rule itself, the name above it and two below it. */
static size_t differ_around(const struct registry *r, const psl_ctx_t *c, struct str rule)
{
	char name[HOST_MAX + 1], below[HOST_MAX + 8];
	size_t n;
	rule = str_from(rule, str_starts(rule, STR("*.")) ? 2 : str_starts(rule, STR("!")) ? 1 : 0);
	if (host_norm(rule, name, &n) != OK || n > HOST_MAX - 6)
		return 0;
	struct str host = { name, n };
	(void)snprintf(below, sizeof below, "y.qqq.%s", name);
	return differ(r, c, host) + differ(r, c, host_parent(host)) + differ(r, c, str_z(below)) + differ(r, c, str_z(below + 2));
}

TEST(registry, says_what_libpsl_says)
{
	static char text[REGISTRY_TEXT_MAX];
	AUTO(registry_free) struct registry *r = NULL;
	psl_ctx_t *c = psl_load_file(HOST_SUFFIX_FILE);
	FILE *f = fopen(HOST_SUFFIX_FILE, "re");
	if (!c || !f)
		return;                                      /* none is installed: then libpsl is what is asked */
	struct str rest = { text, fread(text, 1, sizeof text, f) }, line;
	(void)fclose(f);                                     /* read only */
	CHECK(registry_read(rest, &r) == OK && registry_count(r) > 5000);
	size_t wrong = 0;
	while (str_next(&rest, '\n', &line)) {
		line = str_trim(line);
		if (line.n > 0 && line.p[0] != '/')
			wrong += differ_around(r, c, line);
	}
	CHECK(wrong == 0);
	psl_free(c);
}
