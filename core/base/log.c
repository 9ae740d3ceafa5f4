/* The log. All state of logging is in this file, behind one lock. */
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "base/say.h"

#define LOG_LINE_MAX 8192

static const char *const level_names[] = {
	[LOG_LEVEL_ERROR] = "error", [LOG_LEVEL_WARN] = "warn",
	[LOG_LEVEL_INFO] = "info", [LOG_LEVEL_DEBUG] = "debug",
};

/* What the journal calls them: the levels of syslog. */
static const int journal_levels[] = {
	[LOG_LEVEL_ERROR] = 3, [LOG_LEVEL_WARN] = 4, [LOG_LEVEL_INFO] = 6, [LOG_LEVEL_DEBUG] = 7,
};

static GMutex lock;
static char *log_path; /* NULL: standard error */
static int log_fd = STDERR_FILENO;
static int log_journal; /* atomic: log_fd is the journal, which knows the time itself */
static int log_level = LOG_LEVEL_WARN; /* atomic: read without the lock */

static int open_file(const char *path)
{
	return open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
}

/* Standard error may have been put elsewhere since the variable was set: the numbers tell. */
static gboolean is_journal(int fd)
{
	const char *named = g_getenv("JOURNAL_STREAM");
	g_autofree char *ours = NULL;
	struct stat st;

	if (!named || fstat(fd, &st) < 0)
		return FALSE;
	ours = g_strdup_printf("%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
	return strcmp(named, ours) == 0;
}

/* Most lines need no cleaning, and there is one for each request. */
static gboolean is_plain(const char *s)
{
	size_t n = 0;

	while (s[n] >= 0x20 && s[n] < 0x7f)
		n++;
	return !s[n] && n < LOG_LINE_MAX;
}

static void put_line(enum log_level level, const char *area, const char *message)
{
	char stamp[40];
	g_autofree char *clean = is_plain(message) ? g_strdup(message)
	                                           : text_clean_string(message, -1, TEXT_MARKED, LOG_LINE_MAX);
	g_autofree char *where = text_clean_string(area, -1, 0, 40);
	g_autofree char *line =
		g_atomic_int_get(&log_journal)
			? g_strdup_printf("<%d>%s: %s\n", journal_levels[level], where, clean)
			: g_strdup_printf("%s %-5s %s: %s\n", clock_rfc3339(clock_wall_ms(), stamp, sizeof(stamp)),
	                                  level_names[level], where, clean);
	size_t len = strlen(line), done = 0;

	g_mutex_lock(&lock);
	while (done < len) {
		ssize_t n = write(log_fd, line + done, len - done);

		/* A full disk must not stop the program; there is nobody to tell. */
		if (n < 0 && errno != EINTR)
			break;
		done += n > 0 ? (size_t)n : 0;
	}
	g_mutex_unlock(&lock);
}

static GLogWriterOutput take_glib(GLogLevelFlags flags, const GLogField *fields, gsize n, gpointer unused)
{
	const char *domain = "glib";
	const char *message = "";
	enum log_level level = LOG_LEVEL_DEBUG;

	(void)unused;
	for (gsize i = 0; i < n; i++) {
		if (fields[i].length >= 0)
			continue;
		if (strcmp(fields[i].key, "MESSAGE") == 0)
			message = fields[i].value;
		else if (strcmp(fields[i].key, "GLIB_DOMAIN") == 0)
			domain = fields[i].value;
	}
	if (flags & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL))
		level = LOG_LEVEL_ERROR;
	else if (flags & G_LOG_LEVEL_WARNING)
		level = LOG_LEVEL_WARN;
	else if (flags & (G_LOG_LEVEL_MESSAGE | G_LOG_LEVEL_INFO))
		level = LOG_LEVEL_INFO;
	if (log_wants(level))
		put_line(level, domain, message);
	return G_LOG_WRITER_HANDLED;
}

gboolean log_open(const char *path, enum log_level level, GError **error)
{
	static gsize once = 0;
	gboolean to_file = path && strcmp(path, "-") != 0;
	int fd = to_file ? open_file(path) : STDERR_FILENO;

	if (fd < 0) {
		int saved = errno;
		g_autofree char *shown = text_clean_string(path, -1, 0, 512);

		return desk_fail(error, DESK_IO, "the log file %s can't be opened: %s", shown, say_errno(saved));
	}
	if (g_once_init_enter(&once)) {
		g_log_set_writer_func(take_glib, NULL, NULL);
		g_once_init_leave(&once, 1);
	}
	g_mutex_lock(&lock);
	if (log_fd != STDERR_FILENO)
		close(log_fd);
	log_fd = fd;
	g_free(log_path);
	log_path = to_file ? g_strdup(path) : NULL;
	g_atomic_int_set(&log_journal, !to_file && is_journal(fd));
	g_atomic_int_set(&log_level, (int)level);
	g_mutex_unlock(&lock);
	return TRUE;
}

void log_reopen(void)
{
	int fd = -1;

	g_mutex_lock(&lock);
	if (log_path)
		fd = open_file(log_path);
	if (fd >= 0) {
		close(log_fd);
		log_fd = fd;
	}
	g_mutex_unlock(&lock);
}

void log_close(void)
{
	g_mutex_lock(&lock);
	if (log_fd != STDERR_FILENO)
		close(log_fd);
	log_fd = STDERR_FILENO;
	g_clear_pointer(&log_path, g_free);
	g_atomic_int_set(&log_journal, is_journal(log_fd));
	g_mutex_unlock(&lock);
}

gboolean log_wants(enum log_level level)
{
	return (int)level <= g_atomic_int_get(&log_level);
}

void log_write(enum log_level level, const char *area, const char *format, ...)
{
	g_autofree char *message = NULL;
	int saved = errno;
	va_list args;

	if (!log_wants(level))
		return;
	va_start(args, format);
	message = g_strdup_vprintf(format, args);
	va_end(args);
	put_line(level, area, message);
	errno = saved;
}

gboolean log_level_parse(const char *name, enum log_level *level, GError **error)
{
	g_autofree char *shown = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(level_names); i++)
		if (g_strcmp0(name, level_names[i]) == 0) {
			*level = (enum log_level)i;
			return TRUE;
		}
	shown = text_clean_string(name, -1, 0, 40);
	return desk_fail(error, DESK_INVALID, "\"%s\" is not a log level: error, warn, info, debug", shown);
}
