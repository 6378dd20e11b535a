/* Whom the filter's own test asks as, what for, and from where. */
#include "house/filter/trial.h"

#include <ifaddrs.h>
#include <netinet/in.h>

#include "base/conf.h"
#include "base/mem.h"
#include "policy/read/tables.h"
#include "wire/addr.h"
#include "wire/host.h"

static const char NAME[] = "filter-test-name";
const char *const TRIAL_GROUPS[TRIAL_GROUPS_MAX] = { "early-years", "ks1", "ks2", "staff", "governors", "guests" };
enum { LEARNERS = 1 | 2 | 4, EVERYBODY = TRIAL_EVERYBODY };

size_t trial_groups(void)
{
	size_t n = 0;
	while (n < TRIAL_GROUPS_MAX && TRIAL_GROUPS[n])
		n++;
	return n;
}

/* ---- the names ---- */

static uint32_t groups_of(struct str block)
{
	struct str word;
	uint32_t bits = 0;
	if (str_is(block, "all"))
		return EVERYBODY;
	while (str_next(&block, ' ', &word)) {
		bits |= str_is(word, "learners") ? LEARNERS : 0;
		for (size_t i = 0; i < trial_groups(); i++)
			bits |= str_is(word, TRIAL_GROUPS[i]) ? 1u << i : 0;
	}
	return bits;
}

static void add_name(struct trial_names *n, struct trial_name name)
{
	if (n->n < TRIAL_NAMES_MAX)
		n->v[n->n++] = name;
}

static enum err own_names(struct store *st, struct arena *a, int64_t school, struct trial_names *out)
{
	struct entry_may may = { .school = school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct entry_page page;
	if (!registers_find(st->registers, str_z(NAME)))
		return OK;
	TRY(entry_list(st, a, &may, &(struct entry_query){ .reg = NAME, .states = { "used" }, .limit = 100 }, &page));
	for (size_t i = 0; i < page.n; i++) {
		const struct entry *e = &page.entries[i];
		char host[HOST_MAX + 1];
		size_t n;
		struct str path = entry_value(e, "words-page");
		if (host_norm(entry_value(e, "host"), host, &n) == OK && (!path.n || path.p[0] == '/'))
			add_name(out, (struct trial_name){ entry_value(e, "category"), entry_value(e, "category"), arena_fmt(a, "%.*s%.*s", (int)n, host, STRF(path)), EVERYBODY, str_is(entry_value(e, "sealed"), "yes") });
	}
	return OK;
}

enum err trial_names(struct store *st, struct arena *a, int64_t school, const char *categories, struct trial_names *out)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct conf c;
	*out = (struct trial_names){ arena_array(a, struct trial_name, TRIAL_NAMES_MAX), 0 };
	TRY(conf_load(a, categories, &d, &c));
	for (size_t i = 0; i < c.n; i++) {
		const struct conf_block *b = &c.blocks[i];
		struct str tests = conf_get(b, "test"), host;
		while (str_is(b->kind, "category") && str_next(&tests, ' ', &host))
			add_name(out, (struct trial_name){ b->id, conf_get(b, "title"), host, groups_of(conf_get(b, "block")), str_is(conf_get(b, "sealed"), "yes") });
	}
	return own_names(st, a, school, out);
}

/* ---- addresses ---- */

void trial_addr(int64_t run, size_t group, uint8_t out[16])
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	memcpy(out, mapped, 12);
	out[12] = 127;
	out[13] = 66;
	out[14] = (uint8_t)(run % 125 * 2);
	out[15] = (uint8_t)(group + 1);
}

bool trial_is_addr(const uint8_t addr[16])
{
	static const uint8_t net[14] = { [10] = 0xff, [11] = 0xff, [12] = 127, [13] = 66 };
	return memcmp(addr, net, sizeof net) == 0;
}

/* An odd third part, where those of trial_addr() are even. */
void trial_net_addr(int64_t run, size_t net, size_t cell, uint8_t out[16])
{
	trial_addr(run, net * TRIAL_NET_CELLS + cell, out);
	out[14]++;
}

static size_t groups_in(const struct policy *p, uint32_t own, uint32_t out[TRIAL_NET_CELLS])
{
	size_t n = 0;
	out[n++] = own;
	for (size_t g = 0; g < trial_groups() && n < TRIAL_NET_CELLS; g++) {
		uint32_t at = policy_group(p, str_z(TRIAL_GROUPS[g]));
		if (at != GROUP_NONE && at != own)
			out[n++] = at;
	}
	return n;
}

size_t trial_nets(const struct policy *p, struct trial_net out[TRIAL_NETS_MAX])
{
	size_t n = 0;
	for (size_t i = 0; i < p->ranges.n && n < TRIAL_NETS_MAX; i++) {
		const struct range *r = &p->ranges.v[i];
		struct trial_net *t = &out[n];
		if (r->hit.group == GROUP_NONE || r->hit.group == policy_strictest(p))
			continue;                        /* nobody known: only the pages for signing, whatever is asked */
		*t = (struct trial_net){ .has_own = false };
		(void)prefix_text(r->prefix, t->text);
		(void)addr_text(r->prefix.a, t->as);
		t->n_groups = groups_in(p, r->hit.group, t->groups);
		n++;
	}
	return n;
}

/* The longest network that has the address. */
static void own_in(const struct policy *p, struct addr a, struct trial_net *v, size_t n)
{
	char text[PREFIX_TEXT_MAX];
	size_t k = 0;
	while (k < p->ranges.n && !prefix_has(p->ranges.v[k].prefix, a))
		k++;
	if (k == p->ranges.n)
		return;
	(void)prefix_text(p->ranges.v[k].prefix, text);
	for (size_t t = 0; t < n; t++)
		if (!strcmp(v[t].text, text)) {
			memcpy(v[t].own, a.b, 16);
			v[t].has_own = true;
		}
}

void trial_nets_own(const struct policy *p, struct trial_net *v, size_t n)
{
	struct ifaddrs *all = NULL;
	if (getifaddrs(&all) < 0)
		return;
	for (const struct ifaddrs *i = all; i; i = i->ifa_next) {
		if (!i->ifa_addr || i->ifa_addr->sa_family != AF_INET)
			continue;
		struct sockaddr_in at;
		memcpy(&at, i->ifa_addr, sizeof at);
		own_in(p, addr_of4((const uint8_t *)&at.sin_addr), v, n);
	}
	freeifaddrs(all);
}
