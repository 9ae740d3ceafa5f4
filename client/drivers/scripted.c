/* Tests' driver. */
#include "client/backend.h"
static gboolean scripted_open(struct backend *b, const struct backend_conf *conf, GError **error)
{
	(void)b;
	return desk_fail(error, DESK_UNSUPPORTED, "the driver for %s is not there yet", conf->address);
}
static const char *const schemes[] = {"script:", NULL};
const struct backend_driver backend_scripted = {.name = "script", .schemes = schemes, .open = scripted_open};
