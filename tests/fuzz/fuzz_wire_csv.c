/* Tables: whatever is read is written, and read again is the same. */
#include <string.h>

#include "fuzz.h"
#include "wire/csv.h"

struct again {
	char *const *cells;
	guint n, rows;
};

static void bad(guint line, const char *sentence, void *arg)
{
	(void)arg;
	g_assert_true(line > 0 && *sentence);
}

static void never(guint line, const char *sentence, void *arg)
{
	(void)line;
	(void)sentence;
	(void)arg;
	g_assert_not_reached();
}

static gboolean compare(char *const *cells, guint n, guint line, void *arg)
{
	struct again *a = arg;

	(void)line;
	g_assert_cmpuint(n, ==, a->n);
	for (guint i = 0; i < n; i++)
		g_assert_cmpstr(cells[i], ==, a->cells[i]);
	a->rows++;
	return TRUE;
}

static gboolean row(char *const *cells, guint n, guint line, void *arg)
{
	g_autoptr(GString) out = g_string_new(NULL);
	struct again a = {cells, n, 0};

	(void)line;
	(void)arg;
	if (n < 2)
		return TRUE;
	csv_write(out, (const char *const *)cells, n);
	if (strpbrk(out->str, ";\t"))
		return TRUE; /* of more kinds of separators the first line may choose another */
	csv_read(out->str, out->len, compare, never, &a);
	g_assert_cmpuint(a.rows, ==, 1);
	return TRUE;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = g_strndup((const char *)data, size);

	csv_read(text, strlen(text), row, bad, NULL);
	return 0;
}
