/* The files compiled into ttydeskd; they register themselves at start. */
#include "server/files.h"

#include "server_data.h"

GResource *server_files(void)
{
	return server_data_get_resource();
}
