#include "wire/ws.h"

struct ws ws_begin(bool masked)
{
	return (struct ws){ .masked = masked };
}

void ws_mask(char *p, size_t n, const uint8_t mask[WS_MASK], uint8_t *at)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (char)(p[i] ^ (char)mask[(*at + i) % WS_MASK]);
	*at = (uint8_t)((*at + n) % WS_MASK);
}

static bool is_control(enum ws_op op)
{
	return op >= WS_CLOSE;
}

/* Bytes of the head at hand, as far as its first two tell. */
static size_t head_size(const struct ws *w)
{
	if (w->n_head < 2)
		return 2;
	uint8_t n = w->head[1] & 0x7f;
	return 2 + (n == 126 ? 2u : n == 127 ? 8u : 0u) + (w->head[1] & 0x80 ? WS_MASK : 0u);
}

/* RFC 6455 5.2: in its shortest form, and no more than 63 bits. */
static enum err length_of(const struct ws *w, uint64_t *out)
{
	uint8_t said = w->head[1] & 0x7f, bytes = said == 126 ? 2 : said == 127 ? 8 : 0;
	uint64_t n = said;
	for (uint8_t i = 0; i < bytes; i++)
		n = (i ? n << 8 : 0) | w->head[2 + i];
	*out = n;
	bool longer = (bytes == 2 && n < 126) || (bytes == 8 && n <= UINT16_MAX);
	return longer || n > INT64_MAX ? ERR_SYNTAX : OK;
}

static enum err control_head(const struct ws *w)
{
	bool known = w->op == WS_CLOSE || w->op == WS_PING || w->op == WS_PONG;
	return known && w->fin && w->left <= WS_CONTROL_MAX && (w->op != WS_CLOSE || w->left != 1) ? OK : ERR_SYNTAX;
}

static enum err data_head(struct ws *w)
{
	if (w->op > WS_BINARY || (w->op == WS_GO_ON) != (w->message != WS_GO_ON))
		return ERR_SYNTAX;
	if (w->op != WS_GO_ON) {
		w->message = w->op;
		w->begun = false;
	}
	return OK;
}

static enum err take_head(struct ws *w)
{
	bool masked = w->head[1] & 0x80;
	if (w->head[0] & 0x70 || masked != w->masked)
		return ERR_SYNTAX;
	w->fin = w->head[0] & 0x80;
	w->op = (enum ws_op)(w->head[0] & 0x0f);
	TRY(length_of(w, &w->left));
	if (masked)
		memcpy(w->mask, w->head + w->n_head - WS_MASK, WS_MASK);
	w->at = w->n_control = 0;
	w->n_head = 0;
	w->in_frame = true;
	return is_control(w->op) ? control_head(w) : data_head(w);
}

/* True when the head is whole. */
static bool fill_head(struct ws *w, char **in, size_t *n)
{
	while (*n && w->n_head < head_size(w)) {
		w->head[w->n_head++] = (uint8_t)**in;
		(*in)++, (*n)--;
	}
	return w->n_head >= 2 && w->n_head == head_size(w);
}

static struct str payload(struct ws *w, char **in, size_t *n)
{
	size_t take = w->left < *n ? (size_t)w->left : *n;
	struct str s = { *in, take };
	if (w->masked)
		ws_mask(*in, take, w->mask, &w->at);
	w->left -= take;
	*in += take;
	*n -= take;
	return s;
}

static void control(struct ws *w, char **in, size_t *n, enum ws_step *step, struct ws_piece *out)
{
	struct str s = payload(w, in, n);
	if (s.n)
		memcpy(w->control + w->n_control, s.p, s.n);
	w->n_control = (uint8_t)(w->n_control + s.n);
	if (w->left)
		return;
	w->in_frame = false;
	w->closed = w->op == WS_CLOSE;
	*step = WS_CONTROL;
	*out = (struct ws_piece){ .op = w->op, .bytes = { w->control, w->n_control } };
}

static void data(struct ws *w, char **in, size_t *n, enum ws_step *step, struct ws_piece *out)
{
	if (!*n && w->left)
		return;
	struct str s = payload(w, in, n);
	w->in_frame = w->left > 0;
	bool ends = !w->left && w->fin;
	if (!s.n && !ends)
		return;                         /* an empty frame in the middle says nothing */
	*step = WS_DATA;
	*out = (struct ws_piece){ .op = w->message, .begins = !w->begun, .ends = ends, .bytes = s };
	w->begun = true;
	if (ends)
		w->message = WS_GO_ON;
}

enum err ws_next(struct ws *w, char **in, size_t *n, enum ws_step *step, struct ws_piece *out)
{
	*step = WS_MORE;
	if (w->closed) {
		*in += *n;
		*n = 0;
	}
	while (*step == WS_MORE && (*n || (w->in_frame && !w->left))) {
		if (!w->in_frame) {
			if (!fill_head(w, in, n))
				return OK;
			TRY(take_head(w));
		}
		if (is_control(w->op))
			control(w, in, n, step, out);
		else
			data(w, in, n, step, out);
	}
	return OK;
}

size_t ws_head(enum ws_op op, bool fin, uint64_t n, const uint8_t *mask, char out[WS_HEAD_MAX])
{
	size_t k = 0, bytes = n < 126 ? 0 : n <= UINT16_MAX ? 2 : 8;
	out[k++] = (char)((fin ? 0x80 : 0) | (int)op);
	out[k++] = (char)((mask ? 0x80 : 0) | (bytes == 0 ? (int)n : bytes == 2 ? 126 : 127));
	for (size_t i = bytes; i-- > 0;)
		out[k++] = (char)(n >> (8 * i) & 0xff);
	if (mask)
		memcpy(out + k, mask, WS_MASK);
	return k + (mask ? WS_MASK : 0);
}
