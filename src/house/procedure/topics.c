#include "house/procedure/topics.h"

static void read_topic(const struct conf *c, const struct conf_block *b, struct diag *d, struct topic *out)
{
	struct str recipients = conf_get(b, "recipients");
	*out = (struct topic){ .id = b->id, .label = conf_get(b, "label"), .learner = conf_get(b, "learner"),
		.procedure = conf_get(b, "procedure"), .recipients = recipients.n ? recipients : STR("safeguarding.recipients") };
	(void)conf_bool(c, b, "leads", false, d, &out->leads);       /* a finding says what is wrong */
	if (!out->id.n || !out->label.n || !out->procedure.n)
		diag_add(d, DIAG_ERROR, c->file, b->line, "A topic has a name, a label and a procedure.");
}

enum err topics_load(struct arena *a, const char *path, struct diag *d, struct topics *out)
{
	static const char *const keys[] = { "label", "learner", "procedure", "recipients", "leads", NULL };
	struct conf c;
	struct topics t = { 0 };
	size_t before = d->errors;
	TRY(conf_load(a, path, d, &c));
	TRY(conf_only(&c, "topic", keys, d));
	t.v = arena_array(a, struct topic, c.n + 1);
	for (size_t i = 0; i < c.n; i++) {
		if (!str_is(c.blocks[i].kind, "topic"))
			continue;
		if (topic_find(&t, c.blocks[i].id))
			diag_add(d, DIAG_ERROR, c.file, c.blocks[i].line, "The topic %.*s stands twice.", STRF(c.blocks[i].id));
		read_topic(&c, &c.blocks[i], d, &t.v[t.n++]);
	}
	*out = t;
	return d->errors > before ? ERR_SYNTAX : OK;
}

const struct topic *topic_find(const struct topics *t, struct str id)
{
	for (size_t i = 0; i < t->n; i++)
		if (str_eq(t->v[i].id, id))
			return &t->v[i];
	return NULL;
}

const struct topic *topic_of_procedure(const struct topics *t, struct str procedure)
{
	for (size_t i = 0; i < t->n; i++)
		if (str_eq(t->v[i].procedure, procedure))
			return &t->v[i];
	return NULL;
}
