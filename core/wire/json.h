/* JSON text to a tree: strict, bounded, and the only room that knows cJSON.
 *
 * cJSON recurses and is lenient, so json_check walks the text first, without
 * recursion, and lets only well-formed JSON of bounded size and depth through:
 * UTF-8, no NUL (raw or \u0000), no raw control characters in strings, numbers
 * as RFC 8259 has them, nothing after the value. */
#ifndef WIRE_JSON_H
#define WIRE_JSON_H

#include <inttypes.h>
#include "base/error.h"

#define JSON_MAX_DEPTH 16
#define JSON_MAX_INTEGER INT64_C(9007199254740991) /* 2^53-1: the last exact one in a double */

struct json_node; /* borrowed from its tree */

enum json_type { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

/* NULL with `code`; the message names the byte. At most WIRE_MAX_BODY bytes. */
struct json_node *json_parse(const char *bytes, size_t len, enum desk_code code, GError **error);
void json_free(struct json_node *root);
typedef struct json_node json_auto;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_auto, json_free)

/* The check alone: TRUE when json_parse would take it. */
gboolean json_check(const char *bytes, size_t len, enum desk_code code, GError **error);

enum json_type json_type(const struct json_node *n);
const char *json_name(const struct json_node *n);                /* of a member of an object */
const struct json_node *json_first(const struct json_node *n);   /* array or object; NULL when empty */
const struct json_node *json_next(const struct json_node *n);
const struct json_node *json_member(const struct json_node *n, const char *name); /* NULL: none, or null */
const char *json_text(const struct json_node *n);                /* of a STRING */
gboolean json_true(const struct json_node *n);
double json_double(const struct json_node *n);
/* FALSE unless a whole number of at most JSON_MAX_INTEGER either side of 0. */
gboolean json_integer(const struct json_node *n, int64_t *value);

#endif
