/* Names of the desk, as people type them. */
#include "tui/plain/desk.h"

#include <string.h>

#include "rules/find.h"
#include "tui/commands.h"
#include "tui/plain/plain.h"

static const char *name_at(const GPtrArray *list, guint i, size_t offset)
{
	const char *name = *(char *const *)(const void *)((const char *)list->pdata[i] + offset);

	return name ? name : "";
}

static GPtrArray *names_of(const GPtrArray *list, size_t offset)
{
	GPtrArray *names = g_ptr_array_new();

	for (guint i = 0; i < list->len; i++)
		g_ptr_array_add(names, (void *)name_at(list, i, offset));
	return names;
}

void *desk_named(const GPtrArray *list, size_t offset, const char *word)
{
	g_autoptr(GPtrArray) names = names_of(list, offset);
	int at = command_match(word, (const char *const *)names->pdata, names->len);

	return at < 0 ? NULL : list->pdata[at];
}

static const char *nearest(const GPtrArray *list, size_t offset, const char *word)
{
	g_autoptr(GPtrArray) names = names_of(list, offset);

	return find_nearest(word, (const char *const *)names->pdata, names->len);
}

const struct person *desk_person(struct desk *d, const char *word, GError **error)
{
	const struct session *s = desk_session(d, error);
	const struct person *p;

	if (!s)
		return NULL;
	if (strcmp(word, "me") == 0)
		return s->me;
	p = desk_named(s->people, offsetof(struct person, name), word);
	if (!p)
		p = desk_named(s->people, offsetof(struct person, display), word);
	if (!p) {
		const char *near = nearest(s->people, offsetof(struct person, name), word);

		desk_fail(error, DESK_NOTFOUND, near ? _("no person is called %s; did you mean %s?") : _("no person is called %s"), word, near);
	}
	return p;
}

const struct group *desk_group(struct desk *d, const char *word, GError **error)
{
	const struct session *s = desk_session(d, error);
	const struct group *g = s ? desk_named(s->groups, offsetof(struct group, name), word) : NULL;

	if (s && !g) {
		const char *near = nearest(s->groups, offsetof(struct group, name), word);

		desk_fail(error, DESK_NOTFOUND, near ? _("no group is called %s; did you mean %s?") : _("no group is called %s"), word, near);
	}
	return g;
}

const struct tag *desk_tag(struct desk *d, const char *word, GError **error)
{
	const struct session *s = desk_session(d, error);
	const struct tag *t = s ? desk_named(s->tags, offsetof(struct tag, name), word) : NULL;

	if (s && !t) {
		const char *near = nearest(s->tags, offsetof(struct tag, name), word);

		desk_fail(error, DESK_NOTFOUND, near ? _("there is no tag %s; did you mean %s?") : _("there is no tag %s"), word, near);
	}
	return t;
}

int desk_word(const char *word, const struct words *words)
{
	int at = command_match(word, words->names, (size_t)words->count);

	return MAX(at, -1);
}

char *desk_words(const struct words *words)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();

	for (int i = 0; i < words->count; i++)
		g_ptr_array_add(names, (void *)words->names[i]);
	g_ptr_array_add(names, NULL);
	return g_strjoinv(", ", (char **)names->pdata);
}
