/* cmd_policy.h - gatehouse policy check | publish | show. */
#pragma once

int cmd_policy(int argc, char **argv);
