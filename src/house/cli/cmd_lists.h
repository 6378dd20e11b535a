/* cmd_lists.h - gatehouse lists compile | fetch | show. */
#pragma once

int cmd_lists(int argc, char **argv);
