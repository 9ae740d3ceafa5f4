/* When a notice disturbs: quiet hours, switches, a rate. Pure: the caller brings the time. */
#ifndef RULES_NOTICE_RULES_H
#define RULES_NOTICE_RULES_H

#include "base/error.h"
#include "wire/model.h"

/* Minutes of the local day, from inclusive, to exclusive; over midnight when to < from; equal: none. */
struct quiet_hours {
	int from_min, to_min;
};
/* "22:00-07:00", or "off". DESK_INVALID says how it is written. */
gboolean quiet_hours_parse(const char *text, struct quiet_hours *out, GError **error);
gboolean quiet_hours_cover(const struct quiet_hours *q, int minute_of_day);

/* At most `per_minute` in any minute's space, evenly refilled; a burst of that many may come at once. */
struct notice_rate {
	unsigned per_minute;   /* 0: none ever goes */
	int64_t earned_ms;     /* private; 0 at first */
	unsigned held;         /* refused since the last that went */
};
/* TRUE: this one may go, at now_ms of a clock that never goes back. */
gboolean notice_rate_take(struct notice_rate *r, int64_t now_ms);
/* How long until the next one may go; 0 now. INT64_MAX: never. */
int64_t notice_rate_wait(const struct notice_rate *r, int64_t now_ms);

struct notice_wish {
	unsigned off;              /* bit per enum notice_kind: these are not told */
	struct quiet_hours hours;
	int64_t quiet_until_ms;    /* wall time; 0 not asked for, INT64_MAX until further notice */
};
enum notice_way {
	NOTICE_WAY_DROP,  /* switched off: not counted either */
	NOTICE_WAY_COUNT, /* counted on the screen, nothing leaves it */
	NOTICE_WAY_TELL   /* also told outside the screen */
};
/* `sees`: the ticket is opened and the terminal has the person's attention. */
enum notice_way notice_way(const struct notice_wish *w, enum notice_kind kind, int64_t now_ms, int minute_of_day,
                           gboolean sees);

#endif
