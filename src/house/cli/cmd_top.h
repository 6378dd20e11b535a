/* gatehouse top: what the gate does, live.  gatehouse metrics: the same for Prometheus. */
#pragma once

int cmd_top(int argc, char **argv);
int cmd_metrics(int argc, char **argv);
