/* What the command line prints: sentences and tables for people, json, csv or tsv for
 * programs. Everything from the desk passes the text gate on its way, but in json, where
 * it is whole and its controls are escaped. */
#ifndef TUI_PLAIN_OUT_H
#define TUI_PLAIN_OUT_H

#include "base/text.h"
#include "wire/fields.h"

enum out_format { OUT_TEXT, OUT_JSON, OUT_CSV, OUT_TSV };
enum out_style { OUT_PLAIN, OUT_BOLD, OUT_DIM, OUT_BAD };

struct out {
	GString *text;       /* what is to be printed */
	enum out_format format;
	gboolean quiet, header;
	gboolean terminal;   /* somebody may look at it */
	gboolean colour, links, utf8;
	gboolean spoken;     /* line by line: one thing a line, times in words */
	const char *link;    /* "https://desk.example/tickets/{ticket}"; NULL: none */
	int64_t now_ms;
};

void out_init(struct out *o);
/* Writes what there is to standard output; FALSE: it can't be written. */
gboolean out_flush(struct out *o, GError **error);
void out_clear(struct out *o);
/* -1 unknown */
int out_format_by_name(const char *name);

/* A line for people; nothing when quiet or for programs. Cleaned, the newline is ours. */
void out_say(struct out *o, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* Cleaned text as it is, no newline. */
void out_put(struct out *o, const char *text, enum out_style style);
/* Lines of a text, each with `before`. */
void out_body(struct out *o, const char *text, const char *before);
/* "#1042", a link where the terminal and the settings have them. */
void out_number(struct out *o, int64_t id);
/* One JSON document, and a newline. */
void out_json(struct out *o, const struct shape *s, const void *v);
/* The same for text that is JSON already. */
void out_json_text(struct out *o, const char *json);

/* ---- tables */
struct listing {
	const struct shape *shape;  /* of a row */
	const char *name;           /* of the list in json */
	const char *columns;        /* shown when nothing else is asked for */
	const char *id;             /* what -q prints */
};
/* FALSE with DESK_INVALID: a column that isn't there. `columns`: names with commas, "all", NULL. */
gboolean out_list(struct out *o, const struct listing *l, const GPtrArray *rows, const char *columns, GError **error);
/* Every column a row can have: char *. */
GPtrArray *out_columns(const struct shape *s);

/* ---- times: g_free */
char *out_when(int64_t ms);                       /* local, as the language writes it; "" for 0 */
char *out_iso(int64_t ms);                        /* UTC; "" for 0 */
char *out_span(int64_t ms);                       /* "3 minutes 20 seconds": the two biggest parts */
/* "3 minutes 20 seconds left", "1 hour late" */
char *out_deadline(int64_t due_ms, int64_t now_ms);

#endif
