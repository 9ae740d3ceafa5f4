/* The desk's settings about people at work. */
#include "server/desk/routing_desk.h"

#include "rules/progress.h"
#include "wire/desk_settings.h"

#define AGAIN_MS (2 * MS_MINUTE) /* what somebody let pass isn't offered to them again before */

struct values {
	char *text[DESK_SETTING_COUNT];
};

static gboolean value_fn(const struct db_row *row, void *arg)
{
	const struct desk_setting_spec *spec = desk_setting_find(db_text(row, 0));
	struct values *v = arg;

	if (spec)
		v->text[spec - desk_setting_specs] = db_dup(row, 1);
	return TRUE;
}

static int64_t number(const struct values *v, enum desk_setting_id id)
{
	return desk_setting_value(id, v->text[id]);
}

struct routing_conf *routing_conf_load(struct db_conn *conn, GError **error)
{
	struct values v = {{NULL}};
	struct routing_conf *c = NULL;

	if (db_run(conn, STMT_SETTINGS_ALL, NULL, 0, value_fn, &v, error)) {
		c = g_new0(struct routing_conf, 1);
		/* one that can't be read was refused when it was set: then nothing weighs anything */
		routing_weights_parse(&c->weights, v.text[DESK_SETTING_ID_CHANNEL_WEIGHTS], NULL);
		routing_weights_parse(&c->wrap_ups, v.text[DESK_SETTING_ID_WRAP_UP_AFTER] ? v.text[DESK_SETTING_ID_WRAP_UP_AFTER] :
		                      desk_setting_specs[DESK_SETTING_ID_WRAP_UP_AFTER].def, NULL);
		c->missed = (int)number(&v, DESK_SETTING_ID_OFFERS_MISSED);
		c->capacity = (int)number(&v, DESK_SETTING_ID_CAPACITY);
		c->offer_ms = number(&v, DESK_SETTING_ID_OFFER_SECONDS) * MS_SECOND;
		c->wrap_up_ms = number(&v, DESK_SETTING_ID_WRAP_UP_SECONDS) * MS_SECOND;
		c->offline_ms = number(&v, DESK_SETTING_ID_OFFLINE_MINUTES) * MS_MINUTE;
		c->take_back_ms = number(&v, DESK_SETTING_ID_TAKE_BACK_MINUTES) * MS_MINUTE;
		c->gone_ms = number(&v, DESK_SETTING_ID_GONE_DAYS) * MS_DAY;
		c->rules.skills_ms = number(&v, DESK_SETTING_ID_SKILL_MINUTES) * MS_MINUTE;
		c->rules.again_ms = AGAIN_MS;
		if (!v.text[DESK_SETTING_ID_PROGRESS_MESSAGES] ||
		    !progress_tells_parse(v.text[DESK_SETTING_ID_PROGRESS_MESSAGES], &c->tells, NULL))
			progress_tells_parse(desk_setting_specs[DESK_SETTING_ID_PROGRESS_MESSAGES].def, &c->tells, NULL);
		c->reasons = routing_reasons(v.text[DESK_SETTING_ID_BREAK_REASONS]);
	}
	for (int i = 0; i < DESK_SETTING_COUNT; i++)
		g_free(v.text[i]);
	return c;
}

void routing_conf_free(struct routing_conf *conf)
{
	if (!conf)
		return;
	g_ptr_array_unref(conf->reasons);
	g_free(conf);
}
