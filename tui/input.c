/* Bytes from the terminal to events. One pass, no allocation but for pastes. */
#include "tui/input.h"

#include <stdint.h>
#include <string.h>
#include "tui/screen_cells.h"

#define PENDING_MAX 512 /* longest sequence that is understood; longer ones are swallowed */
#define PASTE_END "\033[201~"
#define PASTE_END_LEN 6
/* A paste whose end never comes is given up after this many silent waits (2 s). */
#define PASTE_PATIENCE 40

struct key_string {
	stroke key;
	size_t len;
	char bytes[24];
};

struct input {
	guint8 pending[PENDING_MAX];
	size_t len;
	guint8 swallow;   /* 0, '[' (a CSI), ']' (a string), 033 (a string, after its ESC) */
	guint8 skip;      /* bytes of a mouse report still to drop */
	gboolean pasting, paste_cut, expects_cursor;
	int silence;
	GByteArray *paste;
	size_t end_at;    /* bytes of PASTE_END seen at the end of the paste */
	GArray *keys;     /* struct key_string, by terminfo */
};

struct sink {
	input_fn *fn;
	void *arg;
};

static const struct { guint8 final; stroke key; } csi_finals[] = {
	{'A', STROKE_UP}, {'B', STROKE_DOWN}, {'C', STROKE_RIGHT}, {'D', STROKE_LEFT},
	{'H', STROKE_HOME}, {'F', STROKE_END}, {'P', STROKE_F1}, {'Q', STROKE_F2},
	{'R', STROKE_F3}, {'S', STROKE_F4}, {'Z', STROKE_BACKTAB},
	{'a', STROKE_UP | STROKE_SHIFT}, {'b', STROKE_DOWN | STROKE_SHIFT},
	{'c', STROKE_RIGHT | STROKE_SHIFT}, {'d', STROKE_LEFT | STROKE_SHIFT},
};

static const stroke csi_numbers[] = {
	[1] = STROKE_HOME, [2] = STROKE_INSERT, [3] = STROKE_DELETE, [4] = STROKE_END, [5] = STROKE_PAGE_UP,
	[6] = STROKE_PAGE_DOWN, [7] = STROKE_HOME, [8] = STROKE_END, [11] = STROKE_F1, [12] = STROKE_F2,
	[13] = STROKE_F3, [14] = STROKE_F4, [15] = STROKE_F5, [17] = STROKE_F6, [18] = STROKE_F7,
	[19] = STROKE_F8, [20] = STROKE_F9, [21] = STROKE_F10, [23] = STROKE_F11, [24] = STROKE_F12,
};

static const struct { guint8 final; stroke key; } ss3_finals[] = {
	{'A', STROKE_UP}, {'B', STROKE_DOWN}, {'C', STROKE_RIGHT}, {'D', STROKE_LEFT},
	{'H', STROKE_HOME}, {'F', STROKE_END}, {'P', STROKE_F1}, {'Q', STROKE_F2}, {'R', STROKE_F3},
	{'S', STROKE_F4}, {'M', STROKE_ENTER}, {'I', STROKE_TAB}, {' ', STROKE_SPACE},
	{'a', STROKE_UP | STROKE_CTRL}, {'b', STROKE_DOWN | STROKE_CTRL},
	{'c', STROKE_RIGHT | STROKE_CTRL}, {'d', STROKE_LEFT | STROKE_CTRL},
	{'j', '*'}, {'k', '+'}, {'l', ','}, {'m', '-'}, {'n', '.'}, {'o', '/'}, {'X', '='},
	{'p', '0'}, {'q', '1'}, {'r', '2'}, {'s', '3'}, {'t', '4'}, {'u', '5'}, {'v', '6'}, {'w', '7'},
	{'x', '8'}, {'y', '9'},
};

