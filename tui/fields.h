/* Custom fields, profiles and compensations as people read and type them. */
#ifndef TUI_FIELDS_H
#define TUI_FIELDS_H

#include "base/when.h"
#include "client/store.h"

/* In the language of the person at the screen; never NULL. */
const char *field_label(const struct store *s, const struct desk_field *f);
const char *field_question(const struct store *s, const struct desk_field *f);
const char *field_value_of(const struct ticket *t, const char *name); /* NULL none */
const struct desk_field *field_named(const struct session *s, const char *name);
/* The first required field of the ticket without a value, after `after` (NULL: from the start); NULL none. */
const struct desk_field *field_missing(const struct session *s, const struct ticket *t, const char *after);

/* "refund 89.00 CNY, order A-1, by Li Wei: broken on arrival". g_free. */
char *compensation_text(const struct compensation *c);
/* "50", "12.5", "¥89.00" -> cents > 0. */
gboolean amount_parse(const char *text, int64_t *cents, GError **error);

/* What of a customer's profile can be edited by hand. */
struct profile_member {
	const char *name, *label;
	size_t offset;      /* char * in struct customer; SIZE_MAX: the birth year */
};
extern const struct profile_member profile_members[]; /* ended by a NULL name */
const struct profile_member *profile_named(const char *name);
char *profile_value(const struct customer *c, const struct profile_member *m); /* g_free; NULL none */
/* FALSE with a sentence: not a value of it. */
gboolean profile_set(struct customer *c, const struct profile_member *m, const char *value, GError **error);

/* What is known of a follow-up: "since 11-23 10:42, by Li Wei", and what was answered: "solved, 4 of 5: a box";
 * NULL: nothing yet. g_free. */
char *follow_up_text(const struct follow_up *f);
char *follow_up_answers(const struct follow_up *f);

#endif
