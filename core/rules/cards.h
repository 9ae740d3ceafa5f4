/* Numbers of payment cards in a text: digits, perhaps with single spaces or dashes between, of a
 * length and a beginning that card schemes use, whose check digit (Luhn) is right. Pure.
 *
 * Order numbers, phone numbers and the like are longer or shorter, begin otherwise or fail the
 * check digit in nine of ten cases; a number that is part of a longer run of digits is none. */
#ifndef RULES_CARDS_H
#define RULES_CARDS_H

#include <glib.h>

/* The first one at or after byte `from`: TRUE and its bytes [*at, *to). */
gboolean cards_find(const char *text, size_t from, size_t *at, size_t *to);

#endif
