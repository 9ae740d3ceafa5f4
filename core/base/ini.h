/* The one reader of settings files: sections, `key = value`, `#` and `;`
 * comments at line start, values in optional double quotes (\" \\ \n \t).
 *
 * Every entry keeps file and line, so whoever interprets it can name them.
 * All errors of a file are collected, one "file:line: sentence" a line. */
#ifndef BASE_INI_H
#define BASE_INI_H

#include <glib.h>

struct ini_entry {
	const char *section; /* "" before the first header */
	const char *key;
	const char *value;
	int line; /* 1-based */
};

struct ini;

/* NULL with DESK_IO or DESK_INVALID (message lists every bad line). A file over
 * 1 MiB, with NUL or not UTF-8 is DESK_INVALID. */
struct ini *ini_load(const char *path, GError **error);
/* `name` stands for the file in messages. */
struct ini *ini_parse(const char *name, const char *bytes, size_t len, GError **error);
void ini_free(struct ini *ini);
typedef struct ini ini_auto;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ini_auto, ini_free)

const char *ini_name(const struct ini *ini);
size_t ini_count(const struct ini *ini);
const struct ini_entry *ini_at(const struct ini *ini, size_t i); /* file order */
/* Last value wins; NULL when absent. */
const char *ini_get(const struct ini *ini, const char *section, const char *key);

/* Appends "file:line: <sentence>\n" to `errors`; for interpreters of entries. */
void ini_complain(const struct ini *ini, const struct ini_entry *entry,
                  GString *errors, const char *format, ...) G_GNUC_PRINTF(4, 5);

#endif
