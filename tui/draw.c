/* What several views draw alike: gated strings, labels for people, clock looks. */
#include "tui/draw.h"

#include <string.h>

int draw_raw(const struct canvas *c, int y, int x, int cols, enum theme_role role, const char *raw)
{
	g_autoptr(text_auto) t = NULL;

	if (!raw || !*raw || cols == 0)
		return 0;
	t = text_clean(raw, -1, 0, 4096);
	return canvas_text(c, y, x, cols, role, t);
}

int draw_format(const struct canvas *c, int y, int x, int cols, enum theme_role role, const char *format, ...)
{
	g_autofree char *raw = NULL;
	va_list ap;

	va_start(ap, format);
	raw = g_strdup_vprintf(say(format), ap);
	va_end(ap);
	return draw_raw(c, y, x, cols, role, raw);
}

int draw_words(const struct canvas *c, int y, int x, int cols, enum theme_role role, const char *msgid)
{
	return draw_raw(c, y, x, cols, role, say(msgid));
}

int draw_cols(const char *raw)
{
	g_autoptr(text_auto) t = text_clean(raw, -1, 0, 4096);

	return text_cols(t);
}

int draw_marks(const struct canvas *c, int y, int x, int max, const char *keys)
{
	int used = 0;

	for (const char *p = keys; p && *p && max > 0; max--) {
		size_t len = strcspn(p, " ");
		enum glyph g = glyph_by_key(p, len);

		used += canvas_mark(c, y, x + used, g == GLYPH_WARN ? LOOK_TAG_ALERT : LOOK_TAG, g);
		p += len;
		p += strspn(p, " ");
	}
	return used;
}

const char *label_clock(enum clock_kind kind)
{
	static const char *const label[CLOCK_COUNT] = {
		[CLOCK_NONE] = "",
		[CLOCK_FIRST_RESPONSE] = NC_("clock", "first reply"),
		[CLOCK_NEXT_RESPONSE] = NC_("clock", "next reply"),
		[CLOCK_RESOLUTION] = NC_("clock", "resolve"),
		[CLOCK_ESCALATION] = NC_("clock", "escalate"),
		[CLOCK_TIER2] = NC_("clock", "tier 2"),
		[CLOCK_CROSS] = NC_("clock", "plan"),
		[CLOCK_FEEDBACK] = NC_("clock", "feedback"),
		[CLOCK_PROMISE] = NC_("clock", "promise"),
	};
	return (unsigned)kind < CLOCK_COUNT ? say_ctx("clock", label[kind]) : "";
}

const char *label_channel(enum channel channel)
{
	static const char *const label[CHANNEL_COUNT] = {
		[CHANNEL_WEB] = NC_("channel", "web"), [CHANNEL_APP] = NC_("channel", "app"),
		[CHANNEL_PHONE] = NC_("channel", "phone"),
		[CHANNEL_EMAIL] = NC_("channel", "mail"), [CHANNEL_WECHAT] = NC_("channel", "wechat"),
		[CHANNEL_WEIBO] = NC_("channel", "weibo"),
		[CHANNEL_DOUYIN] = NC_("channel", "douyin"), [CHANNEL_TMALL] = NC_("channel", "tmall"),
		[CHANNEL_JD] = NC_("channel", "jd"),
		[CHANNEL_QQ] = NC_("channel", "qq"), [CHANNEL_SMS] = NC_("channel", "sms"),
		[CHANNEL_COMMUNITY] = NC_("channel", "forum"),
		[CHANNEL_WALK_IN] = NC_("channel", "desk"),
	};
	return (unsigned)channel < CHANNEL_COUNT ? say_ctx("channel", label[channel]) : "";
}

const char *label_status(enum ticket_status status)
{
	static const char *const label[STATUS_COUNT] = {
		[STATUS_NEW] = NC_("status", "new"), [STATUS_OPEN] = NC_("status", "open"),
		[STATUS_PENDING_CUSTOMER] = NC_("status", "customer's"),
		[STATUS_PENDING_INTERNAL] = NC_("status", "internal"), [STATUS_ON_HOLD] = NC_("status", "on hold"),
		[STATUS_RESOLVED] = NC_("status", "resolved"), [STATUS_FOLLOW_UP_DUE] = NC_("status", "follow-up"),
		[STATUS_ARCHIVED] = NC_("status", "archived"), [STATUS_MERGED] = NC_("status", "merged"),
		[STATUS_SPAM] = NC_("status", "spam"),
	};
	return (unsigned)status < STATUS_COUNT ? say_ctx("status", label[status]) : "";
}

