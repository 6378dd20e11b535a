/* banned.h - included before everything (by the build): these do not exist here. */
#pragma once
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC poison strcpy strcat sprintf vsprintf gets strtok atoi atol atof strncpy localtime gmtime mktime asctime ctime system popen srand tmpnam