static void add_key(guint32 key, const char *bytes, void *arg)
{
	struct input *in = arg;
	struct key_string k = {.key = key, .len = strlen(bytes)};

	/* Single bytes are control keys that are understood anyway. */
	if (k.len < 2 || k.len > sizeof(k.bytes) || (guint8)bytes[0] >= 0x80)
		return;
	memcpy(k.bytes, bytes, k.len);
	g_array_append_val(in->keys, k);
}

struct input *input_new(const char *term)
{
	struct input *in = g_new0(struct input, 1);

	in->paste = g_byte_array_new();
	in->keys = g_array_new(FALSE, FALSE, sizeof(struct key_string));
	if (term && *term)
		screen_each_key(term, add_key, in);
	return in;
}

void input_free(struct input *in)
{
	if (!in)
		return;
	g_byte_array_unref(in->paste);
	g_array_unref(in->keys);
	g_free(in);
}

static void emit(const struct sink *to, stroke key, const guint8 *raw, size_t raw_len)
{
	struct input_event ev = {.kind = INPUT_STROKE, .stroke = key};

	if (key == 0)
		return;
	if (raw_len <= sizeof(ev.raw)) {
		memcpy(ev.raw, raw, raw_len);
		ev.raw_len = raw_len;
	}
	to->fn(&ev, to->arg);
}

static void emit_kind(const struct sink *to, enum input_kind kind)
{
	struct input_event ev = {.kind = kind};

	to->fn(&ev, to->arg);
}

static void emit_at(const struct sink *to, enum input_kind kind, int row, int col)
{
	struct input_event ev = {.kind = kind, .row = MAX(row - 1, 0), .col = MAX(col - 1, 0)};

	to->fn(&ev, to->arg);
}

void input_expect_cursor(struct input *in, gboolean expect)
{
	in->expects_cursor = expect;
}

gboolean input_expects_cursor(const struct input *in)
{
	return in->expects_cursor;
}

/* ---- pastes */

static void end_paste(struct input *in, const struct sink *to)
{
	struct input_event ev = {.kind = INPUT_PASTE};
	GByteArray *bytes = in->paste;

	in->pasting = FALSE;
	in->end_at = 0;
	/* Cut by the cap inside a character: take back its beginning. */
	if (bytes->len >= INPUT_PASTE_MAX) {
		guint n = bytes->len;
		while (n > 0 && bytes->len - n < 3 && (bytes->data[n - 1] & 0xc0) == 0x80)
			n--;
		if (n > 0 && bytes->data[n - 1] >= 0xc0)
			g_byte_array_set_size(bytes, n - 1);
	}
	in->paste = g_byte_array_new(); /* fn may feed more */
	ev.cut = in->paste_cut;
	in->paste_cut = FALSE;
	ev.bytes = (const char *)bytes->data;
	ev.len = bytes->len;
	if (!ev.bytes)
		ev.bytes = "";
	to->fn(&ev, to->arg);
	g_byte_array_unref(bytes);
}

static void add_to_paste(struct input *in, const guint8 *p, size_t n)
{
	in->paste_cut |= n > INPUT_PASTE_MAX - in->paste->len;
	if (in->paste->len < INPUT_PASTE_MAX)
		g_byte_array_append(in->paste, p, (guint)MIN(n, INPUT_PASTE_MAX - in->paste->len));
}

/* Takes bytes of a paste; returns how many, with its end included. */
static size_t feed_paste(struct input *in, const guint8 *p, size_t n, const struct sink *to)
{
	static const guint8 end[] = PASTE_END;
	size_t i = 0;

	while (i < n) {
		if (p[i] == end[in->end_at]) {
			i++;
			if (++in->end_at == PASTE_END_LEN) {
				end_paste(in, to);
				return i;
			}
			continue;
		}
		if (in->end_at > 0) { /* ESC occurs in it only at the start: look at this byte again */
			add_to_paste(in, end, in->end_at);
			in->end_at = 0;
			continue;
		}
		const guint8 *esc = memchr(p + i, end[0], n - i);
		size_t run = esc ? (size_t)(esc - (p + i)) : n - i;
		add_to_paste(in, p + i, run);
		i += run;
	}
	return i;
}

