/* Sleeps until the desk's next moment or a wake-up, then lets it do what is due. */
#include "server/scheduler.h"

#include "base/clock.h"
#include "base/log.h"

#define RETRY_MS 5000
#define LONGEST_MS (10 * 60 * 1000) /* wall clocks jump: look now and then */
#ifdef DESK_TEST_HOOKS
#define LOOK_MS 200 /* tests move the wall clock, which wakes nobody */
#else
#define LOOK_MS LONGEST_MS
#endif

struct scheduler {
	struct desk *desk;
	GThread *thread;
	GMutex lock;
	GCond cond;
	gboolean woken, stopping;
};

static int64_t work(struct scheduler *s)
{
	g_autoptr(GError) error = NULL;
	int64_t next = desk_due(s->desk, &error);

	if (error) {
		log_warn("scheduler", "due work failed, again in %d s: %s", RETRY_MS / 1000, error->message);
		return RETRY_MS;
	}
	int64_t longest = g_getenv("TTYDESK_TEST_CLOCK") ? LOOK_MS : LONGEST_MS;
	return next == INT64_MAX ? longest : CLAMP(next - clock_wall_ms(), 1, longest);
}

static void *run(void *arg)
{
	struct scheduler *s = arg;

	g_mutex_lock(&s->lock);
	while (!s->stopping) {
		s->woken = FALSE;
		g_mutex_unlock(&s->lock);
		gint64 until = g_get_monotonic_time();
		until += work(s) * 1000;
		g_mutex_lock(&s->lock);
		while (!s->woken && !s->stopping && g_cond_wait_until(&s->cond, &s->lock, until))
			;
	}
	g_mutex_unlock(&s->lock);
	return NULL;
}

struct scheduler *scheduler_start(struct desk *d)
{
	struct scheduler *s = g_new0(struct scheduler, 1);

	s->desk = d;
	g_mutex_init(&s->lock);
	g_cond_init(&s->cond);
	s->thread = g_thread_new("scheduler", run, s);
	return s;
}

void scheduler_wake(struct scheduler *s)
{
	g_mutex_lock(&s->lock);
	s->woken = TRUE;
	g_cond_signal(&s->cond);
	g_mutex_unlock(&s->lock);
}

void scheduler_stop(struct scheduler *s)
{
	if (!s)
		return;
	g_mutex_lock(&s->lock);
	s->stopping = TRUE;
	g_cond_signal(&s->cond);
	g_mutex_unlock(&s->lock);
	g_thread_join(s->thread);
	g_mutex_clear(&s->lock);
	g_cond_clear(&s->cond);
	g_free(s);
}
