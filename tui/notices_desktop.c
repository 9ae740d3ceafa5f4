/* A client of org.freedesktop.Notifications. GIO speaks to the bus by itself and asynchronously;
 * libnotify would be one more library, and its calls wait for a daemon that may not be there. */
#include "tui/notices_desktop.h"

#include <gio/gio.h>

#define BUS_NAME "org.freedesktop.Notifications"
#define BUS_PATH "/org/freedesktop/Notifications"
#define ANSWER_MS 5000

struct notices_desktop {
	char *bus;
	GDBusConnection *connection; /* NULL: not yet, or it was lost */
	GCancellable *cancel;
	notices_desktop_failed_fn *failed;
	void *arg;
};

struct showing {
	struct notices_desktop *desktop;
	char *title, *text;
	gboolean urgent;
};

char *notices_desktop_bus(void)
{
	const char *bus = g_getenv("DBUS_SESSION_BUS_ADDRESS"), *display = g_getenv("DISPLAY");
	const char *wayland = g_getenv("WAYLAND_DISPLAY"), *ssh = g_getenv("SSH_CONNECTION");

	if ((ssh && *ssh) || !bus || !*bus || !((display && *display) || (wayland && *wayland)))
		return NULL;
	return g_strdup(bus);
}

static void showing_free(struct showing *s)
{
	g_free(s->title);
	g_free(s->text);
	g_free(s);
}

/* Cancelled: the desktop is no more. */
static void ended(struct showing *s, GError *error)
{
	if (error && !g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		s->desktop->failed(s->title, s->text, s->desktop->arg);
	g_clear_error(&error);
	showing_free(s);
}

static void on_shown(GObject *source, GAsyncResult *result, gpointer arg)
{
	GError *error = NULL;
	GVariant *answer = g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, &error);

	g_clear_pointer(&answer, g_variant_unref);
	ended(arg, error);
}

static void call(struct showing *s)
{
	g_autofree char *body = g_markup_escape_text(s->text, -1);
	GVariantBuilder hints;

	g_variant_builder_init(&hints, G_VARIANT_TYPE("a{sv}"));
	g_variant_builder_add(&hints, "{sv}", "urgency", g_variant_new_byte(s->urgent ? 2 : 1));
	g_variant_builder_add(&hints, "{sv}", "category", g_variant_new_string("im.received"));
	g_dbus_connection_call(s->desktop->connection, BUS_NAME, BUS_PATH, BUS_NAME, "Notify",
	                       g_variant_new("(susssasa{sv}i)", "ttydesk", (guint32)0, "", s->title, body, NULL, &hints, -1),
	                       G_VARIANT_TYPE("(u)"), G_DBUS_CALL_FLAGS_NONE, ANSWER_MS, s->desktop->cancel, on_shown, s);
}

static void on_connected(GObject *source, GAsyncResult *result, gpointer arg)
{
	struct showing *s = arg;
	GError *error = NULL;
	GDBusConnection *connection = g_dbus_connection_new_for_address_finish(result, &error);

	(void)source;
	if (!connection) {
		ended(s, error);
		return;
	}
	g_dbus_connection_set_exit_on_close(connection, FALSE);
	g_clear_object(&s->desktop->connection); /* two may have been on their way */
	s->desktop->connection = connection;
	call(s);
}

struct notices_desktop *notices_desktop_new(const char *bus, notices_desktop_failed_fn *failed, void *arg)
{
	struct notices_desktop *d = g_new0(struct notices_desktop, 1);

	d->bus = g_strdup(bus);
	d->cancel = g_cancellable_new();
	d->failed = failed;
	d->arg = arg;
	return d;
}

void notices_desktop_free(struct notices_desktop *d)
{
	if (!d)
		return;
	g_cancellable_cancel(d->cancel);
	g_object_unref(d->cancel);
	g_clear_object(&d->connection);
	g_free(d->bus);
	g_free(d);
}

void notices_desktop_show(struct notices_desktop *d, const char *title, const char *text, gboolean urgent)
{
	struct showing *s = g_new0(struct showing, 1);

	s->desktop = d;
	s->title = g_strdup(title);
	s->text = g_strdup(text);
	s->urgent = urgent;
	if (d->connection && !g_dbus_connection_is_closed(d->connection)) {
		call(s);
		return;
	}
	g_dbus_connection_new_for_address(d->bus, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
	                                  G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION, NULL, d->cancel, on_connected, s);
}