/* ---- sequences */

static stroke with_modifiers(stroke key, int code)
{
	int bits = code > 1 ? code - 1 : 0;

	if (bits & 1)
		key |= key & STROKE_NAMED ? STROKE_SHIFT : 0;
	if (bits & 10) /* Alt, Meta */
		key |= STROKE_ALT;
	if (bits & 4)
		key |= STROKE_CTRL;
	return key;
}

static stroke control_key(guint8 b)
{
	switch (b) {
	case '\r':
		return STROKE_ENTER;
	case '\t':
		return STROKE_TAB;
	case 033:
		return STROKE_ESCAPE;
	case '\b':
	case 0x7f:
		return STROKE_BACKSPACE;
	case ' ':
		return STROKE_SPACE;
	case 0:
		return STROKE_SPACE | STROKE_CTRL;
	default:
		return b < ' ' ? (stroke)(b < 27 ? b + 'a' - 1 : b + '@') | STROKE_CTRL : b;
	}
}

#define MODIFIER_SHIFT 1
#define MODIFIERS_ALTGR 6 /* Ctrl and Alt together: what some keyboards call the third level */

/* `text` is what the key wrote, where the terminal tells it. AltGr may come as Ctrl and Alt with
 * the letter it made: that is the letter, for nobody binds ctrl-alt-@. */
static gboolean is_letter(int code, int bits, int text)
{
	gboolean altgr = (bits & MODIFIERS_ALTGR) == MODIFIERS_ALTGR;

	if (text > ' ' && text != 0x7f)
		return altgr || !(bits & 14);
	return altgr && code > ' ' && code != 0x7f && !(code < 0x80 && g_ascii_isalnum(code));
}

static gboolean is_scalar(int code)
{
	return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code < 0xf900) && !(code >= 0x80 && code < 0xa0);
}

/* A key given by its code point, as terminals with extended keys send it; 0 when it is none. */
static stroke code_key(int code, int modifiers, int text)
{
	int bits = modifiers > 1 ? modifiers - 1 : 0;
	stroke key;

	if (!is_scalar(code))
		return 0;
	if (is_letter(code, bits, text))
		return (stroke)(is_scalar(text) && text > ' ' ? text : code);
	key = code <= ' ' || code == 0x7f ? control_key((guint8)code) : (stroke)code;
	if (modifiers == 6 && key < 0x80)
		key = (stroke)g_ascii_tolower((char)key);
	else if (bits & MODIFIER_SHIFT && key < 0x80)
		key = (stroke)g_ascii_toupper((char)key);
	if (key == STROKE_TAB && bits & MODIFIER_SHIFT)
		return with_modifiers(STROKE_BACKTAB, modifiers - 1);
	return with_modifiers(key, modifiers);
}

/* CSI < button ; column ; row M (pressed) or m (released). Of buttons only the first counts;
 * with Shift the terminal keeps them, Alt and Ctrl say nothing here; 32 is a drag. */
static void run_mouse(const guint8 *p, size_t len, const struct sink *to)
{
	int param[3] = {0}, button;
	size_t n = 0;

	for (size_t i = 3; i < len - 1; i++) {
		if (g_ascii_isdigit(p[i]))
			param[n] = MIN(param[n] * 10 + (p[i] - '0'), 0xffff);
		else if (p[i] != ';' || ++n == G_N_ELEMENTS(param))
			return;
	}
	button = param[0] & ~24;
	if (n != 2 || p[len - 1] != 'M')
		return;
	if (button == 0)
		emit_at(to, INPUT_CLICK, param[2], param[1]);
	else if (button == 64 || button == 65)
		emit_at(to, button == 64 ? INPUT_WHEEL_UP : INPUT_WHEEL_DOWN, param[2], param[1]);
}

