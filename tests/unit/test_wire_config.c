/* The policy file: the sections' reader, records as text and back, errors with their lines. */
#include <string.h>

#include "wire/config.h"
#include "wire/desk_settings.h"

static char *errors_of(const char *text)
{
	g_autoptr(line_errors_auto) errors = line_errors_new("f");
	g_autoptr(config_file_auto) file = config_parse(text, strlen(text), errors);

	config_check_references(file, NULL, NULL, errors);
	return line_errors_text(errors);
}

static void says(const char *text, const char *expected)
{
	g_autofree char *said = errors_of(text);

	g_assert_cmpstr(said, ==, expected);
}

static void same_again(const char *text)
{
	g_autoptr(line_errors_auto) errors = line_errors_new("f");
	g_autoptr(config_file_auto) file = config_parse(text, strlen(text), errors);
	g_autofree char *said = line_errors_text(errors);
	g_autoptr(GString) out = g_string_new(NULL);

	g_assert_cmpstr(said, ==, "");
	for (guint i = 0; i < file->items->len; i++)
		config_print(out, ((struct config_item *)file->items->pdata[i])->record);
	g_assert_cmpstr(out->str, ==, text);
}

#define THRESHOLDS "must be shares of the target, 1% to 99%, or times before its end, like \"50% 75% 10m\", or none\n"

static void config__canonical_sections__are_printed_as_they_were_read(void)
{
	same_again("[calendar office]\nzone = Asia/Shanghai\nhours = mon-fri 09:00-12:00 13:00-18:00\n"
		   "hours = sun 22:00-02:00\nholiday = 2026-12-25 Christmas Day\nholiday = 2027-01-01\n"
		   "exception = 2026-12-24 09:00-12:00 13:00-15:00 Christmas Eve\nexception = 2026-12-31 closed\n");
	same_again("[policy chat]\nposition = 10\nchannels = web app\nafter_sales = no\n"
		   "target = first-response 30s\n"
		   "target = resolution 1h30m priority urgent problem simple warn 60% pause pending-customer,on-hold "
		   "calendar office\n");
	same_again("[policy many]\nposition = 0\ntarget = first-response 1h warn 50% 75% 10m 30s pause on-hold\n"
		   "target = promise 5m warn none\n");
	same_again("[person li]\nname = li.wei\ndisplay = Li Wei 李伟\nrole = supervisor\nlocale = zh\nactive = no\n"
		   "groups = billing returns\nskills = lang-zh\n");
	same_again("[template hi]\ntitle = Hi\nlanguage = en\npart = greeting\nbody = \"\"\"\nHello\n\n  you\n\"\"\"\n");
	same_again("[template odd]\ntitle = \" a \\\\ \\\" \\t\"\nlanguage = en\npart = greeting\n"
		   "body = \"\"\"\"\nx\n\"\"\"\ny\n\n\"\"\"\"\n");
	same_again("[field way]\nkind = choice\nlabel.en = Way\nlabel.zh = 方式\nask.en = How?\nchoice = card\n"
		   "choice = cash, or so\ncategory = payment/refund\nrequired = yes\nposition = 5\n");
	same_again("[limit a]\nrole = agent\nkind = coupon\ncurrency = CNY\nper_ticket = 50.00\nper_day = unlimited\n");
	same_again("[category account/登录]\nlabel.zh = 登录\nproblem = simple\nafter_sales = yes\ngroup = billing\n");
	same_again("[checklist c]\ntitle = C\nitem = one\nitem = two\n");
	same_again("[view v]\ntitle = V\nscope = group\nquery = status:open \"a b\"\norder = newest\nowner = billing\n");
	same_again("[setting desk_name]\nvalue = Lanyu\n[tag t]\non = ticket\nglyph = star\n[group g]\ntitle = G\ntier = 0\n");
}

