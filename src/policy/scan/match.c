#include "policy/scan/match.h"

#include "base/mem.h"

struct waiting { uint32_t text, at; };
struct seen_near { uint32_t near, unless; };            /* the word where it was met last, counted from 1; 0 never */

struct match {
	struct phrases *p;
	int32_t limit[PHRASE_TOPICS], score[PHRASE_TOPICS], most[PHRASE_TOPICS];
	uint32_t score_at[PHRASE_TOPICS];
	uint32_t now[MATCH_STATES], saved[MATCH_STATES];
	uint8_t n_now, n_saved, over;
	uint32_t at;                    /* words so far */
	struct waiting waiting[MATCH_WAITING];
	uint32_t wait_from, wait_n;
	struct seen_near *near;         /* owned; by set */
	uint8_t *met;                   /* owned; how often each phrase was met, up to MATCH_AGAIN and one more */
	struct match_hit hits[MATCH_SHOWN];
	size_t n_hits;
};

struct match *match_new(struct phrases *p, const int32_t limit[PHRASE_TOPICS])
{
	struct match *m = mem_new(struct match);
	m->p = phrases_hold(p);
	m->over = MATCH_NONE;
	memcpy(m->limit, limit, sizeof m->limit);
	m->near = mem_array(struct seen_near, p->n_sets + 1);
	m->met = mem_array(uint8_t, p->n_texts + 1);
	return m;
}

struct match *match_like(const struct match *m) { return match_new(m->p, m->limit); }

void match_free(struct match **mm)
{
	struct match *m = *mm;
	if (!m)
		return;
	phrases_drop(&m->p);
	mem_free(&m->near);
	mem_free(&m->met);
	mem_free(mm);
}

/* ---- counting */

static void fade(struct match *m, uint8_t topic)
{
	uint32_t halves = (m->at - m->score_at[topic]) / MATCH_FADE;
	m->score[topic] = halves < 31 ? m->score[topic] / (1 << halves) : 0;
	m->score_at[topic] += halves * MATCH_FADE;
}

static void count(struct match *m, uint32_t text, uint32_t at)
{
	const struct phrase_text *t = &m->p->texts[text];
	uint8_t topic = m->p->sets[t->set].topic;
	if (m->over != MATCH_NONE || m->met[text] > MATCH_AGAIN)
		return;
	int32_t weight = m->met[text]++ ? t->weight / 4 : t->weight;
	fade(m, topic);
	m->score[topic] += weight;
	if (m->score[topic] > m->most[topic])
		m->most[topic] = m->score[topic];
	if (weight && m->n_hits < MATCH_SHOWN)
		m->hits[m->n_hits++] = (struct match_hit){ text, weight, at };
	if (m->limit[topic] > 0 && m->score[topic] >= m->limit[topic])
		m->over = topic;
}

static bool since(uint32_t seen, uint32_t at, uint8_t within)
{
	return seen && seen + within >= at;
}

static void settle(struct match *m)
{
	struct waiting w = m->waiting[m->wait_from];
	uint16_t set = m->p->texts[w.text].set;
	const struct phrase_set *s = &m->p->sets[set];
	m->wait_from = (m->wait_from + 1) % MATCH_WAITING;
	m->wait_n--;
	if (s->near && !since(m->near[set].near, w.at, s->within))
		return;
	if (s->unless && since(m->near[set].unless, w.at, s->within))
		return;
	count(m, w.text, w.at);
}

/* Those whose right-hand surroundings were read; sets differ in how far they reach, so each waits for those before it. */
static void settle_due(struct match *m)
{
	while (m->wait_n) {
		struct waiting w = m->waiting[m->wait_from];
		if (m->at <= w.at + m->p->sets[m->p->texts[w.text].set].within)
			return;
		settle(m);
	}
}

static void wait_or_count(struct match *m, uint32_t text)
{
	const struct phrase_set *s = &m->p->sets[m->p->texts[text].set];
	if (!s->near && !s->unless) {
		count(m, text, m->at);
		return;
	}
	if (m->wait_n == MATCH_WAITING)
		settle(m);
	m->waiting[(m->wait_from + m->wait_n++) % MATCH_WAITING] = (struct waiting){ text, m->at };
}

static void reached(struct match *m, uint32_t node)
{
	for (uint32_t i = m->p->first[node]; i < m->p->first[node + 1]; i++) {
		uint32_t kind = m->p->outs[i] >> 30, at = m->p->outs[i] & 0x3fffffff;
		if (kind == OUT_PHRASE)
			wait_or_count(m, at);
		else if (kind == OUT_NEAR)
			m->near[at].near = m->at;
		else
			m->near[at].unless = m->at;
	}
}

/* ---- following */

static void arrive(struct match *m, uint32_t node, uint32_t *to, uint8_t *n)
{
	if (!node)
		return;
	for (uint8_t i = 0; i < *n; i++)
		if (to[i] == node)
			return;                 /* two forms of a word lead to one place */
	if (*n < MATCH_STATES)
		to[(*n)++] = node;
	reached(m, node);
}

static void follow(struct match *m, const uint32_t *from, uint8_t n_from, uint32_t word, uint32_t *to, uint8_t *n)
{
	for (uint8_t i = 0; i < n_from; i++)
		arrive(m, phrases_step(m->p, from[i], word), to, n);
	arrive(m, m->p->root[word], to, n);
}

static void joined_word(struct match *m, const struct word *w)
{
	for (uint8_t i = 0; i < w->n; i++) {
		uint32_t word = phrases_word(m->p, w->form[i]);
		if (word)
			follow(m, m->saved, m->n_saved, word, m->now, &m->n_now);
	}
}

static void on_word(void *to, const struct word *w)
{
	struct match *m = to;
	if (m->over != MATCH_NONE)
		return;                         /* the same is found whatever came in the same portion */
	if (w->joined) {
		joined_word(m, w);
		return;
	}
	m->at++;
	if (m->wait_n)
		settle_due(m);
	if (w->begins) {
		memcpy(m->saved, m->now, sizeof m->saved);
		m->n_saved = m->n_now;
	}
	uint32_t next[MATCH_STATES];
	uint8_t n = 0;
	for (uint8_t i = 0; i < w->n; i++) {
		uint32_t word = phrases_word(m->p, w->form[i]);
		if (word)
			follow(m, m->now, m->n_now, word, next, &n);
	}
	memcpy(m->now, next, n * sizeof *next);
	m->n_now = n;
}

static void on_stop(void *to)
{
	struct match *m = to;
	m->n_now = m->n_saved = 0;
}

struct words_to match_words(struct match *m) { return (struct words_to){ on_word, on_stop, m }; }

void match_end(struct match *m)
{
	while (m->wait_n)
		settle(m);
}

uint8_t match_over(const struct match *m) { return m->over; }
int32_t match_limit(const struct match *m, uint8_t topic) { return topic < PHRASE_TOPICS ? m->limit[topic] : 0; }
int32_t match_most(const struct match *m, uint8_t topic) { return topic < PHRASE_TOPICS ? m->most[topic] : 0; }
const struct phrases *match_phrases(const struct match *m) { return m->p; }

uint8_t match_alert(const struct match *m)
{
	uint8_t best = MATCH_NONE;
	for (uint8_t i = 0; i < m->p->n_topics; i++) {
		int32_t at = m->p->topics[i].alert;
		if (at > 0 && m->most[i] >= at && (best == MATCH_NONE || m->most[i] - at > m->most[best] - m->p->topics[best].alert))
			best = i;
	}
	return best;
}

size_t match_hits(const struct match *m, const struct match_hit **out)
{
	*out = m->hits;
	return m->n_hits;
}
