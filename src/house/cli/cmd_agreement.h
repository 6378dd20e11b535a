/* cmd_agreement.h - gatehouse agreement activate | show */
#pragma once

int cmd_agreement(int argc, char **argv);
