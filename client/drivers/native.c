/* ttydeskd over HTTP: typed reads and writes, the feed as an event stream. */
#include "client/backend.h"

static gboolean native_open(struct backend *b, const struct backend_conf *conf, GError **error)
{
	(void)b;
	return desk_fail(error, DESK_UNSUPPORTED, "the driver for %s is not there yet", conf->address);
}

static const char *const schemes[] = {"unix:", "http:", "https:", NULL};
const struct backend_driver backend_native = {.name = "native", .schemes = schemes, .open = native_open};