static void run_csi(struct input *in, const guint8 *p, size_t len, const struct sink *to)
{
	guint8 final = p[len - 1];
	int param[4] = {0};
	size_t n = 0;

	if (len == 4 && p[2] == '[') { /* the Linux console's F1-F5 */
		if (final >= 'A' && final <= 'E')
			emit(to, STROKE_F1 + (stroke)(final - 'A'), p, len);
		return;
	}
	if (len > 3 && p[2] == '<' && (final == 'M' || final == 'm'))
		run_mouse(p, len, to);
	if (len > 3 && p[2] >= '<' && p[2] <= '?')
		return; /* answers */
	for (size_t i = 2; i < len - 1; i++) {
		if (g_ascii_isdigit(p[i]) && n < G_N_ELEMENTS(param))
			param[n] = MIN(param[n] * 10 + (p[i] - '0'), 0x1fffff);
		else if (p[i] == ';')
			n++;
		else if (p[i] == ':') /* sub-parameters: kept as the first */
			while (i + 1 < len - 1 && p[i + 1] != ';')
				i++;
		else
			return;
	}
	if (final == 'M' && len == 3) {
		in->skip = 3;
	} else if (final == 'R' && in->expects_cursor && n == 1 && param[0] == INPUT_ANSWER_ROW) {
		in->expects_cursor = FALSE;
		emit_at(to, INPUT_CURSOR_AT, param[0], param[1]);
	} else if (final == 'I' && len == 3) {
		emit_kind(to, INPUT_FOCUS_IN);
	} else if (final == 'O' && len == 3) {
		emit_kind(to, INPUT_FOCUS_OUT);
	} else if (final == '~' && param[0] == 200) {
		in->pasting = TRUE;
		in->silence = 0;
		g_byte_array_set_size(in->paste, 0);
	} else if (final == '~' && param[0] == 27 && n >= 2) {
		emit(to, code_key(param[2], param[1], 0), p, len);
	} else if (final == 'u') {
		emit(to, code_key(param[0], param[1], param[2]), p, len);
	} else if (final == '~' || final == '^' || final == '$' || final == '@') {
		stroke more = (final == '^' || final == '@' ? STROKE_CTRL : 0) |
		              (final == '$' || final == '@' ? STROKE_SHIFT : 0);
		if (param[0] > 0 && param[0] < (int)G_N_ELEMENTS(csi_numbers) && csi_numbers[param[0]])
			emit(to, with_modifiers(csi_numbers[param[0]], param[1]) | more, p, len);
	} else {
		for (size_t i = 0; i < G_N_ELEMENTS(csi_finals); i++)
			if (csi_finals[i].final == final && (final != 'R' || n == 0 || param[0] == 1))
				emit(to, with_modifiers(csi_finals[i].key, param[1]), p, len);
	}
}

/* Length of the CSI sequence at p, 0 = not all there, SIZE_MAX = broken at *bad. */
static size_t csi_length(const guint8 *p, size_t len, size_t *bad)
{
	gboolean digits = TRUE;

	if (len >= 3 && p[2] == '[')
		return len >= 4 ? 4 : 0;
	for (size_t i = 2; i < len; i++) {
		if (p[i] < ' ' || p[i] >= 0x7f) {
			*bad = i;
			return SIZE_MAX;
		}
		if (p[i] >= '@' || (p[i] == '$' && digits && i > 2)) /* rxvt ends shifted keys with $ */
			return i + 1;
		digits = digits && g_ascii_isdigit(p[i]);
	}
	return 0;
}

static size_t run_ss3(const guint8 *p, size_t len, const struct sink *to)
{
	int modifiers = 0;
	size_t i = 2;

	for (; i < len && g_ascii_isdigit(p[i]); i++)
		modifiers = MIN(modifiers * 10 + (p[i] - '0'), 99);
	if (i == len)
		return i < 6 ? 0 : i;
	if (p[i] < ' ' || p[i] >= 0x7f)
		return i;
	for (size_t k = 0; k < G_N_ELEMENTS(ss3_finals); k++)
		if (ss3_finals[k].final == p[i])
			emit(to, with_modifiers(ss3_finals[k].key, modifiers), p, i + 1);
	return i + 1;
}

