/* Who is told of clocks. */
#include "rules/tell.h"

#include <string.h>

static const struct {
	const char *word;
	unsigned whom;
} words[] = {
	{"owner", TELL_OWNER}, {"group", TELL_GROUP}, {"supervisors", TELL_SUPERVISORS},
	{"administrators", TELL_ADMINISTRATORS}, {"nobody", 0},
};

static void clause_free(void *data)
{
	struct tell_clause *c = data;

	if (c->people)
		g_ptr_array_unref(c->people);
	g_free(c);
}

static gboolean read_head(struct tell_clause *c, const char *head, GError **error)
{
	g_auto(GStrv) list = g_strsplit_set(head, " \t,", -1);

	for (char **word = list; *word; word++) {
		int clock = clock_kind_by_name(*word), priority = priority_by_name(*word);

		if (!**word)
			continue;
		if (clock > CLOCK_NONE)
			c->clocks |= 1u << clock;
		else if (priority >= 0)
			c->priorities |= 1u << priority;
		else
			return desk_fail(error, DESK_INVALID, "\"%s\" is neither a clock nor a priority", *word);
	}
	return c->clocks || c->priorities || desk_fail(error, DESK_INVALID, "nothing stands before a colon");
}

static gboolean read_whom(struct tell_clause *c, const char *text, GError **error)
{
	g_auto(GStrv) list = g_strsplit_set(text, " \t,", -1);
	gboolean any = FALSE;

	for (char **word = list; *word; word++) {
		size_t i = 0;

		if (!**word)
			continue;
		any = TRUE;
		if (**word == '@' && (*word)[1]) {
			if (!c->people)
				c->people = g_ptr_array_new_with_free_func(g_free);
			g_ptr_array_add(c->people, g_strdup(*word + 1));
			continue;
		}
		while (i < G_N_ELEMENTS(words) && strcmp(words[i].word, *word) != 0)
			i++;
		if (i == G_N_ELEMENTS(words))
			return desk_fail(error, DESK_INVALID,
			                 "\"%s\" is nobody: owner, group, supervisors, administrators, nobody or @NAME", *word);
		c->whom |= words[i].whom;
	}
	return any || desk_fail(error, DESK_INVALID, "a clause says nobody: write nobody when nobody is meant");
}

struct tell *tell_parse(const char *text, GError **error)
{
	g_auto(GStrv) parts = g_strsplit(text, ";", -1);
	g_autoptr(tell_auto) t = g_new0(struct tell, 1);

	t->clauses = g_ptr_array_new_with_free_func(clause_free);
	for (char **part = parts; *part; part++) {
		char *colon = strchr(*part, ':');
		struct tell_clause *c;

		if (!(*part)[strspn(*part, " \t")])
			continue;
		c = g_new0(struct tell_clause, 1);
		g_ptr_array_add(t->clauses, c);
		if (colon)
			*colon = '\0';
		if ((colon && !read_head(c, *part, error)) || !read_whom(c, colon ? colon + 1 : *part, error))
			return NULL;
	}
	if (t->clauses->len)
		return g_steal_pointer(&t);
	desk_fail(error, DESK_INVALID, "it says nobody: write nobody when nobody is meant");
	return NULL;
}

void tell_free(struct tell *t)
{
	if (!t)
		return;
	g_ptr_array_unref(t->clauses);
	g_free(t);
}

const struct tell_clause *tell_clause_of(const struct tell *t, enum clock_kind clock, enum ticket_priority priority)
{
	for (guint i = 0; i < t->clauses->len; i++) {
		const struct tell_clause *c = t->clauses->pdata[i];

		if ((!c->clocks || c->clocks >> clock & 1) && (!c->priorities || c->priorities >> priority & 1))
			return c;
	}
	return NULL;
}
