/* duties.h - what people owe by the clock: reminders of tasks, changes of rights
 * that nobody confirmed.  Run by the keeper once a minute; each part does nothing when
 * nothing is due, and a part that fails does not stop the others. */
#pragma once
struct keeper;

void keeper_duties(struct keeper *k);
