/* Counters of the HTTP room, without locks: relaxed additions that every thread may make at
 * any time, and one writer of the Prometheus text that reads them as they are. */
#include "server/http_inner.h"

#include <string.h>

/* Upper bounds of the durations' buckets, in µs. */
static const gint64 bounds_us[HTTP_BUCKETS] = {500, 1000, 2500, 5000, 10000, 25000, 50000,
					       100000, 250000, 1000000, 5000000};
static const char *const verbs[HTTP_VERBS] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "other"};
static const char *const refusals[HTTP_REFUSALS] = {
	[HTTP_REFUSED_FRAMING] = "framing", [HTTP_REFUSED_LENGTH] = "length", [HTTP_REFUSED_ROOM] = "no-room",
	[HTTP_REFUSED_CLOSING] = "closing", [HTTP_REFUSED_OVERLOAD] = "overload",
	[HTTP_REFUSED_ADDRESS_RATE] = "address-rate", [HTTP_REFUSED_PERSON_RATE] = "person-rate",
	[HTTP_REFUSED_CONNECTIONS] = "address-connections", [HTTP_REFUSED_STREAMS] = "streams",
	[HTTP_REFUSED_DEADLINE] = "deadline",
	[HTTP_REFUSED_LATE] = "late", [HTTP_REFUSED_UNPARSED] = "unparsed",
};

static guint64 load(const guint64 *counter)
{
	return __atomic_load_n(counter, __ATOMIC_RELAXED);
}

void http_count_refused(struct http_server *s, enum http_refusal why)
{
	http_count(&s->metrics.refused[why], 1);
}

/* Routes are constant texts: their address is their name. The last place is for all others. */
static struct http_route_counts *counts_of(struct http_metrics *m, const char *route)
{
	guint at = g_direct_hash(route) * 2654435769u;

	for (guint i = 0; route && i < HTTP_ROUTES; i++) {
		struct http_route_counts *c = &m->routes[(at + i) % HTTP_ROUTES];
		const char *have = g_atomic_pointer_get(&c->route);

		if (!have && g_atomic_pointer_compare_and_exchange(&c->route, NULL, route))
			return c;
		if (!have)
			have = g_atomic_pointer_get(&c->route); /* another thread was first */
		if (have == route)
			return c;
	}
	return &m->routes[HTTP_ROUTES];
}

static int verb_of(const char *method)
{
	int i = 0;

	while (i < HTTP_VERBS - 1 && (!method || strcmp(verbs[i], method) != 0))
		i++;
	return i;
}

void http_count_request(struct http_exchange *x, gint64 took_us)
{
	struct http_metrics *m = &x->server->metrics;
	struct http_route_counts *c = counts_of(m, x->route);
	int bucket = 0;

	http_count(&c->requests[verb_of(x->method)][CLAMP(x->status / 100, 1, HTTP_CLASSES) - 1], 1);
	if (x->stream)
		return; /* how long somebody listens is no duration of ours */
	while (bucket < HTTP_BUCKETS && took_us > bounds_us[bucket])
		bucket++;
	http_count(&c->durations[bucket], 1);
	http_count(&c->total_us, (guint64)took_us);
}

