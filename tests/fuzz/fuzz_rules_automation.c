/* What rules do, when they run, whom they tell: any text is read or refused with a place that is in it. */
#include <glib.h>
#include <string.h>

#include "fuzz.h"
#include "rules/chain.h"
#include "rules/schedule.h"
#include "rules/steps.h"
#include "rules/tell.h"

#define NOW INT64_C(1795392000000)

static void told(int line, int column, const char *sentence, void *arg)
{
	const char *text = arg;
	int lines = 1;

	for (; *text; text++)
		lines += *text == '\n';
	g_assert_cmpint(line, >=, 1);
	g_assert_cmpint(line, <=, lines);
	g_assert_cmpint(column, >=, 1);
	g_assert_true(*sentence);
}

static void check_steps(const char *s)
{
	struct ticket_row row = {.id = 7, .customer_name = (char *)"{customer}", .subject = (char *)"s"};
	g_autoptr(GTimeZone) zone = g_time_zone_new_utc();
	g_autoptr(GPtrArray) none = g_ptr_array_new(), steps = steps_parse(s, NULL, told, (void *)s);
	const struct step_world w = {.desk = {none, none, none, none, none, NULL}, .tags = none, .row = &row, .rule = "r",
	                             .now_ms = NOW, .zone = zone};

	for (guint i = 0; steps && i < steps->len; i++) {
		const struct step *step = steps->pdata[i];
		g_autofree char *text = step_text(step->arg, &w);
		struct change c;

		g_assert_true(*step->action);
		g_assert_true(!text || g_utf8_validate(text, -1, NULL));
		if (step->kind != STEP_CHANGE)
			continue;
		step_change(step->action, step->arg, &w, &c, NULL);
		change_clear(&c);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *s = g_strndup((const char *)data, size);
	g_autoptr(GTimeZone) zone = g_time_zone_new_utc();
	struct schedule when;
	int column = 1;

	if (!g_utf8_validate(s, -1, NULL))
		return 0;
	check_steps(s);
	if (schedule_parse(s, &when, &column, NULL))
		g_assert_cmpint(schedule_next(&when, zone, NULL, NOW), >, NOW);
	g_assert_cmpint(column, >=, 1);
	g_assert_cmpint(column, <=, g_utf8_strlen(s, -1) + 1);
	tell_free(tell_parse(s, NULL));
	g_assert_cmpint(chain_may(s, 1, 1), <=, CHAIN_DEEP);
	return 0;
}