static void config__warnings_and_hours__that_cant_be_are_told(void)
{
	says("[policy p]\ntarget = promise 5m warn 0%\ntarget = promise 5m warn 100%\n"
	     "target = promise 5m warn 75% 60s 1m\ntarget = promise 5m warn 1% 2% 3% 4% 5%\n"
	     "target = promise 5m warn\ntarget = promise 5m warn 0m\ntarget = promise 5m warn 75,75%\n",
	     "f:2: target: warn " THRESHOLDS "f:3: target: warn " THRESHOLDS "f:4: target: warn has 1m twice\n"
	     "f:5: target: warn has more than 4 of them\n"
	     "f:6: target must be CLOCK LENGTH, maybe with priority WORD, problem WORD, warn N% LENGTH, pause STATUS,STATUS and "
	     "calendar KEY behind it\nf:7: target: warn " THRESHOLDS "f:8: target: warn " THRESHOLDS);
	says("[calendar a]\nhours = mon-fri 10:00-10:00\nholiday = 2026-12-25 One\nholiday = 2026-12-25 Two\n"
	     "holiday = 0000-01-01\nexception = 2026-12-24 09:00-09:00\n[calendar b]\nzone = UTC\n"
	     "[calendar c]\nhours = mon 09:00-12:00 11:00-13:00\n",
	     "f:2: hours ends where it begins; the whole day is 00:00-24:00\n"
	     "f:4: holiday has a day that another holiday has\n"
	     "f:5: holiday must be a day like \"2026-12-25\", maybe with its name behind it\n"
	     "f:6: exception ends where it begins; the whole day is 00:00-24:00\n"
	     "f:7: hours is missing\nf:10: hours overlaps another span (mon)\n");
}

static void says_of(const char *text, size_t len, const char *expected)
{
	g_autoptr(line_errors_auto) errors = line_errors_new("f");
	config_file_free(config_parse(text, len, errors));
	g_autofree char *said = line_errors_text(errors);

	g_assert_cmpstr(said, ==, expected);
}

static void config__other_encodings__are_named(void)
{
	static const char bad[] = "[tag a]\nglyph = caf\xe9\n[tag b]\nglyph = \xe9\n[tag\0c]\n";

	says_of("\xff\xfe[\0t\0", 6, "f:1: the text is UTF-16: save it as UTF-8\n");
	says_of("\0[\0t\0a\0g", 8, "f:1: the text is UTF-16: save it as UTF-8\n");
	says_of("[\0t\0a\0g\0", 8, "f:1: the text is UTF-16: save it as UTF-8\n");
	says_of("\xff\xfe\0\0[\0\0\0", 8, "f:1: the text is UTF-32: save it as UTF-8\n");
	says_of(bad, sizeof bad - 1,
	        "f:2: this line is not UTF-8: the byte 0xE9 (of another encoding, like Latin-1 or GBK?)\n"
	        "f:4: this line is not UTF-8: the byte 0xE9 (of another encoding, like Latin-1 or GBK?)\n"
	        "f:5: this line holds a NUL byte\n");
}

/* Neither a million keys nor a million mistakes take their square. */
static void config__very_many_lines__are_read_in_time(void)
{
	g_autoptr(GString) text = g_string_new("[policy p]\n");
	g_autoptr(line_errors_auto) errors = line_errors_new("f");
	g_autoptr(config_file_auto) file = NULL;
	g_autofree char *said = NULL;

	for (int i = 0; i < 100000; i++)
		g_string_append(text, "position = 1\n");
	file = config_parse(text->str, text->len, errors);
	g_assert_cmpuint(line_errors_count(errors), ==, 100000); /* and a policy wants targets */
	said = line_errors_text(errors);
	g_assert_nonnull(strstr(said, "f: and 99900 more\n"));
}

/* Whatever a section leaves out has its default; lists stand on one line in any order. */
static void config__loose_writing__means_the_same(void)
{
	static const char *const text = "\xEF\xBB\xBF; note\r\n  [ person   li ]\r\n display=Li\r\n groups = b,  a b\r\n"
					"\trole = \"agent\"\r\n active = yes\r\n";
	g_autoptr(line_errors_auto) errors = line_errors_new("f");
	g_autoptr(config_file_auto) file = config_parse(text, strlen(text), errors);
	g_autofree char *said = line_errors_text(errors), *printed = NULL;

	g_assert_cmpstr(said, ==, "");
	printed = config_text(((struct config_item *)file->items->pdata[0])->record);
	g_assert_cmpstr(printed, ==, "[person li]\ndisplay = Li\nlocale = en\ngroups = a b\n");
}

