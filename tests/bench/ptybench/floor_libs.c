/* floor_libs - the empty program of the start and memory bars: the libraries of ttydesk, each initialised and used once, a line on the
 * screen, then wait for q. What ttydesk needs beyond this is its own. */
#include <curl/curl.h>
#include <curses.h>
#include <cjson/cJSON.h>
#include <fcntl.h>
#include <glib.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <readline/readline.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>
#include <utf8proc.h>

static int quiet_getc(FILE *f) { (void)f; return EOF; }
static void quiet_redisplay(void) {}
static void quiet_line(char *line) { free(line); }
static void quiet_prep(int meta) { (void)meta; }
static void quiet_deprep(void) {}

int main(void)
{
	struct termios old, raw;
	char c;
	int mem = memfd_create("screen", MFD_CLOEXEC);
	FILE *out = fdopen(mem, "w+");
	static char frame[65536];

	setlocale(LC_ALL, "");
	tcgetattr(0, &old);
	raw = old;
	cfmakeraw(&raw);
	tcsetattr(0, TCSANOW, &raw);
	GMainContext *context = g_main_context_default();
	g_main_context_iteration(context, FALSE);
	curl_global_init(CURL_GLOBAL_DEFAULT);
	CURLM *multi = curl_multi_init();
	CURL *easy = curl_easy_init();
	curl_easy_setopt(easy, CURLOPT_URL, "http://desk/");
	cJSON_Delete(cJSON_Parse("{\"a\":[1,2]}"));
	utf8proc_int32_t cp;
	utf8proc_iterate((const utf8proc_uint8_t *)"x", 1, &cp);
	rl_getc_function = quiet_getc;
	rl_redisplay_function = quiet_redisplay;
	rl_prep_term_function = quiet_prep;
	rl_deprep_term_function = quiet_deprep;
	rl_catch_signals = 0;
	rl_outstream = fopen("/dev/null", "w");
	rl_callback_handler_install("", quiet_line);
	newterm(NULL, out, stdin);
	start_color();
	use_default_colors();
	mvaddstr(0, 0, "000001 ready");
	refresh();
	fflush(out);
	ssize_t n = pread(mem, frame, sizeof(frame), 0);
	if (n > 0 && write(1, frame, (size_t)n) < 0)
		return 1;
	while (read(0, &c, 1) == 1 && c != 'q')
		;
	endwin();
	tcsetattr(0, TCSANOW, &old);
	curl_easy_cleanup(easy);
	curl_multi_cleanup(multi);
	return 0;
}
