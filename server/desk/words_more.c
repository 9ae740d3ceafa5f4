/* The snapshot's words that describe work: skills, categories, custom fields, checklists. */
#include "server/desk/inside.h"

#include <string.h>

static GPtrArray *read_list(struct db_conn *conn, enum db_stmt stmt, db_row_fn *fn, GDestroyNotify free_fn,
                            GError **error)
{
	GPtrArray *list = g_ptr_array_new_with_free_func(free_fn);

	if (db_run(conn, stmt, NULL, 0, fn, list, error))
		return list;
	g_ptr_array_unref(list);
	return NULL;
}

/* Lists of short texts are kept one a line. */
static void take_lines(GPtrArray *to, const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text ? text : "", "\n", -1);

	for (char **line = lines; *line; line++)
		if (**line)
			g_ptr_array_add(to, g_strdup(*line));
}

static gboolean skill_fn(const struct db_row *row, void *arg)
{
	struct skill *s = skill_new();

	s->id = db_int(row, 0);
	s->name = db_dup(row, 1);
	s->title = db_dup(row, 2);
	g_ptr_array_add(arg, s);
	return TRUE;
}

static gboolean category_fn(const struct db_row *row, void *arg)
{
	struct category *c = category_new();

	c->id = db_int(row, 0);
	c->name = db_dup(row, 1);
	c->label_en = db_dup(row, 2);
	c->label_zh = db_dup(row, 3);
	c->problem = (int)db_int(row, 4);
	c->after_sales = (int)db_int(row, 5);
	c->group_id = db_int(row, 6);
	c->position = (int)db_int(row, 7);
	c->active = db_int(row, 8) != 0;
	c->skill_id = db_int(row, 9);
	g_ptr_array_add(arg, c);
	return TRUE;
}

static gboolean field_fn(const struct db_row *row, void *arg)
{
	struct desk_field *f = desk_field_new();

	f->id = db_int(row, 0);
	f->name = db_dup(row, 1);
	f->label_en = db_dup(row, 2);
	f->label_zh = db_dup(row, 3);
	f->ask_en = db_dup(row, 4);
	f->ask_zh = db_dup(row, 5);
	f->type = (enum desk_field_type)db_int(row, 6);
	take_lines(f->choices, db_text(row, 7));
	f->category = db_dup(row, 8);
	f->required = db_int(row, 9) != 0;
	f->position = (int)db_int(row, 10);
	f->active = db_int(row, 11) != 0;
	g_ptr_array_add(arg, f);
	return TRUE;
}

static gboolean checklist_fn(const struct db_row *row, void *arg)
{
	struct checklist *c = checklist_new();

	c->id = db_int(row, 0);
	c->name = db_dup(row, 1);
	c->title = db_dup(row, 2);
	c->category = db_dup(row, 3);
	take_lines(c->items, db_text(row, 4));
	c->position = (int)db_int(row, 5);
	g_ptr_array_add(arg, c);
	return TRUE;
}

GPtrArray *words_read_skills(struct db_conn *conn, GError **error)
{
	return read_list(conn, STMT_SKILLS, skill_fn, (GDestroyNotify)skill_free, error);
}

GPtrArray *words_read_categories(struct db_conn *conn, GError **error)
{
	return read_list(conn, STMT_CATEGORIES, category_fn, (GDestroyNotify)category_free, error);
}

GPtrArray *words_read_fields(struct db_conn *conn, GError **error)
{
	return read_list(conn, STMT_FIELDS, field_fn, (GDestroyNotify)desk_field_free, error);
}

GPtrArray *words_read_checklists(struct db_conn *conn, GError **error)
{
	return read_list(conn, STMT_CHECKLISTS, checklist_fn, (GDestroyNotify)checklist_free, error);
}

const struct desk_field *words_field_named(const struct words *w, const char *name)
{
	for (guint i = 0; name && i < w->fields->len; i++) {
		const struct desk_field *f = w->fields->pdata[i];

		if (strcmp(f->name, name) == 0)
			return f;
	}
	return NULL;
}

desk_id words_skill_of_language(const struct words *w, const char *language)
{
	size_t n = language ? strcspn(language, "-_") : 0;

	for (guint i = 0; n && i < w->skills->len; i++) {
		const struct skill *s = w->skills->pdata[i];

		if (g_str_has_prefix(s->name, "lang-") && strlen(s->name) == 5 + n && strncmp(s->name + 5, language, n) == 0)
			return s->id;
	}
	return 0;
}

desk_id words_skill_of_category(const struct words *w, const char *category)
{
	g_autofree char *path = g_strdup(category);

	while (path) {
		const struct category *c = words_category_named(w, path);
		char *slash = strrchr(path, '/');

		if (c && c->skill_id)
			return c->skill_id;
		if (!slash)
			break;
		*slash = '\0';
	}
	return 0;
}

const struct category *words_category_named(const struct words *w, const char *name)
{
	for (guint i = 0; name && i < w->categories->len; i++) {
		const struct category *c = w->categories->pdata[i];

		if (strcmp(c->name, name) == 0)
			return c;
	}
	return NULL;
}
