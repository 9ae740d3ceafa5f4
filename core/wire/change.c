/* Writes: their HTTP form, both ways, and their form on disk. */
#include "wire/routes.h"

#include <string.h>

void change_init(struct change *c, enum change_kind kind)
{
	g_autofree char *uuid = g_uuid_string_random();
	memset(c, 0, sizeof *c);
	shape_init(&shape_change, c);
	c->kind = kind;
	g_strlcpy(c->once_key, uuid, sizeof c->once_key);
}

void change_clear(struct change *c)
{
	shape_clear(&shape_change, c);
}

void change_copy(struct change *to, const struct change *from)
{
	shape_copy(&shape_change, to, from);
}

/* Of what a save is about; 0 when it is new. */
static desk_id saved_id(const struct change *c)
{
	switch (c->kind) {
	case CHANGE_VIEW_SAVE:
		return c->view_id;
	case CHANGE_MACRO_SAVE:
		return c->macro_id;
	case CHANGE_PROBLEM_SAVE:
		return c->problem_id;
	default:
		return c->article_id;
	}
}

static gboolean applies(const struct route *route, const struct change *c)
{
	switch (route->when) {
	case ROUTE_ON:
		return c->on;
	case ROUTE_OFF:
		return !c->on;
	case ROUTE_NEW:
		return saved_id(c) == 0;
	case ROUTE_OLD:
		return saved_id(c) != 0;
	default:
		return TRUE;
	}
}

void change_to_http(const struct change *c, const char **method, char **target, char **json)
{
	const struct route *route = route_writes;
	struct change view = *c; /* borrows everything */
	GString *path = g_string_new(NULL);
	if (c->kind == CHANGE_ARTICLE_SAVE && c->article)
		view.article_id = c->article->id;
	if (c->kind == CHANGE_VIEW_SAVE && c->view)
		view.view_id = c->view->id;
	if (c->kind == CHANGE_MACRO_SAVE && c->macro)
		view.macro_id = c->macro->id;
	if (c->kind == CHANGE_PROBLEM_SAVE && c->problem_record)
		view.problem_id = c->problem_record->id;
	while (route->pattern && (route->kind != (int)c->kind || !applies(route, &view)))
		route++;
	g_assert(route->pattern);
	*method = route->method;
	route_write_path(path, route->pattern, &shape_change, &view);
	*target = g_string_free(path, FALSE);
	*json = NULL;
	if (!route->shape || route->when == ROUTE_OFF)
		return;
	GString *body = g_string_new(NULL);
	struct writer w;
	writer_init(&w, body);
	shape_write(&w, NULL, route->shape, &view);
	*json = g_string_free(body, FALSE);
}

/* Changes that share a path are told apart by what the body says. */
static gboolean find_kind(struct change *c, const struct json_node *root, struct reading *r)
{
	static const enum change_kind patches[] = {CHANGE_STATUS, CHANGE_PRIORITY, CHANGE_SUBJECT,
						   CHANGE_CATEGORY};
	int found = -1;
	if (json_type(root) != JSON_OBJECT)
		return reading_fail(r, "must be an object");
	if (c->kind == CHANGE_REPLY || c->kind == CHANGE_NOTE) {
		const struct json_node *kind = json_member(root, "kind");
		const char *name = kind && json_type(kind) == JSON_STRING ? json_text(kind) : NULL;
		reading_enter(r, "kind", 0);
		if (!name || (strcmp(name, "reply") != 0 && strcmp(name, "note") != 0))
			return reading_fail(r, "must be reply or note");
		reading_leave(r);
		c->kind = name[0] == 'r' ? CHANGE_REPLY : CHANGE_NOTE;
		return TRUE;
	}
	if (c->kind < CHANGE_STATUS || c->kind > CHANGE_CATEGORY)
		return TRUE;
	for (size_t i = 0; i < G_N_ELEMENTS(patches); i++) {
		if (!json_member(root, change_name(patches[i])))
			continue;
		if (found >= 0)
			return reading_fail(r, "changes %s and %s: one at a time",
					    change_name((enum change_kind)found), change_name(patches[i]));
		found = (int)patches[i];
	}
	if (found < 0)
		return reading_fail(r, "must have one of status, priority, subject, category");
	c->kind = (enum change_kind)found;
	return TRUE;
}

gboolean change_from_json(struct change *c, const char *json, size_t len, GError **error)
{
	struct reading r = {.code = DESK_INVALID, .error = error};
	/* an empty body says nothing: the same as an empty object */
	g_autoptr(json_auto) root =
		len ? json_parse(json, len, DESK_INVALID, error) : json_parse("{}", 2, DESK_INVALID, error);
	const struct route *route = route_writes;
	if (!root || !find_kind(c, root, &r))
		return FALSE;
	while (route->pattern && (route->kind != (int)c->kind || !applies(route, c)))
		route++;
	if (route->shape && !shape_read(&r, route->shape, root, c))
		return FALSE;
	if (c->kind == CHANGE_ARTICLE_SAVE)
		c->article->id = c->article_id; /* the path decides */
	if (c->kind == CHANGE_VIEW_SAVE)
		c->view->id = c->view_id;
	if (c->kind == CHANGE_MACRO_SAVE)
		c->macro->id = c->macro_id;
	if (c->kind == CHANGE_PROBLEM_SAVE)
		c->problem_record->id = c->problem_id;
	return TRUE;
}

gboolean change_from_http(struct change *c, const char *method, const char *path, const char *json,
			  size_t len, gboolean *known, GError **error)
{
	const struct route *route = route_writes;
	change_init(c, CHANGE_REPLY);
	while (route->pattern &&
	       (strcmp(route->method, method) != 0 || !route_match(route->pattern, path, &shape_change, c)))
		route++;
	*known = route->pattern != NULL;
	if (!route->pattern)
		return desk_fail(error, DESK_NOTFOUND, "nothing to write lives under this path");
	c->kind = (enum change_kind)route->kind;
	c->on = route->when == ROUTE_ON;
	if (c->text && strlen(c->text) > 200)
		return desk_fail(error, DESK_INVALID, "the name in the path is longer than 200 bytes");
	return change_from_json(c, json, len, error);
}

char *change_dump(const struct change *c)
{
	GString *out = g_string_new(NULL);
	struct writer w;
	writer_init(&w, out);
	shape_write(&w, NULL, &shape_change, c);
	return g_string_free(out, FALSE);
}

gboolean change_load(struct change *c, const char *json, size_t len, GError **error)
{
	memset(c, 0, sizeof *c);
	shape_init(&shape_change, c);
	return shape_parse(&shape_change, c, json, len, DESK_INVALID, error);
}
