#include "house/meters/meters.h"

enum err meters_look(const char *dir, int64_t now_ms, struct meters_look *out)
{
	out->at_ms = now_ms;
	return meter_read_all(dir, out->worker, METERS_MAX, &out->n);
}

void meters_prometheus(const struct meters_look *now, struct buf *out)
{
	for (size_t m = 0; m < N_METERS; m++) {
		const char *end = METERS[m].counts ? "_total" : "";
		buf_fmt(out, "# HELP gatehouse_%s%s %s.\n# TYPE gatehouse_%s%s %s\n", METERS[m].name, end, METERS[m].help, METERS[m].name, end,
			METERS[m].counts ? "counter" : "gauge");
		for (size_t i = 0; i < now->n; i++)
			buf_fmt(out, "gatehouse_%s%s{worker=\"%s\"} %llu\n", METERS[m].name, end, now->worker[i].name, (unsigned long long)now->worker[i].v[m]);
	}
	buf_z(out, "# HELP gatehouse_worker_up 1 when the worker beat in the last five seconds.\n# TYPE gatehouse_worker_up gauge\n");
	for (size_t i = 0; i < now->n; i++)
		buf_fmt(out, "gatehouse_worker_up{worker=\"%s\"} %d\n", now->worker[i].name, meter_alive(&now->worker[i], now->at_ms));
	buf_z(out, "# HELP gatehouse_worker_memory_bytes Resident memory.\n# TYPE gatehouse_worker_memory_bytes gauge\n");
	for (size_t i = 0; i < now->n; i++)
		buf_fmt(out, "gatehouse_worker_memory_bytes{worker=\"%s\"} %llu\n", now->worker[i].name, (unsigned long long)now->worker[i].memory_bytes);
}
