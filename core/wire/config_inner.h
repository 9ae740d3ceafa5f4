/* What the two halves of the policy file share: which keys there are and how each is written. */
#ifndef WIRE_CONFIG_INNER_H
#define WIRE_CONFIG_INNER_H

#include "wire/config.h"
#include "wire/fields.h"

enum config_style {
	CONFIG_VALUE,  /* one text, number, word, yes or no, by its field */
	CONFIG_WORDS,  /* a list on one line */
	CONFIG_LINES,  /* a list, one entry a line: the key is repeated */
	CONFIG_TARGET, /* a policy's targets, one a line */
	CONFIG_HOURS   /* a calendar's hours, some days a line */
};

struct config_key {
	char text[32];             /* "label.zh" */
	const char *outer, *member; /* in JSON: "label", "zh"; outer NULL: at the top */
	enum config_style style;
	const struct field *field; /* NULL: hours */
};

GArray *config_key_table(enum record_type type); /* struct config_key, in order; g_array_unref */

#endif
