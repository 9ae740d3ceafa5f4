/* Records as rows of a table and back: customers, their orders, people. */
#ifndef DESK_EXPORT_TABLE_H
#define DESK_EXPORT_TABLE_H

#include "wire/records.h"

gboolean export_has_table(enum record_type type);
void export_table_head(GString *out, enum record_type type);
/* A key for an order of that customer: letters, digits, ._- of both. g_free. */
char *record_order_key(const char *customer_key, const char *number);
/* Appends the rows a record is: one, or for `order` one per order of the customer. How many. */
guint export_table_rows(GString *out, enum record_type type, const struct record *r);

/* A table into lines of records as import reads them; a row's line keeps its number. Columns
 * are found by their names in the first row, in any order; unknown ones are a fault of
 * line 1. `bad` hears of rows that can't be read. FALSE when there is no use in going on. */
gboolean import_table_lines(GString *out, enum record_type type, const char *text, size_t len,
                            void (*bad)(guint line, const char *sentence, void *arg), void *arg);

#endif
