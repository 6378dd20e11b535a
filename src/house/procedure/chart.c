#include "house/procedure/chart.h"

#include "base/mem.h"
#include "house/web/tpl.h"

enum {
	WIDTH = 520, MARGIN = 16, INDENT = 44, LINE = 20, PAD = 12, GAP = 26,      /* narrow: read on a telephone as well */
	LETTERS = 42,                     /* of a line across the full width, at 16 px and bold */
	SMALL = 62,                       /* of a line at 13 px */
	LINES_MAX = 16,
};

struct lines { struct str v[LINES_MAX]; size_t n; };

/* Whether the profile alone rules a step out. */
static bool left_out(const struct proc_step *s, const struct profile *profile)
{
	for (size_t i = 0; i < s->n_when; i++) {
		const struct proc_cond *c = &s->when[i];
		const struct param *x = c->is_param ? profile_param(profile, c->key) : NULL;
		bool holds = false;
		for (size_t v = 0; x && v < x->n_values; v++) {
			bool hit = !c->n_values && str_is(x->values[v], "yes");
			for (size_t k = 0; k < c->n_values; k++)
				hit = hit || str_eq(c->values[k], x->values[v]);
			holds = holds || hit;
		}
		if (c->is_param && holds == c->negate)
			return true;
	}
	return false;
}

/* Cut at spaces; a word longer than a line stands alone. */
static void wrap(struct str text, size_t letters, struct lines *out)
{
	while (text.n && out->n < LINES_MAX) {
		size_t n = text.n;
		if (n > letters) {
			n = letters;
			while (n > 0 && text.p[n] != ' ')
				n--;
			n = n ? n : letters;
			while (n < text.n && ((unsigned char)text.p[n] & 0xc0) == 0x80)
				n++;
		}
		out->v[out->n++] = str_trim(str_upto(text, n));
		text = str_trim(str_from(text, n));
	}
}

static void put_line(struct buf *b, int x, int y, int size, const char *more, struct str s)
{
	buf_fmt(b, "<text x=\"%d\" y=\"%d\" font-family=\"sans-serif\" font-size=\"%d\" fill=\"#0b0c0c\"%s>", x, y, size, more);
	tpl_text(b, s);
	buf_z(b, "</text>\n");
}

static bool branch(const struct proc_step *s)
{
	for (size_t i = 0; i < s->n_when; i++)
		if (!s->when[i].is_param)
			return true;
	return false;
}

/* "If Is something illegal suspected? is: Yes, something a person did" */
static void put_condition(struct buf *b, const struct procedure *p, const struct proc_cond *c)
{
	const struct proc_step *d = &p->steps[c->step];
	buf_fmt(b, "If \"%.*s\" is %s", STRF(d->title), c->negate ? "not " : "");
	for (size_t i = 0; i < c->n_values; i++)
		for (size_t k = 0; k < d->n_answers; k++)
			if (str_eq(c->values[i], d->answers[k].id))
				buf_fmt(b, "%s%.*s", i ? " / " : "", STRF(d->answers[k].label));
	buf_z(b, ":");
}

static void condition_of(const struct procedure *p, const struct proc_step *s, struct buf *b)
{
	bool first = true;
	for (size_t i = 0; i < s->n_when; i++)
		if (!s->when[i].is_param) {
			buf_z(b, first ? "" : " ");
			put_condition(b, p, &s->when[i]);
			first = false;
		}
}

static const char *fill_of(const struct proc_step *s)
{
	switch (s->kind) {
	case STEP_DECISION: return "#fff7bf";
	case STEP_AGENCY:   return "#cce2d8";
	case STEP_NOTICE:   return "#d2e2f1";
	default:            return "#ffffff";
	}
}

static void put_arrow(struct buf *b, int x, int from, int to)
{
	buf_fmt(b, "<path d=\"M%d %d V%d\" stroke=\"#0b0c0c\" stroke-width=\"2\" fill=\"none\"/>\n", x, from, to - 6);
	buf_fmt(b, "<path d=\"M%d %d l-5 -8 h10 z\" fill=\"#0b0c0c\"/>\n", x, to);
}

static void locks_of(struct arena *a, const struct procedure *p, const struct proc_step *s, struct lines *out)
{
	for (size_t i = 0; i < s->n_locks; i++)
		wrap(arena_fmt(a, "Locked until: %.*s", STRF(p->steps[s->locks[i].step].title)), SMALL - 10, out);
	if (s->each)
		wrap(s->each == EACH_ADULT ? STR("For each adult with parental responsibility") : STR("For each child involved"), SMALL - 10, out);
}

