/* people.h - the job that keeps the people of the school as its directory has them (roll/sync.h).  Only directories to which
 * somebody agreed; the others wait for a person. */
#pragma once
#include "house/keeper/keeper.h"

enum err keeper_people_job(struct keeper *k, const char *data_dir);
