/* Runs the committed seeds of one fuzz target, and each cut short at some lengths:
 * a find that was fixed stays fixed. */
#include <glib.h>
#include <stdint.h>
#include <string.h>

#include "fuzz.h"

static void run(const char *bytes, size_t len)
{
	/* An exact copy on the heap, so that the sanitizer sees the last byte. */
	uint8_t *copy = g_memdup2(bytes, len);

	LLVMFuzzerTestOneInput(copy ? copy : (const uint8_t *)"", len);
	g_free(copy);
}

static void replay__seeds__do_no_harm(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GDir) dir = g_dir_open(SEEDS, 0, &error);
	const char *name;
	int seeds = 0;

	g_assert_no_error(error);
	run("", 0);
	while ((name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(SEEDS, name, NULL);
		g_autofree char *bytes = NULL;
		gsize len;

		g_test_message("%s", name);
		g_assert_true(g_file_get_contents(path, &bytes, &len, NULL));
		run(bytes, len);
		for (size_t step = len / 16 + 1, cut = step; cut < len; cut += step)
			run(bytes, cut);
		seeds++;
	}
	g_assert_cmpint(seeds, >, 0);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fuzz/replay", replay__seeds__do_no_harm);
	return g_test_run();
}
