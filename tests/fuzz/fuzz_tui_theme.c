/* Themes, which are read from files only: the bytes go through one in memory. */
#include <glib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "tui/theme.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *path = NULL;
	struct theme *theme;
	int fd = memfd_create("theme", MFD_CLOEXEC);

	g_assert_cmpint(fd, >=, 0);
	g_assert_cmpint(write(fd, data, size), ==, (gssize)size);
	path = g_strdup_printf("/proc/self/fd/%d", fd);
	theme = theme_load(path, &error);
	g_assert_true(!theme == !!error);
	if (error)
		g_assert_true(*error->message && g_utf8_validate(error->message, -1, NULL));
	theme_free(theme);
	close(fd);
	return 0;
}
