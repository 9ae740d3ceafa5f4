/* Append-only JSON writer for hot answers. Keeps the commas; never allocates
 * beyond the GString. Strings must be valid UTF-8 (see text_storable); keys are literals of
 * this program and go out as they are. */
#ifndef WIRE_WRITER_H
#define WIRE_WRITER_H

#include <glib.h>

struct writer {
	GString *out;
	gboolean need_comma;
};

void writer_init(struct writer *w, GString *out);
void writer_object(struct writer *w, const char *key); /* key NULL inside arrays and at top */
void writer_end_object(struct writer *w);
void writer_array(struct writer *w, const char *key);
void writer_end_array(struct writer *w);
void writer_string(struct writer *w, const char *key, const char *value); /* NULL -> null */
void writer_string_opt(struct writer *w, const char *key, const char *value); /* NULL -> member left out */
void writer_int(struct writer *w, const char *key, int64_t value);
void writer_double(struct writer *w, const char *key, double value);
void writer_bool(struct writer *w, const char *key, gboolean value);
void writer_raw(struct writer *w, const char *key, const char *json); /* ready JSON */

#endif
