/* Levelled log to a file or stderr, never to the terminal of a full screen.
 *
 * One line = time, level, area, message; the message passes the text gate. When stderr
 * is systemd's journal (JOURNAL_STREAM), "<N>" with the level of syslog stands for the
 * first two.
 * Bodies of messages, tokens and passwords are never logged. Thread safe. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <glib.h>

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARN, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

/* path NULL or "-": stderr. Reopened by log_reopen (log rotation). Also takes
 * over GLib's own messages. */
gboolean log_open(const char *path, enum log_level level, GError **error);
void log_reopen(void);
void log_close(void);
void log_write(enum log_level level, const char *area, const char *format, ...)
	G_GNUC_PRINTF(3, 4);
gboolean log_wants(enum log_level level);
gboolean log_level_parse(const char *name, enum log_level *level, GError **error);

#define log_error(area, ...) log_write(LOG_LEVEL_ERROR, area, __VA_ARGS__)
#define log_warn(area, ...) log_write(LOG_LEVEL_WARN, area, __VA_ARGS__)
#define log_info(area, ...) log_write(LOG_LEVEL_INFO, area, __VA_ARGS__)
#define log_debug(area, ...) \
	do { if (log_wants(LOG_LEVEL_DEBUG)) log_write(LOG_LEVEL_DEBUG, area, __VA_ARGS__); } while (0)

#endif
