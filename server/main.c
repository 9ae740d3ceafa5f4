/* ttydeskd: the backend. */
#include <locale.h>
#include <signal.h>

#include "server/commands.h"

int main(int argc, char **argv)
{
	setlocale(LC_ALL, "");
	signal(SIGPIPE, SIG_IGN);
	return command_run(argc, argv);
}
