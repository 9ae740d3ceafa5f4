/* The terminal is given back even when the program crashes: a shell in raw mode with the
 * mouse on is no place to read a message in. The state is global because a signal is. */
#include "tui/screen_cells.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

static const int fatal[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP};

static volatile sig_atomic_t guarded;
static char last_words[512];
static size_t last_len;
static int word_fd, mode_fd;
static struct termios modes;

/* Only calls that a signal may make. */
static void on_fatal(int number)
{
	if (guarded) {
		guarded = 0;
		if (write(word_fd, last_words, last_len) >= 0 || last_len)
			tcsetattr(mode_fd, TCSANOW, &modes);
	}
	raise(number); /* the default action is back: it ends the program as it would have */
}

void crash_guard(const char *bytes, size_t len, int fd, int fd_in, const struct termios *cooked)
{
	struct sigaction mine = {.sa_handler = on_fatal, .sa_flags = (int)SA_RESETHAND | SA_NODEFER}, had;

	guarded = 0;
	last_len = MIN(len, sizeof last_words);
	memcpy(last_words, bytes, last_len);
	word_fd = fd;
	mode_fd = fd_in;
	modes = *cooked;
	guarded = 1;
	for (size_t i = 0; i < G_N_ELEMENTS(fatal); i++)
		if (sigaction(fatal[i], NULL, &had) == 0 && had.sa_handler == SIG_DFL) /* a debugger's tools go first */
			sigaction(fatal[i], &mine, NULL);
}

void crash_forget(void)
{
	guarded = 0;
}
