/* `ttydeskd export`: the desk as records, or a table for a spreadsheet. */
#include "server/commands.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "server/desk/export.h"
#include "base/say.h"

static gboolean progress(guint64 done, void *arg)
{
	gint64 *told_us = arg, now = g_get_monotonic_time();

	if (now - *told_us >= G_USEC_PER_SEC / 5) {
		*told_us = now;
		fprintf(stderr, "\r\033[K%" G_GUINT64_FORMAT " records", done);
		fflush(stderr);
	}
	return TRUE;
}

static gboolean take_types(char **words, struct export_conf *conf, GError **error)
{
	for (; *words; words++) {
		int type = record_type_by_name(*words);

		if (type < 0)
			return desk_fail(error, DESK_INVALID, "there is no kind of record \"%s\"", *words);
		conf->types |= 1u << type;
	}
	if (!conf->types)
		conf->types = (1u << RECORD_TYPE_COUNT) - 1;
	return TRUE;
}

static gboolean write_export(const struct settings *s, const struct export_conf *conf, const char *path, guint64 *n,
			     GError **error)
{
	FILE *out = path ? fopen(path, "wxe") : stdout;
	struct office o;
	gboolean ok;

	if (!out)
		return desk_fail(error, DESK_IO, "%s: %s", path, say_errno(errno));
	ok = command_office(&o, s, error);
	if (ok) {
		ok = export_stream(o.desk, out, conf, n, error);
		office_close(&o);
	}
	if (fflush(out) != 0 && ok)
		ok = desk_fail(error, DESK_IO, "%s: %s", path ? path : "stdout", say_errno(errno));
	if (path && fsync(fileno(out)) != 0 && ok)
		ok = desk_fail(error, DESK_IO, "%s: %s", path, say_errno(errno));
	if (path && fclose(out) != 0 && ok)
		ok = desk_fail(error, DESK_IO, "%s: %s", path, say_errno(errno));
	return ok;
}

int command_export(int argc, char **argv)
{
	struct settings settings = {0};
	g_autofree char *format = NULL, *path = NULL;
	const GOptionEntry entries[] = {
		{"format", 'f', 0, G_OPTION_ARG_STRING, &format, N_("jsonl (the default), or csv of one TYPE"), "FORMAT"},
		{"output", 'o', 0, G_OPTION_ARG_FILENAME, &path, N_("Into this new file instead of stdout"), "FILE"},
		{NULL}};
	struct export_conf conf = {0};
	g_autoptr(GError) error = NULL;
	gint64 told_us = 0;
	guint64 n = 0;
	gboolean on_terminal = isatty(STDERR_FILENO) && !isatty(STDOUT_FILENO);
	int code;

	if (!settings_take(&settings, &argc, &argv, entries, "[TYPE...]",
			   N_("Writes all records, or those of some types, as import reads them."), &code)) {
		settings_clear(&settings);
		return code;
	}
	conf.progress = on_terminal ? progress : NULL;
	conf.arg = &told_us;
	conf.format = format && strcmp(format, "csv") == 0 ? EXPORT_CSV : EXPORT_JSONL;
	if (format && conf.format == EXPORT_JSONL && strcmp(format, "jsonl") != 0) {
		code = command_usage("the format is jsonl or csv, not %s", format);
	} else if (!take_types(argv + 1, &conf, &error) || !write_export(&settings, &conf, path, &n, &error)) {
		code = command_fail(1, error);
	} else {
		if (on_terminal)
			fputs("\r\033[K", stderr);
		if (path)
			printf(_("%" G_GUINT64_FORMAT " records written to %s\n"), n, path);
		code = 0;
	}
	settings_clear(&settings);
	return code;
}
