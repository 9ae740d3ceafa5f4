/* Templates that somebody may use: all, their groups', their own; and the words moods are known by. */
#include "server/desk/inside.h"

#include "rules/fit.h"
#include "rules/mood.h"

static gboolean template_fn(const struct db_row *row, void *arg)
{
	struct template *t = g_new0(struct template, 1);

	t->id = db_int(row, 0);
	t->version = (int)db_int(row, 1);
	t->name = db_dup(row, 2);
	t->title = db_dup(row, 3);
	t->language = db_dup(row, 4);
	t->part = (enum template_part)db_int(row, 5);
	t->audience = (enum audience)db_int(row, 6);
	t->scope = (enum scope)db_int(row, 7);
	t->owner_id = db_int(row, 8);
	t->category = db_dup(row, 9);
	t->body = db_dup(row, 10);
	t->position = (int)db_int(row, 11);
	t->channels = (unsigned)db_int(row, 12);
	g_ptr_array_add(arg, t);
	return TRUE;
}

static gboolean may_use(const struct template *t, const struct actor *who, const GArray *groups)
{
	if (t->scope == SCOPE_OWN)
		return t->owner_id == who->person_id;
	for (guint i = 0; t->scope == SCOPE_GROUP && i < groups->len; i++)
		if (g_array_index(groups, desk_id, i) == t->owner_id)
			return TRUE;
	return t->scope == SCOPE_ALL;
}

GPtrArray *templates_read(struct db_conn *conn, const struct actor *who, GArray *groups, GError **error)
{
	GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)template_free);

	if (!db_run(conn, STMT_TEMPLATES, NULL, 0, template_fn, list, error)) {
		g_ptr_array_unref(list);
		return NULL;
	}
	for (guint i = 0; i < list->len;)
		if (may_use(list->pdata[i], who, groups))
			i++;
		else
			g_ptr_array_remove_index(list, i);
	return list;
}

GPtrArray *moods_read(struct db_conn *conn, GError **error)
{
	GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)mood_phrases_free);

	for (int mood = MOOD_NEUTRAL + 1; mood < MOOD_COUNT; mood++) {
		g_autofree char *name = g_strconcat("mood_", mood_name((enum mood)mood), NULL);
		g_autofree char *value = NULL;
		struct mood_phrases *m;

		if (!db_setting_get(conn, name, &value, error)) {
			g_ptr_array_unref(list);
			return NULL;
		}
		if (!value || !*value)
			continue;
		m = mood_phrases_new();
		m->mood = (enum mood)mood;
		mood_split(value, m->phrases);
		g_ptr_array_add(list, m);
	}
	return list;
}

gboolean templates_for(struct db_conn *conn, const struct words *w, GPtrArray *templates, desk_id ticket_id,
                       const char *language, int64_t now_ms, GError **error)
{
	struct fit fit = {.channel = -1, .language = language};
	g_autoptr(GPtrArray) moods = NULL;
	struct ticket *t;

	if (!ticket_id) {
		if (language)
			fit_sort(templates, &fit);
		return TRUE;
	}
	moods = moods_read(conn, error);
	t = moods ? ticket_read(conn, w, ticket_id, now_ms, error) : NULL;
	if (!t)
		return FALSE;
	fit_of_ticket(&fit, t, moods, now_ms);
	if (language)
		fit.language = language;
	fit_sort(templates, &fit);
	ticket_free(t);
	return TRUE;
}
