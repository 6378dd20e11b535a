/* cmd_archive.h - gatehouse archive FOLDER --why TEXT: the records that must be read in 75 years, readable without Gatehouse (longkeep.h). */
#pragma once

int cmd_archive(int argc, char **argv);
