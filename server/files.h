/* Files compiled into ttydeskd (GResource): /ttydeskd/sql/..., /ttydeskd/content/... */
#ifndef SERVER_FILES_H
#define SERVER_FILES_H

#include <gio/gio.h>

GResource *server_files(void);

#endif
