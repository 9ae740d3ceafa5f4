/* Bars of issue 4: an act on 10,000 marked tickets is on disk and on the screen's rows in 50 ms; a palette
 * of 10,000 candidates answers each key within 16 ms of CPU.
 *
 * By hand, with the release flags:
 *   cmake --preset release -DDESK_TESTS=ON && cmake --build --preset release --target hands_bench
 *   build/release/tests/contract/hands_bench [FOLDER]      FOLDER: on the disk that counts (else TMPDIR) */
#include <locale.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "client/drivers/scripted.h"
#include "client/store.h"
#include "tui/picker.h"

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

/* Subjects as people write them: found by name, by scattered letters, by a word of the detail. */
static GPtrArray *candidates(void)
{
	static const char *const things[] = {"speaker", "tablet", "watch", "kettle", "air purifier", "耳机", "phone case"};
	static const char *const troubles[] = {"doesn't pair", "was never delivered", "refund not received", "退款没到账",
	                                       "wants an invoice", "broken on arrival"};
	GPtrArray *items = g_ptr_array_new();

	for (int i = 0; i < MANY; i++) {
		g_autofree char *label = g_strdup_printf("#%d %s %s", 1000 + i, i % 3 ? "Wang Fang" : "Okafor", things[i % 7]);
		g_autofree char *detail = g_strdup_printf("%s: %s, order %d", things[i % 7], troubles[i % 6], i * 37);

		g_ptr_array_add(items, pick_item_named(label, detail, detail, label, i));
	}
	return items;
}

static void type(struct view *v, const char *text, double *worst, double *sum, int *n)
{
	for (const char *p = text; *p; p = g_utf8_next_char(p)) {
		double began = cpu_ms(), took;
		stroke key = *p == '<' ? STROKE_BACKSPACE : g_utf8_get_char(p);

		picker_key(v, &(struct input_event){.kind = INPUT_STROKE, .stroke = key});
		took = cpu_ms() - began;
		*worst = MAX(*worst, took);
		*sum += took;
		++*n;
	}
}

static void palette_keys(void)
{
	static const char *const typed[] = {"wang fang refund", "wfr", "spk", "退款", "okafor tablet", "1234", "zzz", "e e e e"};
	struct view *v = view_new(&picker_ops, NULL);
	double worst = 0, sum = 0, opened = cpu_ms();
	int n = 0;

	v->area = (struct rect){.h = 20, .w = 80};
	picker_open(v, &(struct picker_ask){.title = "palette", .items = candidates()});
	opened = cpu_ms() - opened;
	for (size_t i = 0; i < G_N_ELEMENTS(typed); i++) {
		type(v, typed[i], &worst, &sum, &n);
		for (glong k = g_utf8_strlen(typed[i], -1); k > 0; k--)
			type(v, "<", &worst, &sum, &n);
	}
	printf("palette of %d: %.2f ms CPU a key, worst %.2f (bar 16); opening %.1f ms\n", MANY, sum / n, worst, opened);
	view_free(v);
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
	setlocale(LC_ALL, "C.UTF-8");
	for (int i = 0; i < 3; i++)
		palette_keys();
	return 0;
}
