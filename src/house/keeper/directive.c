/* The directives: a fixed table, each validated and audited, each with an
 * absolute end.  The portal says who asks; what a person's group and standing
 * are, the keeper finds out by itself. */
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/account/cover.h"
#include "house/devcert/devcert.h"
#include "house/keeper/keeper.h"
#include "house/keeper/sealed.h"
#include "house/keeper/trial.h"
#include "house/store/audit.h"
#include "wire/addr.h"
#include "io/file.h"
#include "wire/host.h"

enum { BIND_HOURS = 12, ALLOW_HOURS = 8, SESSION_HOURS = 8, CLASS_SIGNED_MAX = 200, WITHDRAWN_DAYS = 30 };

struct ask {
	struct keeper *k;
	struct arena *a;
	const json_t *in;
	json_t *out;                   /* members of the answer */
	struct act act;
	struct person by;              /* who asks */
	const char *why_not;           /* a sentence, when refused */
	struct live_record live;       /* for the gate, once the audit is kept; kind 0: nothing */
	struct live_record *more;      /* and these after it */
	size_t n_more;
};

static enum err refuse(struct ask *q, enum err e, const char *sentence)
{
	q->why_not = sentence;
	return e;
}

static int64_t number(const struct ask *q, const char *key)
{
	return json_integer_value(json_object_get(q->in, key));
}

static struct str text(const struct ask *q, const char *key)
{
	const json_t *v = json_object_get(q->in, key);
	return json_is_string(v) ? (struct str){ json_string_value(v), json_string_length(v) } : STR_NONE;
}

static enum err end_of(struct ask *q, int hours, int64_t *out)
{
	int64_t now = clock_utc(), until = number(q, "until");
	if (until <= now || until > now + hours * 3600)
		return refuse(q, ERR_INVALID, "The end of it must lie ahead, and not so far.");
	*out = until;
	return OK;
}

static enum err address(struct ask *q, uint8_t out[16])
{
	struct addr a;
	if (addr_read(text(q, "addr"), &a) != OK)
		return refuse(q, ERR_INVALID, "The address cannot be read.");
	memcpy(out, a.b, 16);
	return OK;
}

static enum err present(struct ask *q, int64_t id, struct person *out)
{
	int64_t now = clock_utc();
	if (id <= 0 || person_get(q->k->db, q->a, q->act.school, id, out) != OK || (out->left_utc && out->left_utc <= now))
		return refuse(q, ERR_ABSENT, "There is no such person here now.");
	return OK;
}

static enum err audited(struct ask *q, const char *what, const char *kind, int64_t id)
{
	return audit_add(q->k->db, &q->act, what, (struct audit_about){ kind, id }, NULL);
}

/* Kept in the audit now, told to the gate after the commit: what the gate does stands in the audit first. */
static enum err give(struct ask *q, struct live_record r, const char *what, const char *kind, int64_t id)
{
	r.at_utc = clock_utc();
	r.school = q->k->school;
	if (live_valid(&r) != OK)
		return refuse(q, ERR_INVALID, "Something in it is missing, or too long.");
	q->live = r;
	return audited(q, what, kind, id);
}

/* ---- who is where ---- */

static enum err do_bind(struct ask *q)
{
	struct person p;
	struct agreement_state s;
	struct live_record r = { .kind = LIVE_BIND, .how = LIVE_HOW_PORTAL, .sure = 90 };
	TRY(address(q, r.addr));
	TRY(present(q, number(q, "person"), &p));
	TRY(end_of(q, BIND_HOURS, &r.until_utc));
	TRY(agreement_state_of(&q->k->store, q->a, &p, clock_utc(), &s));
	if (p.id != q->by.id)
		return refuse(q, ERR_FORBIDDEN, "Nobody signs in as somebody else.");
	r.person = p.id;
	r.class_id = p.kind == KIND_LEARNER ? p.class_id : 0;
	r.group = agreement_group(q->k->db, q->a, &p);
	r.standing = agreement_let_on(&s);
	if (q->k->bindings.n >= BINDINGS_MAX)
		return refuse(q, ERR_BUSY, "Too many people are signed in just now.");
	TRY(give(q, r, "address.bound", "person", p.id));
	json_object_set_new(q->out, "standing", json_integer(r.standing));
	return OK;
}

