/* Tables of other programs: comma-separated values (RFC 4180), both ways. Pure.
 *
 * Read: the separator (comma, semicolon or tab) is what the first line has most of; quoted
 * cells may hold separators, line breaks and doubled quotes; CRLF, LF and a UTF-8 mark at
 * the start are fine. Cells are raw text. Written: commas, CRLF, quotes where needed.
 * A cell that a spreadsheet would take for a formula gets an apostrophe before it, which
 * reading takes off again. */
#ifndef WIRE_CSV_H
#define WIRE_CSV_H

#include <glib.h>

#define CSV_MAX_CELLS 200
#define CSV_MAX_CELL (256u << 10) /* bytes */

/* `cells` (char *, n of them) are borrowed; `line` is where the row begins, from 1. FALSE stops. */
typedef gboolean csv_row_fn(char *const *cells, guint n, guint line, void *arg);
/* A row that is all empty is skipped. A fault is told to `bad` (sentence, line) and that row
 * is skipped; FALSE only when a function stopped it. Text must be UTF-8 without NUL. */
gboolean csv_read(const char *text, size_t len, csv_row_fn *row,
                  void (*bad)(guint line, const char *sentence, void *arg), void *arg);

/* Appends one row; NULL cells are empty. */
void csv_write(GString *out, const char *const *cells, guint n);

#endif
