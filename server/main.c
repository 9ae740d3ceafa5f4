/* ttydeskd: the backend. */
#include <signal.h>

#include "base/say.h"
#include "server/commands.h"

int main(int argc, char **argv)
{
	say_start();
	signal(SIGPIPE, SIG_IGN);
	return command_run(argc, argv);
}
