/* Quiet hours, switches and the rate of notices. */
#include "rules/notice_rules.h"

#include <string.h>
#include "base/clock.h"

#define DAY_MINUTES (24 * 60)

static gboolean minute(const char *s, const char **end, int *out)
{
	int h, m;

	if (!g_ascii_isdigit(s[0]))
		return FALSE;
	h = s[0] - '0';
	s++;
	if (g_ascii_isdigit(*s))
		h = h * 10 + (*s++ - '0');
	if (*s != ':' || !g_ascii_isdigit(s[1]) || !g_ascii_isdigit(s[2]))
		return FALSE;
	m = (s[1] - '0') * 10 + (s[2] - '0');
	if (h > 24 || m > 59 || h * 60 + m > DAY_MINUTES)
		return FALSE;
	*out = (h * 60 + m) % DAY_MINUTES;
	*end = s + 3;
	return TRUE;
}

gboolean quiet_hours_parse(const char *text, struct quiet_hours *out, GError **error)
{
	struct quiet_hours q = {0};
	const char *at = text;

	if (strcmp(text, "off") == 0 || strcmp(text, "no") == 0) {
		*out = q;
		return TRUE;
	}
	if (!minute(at, &at, &q.from_min) || *at != '-' || !minute(at + 1, &at, &q.to_min) || *at || q.from_min == q.to_min)
		return desk_fail(error, DESK_INVALID, "quiet hours are written 22:00-07:00, or off");
	*out = q;
	return TRUE;
}

gboolean quiet_hours_cover(const struct quiet_hours *q, int m)
{
	if (q->from_min <= q->to_min)
		return m >= q->from_min && m < q->to_min;
	return m >= q->from_min || m < q->to_min;
}

/* earned_ms: when the bucket will be full again; each that goes moves it on by one share. */
static int64_t share(const struct notice_rate *r)
{
	return MS_MINUTE / r->per_minute;
}

int64_t notice_rate_wait(const struct notice_rate *r, int64_t now_ms)
{
	if (!r->per_minute)
		return INT64_MAX;
	return MAX(r->earned_ms - now_ms - share(r) * (r->per_minute - 1), 0);
}

gboolean notice_rate_take(struct notice_rate *r, int64_t now_ms)
{
	if (notice_rate_wait(r, now_ms) > 0) {
		r->held++;
		return FALSE;
	}
	r->earned_ms = MAX(r->earned_ms, now_ms) + share(r);
	r->held = 0;
	return TRUE;
}

enum notice_way notice_way(const struct notice_wish *w, enum notice_kind kind, int64_t now_ms, int minute_of_day,
                           gboolean sees)
{
	if ((unsigned)kind >= NOTICE_COUNT || w->off >> kind & 1)
		return NOTICE_WAY_DROP;
	if (sees || w->quiet_until_ms > now_ms || quiet_hours_cover(&w->hours, minute_of_day))
		return NOTICE_WAY_COUNT;
	return NOTICE_WAY_TELL;
}
