/* Before a request's body is read: what is always served, what must wait, whose bodies are
 * taken, and how large they may be. */
#include "server/api/api_files.h"

#include <string.h>

#define FREE_BYTES (64 << 10) /* a stranger's body of this size is read before we ask who it is */

static gboolean is_watching(const struct http_exchange *x)
{
	return strcmp(http_path(x), "/v1/health") == 0 || strcmp(http_path(x), "/metrics") == 0;
}

static void refuse_stranger(struct api *api, struct http_exchange *x)
{
	g_autoptr(GError) error = NULL;
	struct actor who = {0};

	if (!people_who(api->people, x, &who, &error))
		api_fail(x, error, NULL, NULL);
	people_actor_clear(&who);
}

void api_plan(struct http_exchange *x, struct http_body_plan *plan, void *arg)
{
	struct api *api = arg;
	struct db_stats stats;

	plan->always = is_watching(x);
	if (plan->always)
		return;
	db_stats_get(api->db, &stats);
	if (api->write_queue && stats.waiting > api->write_queue) {
		http_overloaded(x);
		return;
	}
	if (api->files && api_is_upload(http_method(x), http_path(x)))
		api_files_plan(api, x, plan);
	else if (http_declared(x) > FREE_BYTES)
		refuse_stranger(api, x);
}