char *label_category(const char *category)
{
	g_auto(GStrv) part = NULL;

	if (!category)
		return g_strdup("");
	part = g_strsplit(category, "/", -1);
	return g_strjoinv(" > ", part);
}

static gboolean reads_chinese(void)
{
	return strcmp(say_language(), "zh") == 0;
}

static const char *level_label(const struct session *session, const char *path)
{
	for (guint i = 0; session && i < session->categories->len; i++) {
		const struct category *c = session->categories->pdata[i];

		if (strcmp(c->name, path) == 0)
			return c->label_zh;
	}
	return NULL;
}

char *label_category_of(const struct store *s, const char *category)
{
	const struct session *session = store_session(s);
	g_auto(GStrv) part = NULL;
	g_autoptr(GString) path = g_string_new(NULL);
	GString *out;

	if (!category || !reads_chinese())
		return label_category(category);
	part = g_strsplit(category, "/", -1);
	out = g_string_new(NULL);
	for (char **p = part; *p; p++) {
		g_string_append_printf(path, "%s%s", path->len ? "/" : "", *p);
		const char *label = level_label(session, path->str);
		g_string_append_printf(out, "%s%s", out->len ? " > " : "", label ? label : *p);
	}
	return g_string_free(out, FALSE);
}

const char *label_tag(const struct store *s, const struct tag *tag)
{
	(void)s;
	if (reads_chinese() && tag->label_zh)
		return tag->label_zh;
	return tag->label_en ? tag->label_en : tag->name;
}

const char *label_advice(const struct store *s, const struct tag *tag)
{
	(void)s;
	if (reads_chinese() && tag->advice_zh)
		return tag->advice_zh;
	return tag->advice_en;
}

const char *label_key(const struct keymap *km, const char *context, enum action action, char *buf, size_t size)
{
	char everywhere[64] = "";
	const struct binding *b = NULL;
	stroke key;

	keymap_key_of(km, context, action, buf, size);
	if (strlen(buf) < 2 || strcmp(context, "composer") == 0 || strcmp(context, "prompt") == 0)
		return buf;
	keymap_key_of(km, "all", action, everywhere, sizeof everywhere);
	if (!*everywhere || strlen(everywhere) >= strlen(buf))
		return buf;
	key = stroke_parse(everywhere, strlen(everywhere), NULL);
	if (key && keymap_lookup(km, context, &key, 1, &b) == KEYMAP_BOUND && b->action == action)
		g_strlcpy(buf, everywhere, size); /* nothing of the pane's own hides it */
	return buf;
}

enum clock_look clock_look_of(int64_t now_ms, int64_t warn_ms, int64_t due_ms)
{
	if (due_ms <= 0 || due_ms >= QUEUE_NO_DUE)
		return CLOCK_LOOK_NONE;
	if (now_ms >= due_ms)
		return CLOCK_LOOK_LATE;
	return warn_ms > 0 && now_ms >= warn_ms ? CLOCK_LOOK_WARN : CLOCK_LOOK_OK;
}

enum theme_role clock_look_role(enum clock_look look)
{
	static const enum theme_role role[] = {
		[CLOCK_LOOK_NONE] = LOOK_DIM, [CLOCK_LOOK_OK] = LOOK_CLOCK_OK, [CLOCK_LOOK_WARN] = LOOK_CLOCK_WARN,
		[CLOCK_LOOK_LATE] = LOOK_CLOCK_LATE, [CLOCK_LOOK_PAUSED] = LOOK_CLOCK_PAUSED,
	};
	return role[look];
}

int64_t clock_look_next(int64_t now_ms, int64_t warn_ms, int64_t due_ms)
{
	int64_t next;

	if (due_ms <= 0 || due_ms >= QUEUE_NO_DUE)
		return INT64_MAX;
	next = now_ms + clock_countdown_next(due_ms - now_ms);
	if (warn_ms > now_ms && warn_ms < next)
		next = warn_ms;
	return next;
}

const struct ticket_clock *clock_shown(const struct ticket *t)
{
	const struct ticket_clock *best = NULL;

	for (guint i = 0; i < t->clocks->len; i++) {
		const struct ticket_clock *c = t->clocks->pdata[i];

		if (c->state == CLOCK_STATE_RUNNING || c->state == CLOCK_STATE_BREACHED) {
			if (!best || best->state == CLOCK_STATE_PAUSED || c->due_ms < best->due_ms)
				best = c;
		} else if (c->state == CLOCK_STATE_PAUSED && !best) {
			best = c;
		}
	}
	return best;
}