/* ---------------------------------------------------------------- the text */
static void head(GString *out, const char *name, const char *type, const char *help)
{
	g_string_append_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

void http_metric(GString *out, const char *name, const char *type, const char *help, double value)
{
	char number[G_ASCII_DTOSTR_BUF_SIZE];

	head(out, name, type, help);
	g_string_append_printf(out, "%s %s\n", name, g_ascii_dtostr(number, sizeof number, value));
}

static void say_requests(GString *out, const struct http_metrics *m)
{
	head(out, "ttydesk_http_requests_total", "counter", "Requests answered, streams when they begin.");
	for (int r = 0; r <= HTTP_ROUTES; r++) {
		const struct http_route_counts *c = &m->routes[r];
		const char *route = __atomic_load_n(&c->route, __ATOMIC_ACQUIRE);

		for (int v = 0; v < HTTP_VERBS; v++)
			for (int k = 0; k < HTTP_CLASSES; k++) {
				guint64 n = load(&c->requests[v][k]);

				if (n)
					g_string_append_printf(out, "ttydesk_http_requests_total{route=\"%s\",method=\"%s\","
							       "status=\"%dxx\"} %" G_GUINT64_FORMAT "\n",
							       route ? route : "none", verbs[v], k + 1, n);
			}
	}
}

static void say_durations_of(GString *out, const struct http_route_counts *c)
{
	const char *route = __atomic_load_n(&c->route, __ATOMIC_ACQUIRE), *name = "ttydesk_http_request_duration_seconds";
	char number[G_ASCII_DTOSTR_BUF_SIZE];
	guint64 n = 0;

	if (!route)
		route = "none";
	for (int i = 0; i <= HTTP_BUCKETS; i++)
		n += load(&c->durations[i]);
	if (!n)
		return;
	n = 0;
	for (int i = 0; i < HTTP_BUCKETS; i++) {
		n += load(&c->durations[i]);
		g_ascii_formatd(number, sizeof number, "%g", (double)bounds_us[i] / 1e6);
		g_string_append_printf(out, "%s_bucket{route=\"%s\",le=\"%s\"} %" G_GUINT64_FORMAT "\n", name, route,
				       number, n);
	}
	n += load(&c->durations[HTTP_BUCKETS]);
	g_ascii_formatd(number, sizeof number, "%.6f", (double)load(&c->total_us) / 1e6);
	g_string_append_printf(out, "%s_bucket{route=\"%s\",le=\"+Inf\"} %" G_GUINT64_FORMAT "\n", name, route, n);
	g_string_append_printf(out, "%s_sum{route=\"%s\"} %s\n", name, route, number);
	g_string_append_printf(out, "%s_count{route=\"%s\"} %" G_GUINT64_FORMAT "\n", name, route, n);
}

void http_metrics_text(struct http_server *s, GString *out)
{
	struct http_metrics *m = &s->metrics;

	say_requests(out, m);
	head(out, "ttydesk_http_request_duration_seconds", "histogram",
	     "From the first byte of a request to the end of its answer; without streams.");
	for (int r = 0; r <= HTTP_ROUTES; r++)
		say_durations_of(out, &m->routes[r]);
	head(out, "ttydesk_http_refused_total", "counter", "What was turned away before anybody looked at it.");
	for (int i = 0; i < HTTP_REFUSALS; i++)
		g_string_append_printf(out, "ttydesk_http_refused_total{reason=\"%s\"} %" G_GUINT64_FORMAT "\n",
				       refusals[i], load(&m->refused[i]));
	g_mutex_lock(&s->lock);
	unsigned conns = s->conns.length, streams = s->streams, clients = s->clients;
	unsigned under_way = s->exchanges.length - MIN(s->streams, s->exchanges.length);
	g_mutex_unlock(&s->lock);
	http_metric(out, "ttydesk_http_connections", "gauge", "Connections that are open.", conns);
	http_metric(out, "ttydesk_http_connections_total", "counter", "Connections that were taken.",
		    (double)load(&m->connections));
	http_metric(out, "ttydesk_http_clients", "gauge", "Connections on which something was asked.", clients);
	http_metric(out, "ttydesk_http_streams", "gauge", "Event streams that are open.", streams);
	http_metric(out, "ttydesk_http_requests_under_way", "gauge", "Requests without streams, this one included.",
		    under_way);
	http_metric(out, "ttydesk_http_received_bytes_total", "counter", "Bytes of bodies that came.",
		    (double)load(&m->received));
	http_metric(out, "ttydesk_http_sent_bytes_total", "counter", "Bytes of answers' bodies and of streams.",
		    (double)load(&m->sent));
}
