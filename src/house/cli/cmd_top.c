#include "house/cli/cmd_top.h"

#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/diag.h"
#include "base/mem.h"
#include "house/cli/cli.h"
#include "house/cli/house.h"
#include "house/meters/meters.h"
#include "io/settings.h"

enum { TEXT_MAX = 1 << 18 };

static volatile sig_atomic_t stopped;

static void on_stop(int signo)
{
	(void)signo;
	stopped = 1;
}

static void put(const struct buf *b) { (void)fwrite(buf_str(b).p, 1, b->n, stdout); (void)fflush(stdout); }

/* The second look of --once is a second after the first, so that there are rates. */
static enum err watch_gate(const char *dir, bool once)
{
	static struct meters_look look[2];
	AUTO(buf_done) struct buf b = buf_init(TEXT_MAX);
	TRY(meters_look(dir, clock_ms(), &look[0]));
	for (unsigned turn = 1; !stopped; turn++) {
		if (!once || turn > 1) {
			buf_clear(&b);
			if (!once)
				buf_z(&b, "\033[H\033[2J");      /* the terminal's first line, all cleared */
			meters_top(&look[(turn - 1) % 2], turn > 1 ? &look[turn % 2] : NULL, &b);
			if (!once)
				buf_z(&b, "Ctrl-C ends this.\n");
			put(&b);
		}
		if (once && turn > 1)
			return OK;
		(void)nanosleep(&(struct timespec){ .tv_sec = 1 }, NULL);      /* woken early by a signal: the next look is early */
		TRY(meters_look(dir, clock_ms(), &look[turn % 2]));
	}
	return OK;
}

static enum err print_metrics(const char *dir)
{
	static struct meters_look look;
	AUTO(buf_done) struct buf b = buf_init(TEXT_MAX);
	TRY(meters_look(dir, clock_ms(), &look));
	meters_prometheus(&look, &b);
	TRY(buf_ok(&b));
	put(&b);
	return OK;
}

static int with_school(const char *command, const char *prefix, enum err (*run)(const char *dir, bool once), bool once)
{
	AUTO(settings_done) struct settings s = { 0 };
	AUTO(diag_done) struct diag d = diag_init(20);
	enum err e = settings_load(prefix, &d, &s);
	if (e == OK)
		e = run(settings_path(&s, "run/meters"), once);
	house_say(&d);
	if (e != OK)
		fprintf(stderr, "gatehouse %s: %s\n", command, err_text(e));
	return e == OK ? CLI_DONE : CLI_FAILED;
}

int cmd_top(int argc, char **argv)
{
	const char *prefix = cli_prefix();
	bool once = !isatty(STDOUT_FILENO), asked = false;
	const struct cli_option options[] = { { "--prefix", "the school's folder", &prefix, NULL },
		{ "--once", "one picture instead of a live one (also when the output is no terminal)", NULL, &once }, { 0 } };
	int rest = 0;
	if (!cli_options(argc, argv, "top [--prefix FOLDER] [--once]", options, &rest, &asked))
		return asked ? CLI_DONE : CLI_USAGE;
	(void)signal(SIGINT, on_stop);
	return with_school("top", prefix, watch_gate, once);
}

static enum err metrics(const char *dir, bool once)
{
	(void)once;
	return print_metrics(dir);
}

int cmd_metrics(int argc, char **argv)
{
	const char *prefix = cli_prefix();
	const struct cli_option options[] = { { "--prefix", "the school's folder", &prefix, NULL }, { 0 } };
	int rest = 0;
	bool asked = false;
	if (!cli_options(argc, argv, "metrics [--prefix FOLDER]", options, &rest, &asked))
		return asked ? CLI_DONE : CLI_USAGE;
	return with_school("metrics", prefix, metrics, false);
}
