/* JSON tree access: cJSON behind names of our own. */
#include "wire/json.h"

#include <cjson/cJSON.h>
#include <math.h>

/* A json_node is a cJSON item under another name; nobody else looks inside. */
static const cJSON *item(const struct json_node *n)
{
	return (const cJSON *)n;
}

struct json_node *json_parse(const char *bytes, size_t len, enum desk_code code, GError **error)
{
	if (!json_check(bytes, len, code, error))
		return NULL;
	cJSON *root = cJSON_ParseWithLength(bytes, len);
	if (!root)
		desk_fail(error, code, "JSON is not well-formed");
	return (struct json_node *)root;
}

void json_free(struct json_node *root)
{
	cJSON_Delete((cJSON *)root);
}

enum json_type json_type(const struct json_node *n)
{
	switch (item(n)->type & 0xff) {
	case cJSON_False:
	case cJSON_True:
		return JSON_BOOL;
	case cJSON_Number:
		return JSON_NUMBER;
	case cJSON_String:
		return JSON_STRING;
	case cJSON_Array:
		return JSON_ARRAY;
	case cJSON_Object:
		return JSON_OBJECT;
	default:
		return JSON_NULL;
	}
}

const char *json_name(const struct json_node *n)
{
	return item(n)->string;
}

const struct json_node *json_first(const struct json_node *n)
{
	return (const struct json_node *)item(n)->child;
}

const struct json_node *json_next(const struct json_node *n)
{
	return (const struct json_node *)item(n)->next;
}

const struct json_node *json_member(const struct json_node *n, const char *name)
{
	const cJSON *member = cJSON_GetObjectItemCaseSensitive(item(n), name);
	return member && !cJSON_IsNull(member) ? (const struct json_node *)member : NULL;
}

const char *json_text(const struct json_node *n)
{
	return item(n)->valuestring;
}

gboolean json_true(const struct json_node *n)
{
	return cJSON_IsTrue(item(n));
}

double json_double(const struct json_node *n)
{
	return item(n)->valuedouble;
}

gboolean json_integer(const struct json_node *n, int64_t *value)
{
	double d = item(n)->valuedouble;
	if (!cJSON_IsNumber(item(n)) || !isfinite(d) || d != floor(d) || fabs(d) > (double)JSON_MAX_INTEGER)
		return FALSE;
	*value = (int64_t)d;
	return TRUE;
}
