/* A readable text of records: `[head of a section]`, `key = value`, comments (# or ; at the
 * beginning of a line). Beside ini.h, which reads settings: here a key may stand several times,
 * a section has a line of its own, and a value may have several lines:
 *
 *   body = """
 *   first line
 *   second line
 *   """
 *
 * Between the fences (three quotes or more; the closing one as long as the opening one) every
 * line counts as it stands. A value in double quotes may hold \" \\ \n \t \r. */
#ifndef BASE_SECTIONS_H
#define BASE_SECTIONS_H

#include <glib.h>

#define SECTIONS_MAX_BYTES (4u << 20)

/* Complaints about lines, in whatever order they are found. */
struct line_errors;
struct line_errors *line_errors_new(const char *name); /* `name` stands for the file */
void line_errors_free(struct line_errors *e);
void line_errors_add(struct line_errors *e, int line, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* Where in the line, too: columns count characters from 1; "name:line:column: sentence". */
void line_errors_add_at(struct line_errors *e, int line, int column, const char *format, ...) G_GNUC_PRINTF(4, 5);
guint line_errors_count(const struct line_errors *e);
/* "name:line: sentence\n" each, by line; the first 100 and how many more. g_free. */
char *line_errors_text(struct line_errors *e);
typedef struct line_errors line_errors_auto;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(line_errors_auto, line_errors_free)

struct section_entry {
	const char *key, *value;
	int line; /* 1-based */
	int column;     /* of the value in that line, 1-based */
	gboolean block; /* the value's first line is the one after `line`, from its first column */
};
struct section {
	const char *head; /* between the brackets: words with one space between */
	int line;
	GArray *entries;  /* struct section_entry, as they stand */
};

/* UTF-8 without NUL? Each line that isn't is told; one line for a whole text in UTF-16. */
gboolean sections_check_text(const char *bytes, size_t len, struct line_errors *errors);

struct sections;
/* Never NULL: what is sound; the rest is told to `errors`. */
struct sections *sections_parse(const char *bytes, size_t len, struct line_errors *errors);
void sections_free(struct sections *s);
typedef struct sections sections_auto;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(sections_auto, sections_free)
guint sections_count(const struct sections *s);
const struct section *sections_at(const struct sections *s, guint i);

/* "key = value\n" so that reading it gives the same value: plain where it can be, else in quotes
 * or between fences. Any UTF-8 text without NUL. */
void sections_write(GString *out, const char *key, const char *value);

#endif