static void config__wrong_file__tells_everything_with_its_line(void)
{
	says("x = 1\n", "f:1: x stands before the first section\n");
	says("[policy]\n", "f:1: [policy]: a section is [TYPE KEY] or [remove TYPE KEY]\n");
	says("[customer a]\n", "f:1: \"customer\" is no type of configuration; they are setting, group, skill, person, tag, "
			       "calendar, policy, category, field, checklist, limit, template, view, macro, "
			       "webhook, trigger, schedule\n");
	says("[remove tag a]\nglyph = star\n", "f:2: what is to be removed has no values\n");
	says("[tag a]\n[tag a]\n", "f:2: tag a is there twice, first at line 1\n");
	says("[policy p]\n"
	     "position = ten\n"
	     "target = first-response 30s\n"
	     "target = first-response soon\n"
	     "target = nothing 5m\n"
	     "target = promise 5m warn much\n"
	     "colour = red\n"
	     "position = 1\n"
	     "channels = web fax\n"
	     "target = resolution 5m calendar office\n",
	     "f:2: position must be a whole number\n"
	     "f:4: target: target must be a length of time: \"30s\", \"15m\", \"2h\", \"1d\", \"1h30m\" or milliseconds\n"
	     "f:5: target: clock must be one of none, first-response, next-response, resolution, escalation, tier2, "
	     "cross-department, feedback, promise\n"
	     "f:6: target: warn must be shares of the target, 1% to 99%, or times before its end, like \"50% 75% 10m\", or none\n"
	     "f:7: a policy has no \"colour\"; it has name, position, channels, after_sales, problem, tags, target, groups\n"
	     "f:8: position is there twice, first at line 2\n"
	     "f:9:16: channels must be one of web, app, phone, email, wechat, weibo, douyin, tmall, jd, qq, sms, community, "
	     "walk-in\n"
	     "f:10: there is no calendar \"office\"\n");
	says("[policy p]\ntarget = tier2 2h\ntarget = none 2h\n", "f:3: target: clock must be a clock like first-response\n");
	says("[calendar c]\nhours = mon-fri 09:00-12:00 9-18\nhours = someday 09:00-12:00\nholiday = 2026-12-25\n"
	     "holiday = 2026-02-30\n",
	     "f:2: hours must be a span like \"09:00-18:00\"\n"
	     "f:3: hours must be a day (mon, tue, wed, thu, fri, sat, sun) or a range like mon-fri\n"
	     "f:5: holiday must be a day like \"2026-12-25\", maybe with its name behind it\n");
	says("[calendar c]\nhours = mon-fri 09:00-12:00 11:00-18:00\nhours = sun 22:00-03:00\nhours = mon 02:00-04:00\n"
	     "exception = 2026-12-24\nexception = 2026-12-24 09:00-12:00 11:00-13:00\nexception = 2026-12-31 closed\n"
	     "exception = 2026-12-31 09:00-10:00\nexception = soon\n",
	     "f:2: hours overlaps another span (mon)\n"
	     "f:4: hours overlaps another span (mon)\n"
	     "f:5: exception must be a day and its hours like \"2026-12-24 09:00-12:00\", or \"2026-12-24 closed\"\n"
	     "f:6: exception has two spans that overlap\n"
	     "f:8: exception has a day that another exception has\n"
	     "f:9: exception must be a day and its hours like \"2026-12-24 09:00-12:00\", or \"2026-12-24 closed\"\n");
	g_autoptr(GString) settings = g_string_new(NULL);
	for (size_t i = 0; i < DESK_SETTING_COUNT; i++)
		g_string_append_printf(settings, "%s%s", i ? ", " : "", desk_setting_specs[i].name);
	g_autofree char *unknown = g_strdup_printf(
	     "f:1: display is missing\n"
	     "f:2: role must be one of read-only, auditor, agent, specialist, supervisor, administrator\n"
	     "f:3: owner is missing: the group whose view it is\n"
	     "f:6: key is not a setting of the desk; they are %s\n"
	     "f:9: value must be a whole number from 0 to 3650\n", settings->str);
	says("[person a]\nrole = king\n[view v]\nscope = group\nquery = x\n[setting colour]\nvalue = red\n"
	     "[setting reopen_days]\nvalue = x\n", unknown);
	says("[template t]\nbody = \"\"\"\nabc\n", "f:1: title is missing\nf:2: the text that begins here has no end: a line "
						   "of 3 quotes\n");
}

static void config__references__are_looked_for_in_the_file(void)
{
	says("[person a]\ndisplay = A\ngroups = g h\nskills = s\n[group g]\n[category c]\ngroup = g\n[field f]\ncategory = "
	     "d/e\n[remove group h]\n",
	     "f:3: there is no group \"h\": this file removes it\nf:4: there is no skill \"s\"\nf:9: there is no category "
	     "\"d/e\"\n");
	/* one that is there, but wrong, is told once */
	says("[policy p]\ntarget = tier2 2h calendar c\n[calendar c]\nhours = x\n",
	     "f:4: hours must be days and spans like mon-fri 09:00-12:00 13:00-18:00\n");
}

