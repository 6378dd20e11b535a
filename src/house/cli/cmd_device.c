#include "house/cli/cmd_device.h"

#include <stdio.h>

#include "base/mem.h"
#include "base/rnd.h"
#include "house/cli/cli.h"
#include "io/file.h"

static const char usage[] = "device NUMBER [--group NAME]";

struct device_token device_token_of(struct arena *a, const uint8_t key[32], int64_t device, struct str secret)
{
	struct device_token t = { .secret = secret };
	uint8_t digest[HMAC_BYTES];
	hash_hmac(key, arena_fmt(a, "%lld:%.*s", (long long)device, STRF(secret)), digest);
	hex_put(digest, sizeof digest, t.digest);
	return t;
}

void device_secret(char out[DEVICE_SECRET + 1])
{
	static const char letters[] = "abcdefghijkmnpqrstuvwxyz23456789";        /* 32, without those that look alike */
	static_assert(sizeof letters == 33, "five bits a letter");
	uint8_t bytes[DEVICE_SECRET];
	rnd_bytes(bytes, sizeof bytes);
	for (size_t i = 0; i < DEVICE_SECRET; i++)
		out[i] = letters[bytes[i] & 31];
	out[DEVICE_SECRET] = 0;
	mem_wipe(bytes, sizeof bytes);
}

static void print(int64_t device, const char *group, const struct device_token *t)
{
	printf("# For the device, once: the proxy's user name is %lld and its password is\n#   %.*s\n"
	       "# Its name at the encrypted name service is %lld-%.*s before dns_name, or behind /dns-query/\n"
	       "# For policy.d, then `gatehouse policy publish`:\n[device %lld]\ngroup = %s\ntoken = %s\n",
	       (long long)device, STRF(t->secret), (long long)device, STRF(t->secret), (long long)device, group, t->digest);
}

static enum err make(const char *prefix, int64_t device, const char *group)
{
	AUTO(arena_done) struct arena a = arena_init();
	char path[4096], secret[DEVICE_SECRET + 1];
	uint8_t key[32];
	TRY(path_join(path, sizeof path, prefix, "keys/token.key"));
	TRY(file_read_exact(path, key, sizeof key));
	device_secret(secret);
	struct device_token t = device_token_of(&a, key, device, str_z(secret));
	mem_wipe(key, sizeof key);
	print(device, group, &t);
	mem_wipe(secret, sizeof secret);
	return OK;
}

int cmd_device(int argc, char **argv)
{
	const char *prefix = cli_prefix(), *group = "ks2";
	const struct cli_option options[] = {
		{ "--prefix", "folder of the installation", &prefix, NULL },
		{ "--group", "whose rules hold on it until somebody signs in (default ks2)", &group, NULL }, { 0 },
	};
	int rest;
	bool asked;
	int64_t device = 0;
	if (!cli_options(argc, argv, usage, options, &rest, &asked))
		return asked ? CLI_DONE : CLI_USAGE;
	if (rest != 1 || str_i64(str_z(argv[1]), &device) != OK || device <= 0) {
		fprintf(stderr, "usage: gatehouse %s\n", usage);
		return CLI_USAGE;
	}
	enum err e = make(prefix, device, group);
	if (e != OK)
		fprintf(stderr, "gatehouse device: the key of the tokens (keys/token.key): %s\n", err_text(e));
	return e == OK ? CLI_DONE : CLI_FAILED;
}
