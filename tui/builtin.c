/* Files compiled into the program. */
#include "tui/builtin.h"

#include <gio/gio.h>
#include "tui_data.h"

GBytes *builtin_file(const char *path)
{
	g_autofree char *full = g_strconcat("/ttydesk/", path, NULL);

	return g_resource_lookup_data(tui_data_get_resource(), full, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
}
