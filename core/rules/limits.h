/* How long a message may be on each channel. Pure.
 *
 * The desk's setting message_limits says it: "web=10000 wechat=2048b sms=5s", a word a channel;
 * a channel that isn't named has none. What is counted is what the channels count:
 *   NUMBER   UTF-16 units: a Chinese character is 1, most emoji are 2, an "e" with a combining
 *            accent 2. (Graphemes are what people see, but no channel counts them.)
 *   NUMBERb  bytes of UTF-8
 *   NUMBERs  messages of SMS: 160 septets, or 153 each of several, of the GSM alphabet; as soon as
 *            one character is not in it 70 or 67 UTF-16 units */
#ifndef RULES_LIMITS_H
#define RULES_LIMITS_H

#include "base/error.h"
#include "wire/model.h"

enum limit_unit { LIMIT_NONE, LIMIT_CHARACTERS, LIMIT_BYTES, LIMIT_SMS };

struct limit {
	enum limit_unit unit;
	int64_t max;            /* characters, bytes; SMS: messages */
};
struct limits {
	struct limit of[CHANNEL_COUNT];
};

/* DESK_INVALID and a sentence on what is wrong with the text; NULL text: the default setting. */
gboolean limits_parse(struct limits *l, const char *text, GError **error);

struct limit_use {
	int64_t used, max;      /* in units of the text: characters, bytes, septets */
	int messages;           /* SMS: how many it takes; else 1 */
	gboolean over;
};
/* FALSE: the channel has no limit (*out is 0). */
gboolean limits_use(const struct limits *l, enum channel channel, const char *text, struct limit_use *out);
/* DESK_LIMIT, a sentence with both figures. */
gboolean limits_check(const struct limits *l, enum channel channel, const char *text, GError **error);

#endif