/* One UTF-8 character; 0 = not all there yet. */
static size_t run_char(const guint8 *p, size_t len, stroke modifiers, const guint8 *raw, const struct sink *to)
{
	static const guint8 lost[] = "\xef\xbf\xbd";
	size_t need = p[0] < 0xc2 ? 1 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : p[0] < 0xf5 ? 4 : 1;
	gunichar ch;

	for (size_t i = 1; i < need; i++) {
		gboolean first_bad = i == 1 && len > 1 && ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
		                                           (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f));
		if (i == len)
			return 0;
		if ((p[i] & 0xc0) != 0x80 || first_bad) {
			emit(to, 0xfffd, lost, 3);
			return i;
		}
	}
	if (need == 1 && p[0] >= 0x80) {
		emit(to, 0xfffd, lost, 3);
		return 1;
	}
	ch = g_utf8_get_char((const char *)p);
	if (ch >= 0xa0 || ch < 0x80) /* C1 controls are nobody's keys */
		emit(to, (ch < 0x80 ? control_key((guint8)ch) : ch) | modifiers, raw, (size_t)(p + need - raw));
	return need;
}

/* The terminal's own strings; *more: a longer one may be coming. */
static size_t run_own_key(const struct input *in, const guint8 *p, size_t len, const struct sink *to, gboolean *more)
{
	const struct key_string *best = NULL;

	for (guint i = 0; i < in->keys->len; i++) {
		const struct key_string *k = &g_array_index(in->keys, struct key_string, i);

		if (memcmp(k->bytes, p, MIN(len, k->len)) != 0)
			continue;
		if (k->len > len)
			*more = TRUE;
		else if (!best || k->len > best->len)
			best = k;
	}
	if (!best || *more)
		return 0;
	emit(to, best->key, p, best->len);
	return best->len;
}

static size_t run_escape(struct input *in, const guint8 *p, size_t len, const struct sink *to);

static void emit_with_alt(const struct input_event *ev, void *arg)
{
	const struct sink *to = arg;
	struct input_event alt = *ev;

	if (alt.kind == INPUT_STROKE)
		alt.stroke |= STROKE_ALT;
	alt.raw_len = 0;
	to->fn(&alt, to->arg);
}

static size_t run_double_escape(struct input *in, const guint8 *p, size_t len, const struct sink *to)
{
	struct sink alt = {emit_with_alt, (void *)to};
	size_t n;

	if (len == 2)
		return 0;
	if (p[2] == '[' || p[2] == 'O') {
		n = run_escape(in, p + 1, len - 1, &alt);
		return n ? n + 1 : 0;
	}
	emit(to, STROKE_ESCAPE, p, 1);
	return 1;
}

/* A sequence that starts with ESC; bytes taken, 0 = not all there yet. */
static size_t run_escape(struct input *in, const guint8 *p, size_t len, const struct sink *to)
{
	size_t n, bad = 0;

	if (len == 1)
		return 0;
	switch (p[1]) {
	case '[':
		n = csi_length(p, len, &bad);
		if (n == SIZE_MAX)
			return bad;
		if (n > 0)
			run_csi(in, p, n, to);
		return n;
	case 'O':
		return run_ss3(p, len, to);
	case ']':
	case 'P':
	case 'X':
	case '^':
	case '_': /* an answer of the terminal: nothing of it is a key */
		for (size_t i = 2; i < len; i++) {
			if (p[i] == '\a')
				return i + 1;
			if (p[i] == 033 && i + 1 < len)
				return p[i + 1] == '\\' ? i + 2 : i;
		}
		return 0;
	case 033:
		return run_double_escape(in, p, len, to);
	default:
		n = run_char(p + 1, len - 1, STROKE_ALT, p, to);
		return n ? n + 1 : 0;
	}
}

