/* Who may have how much: a purse of requests for every address and person, and counts of
 * their connections and streams. Whoever comes over the Unix socket has none: the system
 * knows its own users. Entries that say nothing any more are forgotten. */
#include "server/http_inner.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include "base/say.h"

#define BURST_S 4          /* a purse holds so many seconds of its rate */
#define FORGET_ABOVE 1024
#define FORGET_EVERY_US G_USEC_PER_SEC

struct quota {
	unsigned conns, streams;
	double tokens;
	gint64 at_us;          /* when `tokens` was right */
};

void http_limits_start(struct http_server *s)
{
	g_mutex_init(&s->limit_lock);
	s->quotas = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

void http_limits_end(struct http_server *s)
{
	g_hash_table_unref(s->quotas);
	g_mutex_clear(&s->limit_lock);
}

static gboolean says_nothing(gpointer key, gpointer value, gpointer now)
{
	const struct quota *q = value;

	(void)key;
	return q->conns == 0 && q->streams == 0 && *(gint64 *)now - q->at_us > BURST_S * G_USEC_PER_SEC;
}

/* limit_lock is held, here and below. */
static struct quota *quota_of(struct http_server *s, const char *key)
{
	struct quota *q = g_hash_table_lookup(s->quotas, key);
	gint64 now = g_get_monotonic_time();

	if (q)
		return q;
	if (g_hash_table_size(s->quotas) > FORGET_ABOVE && now - s->forgot_us > FORGET_EVERY_US) {
		s->forgot_us = now;
		g_hash_table_foreach_remove(s->quotas, says_nothing, &now);
	}
	q = g_new0(struct quota, 1);
	q->tokens = -1; /* a full purse, whatever the rate is */
	q->at_us = now;
	g_hash_table_insert(s->quotas, g_strdup(key), q);
	return q;
}

static gboolean pay(struct quota *q, unsigned rate)
{
	gint64 now = g_get_monotonic_time();
	double most = (double)rate * BURST_S;

	if (q->tokens < 0)
		q->tokens = most;
	q->tokens = MIN(most, q->tokens + (double)(now - q->at_us) / G_USEC_PER_SEC * rate);
	q->at_us = now;
	if (q->tokens < 1)
		return FALSE;
	q->tokens -= 1;
	return TRUE;
}

static void person_key(char *key, size_t size, int64_t person)
{
	g_snprintf(key, size, "p%" G_GINT64_FORMAT, person);
}

/* Whoever has an IPv6 network has all its addresses: they count as one. */
void http_limit_key(char *key, size_t size, const char *address)
{
	unsigned char bytes[16], *b = bytes;

	if (inet_pton(AF_INET6, address, bytes) == 1)
		g_snprintf(key, size, "a%02x%02x:%02x%02x:%02x%02x:%02x%02x", b[0], b[1], b[2], b[3], b[4], b[5], b[6],
			   b[7]);
	else
		g_snprintf(key, size, "a%s", address);
}

/* ---------------------------------------------------------------- connections */
gboolean http_limit_connected(struct http_server *s, const char *key)
{
	g_mutex_lock(&s->limit_lock);
	gboolean may = quota_of(s, key)->conns++ < s->conf.limits.connections_per_address;
	g_mutex_unlock(&s->limit_lock);
	if (!may)
		http_count_refused(s, HTTP_REFUSED_CONNECTIONS);
	return may;
}

void http_limit_left(struct http_server *s, const char *key)
{
	g_mutex_lock(&s->limit_lock);
	quota_of(s, key)->conns--;
	g_mutex_unlock(&s->limit_lock);
}

/* ---------------------------------------------------------------- requests */
gboolean http_limit_request(struct http_exchange *x)
{
	struct http_server *s = x->server;

	if (x->conn->peer.local)
		return TRUE;
	g_mutex_lock(&s->limit_lock);
	gboolean may = pay(quota_of(s, http_limit_key_of(x)), s->conf.limits.requests_per_address);
	g_mutex_unlock(&s->limit_lock);
	return may;
}

/* Instead of the handler. */
static void turn_away(struct http_exchange *x, int status, enum http_refusal why, const char *sentence)
{
	struct http_server *s = x->server;

	g_mutex_lock(&s->lock);
	if (x->state == HTTP_HANDLING) {
		http_turn_away(x, status, why, sentence);
		http_answered(x);
	}
	g_mutex_unlock(&s->lock);
	http_exchange_unref(x);
}

gboolean http_admit(struct http_exchange *x, int64_t person)
{
	struct http_server *s = x->server;
	char key[32];

	x->person = person;
	if (x->conn->peer.local)
		return TRUE;
	person_key(key, sizeof key, person);
	g_mutex_lock(&s->limit_lock);
	gboolean may = pay(quota_of(s, key), s->conf.limits.requests_per_person);
	g_mutex_unlock(&s->limit_lock);
	if (!may)
		turn_away(x, 429, HTTP_REFUSED_PERSON_RATE, "you ask more often than this server allows; wait a moment");
	return may;
}

void http_overloaded(struct http_exchange *x)
{
	turn_away(x, 503, HTTP_REFUSED_OVERLOAD, "the server has more to do than it can; try again in a moment");
}

/* ---------------------------------------------------------------- streams */
/* The server's lock is held: *why says whose measure is full. */
gboolean http_limit_stream(struct http_exchange *x, const char **why)
{
	struct http_server *s = x->server;
	const struct http_limits *most = &s->conf.limits;
	char key[32];

	*why = NULL;
	if (s->streams >= most->streams)
		*why = _("this server follows as many workstations as it can; try again later");
	if (*why || x->conn->peer.local)
		return *why == NULL;
	person_key(key, sizeof key, x->person);
	g_mutex_lock(&s->limit_lock);
	struct quota *address = quota_of(s, http_limit_key_of(x)), *person = quota_of(s, key);
	if (address->streams >= most->streams_per_address)
		*why = _("too many event streams go to your address");
	else if (x->person && person->streams >= most->streams_per_person)
		*why = _("too many event streams are yours; close some workstations");
	if (!*why) {
		address->streams++;
		person->streams++;
	}
	g_mutex_unlock(&s->limit_lock);
	return *why == NULL;
}

void http_limit_stream_ended(struct http_exchange *x)
{
	struct http_server *s = x->server;
	char key[32];

	if (x->conn->peer.local)
		return;
	person_key(key, sizeof key, x->person);
	g_mutex_lock(&s->limit_lock);
	quota_of(s, http_limit_key_of(x))->streams--;
	quota_of(s, key)->streams--;
	g_mutex_unlock(&s->limit_lock);
}
