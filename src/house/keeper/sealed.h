/* sealed.h - the keeper's side of the proof that the protected lists are applied (house/filter/sealed_watch.h), and of places
 * of the matrix that grew old. */
#pragma once
#include "house/keeper/keeper.h"

/* Asks now: addresses for the groups, then the job. */
enum err keeper_sealed(struct keeper *k);
/* Each hour, beginning two minutes after the start, when the gate is up. */
enum err keeper_sealed_tick(struct keeper *k);
/* In the job. */
enum err keeper_sealed_job(struct keeper *k);
