/* The live picture: sums, rates, workers, and what is wrong. */
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/meters/meters.h"

/* The same worker, started the same time: counters of a new one begin at 0. */
static uint64_t earlier(const struct meters_look *before, const struct meter_read *w, enum meter m)
{
	for (size_t i = 0; before && i < before->n; i++)
		if (strcmp(before->worker[i].name, w->name) == 0 && before->worker[i].started_ms == w->started_ms)
			return before->worker[i].v[m];
	return 0;
}

static uint64_t sum(const struct meters_look *l, enum meter m)
{
	uint64_t all = 0;
	for (size_t i = 0; i < l->n; i++)
		all += l->worker[i].v[m];
	return all;
}

static double rate(const struct meters_look *now, const struct meters_look *before, enum meter m)
{
	uint64_t more = 0;
	if (!before || now->at_ms <= before->at_ms)
		return 0;
	for (size_t i = 0; i < now->n; i++)
		more += now->worker[i].v[m] - earlier(before, &now->worker[i], m);
	return (double)more * 1000 / (double)(now->at_ms - before->at_ms);
}

static void bytes(struct buf *out, double n)
{
	static const char *const unit[] = { "bytes", "kB", "MB", "GB", "TB" };
	size_t i = 0;
	for (; n >= 1000 && i + 1 < sizeof unit / sizeof *unit; i++)
		n /= 1000;
	buf_fmt(out, i ? "%.1f %s" : "%.0f %s", n, unit[i]);
}

static void line(struct buf *out, const struct meters_look *now, const struct meters_look *before, const char *label, enum meter m)
{
	buf_fmt(out, "  %-34s %10.1f %16llu\n", label, rate(now, before, m), (unsigned long long)sum(now, m));
}

static void sums(const struct meters_look *now, const struct meters_look *before, struct buf *out)
{
	static const struct { enum meter m; const char *label; } rows[] = {
		{ METER_dns_asked, "Names asked for" }, { METER_dns_cached, "  answered from the cache" }, { METER_dns_refused, "  refused" },
		{ METER_dns_signs, "  sent to the signing page" }, { METER_dns_safe, "  made safe (search engines)" }, { METER_dns_failed, "  no resolver answered" },
		{ METER_dns_limited, "  dropped, too many at once" }, { METER_web_requests, "Web requests" }, { METER_web_refused, "  refused" },
		{ METER_web_signs, "  sent to the signing page" }, { METER_web_tunnels, "  tunnels (HTTPS not opened)" },
	};
	buf_fmt(out, "  %-34s %10s %16s\n", "", "a second", "since the start");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		line(out, now, before, rows[i].label, rows[i].m);
	buf_fmt(out, "  %-34s %10llu\n  From the web: ", "Connections open", (unsigned long long)sum(now, METER_web_connections));
	bytes(out, rate(now, before, METER_web_bytes_down));
	buf_z(out, " a second.  Events that wait for the house: ");
	bytes(out, (double)sum(now, METER_spool_bytes));
	buf_z(out, ".\n");
}

static void lasted(struct buf *out, int64_t ms)
{
	long long minutes = ms / 60000;
	if (minutes >= 2880)
		buf_fmt(out, "%lld days", minutes / 1440);
	else if (minutes >= 120)
		buf_fmt(out, "%lld hours", minutes / 60);
	else if (minutes >= 2)
		buf_fmt(out, "%lld minutes", minutes);
	else
		buf_fmt(out, "%lld seconds", (long long)(ms / 1000));
}

static void workers(const struct meters_look *now, struct buf *out)
{
	for (size_t i = 0; i < now->n; i++) {
		const struct meter_read *w = &now->worker[i];
		buf_fmt(out, "  %-10s ", w->name);
		if (meter_alive(w, now->at_ms)) {
			buf_fmt(out, "policy %-6llu memory ", (unsigned long long)w->v[METER_policy_generation]);
			bytes(out, (double)w->memory_bytes);
			buf_z(out, ", for ");
			lasted(out, now->at_ms - w->started_ms);
		} else {
			buf_z(out, "SILENT for ");
			lasted(out, now->at_ms - w->beat_ms);
		}
		buf_byte(out, '\n');
	}
}

static void wrong(const struct meters_look *now, struct buf *out)
{
	uint64_t newest = 0, lost = sum(now, METER_events_lost);
	for (size_t i = 0; i < now->n; i++)
		newest = now->worker[i].v[METER_policy_generation] > newest ? now->worker[i].v[METER_policy_generation] : newest;
	if (!now->n)
		buf_z(out, "! No worker of the gate is here: nothing is filtered by this machine.\n");
	for (size_t i = 0; i < now->n; i++) {
		const struct meter_read *w = &now->worker[i];
		if (!meter_alive(w, now->at_ms))
			buf_fmt(out, "! %s does not work: look into log/ and at the service.\n", w->name);
		else if (w->v[METER_policy_generation] == 0)
			buf_fmt(out, "! %s has no policy: it refuses everything.  Publish one: gatehouse policy publish.\n", w->name);
		else if (w->v[METER_policy_generation] < newest)
			buf_fmt(out, "! %s has not taken the newest policy (%llu) into use.\n", w->name, (unsigned long long)newest);
	}
	if (lost)
		buf_fmt(out, "! %llu events found no room on the disk and are lost.\n", (unsigned long long)lost);
}

void meters_top(const struct meters_look *now, const struct meters_look *before, struct buf *out)
{
	AUTO(arena_done) struct arena a = arena_init();
	buf_fmt(out, "Gatehouse, %.*s\n\n", STRF(time_words(&a, now->at_ms / 1000)));
	if (now->n) {
		sums(now, before, out);
		buf_byte(out, '\n');
		workers(now, out);
		buf_byte(out, '\n');
	}
	wrong(now, out);
}
