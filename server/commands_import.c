/* `ttydeskd import`: records from a JSON Lines file, with a progress line on a terminal. */
#include "server/commands.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "server/desk/export_table.h"
#include "server/desk/records.h"
#include "base/say.h"

#define TELL_US (G_USEC_PER_SEC / 5)
#define BAR 24 /* cells */

struct telling {
	gboolean on_terminal, shown;
	gint64 told_us, stage_us;
	sigset_t interrupts;
	enum import_stage stage;
	guint64 stage_from;
};

static void wipe(struct telling *t)
{
	if (t->shown)
		fputs("\r\033[K", stderr);
	t->shown = FALSE;
}

static void complain(const char *line, void *arg)
{
	wipe(arg);
	fprintf(stderr, "%s\n", line);
}

/* Ctrl-C ends after the batch under way; a second one ends at once: blocked signals are
 * looked for now and then, and let through once one came. */
static void heed_interrupts(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGTERM);
	pthread_sigmask(SIG_BLOCK, set, NULL);
}

static gboolean interrupted(const struct telling *t)
{
	const struct timespec at_once = {0};

	if (sigtimedwait(&t->interrupts, NULL, &at_once) < 0)
		return FALSE;
	pthread_sigmask(SIG_UNBLOCK, &t->interrupts, NULL);
	return TRUE;
}

/* " [#####.....] 42 % writing 50,400 of 120,000, 9,800/s, 7 s left" */
static gboolean progress(enum import_stage stage, guint64 done, guint64 total, void *arg)
{
	static const char *const words[] = {"checking", "linking", "writing"};
	struct telling *t = arg;
	gint64 now = g_get_monotonic_time();
	char bar[BAR + 1];
	double rate, share = total ? (double)done / (double)total : 1;

	if (stage != t->stage || !t->stage_us) {
		t->stage = stage;
		t->stage_us = now;
		t->stage_from = done;
	}
	if (!t->on_terminal || now - t->told_us < TELL_US || now == t->stage_us)
		return !interrupted(t);
	t->told_us = now;
	rate = (double)(done - t->stage_from) * 1e6 / (double)(now - t->stage_us);
	for (int i = 0; i < BAR; i++)
		bar[i] = i < (int)(share * BAR) ? '#' : '.';
	bar[BAR] = '\0';
	fprintf(stderr, "\r\033[K[%s] %3.0f %% %s", bar, share * 100, words[stage]);
	if (stage == IMPORT_WRITING && rate > 0)
		fprintf(stderr, " %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT ", %.0f/s, %.0f s left", done, total, rate,
			(double)(total - done) / rate);
	fflush(stderr);
	t->shown = TRUE;
	return !interrupted(t);
}

static gboolean import_file(const struct settings *settings, const char *path, struct import_conf *conf,
			    struct import_report *report, GError **error)
{
	gboolean from_stdin = strcmp(path, "-") == 0;
	struct office o;
	FILE *in = from_stdin ? stdin : fopen(path, "re");

	if (!in)
		return desk_fail(error, DESK_IO, "can't read %s: %s", path, say_errno(errno));
	conf->name = from_stdin ? "stdin" : path;
	gboolean ok = office_open(&o, settings->database, error);
	if (ok) {
		ok = office_attachments(&o, settings, error) && import_stream(o.desk, in, conf, report, error);
		office_close(&o);
	}
	if (!from_stdin)
		fclose(in);
	return ok;
}

static void tell_report(const struct import_report *r, gboolean dry_run)
{
	fputs(dry_run ? _("dry run: ") : "", stdout);
	printf(_("%" G_GUINT64_FORMAT " lines: %" G_GUINT64_FORMAT " added, %" G_GUINT64_FORMAT " updated, %" G_GUINT64_FORMAT
		 " unchanged, %" G_GUINT64_FORMAT " bad"), r->lines, r->added, r->updated, r->unchanged, r->bad);
	if (r->before)
		printf(_("; %" G_GUINT64_FORMAT " were done before"), r->before);
	printf("\n");
}

int command_import(int argc, char **argv)
{
	struct settings settings = {0};
	struct import_report report = {0};
	g_autofree char *csv = NULL;
	struct telling telling = {.on_terminal = isatty(STDERR_FILENO)};
	struct import_conf conf = {.complain = complain, .progress = progress, .arg = &telling};
	const GOptionEntry entries[] = {
		{"dry-run", 'n', 0, G_OPTION_ARG_NONE, &conf.dry_run, N_("Check every line, write nothing"), NULL},
		{"csv", 0, 0, G_OPTION_ARG_STRING, &csv, N_("A table of comma-separated values: customer, order or person"),
		 "TYPE"},
		{"from-start", 0, 0, G_OPTION_ARG_NONE, &conf.from_start,
		 N_("Don't go on where an earlier run was broken off"), NULL},
		{NULL}};
	g_autoptr(GError) error = NULL;
	int code;

	conf.table = -1;
	if (!settings_take(&settings, &argc, &argv, entries, "FILE",
			   N_("Reads records from a JSON Lines file or a table (- for stdin), see ttydesk-import(5)."), &code)) {
		settings_clear(&settings);
		return code;
	}
	heed_interrupts(&telling.interrupts);
	conf.table = csv ? record_type_by_name(csv) : -1;
	if (csv && (conf.table < 0 || !export_has_table((enum record_type)conf.table))) {
		code = command_usage("a table is of customer, order or person records");
	} else if (argc != 2) {
		code = command_usage("write: ttydeskd import FILE");
	} else if (!import_file(&settings, argv[1], &conf, &report, &error)) {
		wipe(&telling);
		code = command_fail(1, error);
	} else {
		wipe(&telling);
		tell_report(&report, conf.dry_run);
		code = report.bad ? 1 : 0;
	}
	settings_clear(&settings);
	return code;
}
