#include "house/account/shared.h"

#include "base/clock.h"
#include "base/mem.h"
#include "gen_queries.h"
#include "house/account/glass.h"

enum { PLACES_MANY = 2 };

/* A word of a name, up to a digit or a mark; folded by the comparison. */
static bool next_word(struct str *rest, struct str *word)
{
	size_t from = 0, n = 0;
	while (from < rest->n && !ascii_alpha(rest->p[from]))
		from++;
	while (from + n < rest->n && ascii_alpha(rest->p[from + n]))
		n++;
	*word = (struct str){ rest->p + from, n };
	*rest = str_from(*rest, from + n);
	return n > 0;
}

/* Every word is one of these: "Office", "ipad.3", "Year 4 class".  A surname like Office is no match beside a first name. */
bool shared_generic(struct str name)
{
	static const char *const words[] = { "account", "admin", "administrator", "all", "breakfast", "class", "classroom", "club", "cover", "demo", "desktop",
		"guest", "hall", "ict", "ipad", "it", "key", "ks", "kitchen", "laptop", "library", "login", "nursery", "office", "pc", "pupil", "pupils", "reception", "room",
		"school", "shared", "staff", "staffroom", "student", "supply", "tablet", "teacher", "teachers", "temp", "test", "trolley", "user", "visitor", "visitors", "year" };
	struct str word;
	bool any = false, all = true;
	while (next_word(&name, &word)) {
		bool known = false;
		for (size_t i = 0; i < ARRAY_N(words); i++)
			known |= str_ieq(word, str_z(words[i]));
		any = true;
		all &= known;
	}
	return any && all;
}

bool shared_refused(struct str username)
{
	struct str rest = username, word;
	if (str_is(username, GLASS_USERNAME) || !shared_generic(username))
		return false;
	while (next_word(&rest, &word))
		if (str_ieq(word, STR("test")) || str_ieq(word, STR("demo")))
			return false;
	return true;
}

enum err shared_list(struct db *db, struct arena *a, int64_t school, struct shared_account **out, size_t *n)
{
	struct q_account_suspects_row *rows;
	size_t found, k = 0;
	TRY(q_account_suspects(db, a, &(struct q_account_suspects_args){ .school = school, .now = clock_utc() }, &rows, &found));
	struct shared_account *list = arena_array(a, struct shared_account, found + 1);
	for (size_t i = 0; i < found; i++) {
		struct shared_account s = { .person = rows[i].id, .name = rows[i].name, .username = rows[i].sign_in };
		if (str_is(s.username, GLASS_USERNAME) || kind_read(rows[i].kind, &s.kind) != OK)
			continue;
		s.why = (shared_generic(s.name) || shared_generic(s.username) ? SHARED_GENERIC : 0) | (rows[i].same > 1 ? SHARED_TWICE : 0) |
			(rows[i].places > PLACES_MANY ? SHARED_PLACES : 0);
		if (shared_refused(s.username))
			s.why |= SHARED_REFUSED;
		if (s.why)
			list[k++] = s;
	}
	*out = list;
	*n = k;
	return OK;
}