const char *label_clock_state(const struct ticket_clock *clock, enum clock_look look)
{
	switch (clock->state) {
	case CLOCK_STATE_RUNNING:
	case CLOCK_STATE_BREACHED:
		return look == CLOCK_LOOK_LATE ? say_ctx("clock", "late") :
		       look == CLOCK_LOOK_WARN ? say_ctx("clock", "soon") : say_ctx("clock", "running");
	case CLOCK_STATE_PAUSED:
		return say_ctx("clock", "paused");
	case CLOCK_STATE_MET:
		return say_ctx("clock", "met");
	case CLOCK_STATE_MISSED:
		return say_ctx("clock", "met late");
	default:
		return say_ctx("clock", "ended");
	}
}

enum theme_role clock_state_role(const struct ticket_clock *clock, enum clock_look look)
{
	switch (clock->state) {
	case CLOCK_STATE_RUNNING:
	case CLOCK_STATE_BREACHED:
		return clock_look_role(look);
	case CLOCK_STATE_PAUSED:
		return LOOK_CLOCK_PAUSED;
	case CLOCK_STATE_MISSED:
		return LOOK_CLOCK_LATE;
	default:
		return LOOK_DIM;
	}
}

gboolean clock_state_sign(const struct ticket_clock *clock, enum clock_look look, enum glyph *sign)
{
	switch (clock->state) {
	case CLOCK_STATE_RUNNING:
	case CLOCK_STATE_BREACHED:
		*sign = look == CLOCK_LOOK_LATE ? GLYPH_LATE : GLYPH_COUNT;
		return look == CLOCK_LOOK_LATE || look == CLOCK_LOOK_WARN;
	case CLOCK_STATE_PAUSED:
		*sign = GLYPH_PAUSED;
		return TRUE;
	case CLOCK_STATE_MET:
		*sign = GLYPH_CHECK;
		return TRUE;
	case CLOCK_STATE_MISSED:
		*sign = GLYPH_REFUSED;
		return TRUE;
	default:
		return FALSE;
	}
}

static int clock_rank(const struct ticket_clock *c)
{
	return c->state == CLOCK_STATE_RUNNING || c->state == CLOCK_STATE_BREACHED ? 0 : c->state == CLOCK_STATE_PAUSED ? 1 : 2;
}

static gint nearest_first(gconstpointer a, gconstpointer b)
{
	const struct ticket_clock *x = *(const struct ticket_clock *const *)a, *y = *(const struct ticket_clock *const *)b;
	int rank = clock_rank(x);

	if (rank != clock_rank(y))
		return rank - clock_rank(y);
	if (rank == 0 && x->due_ms != y->due_ms)
		return x->due_ms < y->due_ms ? -1 : 1;
	if (rank == 2 && x->ended_ms != y->ended_ms)
		return x->ended_ms > y->ended_ms ? -1 : 1;
	return (int)x->kind - (int)y->kind;
}

GPtrArray *clocks_sorted(const struct ticket *t)
{
	GPtrArray *all = g_ptr_array_new();

	for (guint i = 0; i < t->clocks->len; i++) {
		const struct ticket_clock *c = t->clocks->pdata[i];

		if (c->state != CLOCK_STATE_IDLE || c->ended_ms)
			g_ptr_array_add(all, t->clocks->pdata[i]);
	}
	g_ptr_array_sort(all, nearest_first);
	return all;
}

char *label_snoozed(const struct ticket_row *row, int64_t now_ms)
{
	char when[WHEN_SIZE];

	if (row->snoozed_ms < 0)
		return g_strdup(_("snoozed until the customer writes"));
	return g_strdup_printf(_("snoozed until %s"), when_short(row->snoozed_ms, now_ms, when, sizeof when));
}

char *label_snoozed_short(const struct ticket_row *row, int64_t now_ms)
{
	char when[WHEN_SIZE], *space;

	if (row->snoozed_ms < 0)
		return g_strdup(_("till reply"));
	when_short(row->snoozed_ms, now_ms, when, sizeof when);
	space = strrchr(when, ' '); /* another day: its date says enough */
	if (space)
		*space = '\0';
	return g_strdup_printf(_("till %s"), when);
}

const char *draw_when(int64_t at_ms, int64_t now_ms, char *buf, size_t size)
{
	return when_short(at_ms, now_ms, buf, size);
}
