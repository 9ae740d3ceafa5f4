/* The hook that lets a program look at a file before the desk hands it on. */
#ifndef SERVER_SCANNER_H
#define SERVER_SCANNER_H

#include "wire/model.h"
#include "base/error.h"

/* Splits a setting into a program and its arguments (quotes as in a shell, nothing else is
 * interpreted). g_strfreev; NULL with DESK_INVALID: no absolute path, or quotes don't match. */
char **scanner_parse(const char *setting, GError **error);
/* Runs argv with `path` as last argument, no shell, no input, its words dropped; waits for at most
 * timeout_ms, then kills it with all it started. Exit 0 CLEAN, 1 INFECTED, else FAILED with *why
 * (g_free). Waits: not for the HTTP threads. */
enum scan_state scanner_run(char *const *argv, const char *path, int timeout_ms, char **why);

#endif
