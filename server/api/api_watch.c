/* Health and metrics: what those ask who run the server. */
#include "server/api/api.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"

#define METRICS_TYPE "text/plain; version=0.0.4; charset=utf-8"

void api_health(struct api *api, struct http_exchange *x)
{
	GString *json = g_string_new(NULL);
	struct db_stats stats;

	db_stats_get(api->db, &stats);
	http_set_unnoticed(x);
	http_set_route(x, "/v1/health");
	g_string_printf(json, "{\"status\":\"%s\",\"database\":\"%s\",\"server_version\":\"%s\",\"server_time_ms\":%"
			G_GINT64_FORMAT "}", stats.up ? "ok" : "degraded", stats.up ? "ok" : "away", DESK_VERSION,
			clock_wall_ms());
	if (!stats.up)
		http_answer_header(x, "Retry-After", "2");
	api_answer(x, stats.up ? 200 : 503, json);
}

/* ---------------------------------------------------------------- metrics */
static void say_database(GString *out, struct api *api)
{
	const char *name = "ttydesk_db_commit_jobs";
	struct db_stats s;
	guint64 n = 0;

	db_stats_get(api->db, &s);
	http_metric(out, "ttydesk_db_up", "gauge", "1: the database answered the last time it was asked.", s.up);
	http_metric(out, "ttydesk_db_write_queue", "gauge", "Writes that wait for the writer.", s.waiting);
	http_metric(out, "ttydesk_db_readers", "gauge", "Connections for reading that are open.", s.readers);
	http_metric(out, "ttydesk_db_jobs_failed_total", "counter", "Writes that ended with an error.", (double)s.failed);
	http_metric(out, "ttydesk_db_commit_seconds_total", "counter", "Time spent in batches of writes.",
		    (double)s.batch_us / 1e6);
	g_string_append_printf(out, "# HELP %s Writes in one commit.\n# TYPE %s histogram\n", name, name);
	for (int i = 0; i < DB_BATCH_BUCKETS; i++) {
		n += s.batches[i];
		g_string_append_printf(out, "%s_bucket{le=\"%d\"} %" G_GUINT64_FORMAT "\n", name, 1 << i, n);
	}
	g_string_append_printf(out, "%s_bucket{le=\"+Inf\"} %" G_GUINT64_FORMAT "\n%s_sum %" G_GUINT64_FORMAT
			       "\n%s_count %" G_GUINT64_FORMAT "\n", name, n, name, s.jobs, name, n);
}

static double open_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int n = -3; /* the two dots, and the folder's own */

	if (!dir)
		return 0;
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

static double resident_bytes(void)
{
	g_autofree char *text = NULL;
	unsigned long pages = 0;

	if (!g_file_get_contents("/proc/self/statm", &text, NULL, NULL) || sscanf(text, "%*u %lu", &pages) != 1)
		return 0;
	return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

static void say_process(GString *out)
{
	struct rusage use;
	struct rlimit files;

	getrusage(RUSAGE_SELF, &use);
	getrlimit(RLIMIT_NOFILE, &files);
	http_metric(out, "process_cpu_seconds_total", "counter", "Processor time used.",
		    (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
			    (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6);
	http_metric(out, "process_resident_memory_bytes", "gauge", "Memory in use.", resident_bytes());
	http_metric(out, "process_open_fds", "gauge", "Descriptors that are open.", open_descriptors());
	http_metric(out, "process_max_fds", "gauge", "Descriptors that may be open.", (double)files.rlim_cur);
}

static void answer_metrics(struct api *api, struct http_exchange *x)
{
	GString *out = g_string_sized_new(8192);

	g_string_append_printf(out, "# HELP ttydesk_build_info What runs.\n# TYPE ttydesk_build_info gauge\n"
			       "ttydesk_build_info{version=\"%s\",database=\"%s\"} 1\n", DESK_VERSION,
			       db_engine(api->db) == DB_SQLITE ? "sqlite" : "postgresql");
	http_metrics_text(http_server_of(x), out);
	say_database(out, api);
	http_metric(out, "ttydesk_feed_seq", "gauge", "Number of the newest event that was heard.",
		    (double)feed_newest(api->feed));
	http_metric(out, "ttydesk_feed_lag_seconds", "gauge", "From the newest event's commit until it was heard here.",
		    (double)feed_lag_ms(api->feed) / 1e3);
	say_process(out);
	api_stamp(x);
	http_respond(x, 200, METRICS_TYPE, out);
}

/* The Unix socket's group may look; over TCP administrators and auditors. */
void api_metrics(struct api *api, struct http_exchange *x)
{
	g_autoptr(GError) error = NULL;
	struct actor who = {0};

	http_set_unnoticed(x);
	http_set_route(x, "/metrics");
	if (http_peer(x)->local ||
	    (people_who(api->people, x, &who, &error) && people_may_watch(&who, &error)))
		answer_metrics(api, x);
	else
		api_fail(x, error, NULL, NULL);
	people_actor_clear(&who);
}
