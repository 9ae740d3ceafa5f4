/* The one table of what lives where: both halves of the contract are read from it. */
#ifndef WIRE_ROUTES_H
#define WIRE_ROUTES_H

#include "wire/fields.h"
#include "wire/wire.h"

/* Which of several routes of one kind a change takes. */
enum route_when { ROUTE_ALWAYS, ROUTE_ON, ROUTE_OFF, ROUTE_NEW, ROUTE_OLD };

struct route {
	int kind;             /* enum query_kind or enum change_kind */
	const char *method;   /* "GET" for reads */
	const char *pattern;  /* "/v1/tickets/{ticket_id}": in braces a member of the struct */
	const struct shape *shape; /* reads: parameters; writes: members of the body; NULL none */
	enum route_when when;
};

/* Ended by a NULL pattern. */
extern const struct route route_reads[], route_writes[];

/* Appends the path with the placeholders' values (escaped) from `v` of shape `s`. */
void route_write_path(GString *out, const char *pattern, const struct shape *s, const void *v);
/* TRUE when the decoded path fits; the placeholders' values are set in `v`. */
gboolean route_match(const char *pattern, const char *path, const struct shape *s, void *v);
const struct field *route_field(const struct shape *s, const char *name, size_t len);

#endif