static bool bound_here(const struct keeper *k, int64_t person, const uint8_t addr[16])
{
	for (size_t i = 0; i < k->bindings.n; i++)
		if (k->bindings.v[i].person == person && memcmp(k->bindings.v[i].addr, addr, 16) == 0)
			return true;
	return false;
}

static enum err do_unbind(struct ask *q)
{
	struct live_record r = { .kind = LIVE_UNBIND };
	TRY(address(q, r.addr));
	if (!bound_here(q->k, q->by.id, r.addr))
		return OK;                       /* nothing of theirs to undo */
	return give(q, r, "address.unbound", "person", q->by.id);
}

/* People whose agreement was just signed: their bindings learn of it. */
static enum err do_signed(struct ask *q)
{
	const json_t *people = json_object_get(q->in, "people");
	size_t n = json_array_size(people), changed = 0;
	if (!n || n > CLASS_SIGNED_MAX)
		return refuse(q, ERR_INVALID, "Nobody is named.");
	for (size_t i = 0; i < n; i++) {
		int64_t person = json_integer_value(json_array_get(people, i));
		if (person > 0)
			TRY(keeper_refresh(q->k, person, &changed));
	}
	json_object_set_new(q->out, "changed", json_integer((json_int_t)changed));
	return OK;
}

/* ---- class sessions ---- */

/* Whatever else they are: as in the portal, another's class is taken for a reason that is kept. */
static enum err teaches(struct ask *q, int64_t class_id)
{
	if (class_has_staff(q->k->db, q->act.school, class_id, q->by.id) || cover_holds(&q->k->store, q->act.school, class_id, q->by.id))
		return OK;
	return refuse(q, ERR_FORBIDDEN, "Only somebody who teaches the class, or has taken it for today, may do this.");
}

/* Children of the class, signed out by who teaches it: where they are bound, or at one address alone. */
static enum err do_unbind_learners(struct ask *q)
{
	const json_t *people = json_object_get(q->in, "people");
	int64_t class_id = number(q, "class");
	uint8_t addr[16];
	bool one = text(q, "addr").n > 0;
	TRY(teaches(q, class_id));
	if (one)
		TRY(address(q, addr));
	q->more = arena_array(q->a, struct live_record, q->k->bindings.n + 1);
	for (size_t i = 0; i < json_array_size(people) && i < CLASS_SIGNED_MAX; i++)
		for (size_t k = 0; k < q->k->bindings.n; k++) {
			const struct binding *b = &q->k->bindings.v[k];
			if (b->person != json_integer_value(json_array_get(people, i)) || b->class_id != class_id || (one && memcmp(b->addr, addr, 16) != 0))
				continue;
			struct live_record r = { .kind = LIVE_UNBIND, .at_utc = clock_utc(), .school = q->k->school };
			memcpy(r.addr, b->addr, 16);
			TRY(audited(q, "address.unbound", "person", b->person));
			q->more[q->n_more++] = r;
		}
	return OK;
}

static enum err session_hosts(struct ask *q, struct live_record *r)
{
	const json_t *hosts = json_object_get(q->in, "hosts");
	if (json_array_size(hosts) > LIVE_HOST_MAX)
		return refuse(q, ERR_LIMIT, "A session can name 32 sites at most.");
	for (size_t i = 0; i < json_array_size(hosts); i++) {
		const char *z = json_string_value(json_array_get(hosts, i));
		struct str whole = str_z(z ? z : "");
		ptrdiff_t slash = str_chr(whole, '/');
		char host[HOST_MAX + 1];
		size_t n;
		if (host_norm(slash < 0 ? whole : str_upto(whole, (size_t)slash), host, &n) != OK)
			return refuse(q, ERR_INVALID, "That is not the name of a site.");
		r->hosts[r->n_hosts++] = arena_fmt(q->a, "%.*s%.*s", (int)n, host, STRF(slash < 0 ? STR("") : str_from(whole, (size_t)slash)));
	}
	return OK;
}

static enum err do_session_open(struct ask *q)
{
	struct live_record r = { .kind = LIVE_SESSION, .class_id = number(q, "class"), .person = q->by.id };
	TRY(teaches(q, r.class_id));
	TRY(end_of(q, SESSION_HOURS, &r.until_utc));
	TRY(session_hosts(q, &r));
	r.walled = json_is_true(json_object_get(q->in, "walled"));
	return give(q, r, "session.opened", "class", r.class_id);
}

