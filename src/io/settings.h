/* settings.h - P/gatehouse.conf: the settings that a technician sets once.  What
 * a school decides (groups, rules, people) is in the database, not here.  Each
 * setting stands once in a table (settings.c) with its default and its limits;
 * docs/settings.md is checked against it.  [list X] and [school] extras belong to
 * others: the whole file is kept as `conf`. */
#pragma once
#include "base/arena.h"
#include "base/conf.h"
#include "base/diag.h"
#include "io/sandbox.h"
#include "io/sock.h"

enum { SETTINGS_LISTEN = 8, SETTINGS_UPSTREAM = SETTINGS_LISTEN, WORKERS_SETTING_MAX = 64 };

struct settings {
	struct arena arena;                 /* owns every text below */
	struct conf conf;                   /* the whole file, for blocks that are not ours */
	const char *prefix;                 /* P, absolute or as given */

	/* [gate] */
	const char *gate_name;              /* gatehouse.home.arpa */
	struct sock_addr dns_listen[SETTINGS_LISTEN], proxy_listen[SETTINGS_LISTEN],
	                 page_listen[SETTINGS_LISTEN], tls_proxy_listen[SETTINGS_LISTEN],
	                 intercept_http_listen[SETTINGS_LISTEN], intercept_tls_listen[SETTINGS_LISTEN],
	                 dot_listen[SETTINGS_LISTEN], doh_listen[SETTINGS_LISTEN],
	                 away_listen[SETTINGS_LISTEN], away_tls_listen[SETTINGS_LISTEN];
	size_t away_listens, away_tls_listens;
	size_t dns_listens, proxy_listens, page_listens, tls_proxy_listens, intercept_http_listens, intercept_tls_listens, dot_listens, doh_listens;
	const char *dns_name;               /* of the encrypted name service, "dns.school.example"; NULL: none */
	const char *tls_cert, *tls_key;     /* PEM files for tls_proxy_listen, dot_listen, doh_listen; NULL: none */
	const char *device_certificates;    /* "proxy dot": doors where devices may show their own */
	struct sock_addr upstream[SETTINGS_UPSTREAM];      /* resolvers, in order of preference */
	size_t upstreams;
	unsigned dns_workers, proxy_workers;               /* 0 in the file: one a processor */
	uint8_t block_address4[16], block_address6[16];    /* where a refused name points: the page listener */
	bool has_block4, has_block6;
	uint8_t away_address4[16], away_address6[16];      /* the same for devices that ask from outside: away_listen, as the internet sees it */
	bool has_away4, has_away6;
	unsigned block_ttl;                 /* seconds, at most 5 */
	unsigned stale_days, stop_days;     /* lists older than this are told at the start, or stop it; 0: never */
	unsigned cache_entries;             /* DNS cache */
	uint64_t spool_quota_bytes;         /* a worker */
	enum sandbox_mode sandbox;
	const char *user;                   /* of the gate; NULL: do not change */
	int64_t school;                     /* whose gate this is; 1 */

	/* [house] */
	const char *database;               /* "sqlite:P/house/house.db", "postgres:..." */
	const char *portal_socket;          /* P/run/portal.sock */
	const char *public_url;             /* https://portal.gatehouse.home.arpa */
	unsigned portal_threads;
	const char *mail_server, *mail_from, *mail_user, *mail_password_file, *mail_ca_file;      /* NULL: no mail is sent */
	unsigned keep_visits_days, keep_alerts_days;       /* 90 and 365 */
	unsigned check_links_days;          /* 7; 0 never */
	const char *house_user;

	/* [school] */
	const char *school_name;
	const char *profile;                /* "junior" or "primary" */
};

/* The prefix that a program was started with: --prefix P, else $GATEHOUSE_PREFIX, else /var/lib/gatehouse. */
const char *settings_prefix(int argc, char **argv);
/* Reads P/gatehouse.conf; absent file: all defaults.  Findings in `d`; ERR_SYNTAX or ERR_INVALID when there are errors. */
enum err settings_load(const char *prefix, struct diag *d, struct settings *out);
enum err settings_parse(const char *prefix, struct str file, struct str text, struct diag *d, struct settings *out);
void settings_done(struct settings *s);
/* Whether devices may show a certificate at this door: "proxy", "dot", "doh". */
bool settings_certificates(const struct settings *s, const char *door);
/* P/a in the arena of the settings: settings_path(s, "run/signer.sock"). */
const char *settings_path(struct settings *s, const char *relative);
/* Every setting, as a table in Markdown, for docs/settings.md. */
void settings_manual(struct buf *out);
