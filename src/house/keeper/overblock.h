/* overblock.h - the keeper's side of the over-block watch (house/filter/overblock.h). */
#pragma once
#include "house/filter/overblock.h"
#include "house/keeper/keeper.h"

/* Each night between two and five, as a job. */
enum err keeper_overblock_tick(struct keeper *k);
/* In the job. */
enum err keeper_overblock_job(struct keeper *k, const char *data_dir);
