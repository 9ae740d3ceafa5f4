/* Every decoder of the contract. The first byte chooses; what decodes is written and
 * decoded again, and must not change any more. */
#include <glib.h>
#include <string.h>

#include "fuzz.h"
#include "wire/wire.h"

static void check_error(const GError *error)
{
	g_assert_nonnull(error);
	g_assert_true(*error->message && g_utf8_validate(error->message, -1, NULL));
}

static void try_query(enum query_kind kind, const char *json, size_t len)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(answer_auto) a = answer_of_query(kind, json, len, &error);
	g_autoptr(answer_auto) b = NULL;
	g_autoptr(GString) first = g_string_new(NULL), second = g_string_new(NULL);

	if (!a) {
		check_error(error);
		return;
	}
	answer_to_json(first, a);
	b = answer_of_query(kind, first->str, first->len, &error);
	g_assert_no_error(error);
	answer_to_json(second, b);
	g_assert_cmpstr(first->str, ==, second->str);
}

static void try_change(enum change_kind kind, const char *json, size_t len)
{
	g_autoptr(GError) error = NULL, loading = NULL;
	struct change c, loaded;
	g_autofree char *once = NULL, *twice = NULL;

	change_init(&c, kind);
	if (!change_from_json(&c, json, len, &error)) {
		check_error(error);
		change_clear(&c);
		return;
	}
	once = change_dump(&c);
	change_clear(&c);
	change_init(&loaded, kind);
	if (change_load(&loaded, once, strlen(once), &loading)) {
		twice = change_dump(&loaded);
		g_assert_cmpstr(once, ==, twice);
	}
	g_assert_no_error(loading);
	change_clear(&loaded);
}

static void try_load(const char *json, size_t len)
{
	g_autoptr(GError) error = NULL;
	struct change c;

	change_init(&c, CHANGE_NOTE);
	if (change_load(&c, json, len, &error)) {
		g_autofree char *target = NULL, *body = NULL;
		const char *method = NULL;

		change_to_http(&c, &method, &target, &body);
		g_assert_true(method && target && *target == '/');
	} else {
		check_error(error);
	}
	change_clear(&c);
}

static void try_event(const char *json, size_t len)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(event_auto) a = event_parse(json, len, &error);
	g_autoptr(event_auto) b = NULL;
	g_autoptr(GString) first = g_string_new(NULL), second = g_string_new(NULL);

	if (!a) {
		check_error(error);
		return;
	}
	event_to_json(first, a);
	b = event_parse(first->str, first->len, &error);
	g_assert_no_error(error);
	event_to_json(second, b);
	g_assert_cmpstr(first->str, ==, second->str);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *json = size ? (const char *)data + 1 : "";
	size_t len = size ? size - 1 : 0;
	unsigned choice = size ? data[0] : 0;

	if (choice >= 'A' && choice < 'A' + QUERY_KIND_COUNT)
		try_query((enum query_kind)(choice - 'A'), json, len);
	else if (choice >= 'a' && choice < 'a' + CHANGE_KIND_COUNT)
		try_change((enum change_kind)(choice - 'a'), json, len);
	else if (choice == '1')
		try_load(json, len);
	else if (choice == '2')
		try_event(json, len);
	else if (choice == '4')
		wire_error_free(wire_error_parse(json, len));
	else if (choice == '5')
		answer_free(answer_of_change(CHANGE_CLAIM, json, len, NULL));
	return 0;
}