/* One step: its condition above in small letters, then the box.  Returns the bottom. */
static int put_step(struct buf *b, struct arena *a, const struct procedure *p, const struct proc_step *s, int y)
{
	AUTO(buf_done) struct buf cond = buf_init(4000);
	struct lines small = { 0 }, title = { 0 }, locks = { 0 };
	int x = MARGIN + (branch(s) ? INDENT : 0), w = WIDTH - MARGIN - x;
	condition_of(p, s, &cond);
	wrap(buf_str(&cond), SMALL - (branch(s) ? 5 : 0), &small);
	wrap(s->title, (size_t)(LETTERS - (branch(s) ? 4 : 0)), &title);
	locks_of(a, p, s, &locks);
	for (size_t i = 0; i < small.n; i++)
		put_line(b, x, y + 12 + (int)i * 16, 13, " font-style=\"italic\"", small.v[i]);
	y += (int)small.n * 16 + (small.n ? 4 : 0);
	int h = 2 * PAD + (int)title.n * LINE + (int)locks.n * 17;
	buf_fmt(b, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"%d\" fill=\"%s\" stroke=\"#0b0c0c\" stroke-width=\"%d\"/>\n", x, y, w, h,
	        s->kind == STEP_DECISION ? 18 : 0, fill_of(s), s->never_locked ? 4 : 2);
	for (size_t i = 0; i < title.n; i++)
		put_line(b, x + PAD, y + PAD + 15 + (int)i * LINE, 16, " font-weight=\"bold\"", title.v[i]);
	for (size_t i = 0; i < locks.n; i++)
		put_line(b, x + PAD, y + PAD + (int)title.n * LINE + 13 + (int)i * 17, 13, "", locks.v[i]);
	return y + h;
}

/* A step beside the main line: the line passes it, and an elbow leads to it. */
static void put_elbow(struct buf *b, int from, int middle, int to)
{
	int x = MARGIN + 30;
	buf_fmt(b, "<path d=\"M%d %d V%d M%d %d H%d\" stroke=\"#0b0c0c\" stroke-width=\"2\" fill=\"none\"/>\n", x, from, to, x, middle,
	        MARGIN + INDENT);
}

static int put_head(struct buf *b, struct arena *a, const struct procedure *p)
{
	struct lines title = { 0 }, legend = { 0 };
	wrap(arena_fmt(a, "%.*s, version %lld", STRF(p->title), (long long)p->version), 34, &title);
	for (size_t i = 0; i < title.n; i++)
		put_line(b, MARGIN, 34 + (int)i * 26, 21, " font-weight=\"bold\"", title.v[i]);
	int y = 34 + (int)title.n * 26;
	wrap(STR("Round: a decision. Green: an agency. Blue: somebody is told. Thick line: never locked. Set to the right: only after the answer above it."),
	     SMALL, &legend);
	for (size_t i = 0; i < legend.n; i++)
		put_line(b, MARGIN, y + (int)i * 17, 13, "", legend.v[i]);
	return y + (int)legend.n * 17 + 6;
}

void procedure_chart(const struct procedure *p, const struct profile *profile, struct buf *out)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(buf_done) struct buf b = buf_init(1 << 20);
	int y = put_head(&b, &a, p), bottom = 0;
	for (size_t i = 0; i < p->n; i++) {
		if (left_out(&p->steps[i], profile))
			continue;
		bool beside = branch(&p->steps[i]);
		if (bottom && !beside)
			put_arrow(&b, MARGIN + 30, bottom, bottom + GAP);
		y = bottom ? bottom + GAP : y;
		int end = put_step(&b, &a, p, &p->steps[i], y);
		if (beside)
			put_elbow(&b, bottom, end - 22, end);
		bottom = end;
	}
	buf_fmt(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\">\n<title>", WIDTH, bottom + MARGIN,
	        WIDTH, bottom + MARGIN);
	tpl_text(out, p->title);
	buf_fmt(out, ", version %lld</title>\n<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>\n", (long long)p->version, WIDTH, bottom + MARGIN);
	buf_add(out, buf_str(&b));
	buf_z(out, "</svg>\n");
}
