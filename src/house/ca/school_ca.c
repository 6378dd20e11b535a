#include "house/ca/school_ca.h"

#include <sodium.h>

#include "base/conf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "house/store/audit.h"

struct school_ca school_ca_init(void)
{
	return (struct school_ca){ .room = buf_init(CA_ANSWER_MAX) };
}

void school_ca_done(struct school_ca *s)
{
	buf_done(&s->room);
}

static enum err ask(const char *socket, const struct ca_question *q, struct school_ca *out)
{
	out->list = (struct ca_list){ 0 };
	buf_clear(&out->room);
	return ca_ask(socket, q, &out->room, &out->list);
}

enum err school_ca_show(const char *socket, struct school_ca *out)
{
	return ask(socket, &(struct ca_question){ .op = CA_SHOW }, out);
}

/* Hosts of the help lines, as many as fit. */
static enum err spared(struct arena *a, const char *help_conf, struct buf *out)
{
	AUTO(diag_done) struct diag d = diag_init(10);
	struct conf c;
	TRY(conf_load(a, help_conf, &d, &c));
	for (size_t i = 0; i < c.n; i++) {
		const struct conf_pair *at;
		for (size_t k = 0; (at = conf_each(&c.blocks[i], "host", &k));) {
			struct str rest = at->value, word;
			while (str_next(&rest, ' ', &word))
				if (word.n && str_chr(word, '/') < 0 && out->n + word.n + 1 <= CA_SPARED_MAX)
					buf_fmt(out, "%s%.*s", out->n ? " " : "", STRF(word));
		}
	}
	return buf_ok(out);
}

/* Asked first, then recorded: what the signer did is done, whether or not the database is there. */
static enum err change(struct db *db, const struct act *act, const char *what, const char *socket, const struct ca_question *q, struct school_ca *out)
{
	TRY(ask(socket, q, out));
	return audit_add(db, act, what, (struct audit_about){ "ca", 0 }, NULL);
}

enum err school_ca_make(struct db *db, const struct act *act, const char *socket, struct str school, unsigned years,
                        const char *help_conf, struct school_ca *out)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(buf_done) struct buf names = buf_init(CA_SPARED_MAX);
	TRY(spared(&a, help_conf, &names));
	struct str name = str_upto(school, CA_NAME_MAX);
	while (name.n && !str_utf8(name))
		name.n--;                                /* not in the middle of a character */
	return change(db, act, "ca.made", socket, &(struct ca_question){ .op = CA_MAKE, .years = years, .name = name, .spared = buf_str(&names) }, out);
}

enum err school_ca_switch(struct db *db, const struct act *act, const char *socket, struct school_ca *out)
{
	return change(db, act, "ca.switched", socket, &(struct ca_question){ .op = CA_SWITCH }, out);
}

enum err school_ca_retire(struct db *db, const struct act *act, const char *socket, struct school_ca *out)
{
	return change(db, act, "ca.retired", socket, &(struct ca_question){ .op = CA_RETIRE }, out);
}

const char *school_ca_words(enum ca_state s)
{
	return s == CA_USED ? "signs now" : s == CA_NEXT ? "waits until devices have it" : "signs no more";
}

const struct ca_one *school_ca_newest(const struct ca_list *l)
{
	const struct ca_one *best = NULL;
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].state == CA_NEXT || (l->v[i].state == CA_USED && !best))
			best = &l->v[i];
	return best;
}

void school_ca_pem(const struct ca_one *c, struct buf *out)
{
	char text[CA_DER_MAX * 2];
	sodium_bin2base64(text, sizeof text, (const unsigned char *)c->der.p, c->der.n, sodium_base64_VARIANT_ORIGINAL);
	struct str rest = str_z(text);
	buf_z(out, "-----BEGIN CERTIFICATE-----\n");
	for (; rest.n; rest = str_from(rest, 64))
		buf_fmt(out, "%.*s\n", STRF(str_upto(rest, 64)));
	buf_z(out, "-----END CERTIFICATE-----\n");
}

void school_ca_print(const struct ca_one *c, char out[SCHOOL_CA_PRINT + 1])
{
	uint8_t digest[SHA256_BYTES];
	hash_sha256(c->der, digest);
	for (size_t i = 0; i < sizeof digest; i++)
		snprintf(out + 3 * i, 4, "%02X%s", digest[i], i + 1 < sizeof digest ? ":" : "");
}
