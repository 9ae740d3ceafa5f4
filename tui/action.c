/* The action table. */
#include "tui/action.h"

#include <string.h>

static const struct action_info table[ACTION_COUNT] = {
#define E(id_, name_, flags_, args_, help_) \
	[ACTION_##id_] = {.id = ACTION_##id_, .name = name_, .flags = flags_, .args = args_, .help = help_},
	ACTIONS(E)
#undef E
};

const struct action_info *action_info(enum action id)
{
	return id > ACTION_NONE && id < ACTION_COUNT ? &table[id] : NULL;
}

enum action action_by_name(const char *name, size_t len)
{
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++)
		if (strlen(table[i].name) == len && memcmp(table[i].name, name, len) == 0)
			return (enum action)i;
	return ACTION_NONE;
}

gboolean action_moves(enum action act, int count, gint64 page, gint64 *by)
{
	gint64 n = MAX(count, 1);

	switch (act) {
	case ACTION_NEXT:
		*by = n;
		return TRUE;
	case ACTION_PREV:
		*by = -n;
		return TRUE;
	case ACTION_PAGE_DOWN:
		*by = n * page;
		return TRUE;
	case ACTION_PAGE_UP:
		*by = -n * page;
		return TRUE;
	case ACTION_FIRST:
		*by = -(gint64)G_MAXINT32;
		return TRUE;
	case ACTION_LAST:
		*by = G_MAXINT32;
		return TRUE;
	default:
		return FALSE;
	}
}
