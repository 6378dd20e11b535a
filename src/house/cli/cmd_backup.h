/* cmd_backup.h - gatehouse backup. */
#pragma once

int cmd_backup(int argc, char **argv);
