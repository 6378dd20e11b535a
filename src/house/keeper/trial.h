/* trial.h - the keeper's side of the filter's own test (house/filter/trial.h). */
#pragma once
#include "house/filter/trial.h"
#include "house/keeper/keeper.h"

/* Begins a run: its entry, an address of its own for each group, the job.  by: who asks; 0 = the clock.  ERR_BUSY: one is under way. */
enum err keeper_trial(struct keeper *k, int64_t by);
/* An address of its own for each group, in the live log. */
enum err keeper_trial_bind(struct keeper *k, const struct policy *p, int64_t run);
/* Once a week, in the morning before lessons. */
enum err keeper_trial_tick(struct keeper *k);
/* In the job: the run that is under way. */
enum err keeper_trial_job(struct keeper *k);
