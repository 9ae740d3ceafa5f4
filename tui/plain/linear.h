/* `ttydesk --linear`: all the work of an agent, a line at a time: for screen readers, braille
 * and serial terminals. Nothing moves, nothing is painted again; what is said is said once. */
#ifndef TUI_PLAIN_LINEAR_H
#define TUI_PLAIN_LINEAR_H

#include "tui/options.h"

/* Until quit or the end of the input; the exit code. */
int linear_main(const struct options *o);

#endif
