/* By which way a notice leaves the screen: sequences of terminals, the desktop's bus, settings. */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include "tui/notices_desktop.h"
#include "tui/options_notices.h"
#include "tui/screen.h"

static void way__of_terminals__is_the_one_they_know(void)
{
	static const struct {
		struct notify_env env;
		enum notify_way way;
	} cases[] = {
		{{.term = "xterm-256color"}, NOTIFY_BELL}, {{.term = NULL}, NOTIFY_BELL}, {{.term = "vt100"}, NOTIFY_BELL},
		{{.term = "xterm-kitty"}, NOTIFY_OSC99}, {{.term = "xterm-256color", .kitty = "1"}, NOTIFY_OSC99},
		{{.term = "foot"}, NOTIFY_OSC777}, {{.term = "rxvt-unicode-256color"}, NOTIFY_OSC777},
		{{.term = "xterm-256color", .vte = "7200"}, NOTIFY_OSC777},
		{{.term = "xterm-256color", .program = "iTerm.app"}, NOTIFY_OSC9},
		{{.term = "xterm-256color", .lc_terminal = "iTerm2"}, NOTIFY_OSC9},
		{{.term = "xterm-256color", .program = "WezTerm"}, NOTIFY_OSC9},
		{{.term = "xterm-256color", .windows = "guid"}, NOTIFY_OSC9},
		/* what is around them is not asked: these two pass only the bell on */
		{{.term = "tmux-256color", .program = "iTerm.app"}, NOTIFY_BELL},
		{{.term = "screen", .kitty = "1"}, NOTIFY_BELL}, {{.term = "foot", .tmux = "/tmp/t"}, NOTIFY_BELL},
		{{.term = "xterm-256color", .kitty = "", .vte = ""}, NOTIFY_BELL},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		g_assert_cmpint(notify_way_of(&cases[i].env), ==, cases[i].way);
}

static void assert_bytes(enum notify_way way, gboolean utf8, const char *title, const char *text, const char *bytes)
{
	g_autoptr(GString) out = g_string_new(NULL);

	notify_sequence(out, way, title, text, utf8);
	g_assert_cmpstr(out->str, ==, bytes);
}

static void sequence__of_each_way__holds_the_texts_and_nothing_else(void)
{
	assert_bytes(NOTIFY_BELL, TRUE, "a", "b", "\a");
	assert_bytes(NOTIFY_OSC9, TRUE, "#1 overdue", "help", "\033]9;ttydesk: #1 overdue - help\033\\");
	assert_bytes(NOTIFY_OSC9, TRUE, "4;100", "", "\033]9;ttydesk: 4,100\033\\");
	assert_bytes(NOTIFY_OSC777, TRUE, "a;b", "王芳", "\033]777;notify;a,b;王芳\033\\");
	assert_bytes(NOTIFY_OSC777, FALSE, "a", "王芳.", "\033]777;notify;a;??.\033\\");
	assert_bytes(NOTIFY_OSC99, TRUE, "a", "b", "\033]99;i=ttydesk:d=0;a\033\\\033]99;i=ttydesk:d=1:p=body;b\033\\");
	assert_bytes(NOTIFY_OSC777, TRUE, "\033]0;x\a", "\r\n\t\x7f", "\033]777;notify; ]0,x ;    \033\\");
}

/* ---- a bus with one listener, in this process */
struct desktop {
	GDBusServer *server;
	GMainLoop *loop;
	GPtrArray *connections;
	GString *heard;
	gboolean refuses;
	guint failed;
};

static const char bus_xml[] =
	"<node><interface name='org.freedesktop.DBus'><method name='Hello'><arg type='s' direction='out'/></method>"
	"</interface></node>";
static const char notify_xml[] =
	"<node><interface name='org.freedesktop.Notifications'><method name='Notify'>"
	"<arg type='s' direction='in'/><arg type='u' direction='in'/><arg type='s' direction='in'/>"
	"<arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='as' direction='in'/>"
	"<arg type='a{sv}' direction='in'/><arg type='i' direction='in'/><arg type='u' direction='out'/>"
	"</method></interface></node>";

static void on_call(GDBusConnection *c, const char *sender, const char *path, const char *interface, const char *method,
                    GVariant *args, GDBusMethodInvocation *call, gpointer arg)
{
	struct desktop *d = arg;
	g_autofree char *title = NULL, *text = NULL;

	(void)c;
	(void)sender;
	(void)path;
	(void)interface;
	if (strcmp(method, "Hello") == 0) {
		g_dbus_method_invocation_return_value(call, g_variant_new("(s)", ":1.1"));
		return;
	}
	g_variant_get_child(args, 3, "s", &title);
	g_variant_get_child(args, 4, "s", &text);
	g_string_append_printf(d->heard, "[%s|%s]", title, text);
	if (d->refuses)
		g_dbus_method_invocation_return_dbus_error(call, "org.example.No", "no");
	else
		g_dbus_method_invocation_return_value(call, g_variant_new("(u)", 1));
	if (!d->refuses)
		g_main_loop_quit(d->loop);
}

static gboolean on_connection(GDBusServer *server, GDBusConnection *c, gpointer arg)
{
	static const GDBusInterfaceVTable table = {.method_call = on_call};
	struct desktop *d = arg;
	GDBusNodeInfo *bus = g_dbus_node_info_new_for_xml(bus_xml, NULL), *notify = g_dbus_node_info_new_for_xml(notify_xml, NULL);

	(void)server;
	g_assert_cmpuint(g_dbus_connection_register_object(c, "/org/freedesktop/DBus", bus->interfaces[0], &table, d, NULL, NULL), >, 0);
	g_assert_cmpuint(g_dbus_connection_register_object(c, "/org/freedesktop/Notifications", notify->interfaces[0], &table,
	                                                   d, NULL, NULL), >, 0);
	g_ptr_array_add(d->connections, g_object_ref(c));
	g_dbus_node_info_unref(bus);
	g_dbus_node_info_unref(notify);
	return TRUE;
}

static void on_failed(const char *title, const char *text, void *arg)
{
	struct desktop *d = arg;

	g_assert_cmpstr(title, ==, "late");
	g_assert_cmpstr(text, ==, "words");
	d->failed++;
	g_main_loop_quit(d->loop);
}

static void desktop__with_a_listener__hears_without_being_waited_for(void)
{
	g_autofree char *dir = g_dir_make_tmp("ttydesk-bus-XXXXXX", NULL);
	g_autofree char *address = g_strdup_printf("unix:path=%s/bus", dir), *path = g_build_filename(dir, "bus", NULL);
	g_autofree char *guid = g_dbus_generate_guid();
	struct desktop d = {.loop = g_main_loop_new(NULL, FALSE), .heard = g_string_new(NULL)};
	struct notices_desktop *desktop, *lost;
	GError *error = NULL;

	d.connections = g_ptr_array_new_with_free_func(g_object_unref);
	d.server = g_dbus_server_new_sync(address, G_DBUS_SERVER_FLAGS_NONE, guid, NULL, NULL, &error);
	g_assert_no_error(error);
	g_signal_connect(d.server, "new-connection", G_CALLBACK(on_connection), &d);
	g_dbus_server_start(d.server);
	desktop = notices_desktop_new(address, on_failed, &d);
	notices_desktop_show(desktop, "#1001 is overdue", "can't <b>sign</b> in & 王芳", TRUE);
	g_main_loop_run(d.loop);
	g_assert_cmpstr(d.heard->str, ==, "[#1001 is overdue|can&apos;t &lt;b&gt;sign&lt;/b&gt; in &amp; 王芳]");
	g_string_truncate(d.heard, 0);
	notices_desktop_show(desktop, "again", "", FALSE);
	g_main_loop_run(d.loop);
	g_assert_cmpstr(d.heard->str, ==, "[again|]");
	d.refuses = TRUE; /* told back, so that the terminal can do it */
	notices_desktop_show(desktop, "late", "words", FALSE);
	g_main_loop_run(d.loop);
	g_assert_cmpuint(d.failed, ==, 1);
	notices_desktop_show(desktop, "never", "heard of", FALSE);
	notices_desktop_free(desktop); /* under way: nobody hears of it */
	lost = notices_desktop_new("unix:path=/nonexistent/bus", on_failed, &d);
	notices_desktop_show(lost, "late", "words", FALSE);
	g_main_loop_run(d.loop);
	g_assert_cmpuint(d.failed, ==, 2);
	notices_desktop_free(lost);
	for (guint i = 0; i < d.connections->len; i++)
		g_dbus_connection_close_sync(d.connections->pdata[i], NULL, NULL);
	while (g_main_context_iteration(NULL, FALSE))
		;
	g_ptr_array_unref(d.connections);
	g_dbus_server_stop(d.server);
	g_object_unref(d.server);
	g_main_loop_unref(d.loop);
	g_string_free(d.heard, TRUE);
	g_unlink(path);
	g_rmdir(dir);
}

static void desktop__by_the_environment__is_found_only_where_it_is_seen(void)
{
	g_autofree char *none = NULL, *here = NULL, *afar = NULL, *text = NULL;

	g_setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/b", TRUE);
	g_unsetenv("SSH_CONNECTION");
	g_unsetenv("WAYLAND_DISPLAY");
	g_unsetenv("DISPLAY");
	none = notices_desktop_bus(); /* a session of the console has a bus, too */
	g_setenv("DISPLAY", ":0", TRUE);
	here = notices_desktop_bus();
	g_setenv("SSH_CONNECTION", "10.0.0.1 1 10.0.0.2 22", TRUE);
	afar = notices_desktop_bus();
	g_unsetenv("SSH_CONNECTION");
	g_unsetenv("DBUS_SESSION_BUS_ADDRESS");
	text = notices_desktop_bus();
	g_assert_null(none);
	g_assert_cmpstr(here, ==, "unix:path=/b");
	g_assert_null(afar);
	g_assert_null(text);
	g_unsetenv("DISPLAY");
}

static void settings__good_and_bad__are_told_apart(void)
{
	static const char *const bad[][2] = {{"quiet", "22"}, {"rate", "-1"}, {"rate", "61"}, {"out", "loud"}, {"mention", "yes"}};
	struct notices_settings n;
	const char *wrong = NULL;

	options_notices_init(&n);
	g_assert_cmpuint(n.wish.off, ==, 0);
	g_assert_true(options_notices_set(&n, "quiet", "22:00-07:00", &wrong) && !wrong);
	g_assert_true(options_notices_set(&n, "new-ticket", "off", &wrong) && !wrong);
	g_assert_true(options_notices_set(&n, "breach", "off", &wrong) && !wrong);
	g_assert_true(options_notices_set(&n, "breach", "on", &wrong) && !wrong);
	g_assert_true(options_notices_set(&n, "rate", "0", &wrong) && !wrong);
	g_assert_true(options_notices_set(&n, "out", "bell", &wrong) && !wrong);
	g_assert_cmpuint(n.wish.off, ==, 1u << NOTICE_NEW_TICKET);
	g_assert_cmpint(n.wish.hours.from_min, ==, 22 * 60);
	g_assert_cmpuint(n.per_minute, ==, 0);
	g_assert_cmpint(n.out, ==, NOTICES_BELL);
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_assert_true(options_notices_set(&n, bad[i][0], bad[i][1], &wrong));
		g_assert_nonnull(wrong);
	}
	g_assert_false(options_notices_set(&n, "sound", "on", &wrong));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/notices/way", way__of_terminals__is_the_one_they_know);
	g_test_add_func("/notices/sequence", sequence__of_each_way__holds_the_texts_and_nothing_else);
	g_test_add_func("/notices/desktop", desktop__with_a_listener__hears_without_being_waited_for);
	g_test_add_func("/notices/where", desktop__by_the_environment__is_found_only_where_it_is_seen);
	g_test_add_func("/notices/settings", settings__good_and_bad__are_told_apart);
	return g_test_run();
}
