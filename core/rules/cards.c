/* Numbers of payment cards in a text. */
#include "rules/cards.h"

#include <string.h>

#define CARD_MOST 19

/* First digits (from, to, how many of them) and the lengths that go with them. */
static const struct {
	int from, to, digits, shortest, longest;
} schemes[] = {
	{4, 4, 1, 16, 16},         /* Visa; those of 13 are issued no more, and many barcodes look so */
	{4, 4, 1, 19, 19},
	{51, 55, 2, 16, 16},       /* Mastercard */
	{2221, 2720, 4, 16, 16},
	{34, 34, 2, 15, 15},       /* American Express */
	{37, 37, 2, 15, 15},
	{62, 62, 2, 16, 19},       /* UnionPay */
	{6011, 6011, 4, 16, 19},   /* Discover */
	{644, 649, 3, 16, 19},
	{65, 65, 2, 16, 19},
	{3528, 3589, 4, 16, 19},   /* JCB */
	{300, 305, 3, 14, 16},     /* Diners */
	{36, 36, 2, 14, 14},
	{38, 39, 2, 14, 16},
	{50, 50, 2, 16, 19},       /* Maestro */
	{56, 58, 2, 16, 19},
	{2200, 2204, 4, 16, 19},   /* Mir */
};

static gboolean known(const char *digits, int n)
{
	for (size_t i = 0; i < G_N_ELEMENTS(schemes); i++) {
		int first = 0;

		for (int k = 0; k < schemes[i].digits; k++)
			first = first * 10 + (digits[k] - '0');
		if (first >= schemes[i].from && first <= schemes[i].to && n >= schemes[i].shortest && n <= schemes[i].longest)
			return TRUE;
	}
	return FALSE;
}

static gboolean luhn(const char *digits, int n)
{
	int sum = 0;

	for (int i = 0; i < n; i++) {
		int d = digits[n - 1 - i] - '0';

		if (i % 2)
			d = d > 4 ? 2 * d - 9 : 2 * d;
		sum += d;
	}
	return sum % 10 == 0;
}

/* One blank or dash of any kind that stands between groups of digits; its bytes. */
static size_t gap_at(const char *p)
{
	static const char *const gaps[] = {" ", "-", "\xc2\xa0", "\xe2\x80\x91", "\xe2\x80\x93", "\xe2\x80\xaf", "\xe3\x80\x80"};

	for (size_t i = 0; i < G_N_ELEMENTS(gaps); i++) {
		size_t n = strlen(gaps[i]);

		if (strncmp(p, gaps[i], n) == 0)
			return n;
	}
	return 0;
}

/* One digit, plain or full width (３): -1 none, *n its bytes. */
static int digit_at(const char *p, size_t *n)
{
	*n = 1;
	if (g_ascii_isdigit(*p))
		return *p - '0';
	*n = 3;
	if (strncmp(p, "\xef\xbc", 2) == 0 && (guint8)p[2] >= 0x90 && (guint8)p[2] <= 0x99)
		return (guint8)p[2] - 0x90;
	return -1;
}

/* Reads the groups of digits that begin at p. A card may be followed by another group (a date,
 * an amount): each end of a group is tried, the longest first. */
static size_t card_at(const char *p)
{
	char digits[CARD_MOST];
	size_t ends[CARD_MOST + 1] = {0}, at = 0, n, gap;
	int count = 0, d;

	while (count < CARD_MOST && (d = digit_at(p + at, &n)) >= 0) {
		digits[count++] = (char)('0' + d);
		at += n;
		if (digit_at(p + at, &n) >= 0)
			continue;
		ends[count] = at; /* a group ends here */
		gap = gap_at(p + at);
		if (!gap || digit_at(p + at + gap, &n) < 0)
			break;
		at += gap;
	}
	for (; count >= 14; count--)
		if (ends[count] && !g_ascii_isalpha(p[ends[count]]) && known(digits, count) && luhn(digits, count))
			return ends[count];
	return 0;
}

gboolean cards_find(const char *text, size_t from, size_t *at, size_t *to)
{
	const char *p = text + from;

	while (*p) {
		size_t n, len;

		if (digit_at(p, &n) < 0) {
			p = g_utf8_next_char(p);
			continue;
		}
		len = p > text && g_ascii_isalpha(p[-1]) ? 0 : card_at(p);
		if (len) {
			*at = (size_t)(p - text);
			*to = *at + len;
			return TRUE;
		}
		while (digit_at(p, &n) >= 0) /* the rest of this group can't begin one */
			p += n;
	}
	return FALSE;
}