static size_t run_one(struct input *in, const guint8 *p, size_t len, const struct sink *to)
{
	gboolean more = FALSE;
	size_t n;

	if (p[0] < 0x80 && in->keys->len > 0) {
		n = run_own_key(in, p, len, to, &more);
		if (n > 0)
			return n;
		if (more && p[0] == 033)
			return 0;
	}
	if (p[0] == 033)
		return run_escape(in, p, len, to);
	return run_char(p, len, 0, p, to);
}

/* Drops bytes of what is not understood; returns how many. A string ends with BEL
 * or ESC \\, a CSI sequence with its final byte or any control character. */
static size_t run_swallow(struct input *in, const guint8 *p, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		gboolean csi = in->swallow == '[';

		if (csi && p[i] < ' ') {
			in->swallow = 0;
			return i;
		}
		if ((csi && p[i] >= '@') || (!csi && p[i] == '\a') || (in->swallow == 033 && p[i] == '\\')) {
			in->swallow = 0;
			return i + 1;
		}
		if (!csi)
			in->swallow = p[i] == 033 ? 033 : ']';
	}
	return len;
}

void input_feed(struct input *in, const char *bytes, size_t len, input_fn *fn, void *arg)
{
	const guint8 *p = (const guint8 *)bytes;
	const struct sink to = {fn, arg};

	in->silence = 0;
	while (len > 0 || in->len > 0) {
		size_t n, take;

		/* Pastes and what is swallowed are taken as they come; all else passes
		 * through `pending`, where a sequence waits until it is whole. */
		take = MIN(len, PENDING_MAX - in->len);
		if (in->len > 0 || !(in->pasting || in->swallow || in->skip)) {
			memcpy(in->pending + in->len, p, take);
			in->len += take;
			p += take;
			len -= take;
		}
		const guint8 *at = in->len ? in->pending : p;
		size_t have = in->len ? in->len : len;

		if (have == 0)
			return;
		if (in->pasting) {
			n = feed_paste(in, at, have, &to);
		} else if (in->skip) {
			n = MIN(have, in->skip);
			in->skip -= (guint8)n;
		} else if (in->swallow) {
			n = run_swallow(in, at, have);
		} else {
			n = run_one(in, at, have, &to);
			if (n == 0 && in->len == PENDING_MAX) {
				in->swallow = in->pending[1] == '[' ? '[' : ']';
				n = in->len;
			}
			if (n == 0)
				return; /* and len is 0: all of it is pending */
		}
		if (in->len) {
			in->len -= n;
			memmove(in->pending, in->pending + n, in->len);
		} else {
			p += n;
			len -= n;
		}
	}
}

gboolean input_waiting(const struct input *in)
{
	return in->len > 0 || in->pasting || in->swallow || in->skip;
}

void input_expire(struct input *in, input_fn *fn, void *arg)
{
	const struct sink to = {fn, arg};
	guint8 left[PENDING_MAX];
	size_t len = in->len;

	in->swallow = 0;
	in->skip = 0;
	if (in->pasting) {
		if (++in->silence < PASTE_PATIENCE)
			return;
		add_to_paste(in, (const guint8 *)PASTE_END, in->end_at);
		end_paste(in, &to);
		return;
	}
	if (len == 0 || (in->expects_cursor && len > 2 && in->pending[1] == '['))
		return; /* a slow line: the rest of the answer is still on its way */
	memcpy(left, in->pending, len);
	in->len = 0;
	if (left[0] != 033) {
		emit(&to, 0xfffd, (const guint8 *)"\xef\xbf\xbd", 3); /* half a character */
	} else if (len == 1) {
		emit(&to, STROKE_ESCAPE, left, 1);
	} else if (len == 2 && left[1] == 033) {
		emit(&to, STROKE_ESCAPE, left, 1);
		emit(&to, STROKE_ESCAPE, left, 1);
	} else if (len == 2 && left[1] < 0x80) {
		emit(&to, control_key(left[1]) | STROKE_ALT, left, 2);
	}
	/* anything else was the beginning of a sequence that never ended */
}
