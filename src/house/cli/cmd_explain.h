/* cmd_explain.h - gatehouse explain ADDRESS --as WHO [--at TIME]. */
#pragma once

int cmd_explain(int argc, char **argv);
