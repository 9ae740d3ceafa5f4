/* What is going on at the sample desk besides its tickets: done by its people with the changes of every desk. */
#include "server/desk/sample.h"

#include "rules/steps.h"
#include "server/desk/ladder.h"
#include "server/desk/records_inside.h"

static const struct person *person_named(const struct words *w, const char *name)
{
	for (guint i = 0; i < w->people->len; i++)
		if (g_strcmp0(((const struct person *)w->people->pdata[i])->name, name) == 0)
			return w->people->pdata[i];
	return NULL;
}

static gboolean do_change(struct desk *d, struct db_tx *tx, const struct person *by, const struct change *c,
                          desk_id *problem_id, GError **error)
{
	const struct actor who = {.person_id = by->id, .role = by->role, .display = by->display, .locale = by->locale};
	struct answer *a = g_new0(struct answer, 1);
	gboolean ok = desk_change(d, tx, &who, c, a, NULL, error);

	if (problem_id)
		*problem_id = a->problem ? a->problem->id : 0;
	answer_free(a);
	return ok;
}

/* ---- a problem */
#define PROBLEM_TOPIC "member/points"
#define PROBLEM_BY "zhao.min"

static gboolean id_fn(const struct db_row *row, void *arg)
{
	desk_id id = db_int(row, 0);

	g_array_append_val((GArray *)arg, id);
	return TRUE;
}

static gboolean save_problem(struct desk *d, struct db_tx *tx, const struct person *by, GArray *ids, GError **error)
{
	struct change c;
	desk_id id;
	gboolean ok;

	change_init(&c, CHANGE_PROBLEM_SAVE);
	c.problem_record = problem_new();
	c.problem_record->title = g_strdup("Points don't show after a return or an exchange 退换货后积分不显示");
	g_clear_pointer(&c.problem_record->ticket_ids, g_array_unref);
	c.problem_record->ticket_ids = g_array_ref(ids);
	ok = do_change(d, tx, by, &c, &id, error);
	change_clear(&c);
	if (!ok)
		return FALSE;
	change_init(&c, CHANGE_PROBLEM_STEP);
	c.problem_id = id;
	c.text = g_strdup(problem_stage_name(STAGE_ANALYSED));
	c.person_id = by->id;
	c.hold_until_ms = db_tx_now(tx) + MS_DAY;
	ok = do_change(d, tx, by, &c, NULL, error);
	change_clear(&c);
	return ok;
}

static gboolean problem_job(struct db_tx *tx, void *arg, GError **error)
{
	struct desk *d = arg;
	g_autoptr(words_auto) w = desk_words(d);
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
	const struct person *by = person_named(w, PROBLEM_BY);

	if (!by)
		return TRUE;
	return DB_RUN(db_conn_of(tx), STMT_INCIDENT_TICKETS, id_fn, ids, error, DB_I(0), DB_T(PROBLEM_TOPIC),
	              DB_T(PROBLEM_TOPIC "/"), DB_T(PROBLEM_TOPIC "0"), DB_I(20)) &&
	       (!ids->len || save_problem(d, tx, by, ids, error));
}

gboolean sample_problem(struct desk *d, GError **error)
{
	return db_submit_wait(d->db, problem_job, d, error);
}

