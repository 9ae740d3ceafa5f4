/* A table of the kinds of files that people send to a help desk. */
#include "base/media.h"

#include <string.h>

static const struct kind {
	const char *end, *media;
} kinds[] = {
	{"txt", "text/plain"}, {"log", "text/plain"}, {"md", "text/markdown"}, {"csv", "text/csv"},
	{"json", "application/json"}, {"xml", "application/xml"}, {"yaml", "application/yaml"},
	{"yml", "application/yaml"}, {"html", "text/html"}, {"htm", "text/html"}, {"xhtml", "application/xhtml+xml"},
	{"patch", "text/x-patch"}, {"diff", "text/x-patch"}, {"ini", "text/plain"}, {"conf", "text/plain"},
	{"c", "text/x-c"}, {"h", "text/x-c"}, {"py", "text/x-python"}, {"sh", "text/x-shellscript"},
	{"ics", "text/calendar"}, {"vcf", "text/vcard"}, {"eml", "message/rfc822"},
	{"pdf", "application/pdf"}, {"ps", "application/postscript"}, {"rtf", "application/rtf"},
	{"doc", "application/msword"}, {"xls", "application/vnd.ms-excel"}, {"ppt", "application/vnd.ms-powerpoint"},
	{"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
	{"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	{"pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
	{"odt", "application/vnd.oasis.opendocument.text"}, {"ods", "application/vnd.oasis.opendocument.spreadsheet"},
	{"png", "image/png"}, {"jpg", "image/jpeg"}, {"jpeg", "image/jpeg"}, {"gif", "image/gif"},
	{"webp", "image/webp"}, {"svg", "image/svg+xml"}, {"bmp", "image/bmp"}, {"tif", "image/tiff"},
	{"tiff", "image/tiff"}, {"heic", "image/heic"}, {"ico", "image/x-icon"},
	{"mp3", "audio/mpeg"}, {"wav", "audio/x-wav"}, {"ogg", "audio/ogg"}, {"m4a", "audio/mp4"},
	{"amr", "audio/amr"}, {"mp4", "video/mp4"}, {"mov", "video/quicktime"}, {"webm", "video/webm"},
	{"zip", "application/zip"}, {"gz", "application/gzip"}, {"tar", "application/x-tar"}, {"tgz", "application/gzip"},
	{"7z", "application/x-7z-compressed"}, {"rar", "application/vnd.rar"}, {"xz", "application/x-xz"},
};

const char *media_of_name(const char *name)
{
	const char *dot = name ? strrchr(name, '.') : NULL;

	for (size_t i = 0; dot && i < G_N_ELEMENTS(kinds); i++)
		if (g_ascii_strcasecmp(dot + 1, kinds[i].end) == 0)
			return kinds[i].media;
	return "application/octet-stream";
}

static gboolean globs(const char *pattern, const char *text)
{
	g_autofree char *p = g_utf8_casefold(pattern, -1), *t = g_utf8_casefold(text ? text : "", -1);

	return g_pattern_match_simple(p, t);
}

gboolean media_matches(const char *pattern, const char *media, const char *name)
{
	if (strcmp(pattern, "*") == 0)
		return TRUE;
	return globs(pattern, strchr(pattern, '/') ? media : name);
}

char *media_size(gint64 bytes)
{
	static const char *const units[] = {"KB", "MB", "GB", "TB"};
	double size = (double)bytes / 1024;
	size_t unit = 0;

	if (bytes < 1024)
		return g_strdup_printf("%d B", (int)bytes);
	for (; size >= 1023.5 && unit + 1 < G_N_ELEMENTS(units); unit++)
		size /= 1024;
	return g_strdup_printf(size < 9.95 && unit > 0 ? "%.1f %s" : "%.0f %s", size, units[unit]);
}
