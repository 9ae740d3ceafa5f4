/* The error codes both programs share, carried in GError.
 *
 * A message is one clear sentence for a person, already clean text without a
 * final full stop's newline. GError's ownership rules apply: the caller frees. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <glib.h>

/* One table drives the enum and the names on the wire and in logs. */
#define DESK_ERRORS(_) \
	_(INVALID, "invalid")       /* argument or input is not of its form */ \
	_(LIMIT, "limit")           /* a size or count cap was reached */ \
	_(IO, "io")                 /* file, socket or database error */ \
	_(NET, "net")               /* server unreachable; nothing was sent */ \
	_(TIMEOUT, "timeout")       /* no answer in time to a read */ \
	_(AUTH, "auth")             /* not signed in */ \
	_(FORBIDDEN, "forbidden")   /* signed in, not allowed */ \
	_(NOTFOUND, "not_found")    /* no such object */ \
	_(CONFLICT, "conflict")     /* changed by someone else */ \
	_(REUSED, "key_reused")     /* same idempotency key, another body */ \
	_(UNCERTAIN, "uncertain")   /* a write left and got no answer */ \
	_(PROTOCOL, "protocol")     /* answer not understood */ \
	_(GONE, "gone")             /* event number too old: reload */ \
	_(CANCELLED, "cancelled") \
	_(BUSY, "busy")             /* overloaded, try again later */ \
	_(UNSUPPORTED, "unsupported") /* this backend can't do that */ \
	_(NEWER, "newer")           /* written by a newer version: left untouched */ \
	_(BUG, "bug")               /* a broken invariant of ours */

enum desk_code {
#define DESK_CODE(id, name) DESK_##id,
	DESK_ERRORS(DESK_CODE)
#undef DESK_CODE
	DESK_CODE_COUNT
};

#define DESK_ERROR (desk_error_quark())
GQuark desk_error_quark(void);

/* Name on the wire ("conflict"), never NULL. */
const char *desk_code_name(enum desk_code code);
/* DESK_BUG for an unknown name. */
enum desk_code desk_code_by_name(const char *name);
/* The code of an error in our domain; DESK_IO for any other domain. */
enum desk_code desk_error_code(const GError *error);

/* g_set_error in our domain, with the format in the language of the thread (base/say.h).
 * Returns FALSE, so `return desk_fail(error, ...)`. */
gboolean desk_fail(GError **error, enum desk_code code, const char *format, ...)
	G_GNUC_PRINTF(3, 4);

#endif
