/* Bars of issue 4: an act on 10,000 marked tickets is on disk and on the screen's rows in 50 ms.
 *
 * By hand, with the release flags:
 *   cmake --preset release -DDESK_TESTS=ON && cmake --build --preset release --target hands_bench
 *   build/release/tests/contract/hands_bench [FOLDER]      FOLDER: on the disk that counts (else TMPDIR) */
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "client/drivers/scripted.h"
#include "client/store.h"

#define MANY 10000

static double cpu_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double wall_ms(void)
{
	return (double)g_get_monotonic_time() / 1e3;
}

static void act_on_many(const char *dir)
{
	struct backend *b = backend_open(&(struct backend_conf){.address = "script:"}, NULL);
	struct store *s;
	struct change *changes = g_new0(struct change, MANY);
	const struct change **each = g_new0(const struct change *, MANY);
	double cpu, wall;

	scripted_line(b, "{\"desk\":10000}");
	s = store_new(b, dir, NULL);
	store_start(s);
	while (store_busy(s))
		g_main_context_iteration(NULL, TRUE);
	scripted_line(b, "{\"online\":false}"); /* the act itself; what it takes to send them is the line's matter */
	while (g_main_context_iteration(NULL, FALSE))
		;
	wall = wall_ms();
	cpu = cpu_ms();
	for (int i = 0; i < MANY; i++) {
		change_init(&changes[i], CHANGE_STATUS);
		changes[i].ticket_id = 1001 + i;
		changes[i].status = STATUS_RESOLVED;
		each[i] = &changes[i];
	}
	store_write_many(s, each, MANY);
	printf("act on %d marked tickets: %.1f ms, %.1f ms CPU (bar 50); pending %zu, first row %s\n", MANY,
	       wall_ms() - wall, cpu_ms() - cpu, store_pending_count(s, 0), status_name(store_queue_at(s, 0)->status));
	for (int i = 0; i < MANY; i++)
		change_clear(&changes[i]);
	g_free(changes);
	g_free(each);
	store_free(s);
	backend_close(b);
}

int main(int argc, char **argv)
{
	g_autofree char *dir = g_build_filename(argc > 1 ? argv[1] : g_get_tmp_dir(), "hands-XXXXXX", NULL);

	for (int i = 0; i < 5; i++) {
		g_autofree char *own = g_strdup(dir);

		if (!g_mkdtemp(own))
			return 1;
		act_on_many(own);
	}
	return 0;
}