/* ---- what its people are at, when somebody sits down to it */
/* As typed after ":" by that person, on that ticket. Nothing that waits for the one at the keyboard, li.wei, is late. */
static const struct scene {
	const char *by, *ticket, *action, *arg;
} scenes[] = {
	{"li.wei", "t-014", "escalate", "tech needs a specialist --note Left side quieter than the right one for a week. Mesh "
	 "cleaned with a dry brush, no change so far. She is patient, but wants an exchange if it is a fault."},
	{"wang.min", "t-003", "escalate", "tech 技术故障 --note 蓝牙耳机 Buds X2 搜不到：已重置、已删除旧配对；同事的手机可以连，"
	 "怀疑是手机端的问题。客户等了十几分钟，有点着急。 --send-text"},
	{"james.okoro", "t-048", "escalate", "tech needs another department --note She wants it in writing before she orders. "
	 "--part tech: list the repairs that the guarantee leaves out --part logistics: what sending it in from Lagos costs "
	 "--promise 2h"},
	{"chen.jie", "t-027", "escalate", "logistics 需要其他部门 --note 客户靠这台手机跑车，修了十天，今天必须有回音。 "
	 "--part logistics: 今天寄出备用机并给出单号 --part tech: 确认维修完成日期"},
	{"maria.santos", "t-047", "consult", "li.wei You have the K2 on the shelf there: is there a coil sign on its base plate?"},
	{"zhao.min", "t-006", "consult", "logistics 换新机寄到利兹最快几天？"},
	{"anna.kowalski", "t-008", "transfer", "li.wei He answers tonight, when I am off. If citric acid doesn't help, it is the "
	 "sensor: exchange."},
	{"chen.jie", "t-057", "follow-up-ask", ""},
};
#define PUSH_BY "gao.feng"
#define PUSH "[setting offer_seconds]\nvalue = 60\n"

struct staging {
	struct desk *desk;
	struct db_tx *tx;
	const struct words *words;
	GTimeZone *zone;
};

static gboolean play(const struct staging *s, const struct scene *scene, const struct person *by, desk_id id, GError **error)
{
	struct ticket *t = ticket_load(db_conn_of(s->tx), s->words, id, TRUE, NULL, error);
	struct step_world world = {
		.desk = {.groups = s->words->groups, .people = s->words->people, .categories = s->words->categories,
		         .fields = s->words->fields, .checklists = s->words->checklists},
		.tags = s->words->tags, .rule = "", .me = by, .now_ms = db_tx_now(s->tx), .zone = s->zone,
	};
	struct change c;
	gboolean ok;

	if (!t || !ladder_load(db_conn_of(s->tx), s->words, t, error)) {
		ticket_free(t);
		return FALSE;
	}
	world.row = &t->row;
	world.ladder = t->ladder;
	ok = step_change(scene->action, scene->arg, &world, &c, error) && do_change(s->desk, s->tx, by, &c, NULL, error);
	change_clear(&c);
	ticket_free(t);
	return ok;
}

static gboolean push_on(const struct staging *s, GError **error)
{
	const struct person *by = person_named(s->words, PUSH_BY);
	struct change c;
	gboolean ok;

	change_init(&c, CHANGE_CONFIG_APPLY);
	c.body = g_strdup(PUSH);
	c.revision = -1;
	ok = !by || do_change(s->desk, s->tx, by, &c, NULL, error);
	change_clear(&c);
	return ok;
}

static gboolean scenes_job(struct db_tx *tx, void *arg, GError **error)
{
	struct desk *d = arg;
	g_autoptr(words_auto) w = desk_words(d);
	g_autofree char *zone = desk_setting(db_conn_of(tx), "zone");
	g_autoptr(GTimeZone) at = zone ? g_time_zone_new_identifier(zone) : NULL;
	g_autoptr(GTimeZone) local = g_time_zone_new_local();
	const struct staging s = {d, tx, w, at ? at : local};

	for (guint i = 0; i < G_N_ELEMENTS(scenes); i++) {
		const struct person *by = person_named(w, scenes[i].by);
		desk_id id = 0;

		if (!record_id(db_conn_of(tx), RECORD_TICKET, scenes[i].ticket, &id, error))
			return FALSE;
		if (by && id && !play(&s, &scenes[i], by, id, error)) {
			g_prefix_error(error, "%s of %s: ", scenes[i].action, scenes[i].ticket);
			return FALSE;
		}
	}
	return push_on(&s, error);
}

gboolean sample_scenes(struct desk *d, GError **error)
{
	return db_submit_wait(d->db, scenes_job, d, error);
}
