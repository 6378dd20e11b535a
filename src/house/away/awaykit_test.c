#include "house/away/awaykit.h"

#include "policy/compile/policy_world.h"

const char *awaykit_ask(const char *house, const uint8_t digest[32], const char *host)
{
	struct world world;
	struct token_hit hit = { 0 };
	struct decision d = { .verdict = N_VERDICT };
	CHECK_OK(world_house(&world, "", house));
	bool ours = policy_token(world.p, digest, &hit);
	struct facts f = { .school = hit.school, .person = hit.person, .device = hit.device, .group = hit.group, .now_utc = world.now_utc, .host = str_z(host),
		.standing = hit.person ? STANDING_CURRENT : STANDING_UNKNOWN };          /* gate/identity: by_token */
	if (ours)
		decide(world.p, &f, &d);
	world_done(&world);
	return ours ? verdict_word(d.verdict) : "refused";
}
