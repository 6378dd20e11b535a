/* cmd_people.h - `gatehouse people load FILE`: the first start of a school, and a new year. */
#pragma once

int cmd_people(int argc, char **argv);