static enum err do_session_close(struct ask *q)
{
	struct live_record r = { .kind = LIVE_SESSION_END, .class_id = number(q, "class") };
	TRY(teaches(q, r.class_id));
	return give(q, r, "session.closed", "class", r.class_id);
}

/* ---- a site for a while ---- */

static enum err site(struct ask *q, struct live_record *r)
{
	char host[HOST_MAX + 1];
	size_t n;
	if (host_norm(text(q, "host"), host, &n) != OK || host_is_suffix((struct str){ host, n }))
		return refuse(q, ERR_INVALID, "That is not the name of a site.");
	r->host = arena_str(q->a, (struct str){ host, n });
	r->path = text(q, "path");
	r->reason = text(q, "reason");
	return OK;
}

/* A number that no rule that holds has. */
static uint32_t fresh_rule(const struct keeper *k)
{
	uint32_t id = (uint32_t)(clock_ms() / 100 % 0x3fffffff) + 1;
	while (bindings_rule(&k->bindings, id))
		id++;
	return id;
}

static enum err rule(struct ask *q, enum live_kind kind, const char *what)
{
	struct live_record r = { .kind = kind, .class_id = number(q, "class"), .scope = SCOPE_CLASS };
	TRY(teaches(q, r.class_id));
	TRY(site(q, &r));
	TRY(end_of(q, ALLOW_HOURS, &r.until_utc));
	r.id = fresh_rule(q->k);
	TRY(give(q, r, what, "class", r.class_id));
	json_object_set_new(q->out, "id", json_integer(r.id));
	return OK;
}

static enum err do_allow(struct ask *q)
{
	return rule(q, LIVE_ALLOW, "site.allowed");
}

static enum err do_block(struct ask *q)
{
	return rule(q, LIVE_BLOCK, "site.blocked");
}

static enum err do_cancel(struct ask *q)
{
	struct live_record r = { .kind = LIVE_CANCEL, .id = (uint32_t)number(q, "id") };
	const struct live_given *g = bindings_rule(&q->k->bindings, r.id);
	if (!g)
		return refuse(q, ERR_ABSENT, "There is no such rule any more.");
	TRY(teaches(q, g->class_id));
	return give(q, r, "site.cancelled", "class", g->class_id);
}

/* ---- the policy ---- */


static role_set looks_after_policy(void)
{
	return ROLE_BIT(ROLE_TECHNICIAN) | ROLE_BIT(ROLE_ADMIN) | ROLE_BIT(ROLE_DSL) | ROLE_BIT(ROLE_DEPUTY) | ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_LEADERSHIP);
}

/* Anybody's who works here: it brings into force what was allowed where it was written (a service that a teacher wants is closed, a plan
 * for one pupil), and decides nothing. */
static enum err do_publish(struct ask *q)
{
	if (q->by.kind != KIND_STAFF && q->by.kind != KIND_SUPPLY && !(q->by.roles & looks_after_policy()))
		return refuse(q, ERR_FORBIDDEN, "Only those who work here may do this.");
	TRY(audited(q, "policy.asked", "policy", 0));
	return keeper_job_start(q->k, "publish");
}

/* Certificates of a device that stand as withdrawn: the gate is told now, the policy leaves them out from its next edition.  Anybody's: it
 * only says again what was done. */
static enum err do_withdrawn(struct ask *q)
{
	enum { MOST = 8 };
	uint8_t key[32], digest[MOST][32];
	size_t n = 0;
	TRY(file_read_exact(settings_path(&q->k->settings, "keys/token.key"), key, sizeof key));
	enum err e = devcert_withdrawn(&q->k->store, q->a, q->act.school, number(q, "device"), key, digest, MOST, &n);
	mem_wipe(key, sizeof key);
	TRY(e);
	q->more = arena_array(q->a, struct live_record, MOST);
	for (q->n_more = 0; q->n_more < n; q->n_more++) {
		struct live_record *r = &q->more[q->n_more];
		*r = (struct live_record){ .kind = LIVE_WITHDRAW, .at_utc = clock_utc(), .until_utc = clock_utc() + WITHDRAWN_DAYS * 86400, .school = q->k->school };
		memcpy(r->addr, digest[q->n_more], sizeof r->addr);
	}
	TRY(audited(q, "certificate.told", "entry", number(q, "device")));
	return keeper_job_start(q->k, "publish");
}

