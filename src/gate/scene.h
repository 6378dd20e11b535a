/* scene.h - for tests of the gate: a small policy with its snapshot file, made
 * here because the compiler belongs to the house. */
#pragma once
#include "policy/read/live.h"
#include "policy/read/policy.h"

/* Writes dir/00000001.snap and dir/current:
 *   groups: unknown (strictest, walled), ks1, ks2, staff, guests
 *   ranges: 127.0.0.0/24 ks2 · 127.0.1.0/24 ks1 · 127.0.2.0/24 staff · 127.0.9.0/24 guests · 127.0.8.0/24 unknown to all
 *   rules:  1 block blocked.test for everyone · 2 block part.test/games · own gatehouse.home.arpa · help help.test
 *   search: finder.test, /search with the term in q
 *   phrases: "vanish" raises an alert (self-harm), five of it close a page, "forbidden" closes a page (adult); staff: neither
 *   downloads: programs (exe, bat, PE, ELF ...) for nobody, but from approved.test/tools
 *   tokens: device 7 "7:sesame" (key of 32 'k'), group ks2; a certificate of "tab-9": device 9, ks2
 *   login:  "tansy", person 43, staff
 *   texts:  school.name, block.screen-off (when `screen_off`), log.named (when `named`) */
void scene_policy(const char *dir, bool screen_off, bool named);
/* Appends a sign-in of person 42 at this address to dir/live.log. */
void scene_bind(const char *dir, const char *address, const char *group, enum standing standing);
/* The token of the scene's policy that has this digest counts no more. */
void scene_withdraw(const char *dir, const uint8_t digest[32]);
void scene_bind_how(const char *dir, const char *address, const char *group, enum standing standing, enum live_how how);
/* as: the address that the filter's own test asks as. */
void scene_bind_as(const char *dir, const char *address, const char *group, enum standing standing, enum live_how how, const char *as);
