/* Error codes, their names, and the GError domain. */
#include "base/error.h"

#include <stdarg.h>
#include "base/say.h"

static const char *const names[] = {
#define E(id, name) name,
	DESK_ERRORS(E)
#undef E
};

G_DEFINE_QUARK(desk-error-quark, desk_error)

const char *desk_code_name(enum desk_code code)
{
	return (unsigned)code < DESK_CODE_COUNT ? names[code] : "bug";
}

enum desk_code desk_code_by_name(const char *name)
{
	for (unsigned i = 0; i < DESK_CODE_COUNT; i++)
		if (g_strcmp0(names[i], name) == 0)
			return i;
	return DESK_BUG;
}

enum desk_code desk_error_code(const GError *error)
{
	return error->domain == DESK_ERROR ? (enum desk_code)error->code : DESK_IO;
}

gboolean desk_fail(GError **error, enum desk_code code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	if (error)
		g_propagate_error(error, g_error_new_valist(DESK_ERROR, code, say(format), args));
	va_end(args);
	return FALSE;
}