static enum err do_filter_test(struct ask *q)
{
	if (!(q->by.roles & looks_after_policy()))
		return refuse(q, ERR_FORBIDDEN, "Only leadership, the safeguarding lead or technical staff may do this.");
	enum err e = keeper_trial(q->k, q->by.id);
	return e == ERR_BUSY ? refuse(q, e, "One is under way already.") : e;
}

static enum err do_sealed(struct ask *q)
{
	if (!(q->by.roles & looks_after_policy()))
		return refuse(q, ERR_FORBIDDEN, "Only leadership, the safeguarding lead or technical staff may do this.");
	TRY(audited(q, "sealed.asked", "policy", 0));
	return keeper_sealed(q->k);
}

static enum err do_overblock(struct ask *q)
{
	if (!(q->by.roles & looks_after_policy()))
		return refuse(q, ERR_FORBIDDEN, "Only leadership, the safeguarding lead or technical staff may do this.");
	TRY(audited(q, "overblock.asked", "policy", 0));
	return keeper_job_start(q->k, "overblock");
}

/* What is closed stands in the cases; this says only that it is to be looked at now.  Anybody's: it changes nothing else. */
static enum err do_emergency(struct ask *q)
{
	return keeper_emergency(q->k);
}

/* The security check, at once. */
static enum err do_check(struct ask *q)
{
	if (!(q->by.roles & looks_after_policy()))
		return refuse(q, ERR_FORBIDDEN, "Only leadership, the safeguarding lead or technical staff may do this.");
	TRY(audited(q, "check.asked", "check", 0));
	return keeper_job_start(q->k, "check");
}

static enum err do_status(struct ask *q)
{
	json_object_set_new(q->out, "bound", json_integer((json_int_t)q->k->bindings.n));
	json_object_set_new(q->out, "ingested_ms", json_integer(q->k->ingested_ms));
	return OK;
}

static const struct directive { const char *name; enum err (*run)(struct ask *q); } table[] = {
	{ "filter-test", do_filter_test }, { "overblock", do_overblock }, { "sealed-test", do_sealed },
	{ "bind", do_bind }, { "unbind", do_unbind }, { "unbind-learners", do_unbind_learners }, { "signed", do_signed },
	{ "session-open", do_session_open }, { "session-close", do_session_close },
	{ "allow", do_allow }, { "block", do_block }, { "cancel", do_cancel },
	{ "emergency", do_emergency }, { "withdrawn", do_withdrawn }, { "publish", do_publish }, { "check", do_check }, { "status", do_status },
};

/* The audit says that it was given; if the gate could not be told, it says that too. */
static enum err tell_gate(struct ask *q)
{
	enum err e = q->live.kind ? keeper_live(q->k, &q->live) : OK;
	for (size_t i = 0; e == OK && i < q->n_more; i++)
		e = keeper_live(q->k, &q->more[i]);
	if (e == OK)
		return OK;
	(void)audited(q, "directive.not-given", "directive", q->live.kind);      /* the disk may be full: the log has it */
	return refuse(q, e, e == (enum err)-ENOSPC ? "There is no room left on the disk; nothing was changed." : err_text(e));
}

static enum err run(struct ask *q)
{
	struct str name = text(q, "directive");
	const struct directive *found = NULL;
	for (size_t i = 0; i < ARRAY_N(table); i++)
		if (str_is(name, table[i].name))
			found = &table[i];
	if (!found)
		return refuse(q, ERR_ABSENT, "There is no such directive.");
	if (number(q, "school") != q->k->school)
		return refuse(q, ERR_FORBIDDEN, "That is another school.");
	q->act = (struct act){ q->k->school, number(q, "by"), found->name };
	TRY(present(q, q->act.person, &q->by));
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(q->k->db, &tx));
	TRY(found->run(q));
	TRY(db_tx_commit(&tx));
	return tell_gate(q);
}

json_t *keeper_directive(struct keeper *k, const json_t *in)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct ask q = { .k = k, .a = &a, .in = in, .out = json_object() };
	enum err e = json_is_object(in) ? run(&q) : ERR_SYNTAX;
	json_object_set_new(q.out, "ok", json_boolean(e == OK));
	if (e != OK) {
		json_object_set_new(q.out, "why", json_string(q.why_not ? q.why_not : err_text(e)));
		log_line(LOG_NOTE, "directive %s refused: %s", q.act.why ? q.act.why : "of no known name", err_text(e));
	}
	return q.out;
}
