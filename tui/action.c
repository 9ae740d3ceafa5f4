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
