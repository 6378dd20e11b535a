/* gatehouse - the commands for whoever runs the school's machine. */
#include <signal.h>

#include "base/log.h"
#include "house/cli/cli.h"

int main(int argc, char **argv)
{
	log_name("gatehouse");
	(void)signal(SIGPIPE, SIG_IGN);          /* `gatehouse ... | head`: the write fails instead */
	return cli_main(argc, argv);
}