static void config__skeletons__are_right_once_filled_in(void)
{
	for (int type = 0; type < RECORD_TYPE_COUNT; type++) {
		g_autoptr(line_errors_auto) errors = line_errors_new("f");
		g_autofree char *text = NULL, *said = NULL;

		if (!record_is_config((enum record_type)type) || type == RECORD_SETTING)
			continue;
		text = config_skeleton((enum record_type)type, "new");
		config_file_free(config_parse(text, strlen(text), errors));
		said = line_errors_text(errors);
		for (char **line = (char *[]){said, NULL}; *line; line++)
			g_test_message("%s %s", record_type_name((enum record_type)type), *line);
		g_assert_null(strstr(said, "has no \""));
		g_assert_null(strstr(said, "must be one of"));
		g_assert_null(strstr(said, "is missing"));
	}
}

/* The manual names every key of every type and every setting, and no other. */
static void config__manual__names_every_key(void)
{
	g_autofree char *page = NULL;
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) parts = NULL;

	g_file_get_contents(SOURCE_DIR "/man/ttydesk-policy.5", &page, NULL, &error);
	g_assert_no_error(error);
	parts = g_strsplit(page, "\n.Ss ", -1);
	for (int type = 0; type < RECORD_TYPE_COUNT; type++) {
		g_auto(GStrv) keys = config_keys((enum record_type)type), lines = NULL;
		g_autoptr(GString) found = g_string_new(NULL), want = g_string_new(NULL);
		g_autofree char *head = g_strdup_printf("[%s KEY]", record_type_name((enum record_type)type));

		if (!record_is_config((enum record_type)type))
			continue;
		for (char **part = parts; *part; part++)
			if (g_str_has_prefix(*part, head))
				lines = g_strsplit(*part, "\n", -1);
		if (!lines)
			g_error("ttydesk-policy(5) has no part on %s", head);
		for (char **line = lines; *line && !g_str_has_prefix(*line, ".Sh"); line++)
			if (g_str_has_prefix(*line, ".It Cm "))
				g_string_append_printf(found, "%.*s ", (int)strcspn(*line + 7, " "), *line + 7);
		for (char **key = keys; *key; key++)
			g_string_append_printf(want, "%s ", *key);
		g_test_message("%s", head);
		g_assert_cmpstr(found->str, ==, want->str);
	}
	for (size_t i = 0; i < DESK_SETTING_COUNT; i++) {
		g_autofree char *item = g_strdup_printf("\n.It Va %s\n", desk_setting_specs[i].name);

		if (!strstr(page, item))
			g_error("ttydesk-policy(5) doesn't name the setting %s", desk_setting_specs[i].name);
	}
}

static void settings__values__are_read_or_the_default(void)
{
	g_assert_cmpint(desk_setting_value(DESK_SETTING_ID_REOPEN_DAYS, NULL), ==, 14);
	g_assert_cmpint(desk_setting_value(DESK_SETTING_ID_REOPEN_DAYS, "3"), ==, 3);
	g_assert_cmpint(desk_setting_value(DESK_SETTING_ID_REOPEN_DAYS, "-3"), ==, 14);
	g_assert_cmpint(desk_setting_value(DESK_SETTING_ID_REOPEN_ROLE, "supervisor"), ==, ROLE_SUPERVISOR);
	g_assert_cmpint(desk_setting_value(DESK_SETTING_ID_REOPEN_ROLE, "king"), ==, ROLE_AGENT);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/wire/config/same", config__canonical_sections__are_printed_as_they_were_read);
	g_test_add_func("/wire/config/loose", config__loose_writing__means_the_same);
	g_test_add_func("/wire/config/wrong", config__wrong_file__tells_everything_with_its_line);
	g_test_add_func("/wire/config/cant-be", config__warnings_and_hours__that_cant_be_are_told);
	g_test_add_func("/wire/config/encodings", config__other_encodings__are_named);
	g_test_add_func("/wire/config/many", config__very_many_lines__are_read_in_time);
	g_test_add_func("/wire/config/references", config__references__are_looked_for_in_the_file);
	g_test_add_func("/wire/config/skeletons", config__skeletons__are_right_once_filled_in);
	g_test_add_func("/wire/config/manual", config__manual__names_every_key);
	g_test_add_func("/wire/config/settings", settings__values__are_read_or_the_default);
	return g_test_run();
}
