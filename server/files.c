/* The one place that registers the compiled-in files. */
#include "server/files.h"

#include "server_data.h"

GResource *server_files(void)
{
	static gsize once;

	if (g_once_init_enter(&once)) {
		server_data_register_resource();
		g_once_init_leave(&once, 1);
	}
	return server_data_get_resource();
}
