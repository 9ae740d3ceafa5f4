/* Absolute deadlines: a thread that shuts sockets whose time is over. The library only
 * knows inactivity, which a client feeding one byte a second never shows. */
#include "server/http_inner.h"

#include <sys/socket.h>

void http_deadline(struct http_conn *c, int ms)
{
	c->deadline_us = ms ? g_get_monotonic_time() + (gint64)ms * 1000 : 0;
	if (c->deadline_us && c->deadline_us < c->server->sweep_at_us)
		g_cond_signal(&c->server->sweep);
}

/* A handler that is still at it must not be robbed of its connection: one that went away to
 * answer later is answered for. */
static void over(struct http_conn *c)
{
	struct http_exchange *x = c->exchange;

	c->deadline_us = 0;
	if (x && x->state == HTTP_HANDLING && !x->parked)
		return;
	if (x && x->state == HTTP_HANDLING) {
		http_refuse(x, 504, HTTP_REFUSED_LATE, "the answer took too long; whether the change was made is uncertain");
		x->forced = TRUE;
		http_answered(x);
		return;
	}
	/* The descriptor is ours until the close notice, which needs our lock. */
	http_count_refused(c->server, HTTP_REFUSED_DEADLINE);
	c->shut = TRUE;
	shutdown(c->fd, SHUT_RDWR);
}

static void *sweep(void *arg)
{
	struct http_server *s = arg;

	g_mutex_lock(&s->lock);
	while (!s->stopped) {
		gint64 now = g_get_monotonic_time(), next = G_MAXINT64;

		for (GList *l = s->conns.head; l; l = l->next) {
			struct http_conn *c = l->data;

			if (!c->deadline_us || c->shut)
				continue;
			if (c->deadline_us <= now)
				over(c);
			else
				next = MIN(next, c->deadline_us);
		}
		s->sweep_at_us = next;
		if (next == G_MAXINT64)
			g_cond_wait(&s->sweep, &s->lock);
		else
			g_cond_wait_until(&s->sweep, &s->lock, next);
	}
	g_mutex_unlock(&s->lock);
	return NULL;
}

void http_sweep_start(struct http_server *s)
{
	s->sweep_at_us = G_MAXINT64;
	s->sweeper = g_thread_new("http-sweep", sweep, s);
}

void http_sweep_end(struct http_server *s)
{
	g_mutex_lock(&s->lock);
	s->stopped = TRUE;
	g_cond_signal(&s->sweep);
	g_mutex_unlock(&s->lock);
	g_thread_join(g_steal_pointer(&s->sweeper));
}
