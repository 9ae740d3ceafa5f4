/* What the person has put into a form, as text, and back. */
#include "tui/sheet_inner.h"

#include <string.h>

/* "name\tline\n" and a line more for each that follows, with a tab before it. */
static void keep(GString *out, const char *name, const char *value)
{
	g_auto(GStrv) lines = g_strsplit(value, "\n", -1);

	g_string_append_printf(out, "%s\t%s\n", name, lines[0] ? lines[0] : "");
	for (guint i = 1; lines[0] && lines[i]; i++)
		g_string_append_printf(out, "\t%s\n", lines[i]);
}

char *sheet_kept(const struct view *v)
{
	const struct sheet *s = sheet_of(v);
	GString *out = g_string_new(NULL);

	for (guint i = 0; s->open && i < s->ask.n; i++) {
		const struct part *p = &s->part[i];
		const struct sheet_option *o = sheet_chosen(v, i);

		if (!p->touched || (p->def->kind == SHEET_CHOICE && !o && !p->wanted && !*sheet_text(v, i)))
			continue;
		if (p->def->kind == SHEET_SWITCH)
			keep(out, p->def->name, p->on ? "yes" : "no");
		else
			keep(out, p->def->name, o ? o->word : p->wanted ? p->wanted : sheet_text(v, i));
	}
	return g_string_free(out, out->len == 0);
}

static void put_back(struct view *v, const char *name, const char *value)
{
	struct sheet *s = sheet_of(v);

	for (guint i = 0; i < s->ask.n; i++) {
		struct part *p = &s->part[i];

		if (strcmp(p->def->name, name) != 0)
			continue;
		p->touched = TRUE;
		if (p->def->kind == SHEET_SWITCH)
			p->on = strcmp(value, "yes") == 0;
		else if (p->def->kind == SHEET_CHOICE)
			part_choose(p, value);
		else
			lineedit_set(p->line, value);
	}
}

void sheet_restore(struct view *v, const char *kept)
{
	g_auto(GStrv) lines = g_strsplit(kept ? kept : "", "\n", -1);
	g_autofree char *name = NULL;
	g_autoptr(GString) value = g_string_new(NULL);

	if (!sheet_of(v)->open)
		return;
	for (char **line = lines;; line++) {
		const char *tab = *line ? strchr(*line, '\t') : NULL;

		if (tab && tab == *line && name) {
			g_string_append_printf(value, "\n%s", tab + 1);
			continue;
		}
		if (name)
			put_back(v, name, value->str);
		g_clear_pointer(&name, g_free);
		if (!*line)
			break;
		if (tab) {
			name = g_strndup(*line, (gsize)(tab - *line));
			g_string_assign(value, tab + 1);
		}
	}
	v->todo |= TODO_REFLOW | TODO_PAINT;
}
