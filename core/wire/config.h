/* The policy file: the desk's configuration as readable text, ttydesk-policy(5).
 *
 *   [policy chat]
 *   position = 10
 *   channels = web app wechat
 *   target = first-response 30s warn 80%
 *
 *   [remove tag old]
 *
 * A section is the whole record: what it doesn't say has its default. Keys are the members of
 * the record (records.h) by the same tables; a nested one has a dot ("label.zh"). Pure. */
#ifndef WIRE_CONFIG_H
#define WIRE_CONFIG_H

#include "base/sections.h"
#include "wire/records.h"

struct config_item {
	enum record_type type;
	char *key;
	gboolean remove;
	struct record *record;       /* NULL: to remove, or it wasn't right (and was told) */
	struct record *rest;         /* what was right of one that wasn't: its references are told, too; or NULL */
	const struct section *section; /* where it stands; lives as long as the file */
};

struct config_file {
	struct sections *sections;
	GPtrArray *items;            /* struct config_item, as they stand */
	GHashTable *named;           /* "type key" -> item: borrowed */
};
/* Never NULL. What is wrong is told to `errors`; a section that is wrong keeps its place. */
struct config_file *config_parse(const char *text, size_t len, struct line_errors *errors);
void config_file_free(struct config_file *f);
typedef struct config_file config_file_auto;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(config_file_auto, config_file_free)
const struct config_item *config_find(const struct config_file *f, enum record_type type, const char *key);
/* Names what is named but in neither the file nor where `known` looks (NULL: nowhere), by line. */
typedef gboolean config_known_fn(enum record_type type, const char *key, void *arg);
void config_check_references(const struct config_file *f, config_known_fn *known, void *arg,
                             struct line_errors *errors);
/* The line of an item that has this word in a value, else its head's. */
int config_line_of(const struct config_item *item, const char *word);

/* A record's section, without empty lines around; parsing it gives the same record. */
void config_print(GString *out, const struct record *r);
char *config_text(const struct record *r); /* g_free */
/* For lists: its title, label or beginning. g_free. */
char *config_title(const struct record *r);
/* What must be unique in its type beside the key, as text; NULL: nothing. g_free. */
char *config_identity(const struct record *r);
/* A section to begin a new record with: every key, most of them as comments. */
char *config_skeleton(enum record_type type, const char *key);
/* Every key a section of that type may have, in order. g_strfreev. */
char **config_keys(enum record_type type);

#endif
