/* Every struct of the contract, there and back; and the paths reads and writes take. */
#include <string.h>

#include "wire/fields.h"
#include "wire/routes.h"
#include "wire/wire.h"

static const struct shape *const all_shapes[] = {
	&shape_group,      &shape_person,      &shape_tag,      &shape_tag_mark,      &shape_ticket_clock,
	&shape_ticket_row, &shape_message,     &shape_order,    &shape_customer,      &shape_ticket,
	&shape_article,    &shape_article_hit, &shape_template, &shape_policy_target, &shape_policy,
	&shape_query,      &shape_change,      &shape_session,  &shape_queue_page,    &shape_answer,
	&shape_wire_error, &shape_event,       &shape_skill,    &shape_category,      &shape_desk_field,
	&shape_checklist,  &shape_attachment,  &shape_field_value, &shape_ticket_link, &shape_check_item,
	&shape_compensation, &shape_saved_view, &shape_config_entry, &shape_config_revision};

/* ---- a value for every member, different each time, and comparing */
static void fill(const struct shape *s, void *v, int *n);
static gboolean same(const struct shape *s, const void *a, const void *b);

static void fill_field(const struct field *f, char *slot, int *n)
{
	int value = ++*n;
	switch (f->type) {
	case FIELD_ID:
	case FIELD_INT64:
		*(int64_t *)(void *)slot = value;
		break;
	case FIELD_INT:
		*(int *)(void *)slot = f->min < f->max ? (int)f->min + value % (int)(f->max - f->min) : value;
		break;
	case FIELD_BOOL:
	case FIELD_MAYBE:
		*(int *)(void *)slot = value % 2;
		break;
	case FIELD_DOUBLE:
		*(double *)(void *)slot = value + 0.1;
		break;
	case FIELD_STRING:
		*(char **)(void *)slot = g_strdup_printf("text \"%d\"\n\\ 中", value);
		break;
	case FIELD_CHARS:
		g_snprintf(slot, f->size, "chars %d", value);
		break;
	case FIELD_ENUM:
		*(int *)(void *)slot = value % f->words->count;
		break;
	case FIELD_MASK:
		*(unsigned *)(void *)slot = (unsigned)value % (1u << f->words->count);
		break;
	case FIELD_OBJECT:
		*(void **)(void *)slot = g_malloc0(f->shape->size);
		fill(f->shape, *(void **)(void *)slot, n);
		break;
	case FIELD_FLAT:
	case FIELD_NEST:
		fill(f->shape, slot, n);
		break;
	case FIELD_LIST: {
		GPtrArray *list = g_ptr_array_new_with_free_func(f->shape->free);
		for (int i = 0; i < 2; i++) {
			g_ptr_array_add(list, g_malloc0(f->shape->size));
			fill(f->shape, list->pdata[i], n);
		}
		*(GPtrArray **)(void *)slot = list;
		break;
	}
	case FIELD_STRINGS:
		*(GPtrArray **)(void *)slot = g_ptr_array_new_with_free_func(g_free);
		g_ptr_array_add(*(GPtrArray **)(void *)slot, g_strdup_printf("s%d", value));
		break;
	case FIELD_IDS: {
		desk_id id = value;
		*(GArray **)(void *)slot = g_array_new(FALSE, FALSE, sizeof id);
		g_array_append_val(*(GArray **)(void *)slot, id);
		break;
	}
	case FIELD_INNER:
		break;
	case FIELD_WARNINGS:
		((int64_t *)slot)[0] = 1 + value % 99;
		((int64_t *)slot)[1] = -1000 * (value + 1);
		break;
	default:
		g_assert_not_reached();
	}
}

static void fill(const struct shape *s, void *v, int *n)
{
	for (size_t i = 0; i < s->count; i++)
		fill_field(&s->fields[i], (char *)v + s->fields[i].offset, n);
}

static gboolean same_list(const struct field *f, const GPtrArray *a, const GPtrArray *b)
{
	if (!a || !b || a->len != b->len)
		return a == b;
	for (guint i = 0; i < a->len; i++)
		if (f->type == FIELD_STRINGS ? g_strcmp0(a->pdata[i], b->pdata[i]) != 0
					     : !same(f->shape, a->pdata[i], b->pdata[i]))
			return FALSE;
	return TRUE;
}

static gboolean same_field(const struct field *f, const char *a, const char *b)
{
	const void *const *pa = (const void *const *)(const void *)a,
			  *const *pb = (const void *const *)(const void *)b;
	switch (f->type) {
	case FIELD_STRING:
		return g_strcmp0(*pa, *pb) == 0 && (*pa != *pb || !*pa);
	case FIELD_CHARS:
		return strcmp(a, b) == 0;
	case FIELD_OBJECT:
		return *pa && *pb ? same(f->shape, *pa, *pb) : *pa == *pb;
	case FIELD_FLAT:
	case FIELD_NEST:
		return same(f->shape, a, b);
	case FIELD_LIST:
	case FIELD_STRINGS:
		return same_list(f, *pa, *pb);
	case FIELD_IDS: {
		const GArray *x = *pa, *y = *pb;
		return x && y ? x->len == y->len && memcmp(x->data, y->data, x->len * sizeof(desk_id)) == 0
			      : x == y;
	}
	default:
		return memcmp(a, b, f->size) == 0;
	}
}

static gboolean same(const struct shape *s, const void *a, const void *b)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct field *f = &s->fields[i];
		if (!same_field(f, (const char *)a + f->offset, (const char *)b + f->offset)) {
			g_test_message("%s.%s differs", s->name, f->name ? f->name : "(flat)");
			return FALSE;
		}
	}
	return TRUE;
}

static char *encode(const struct shape *s, const void *v)
{
	GString *out = g_string_new(NULL);
	struct writer w;
	writer_init(&w, out);
	shape_write(&w, NULL, s, v);
	return g_string_free(out, FALSE);
}

static void unit__shapes__roundtrip_and_copy(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(all_shapes); i++) {
		const struct shape *s = all_shapes[i];
		for (int start = 0; start < 4; start++) {
			g_autoptr(GError) error = NULL;
			int n = start;
			void *a = g_malloc0(s->size), *b = shape_new(s), *c = g_malloc0(s->size);
			fill(s, a, &n);
			g_autofree char *json = encode(s, a);
			g_test_message("%s", s->name);
			shape_parse(s, b, json, strlen(json), DESK_PROTOCOL, &error);
			g_assert_no_error(error);
			g_assert_true(same(s, a, b));
			shape_copy(s, c, a);
			g_assert_true(same(s, a, c));
			shape_free(s, a);
			g_autofree char *again = encode(s, c);
			g_assert_cmpstr(json, ==, again);
			shape_free(s, b);
			shape_free(s, c);
		}
		shape_free(s, shape_new(s));
		shape_free(s, NULL);
	}
}

/* A member of the struct that no table names would be lost on the wire. */
static void unit__shapes__cover_their_structs(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(all_shapes); i++) {
		const struct shape *s = all_shapes[i];
		g_autofree char *covered = g_malloc0(s->size);
		for (size_t k = 0; k < s->count; k++) {
			for (size_t at = 0; at < s->fields[k].size; at++) {
				g_assert_cmpint(covered[s->fields[k].offset + at], ==, 0);
				covered[s->fields[k].offset + at] = 1;
			}
		}
		/* holes are only padding: shorter than a member and up to an 8 byte border */
		for (size_t at = 0; at < s->size;) {
			size_t end = at;
			while (end < s->size && !covered[end])
				end++;
			g_test_message("%s: %zu..%zu", s->name, at, end);
			g_assert_true(end == at || (end - at < 8 && end % 8 == 0 && at % 8 != 0));
			at = end + 1;
		}
	}
}

static void unit__answer__of_each_read(void)
{
	static const struct {
		enum query_kind kind;
		const char *json;
	} cases[] = {
		{QUERY_SESSION, "{\"me\":{\"id\":1,\"name\":\"li.wei\",\"role\":\"agent\",\"groups\":[2],"
				"\"skills\":[],\"active\":true},\"groups\":"
				"[{\"id\":2,\"name\":\"billing\",\"tier\":1}],\"people\":[],\"tags\":[],"
				"\"skills\":[],\"categories\":[],\"fields\":[],\"checklists\":[],\"moods\":[],\"promise_ms\":0,"
				"\"server_time_ms\":7,\"seq\":3}"},
		{QUERY_QUEUE, "{\"rows\":[],\"after\":\"x\",\"offset\":-1,\"total\":0,\"total_exact\":true,"
			      "\"late\":0,\"seq\":9,"
			      "\"server_time_ms\":8}"},
		{QUERY_MESSAGES, "{\"messages\":[],\"more\":true,\"server_time_ms\":8}"},
		{QUERY_CUSTOMERS, "{\"customers\":[],\"server_time_ms\":8}"},
		{QUERY_KNOWLEDGE, "{\"hits\":[{\"id\":3,\"version\":1,\"module\":\"product\",\"title\":\"t\","
				  "\"score\":1.5}],\"server_time_ms\":8}"},
		{QUERY_ARTICLE_VERSIONS, "{\"articles\":[],\"server_time_ms\":8}"},
		{QUERY_TEMPLATES, "{\"templates\":[],\"server_time_ms\":8}"},
		{QUERY_POLICIES, "{\"policies\":[],\"server_time_ms\":8}"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(answer_auto) a =
			answer_of_query(cases[i].kind, cases[i].json, strlen(cases[i].json), &error);
		g_autoptr(GString) out = g_string_new(NULL);
		g_assert_no_error(error);
		answer_to_json(out, a);
		g_assert_cmpstr(out->str, ==, cases[i].json);
		g_autoptr(answer_auto) none = answer_of_query(cases[i].kind, "{}", 2, NULL);
		g_assert_null(none);
	}
}

static void unit__wire_error__there_and_back(void)
{
	struct wire_error e = {.code = DESK_CONFLICT, .message = (char *)"changed", .retryable = TRUE};
	g_autoptr(GString) out = g_string_new(NULL);
	wire_error_to_json(out, &e);
	g_assert_cmpstr(out->str, ==, "{\"code\":\"conflict\",\"message\":\"changed\",\"retryable\":true}");
	struct wire_error *back = wire_error_parse(out->str, out->len);
	g_assert_cmpint(back->code, ==, DESK_CONFLICT);
	g_assert_true(back->retryable);
	wire_error_free(back);
	back = wire_error_parse("<html>", 6);
	g_assert_cmpint(back->code, ==, DESK_PROTOCOL);
	g_assert_nonnull(back->message);
	wire_error_free(back);
	g_assert_cmpint(wire_error_status(DESK_GONE), ==, 410);
	for (int code = 0; code < DESK_CODE_COUNT; code++)
		g_assert_cmpint(wire_error_status((enum desk_code)code), >=, 400);
}

static void unit__event__newer_kind_is_told_apart(void)
{
	g_autoptr(GError) error = NULL;
	const char *newer = "{\"seq\":1,\"kind\":\"moon\"}", *bad = "{\"seq\":1,\"kind\":4}";
	g_assert_null(event_parse(newer, strlen(newer), &error));
	g_assert_error(error, DESK_ERROR, DESK_UNSUPPORTED);
	g_clear_error(&error);
	g_assert_null(event_parse(bad, strlen(bad), &error));
	g_assert_error(error, DESK_ERROR, DESK_PROTOCOL);
}

/* ---- reads as paths */
struct params {
	GHashTable *values;
};

static const char *param(const char *name, void *arg)
{
	return g_hash_table_lookup(((struct params *)arg)->values, name);
}

/* Splits a target as an HTTP server does. */
static char *split_target(const char *target, struct params *p)
{
	g_auto(GStrv) halves = g_strsplit(target, "?", 2);
	p->values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	if (halves[1]) {
		g_auto(GStrv) pairs = g_strsplit(halves[1], "&", -1);
		for (char **pair = pairs; *pair; pair++) {
			g_auto(GStrv) both = g_strsplit(*pair, "=", 2);
			g_hash_table_insert(p->values, g_strdup(both[0]),
					    g_uri_unescape_string(both[1], NULL));
		}
	}
	return g_uri_unescape_string(halves[0], NULL);
}

static void read_roundtrip(const struct query *q, const char *expected)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *target = query_to_target(q);
	struct params p;
	struct query back;
	if (expected)
		g_assert_cmpstr(target, ==, expected);
	for (const char *s = target; *s; s++)
		g_assert_true(g_ascii_isgraph(*s) && !strchr("\"<>\\^`{|}#", *s));
	g_autofree char *path = split_target(target, &p);
	query_from_http(&back, path, param, &p, &error);
	g_assert_no_error(error);
	g_assert_true(same(&shape_query, q, &back));
	query_clear(&back);
	g_hash_table_unref(p.values);
}

static void unit__query__targets(void)
{
	static const struct {
		struct query q;
		const char *target;
	} cases[] = {
		{{.kind = QUERY_SESSION}, "/v1/session"},
		{{.kind = QUERY_QUEUE}, "/v1/tickets"},
		{{.kind = QUERY_QUEUE, .view = (char *)"mine", .limit = 50},
		 "/v1/tickets?view=mine&limit=50"},
		{{.kind = QUERY_QUEUE,
		  .group_id = 4,
		  .text = (char *)"a b&c=d/中?#%",
		  .anchor = PAGE_AFTER,
		  .cursor = (char *)"9:1"},
		 "/v1/tickets?group=4&q=a%20b%26c%3Dd%2F%E4%B8%AD%3F%23%25&after=9%3A1"},
		{{.kind = QUERY_QUEUE, .anchor = PAGE_AROUND, .ticket_id = 1042}, "/v1/tickets?around=1042"},
		{{.kind = QUERY_QUEUE, .anchor = PAGE_LAST}, "/v1/tickets?last=true"},
		{{.kind = QUERY_TICKET, .ticket_id = INT64_C(9007199254740991)},
		 "/v1/tickets/9007199254740991"},
		{{.kind = QUERY_MESSAGES, .ticket_id = 7, .before_id = 99},
		 "/v1/tickets/7/messages?before=99"},
		{{.kind = QUERY_CUSTOMER, .customer_id = 5}, "/v1/customers/5"},
		{{.kind = QUERY_CUSTOMERS, .text = (char *)"王 \n\033[31m"},
		 "/v1/customers?q=%E7%8E%8B%20%0A%1B%5B31m"},
		{{.kind = QUERY_KNOWLEDGE, .ticket_id = 3, .language = (char *)"zh"},
		 "/v1/knowledge?ticket=3&language=zh"},
		{{.kind = QUERY_ARTICLE, .article_id = 3, .version = 2}, "/v1/knowledge/3?version=2"},
		{{.kind = QUERY_ARTICLE_VERSIONS, .article_id = 3}, "/v1/knowledge/3/versions"},
		{{.kind = QUERY_TEMPLATES}, "/v1/templates"},
		{{.kind = QUERY_POLICIES}, "/v1/policies"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		read_roundtrip(&cases[i].q, cases[i].target);
}

static void unit__query_from_http__refuses(void)
{
	static const struct {
		const char *target;
		enum desk_code code;
	} cases[] = {
		{"/", DESK_NOTFOUND},
		{"/v1", DESK_NOTFOUND},
		{"/v1/tickets/", DESK_NOTFOUND},
		{"/v1/tickets/0", DESK_NOTFOUND},
		{"/v1/tickets/-1", DESK_NOTFOUND},
		{"/v1/tickets/1x", DESK_NOTFOUND},
		{"/v1/tickets/9007199254740992", DESK_NOTFOUND},
		{"/v1/tickets/99999999999999999999999", DESK_NOTFOUND},
		{"/v1/tickets/1/messages/", DESK_NOTFOUND},
		{"/v1/ticketsx", DESK_NOTFOUND},
		{"/V1/tickets", DESK_NOTFOUND},
		{"/v1/tickets?limit=501", DESK_INVALID},
		{"/v1/tickets?limit=", DESK_INVALID},
		{"/v1/tickets?limit=+5", DESK_INVALID},
		{"/v1/tickets?group=-1", DESK_INVALID},
		{"/v1/tickets?after=a&before=b", DESK_INVALID},
		{"/v1/tickets?around=0", DESK_INVALID},
		{"/v1/tickets?last=1", DESK_INVALID},
		{"/v1/knowledge/3?version=99999999999", DESK_INVALID},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		struct params p;
		struct query q;
		g_autofree char *path = split_target(cases[i].target, &p);
		g_test_message("%s", cases[i].target);
		g_assert_false(query_from_http(&q, path, param, &p, &error));
		g_assert_error(error, DESK_ERROR, (int)cases[i].code);
		query_clear(&q);
		g_hash_table_unref(p.values);
	}
}

/* ---- writes as requests */
static void write_roundtrip(struct change *c, const char *request)
{
	g_autoptr(GError) error = NULL;
	const char *method;
	g_autofree char *target = NULL, *json = NULL;
	struct change back, loaded;
	gboolean known;
	change_to_http(c, &method, &target, &json);
	g_autofree char *sent = g_strdup_printf("%s %s %s", method, target, json ? json : "-");
	g_assert_cmpstr(sent, ==, request);
	g_autofree char *path = g_uri_unescape_string(target, NULL);
	change_from_http(&back, method, path, json, json ? strlen(json) : 0, &known, &error);
	g_assert_no_error(error);
	g_assert_true(known);
	g_strlcpy(back.once_key, c->once_key, sizeof back.once_key); /* a header carries it */
	g_assert_true(same(&shape_change, c, &back));
	change_clear(&back);
	g_autofree char *dump = change_dump(c);
	change_load(&loaded, dump, strlen(dump), &error);
	g_assert_no_error(error);
	g_assert_true(same(&shape_change, c, &loaded));
	change_clear(&loaded);
	change_clear(c);
}

static struct change make(enum change_kind kind, struct change with)
{
	struct change c;
	change_init(&c, kind);
	with.kind = kind;
	with.if_version = -1;
	with.revision = -1;
	with.problem = kind == CHANGE_CATEGORY ? with.problem : -1;
	with.impact = with.need = -1;
	with.send_delay_ms = kind == CHANGE_REPLY ? with.send_delay_ms : -1;
	memcpy(with.once_key, c.once_key, sizeof c.once_key);
	return with;
}
#define MAKE(c, kind_, ...) c = make(CHANGE_##kind_, (struct change){__VA_ARGS__})
#define T(s) g_strdup(s)

static void unit__change__requests(void)
{
	struct change c;
	desk_id id = 12;
	MAKE(c, REPLY, .ticket_id = 7, .body = T("hi \"you\"\n"), .answers_id = 3, .send_delay_ms = 0);
	c.template_ids = g_array_append_val(g_array_new(FALSE, FALSE, sizeof id), id);
	write_roundtrip(&c, "POST /v1/tickets/7/messages {\"kind\":\"reply\",\"body\":\"hi "
			    "\\\"you\\\"\\n\",\"answers_id\":3,"
			    "\"send_delay_ms\":0,\"template_ids\":[12]}");
	MAKE(c, NOTE, .ticket_id = 7, .body = T("n"));
	write_roundtrip(&c, "POST /v1/tickets/7/messages {\"kind\":\"note\",\"body\":\"n\"}");
	MAKE(c, RECALL, .message_id = 8);
	write_roundtrip(&c, "POST /v1/messages/8/recall -");
	MAKE(c, CLAIM, .ticket_id = 8);
	write_roundtrip(&c, "POST /v1/tickets/8/claim -");
	MAKE(c, CLAIM_NEXT, .group_id = 2);
	write_roundtrip(&c, "POST /v1/tickets/claim-next {\"group_id\":2}");
	MAKE(c, RELEASE, .ticket_id = 8);
	write_roundtrip(&c, "POST /v1/tickets/8/release -");
	MAKE(c, STATUS, .ticket_id = 8, .status = STATUS_ON_HOLD, .hold_until_ms = 5);
	write_roundtrip(&c, "PATCH /v1/tickets/8 {\"status\":\"on-hold\",\"hold_until_ms\":5}");
	MAKE(c, PRIORITY, .ticket_id = 8, .priority = PRIORITY_URGENT);
	write_roundtrip(&c, "PATCH /v1/tickets/8 {\"priority\":\"urgent\"}");
	MAKE(c, SUBJECT, .ticket_id = 8, .text = T("s"));
	write_roundtrip(&c, "PATCH /v1/tickets/8 {\"subject\":\"s\"}");
	MAKE(c, CATEGORY, .ticket_id = 8, .text = T("a/b"), .problem = PROBLEM_SIMPLE);
	write_roundtrip(&c, "PATCH /v1/tickets/8 {\"category\":\"a/b\",\"problem\":\"simple\"}");
	MAKE(c, ASSIGN, .ticket_id = 8, .person_id = 4);
	write_roundtrip(&c, "POST /v1/tickets/8/assign {\"person_id\":4}");
	MAKE(c, TAG, .ticket_id = 8, .text = T("a/b ?#%中"), .on = TRUE);
	write_roundtrip(&c, "PUT /v1/tickets/8/tags/a%2Fb%20%3F%23%25%E4%B8%AD -");
	MAKE(c, TAG, .ticket_id = 8, .text = T(".."));
	write_roundtrip(&c, "DELETE /v1/tickets/8/tags/%2E%2E -");
	MAKE(c, CUSTOMER_TAG, .customer_id = 8, .text = T("vip"), .reason = T("why"), .on = TRUE);
	write_roundtrip(&c, "PUT /v1/customers/8/tags/vip {\"reason\":\"why\"}");
	MAKE(c, ESCALATE, .ticket_id = 8, .group_id = 3, .reason = T("r"), .body = T("n"));
	write_roundtrip(&c, "POST /v1/tickets/8/escalate {\"group_id\":3,\"reason\":\"r\",\"body\":\"n\"}");
	MAKE(c, TICKET_NEW, .text = T("s"), .body = T("b"), .channel = CHANNEL_PHONE, .customer_id = 9,
	     .category = T("x"));
	write_roundtrip(&c, "POST /v1/tickets "
			    "{\"subject\":\"s\",\"body\":\"b\",\"channel\":\"phone\",\"priority\":\"normal\","
			    "\"customer_id\":9,\"category\":\"x\"}");
	MAKE(c, ARTICLE_USED, .article_id = 5, .ticket_id = 8);
	write_roundtrip(&c, "POST /v1/knowledge/5/used {\"ticket_id\":8}");
}

static void unit__change__article_save_by_its_id(void)
{
	for (int i = 0; i < 2; i++) {
		struct change c, back;
		const char *method;
		g_autofree char *target = NULL, *json = NULL;
		gboolean known;
		change_init(&c, CHANGE_ARTICLE_SAVE);
		c.article = shape_new(&shape_article);
		c.article->id = i ? 6 : 0;
		c.article->title = g_strdup("t");
		change_to_http(&c, &method, &target, &json);
		g_assert_cmpstr(method, ==, i ? "PUT" : "POST");
		g_assert_cmpstr(target, ==, i ? "/v1/knowledge/6" : "/v1/knowledge");
		g_assert_true(change_from_http(&back, method, target, json, strlen(json), &known, NULL));
		g_assert_cmpint(back.article->id, ==, i ? 6 : 0);
		change_clear(&c);
		change_clear(&back);
	}
}

static void unit__change_from_http__refuses(void)
{
	static const struct {
		const char *method, *path, *json;
		enum desk_code code;
		gboolean known;
		const char *message;
	} cases[] = {
		{"GET", "/v1/tickets/1/claim", "", DESK_NOTFOUND, FALSE, NULL},
		{"POST", "/v1/tickets/0/claim", "", DESK_NOTFOUND, FALSE, NULL},
		{"PUT", "/v1/tickets/1/tags/", "", DESK_NOTFOUND, FALSE, NULL},
		{"POST", "/v1/tickets/1/messages", "", DESK_INVALID, TRUE, "kind must be reply or note"},
		{"POST", "/v1/tickets/1/messages", "[]", DESK_INVALID, TRUE, "the JSON must be an object"},
		{"POST", "/v1/tickets/1/messages", "{\"kind\":\"claim\",\"body\":\"x\"}", DESK_INVALID, TRUE,
		 "kind must be reply or note"},
		{"POST", "/v1/tickets/1/messages", "{\"kind\":\"note\"}", DESK_INVALID, TRUE,
		 "body is missing"},
		{"POST", "/v1/tickets/1/messages", "{\"kind\":\"note\",\"body\":\"\\u0000\"}", DESK_INVALID,
		 TRUE, "JSON has a NUL character in text at byte 30"},
		{"POST", "/v1/tickets/1/messages", "{\"kind\":\"reply\",\"body\":\"x\",\"template_ids\":[0]}",
		 DESK_INVALID, TRUE, "template_ids[0] must be an id"},
		{"POST", "/v1/tickets/1/messages", "{\"kind\":\"reply\",\"body\":\"x\",\"send_delay_ms\":-2}",
		 DESK_INVALID, TRUE, "send_delay_ms must be between -1 and 86400000"},
		{"PATCH", "/v1/tickets/1", "{}", DESK_INVALID, TRUE,
		 "the JSON must have one of status, priority, subject, category"},
		{"PATCH", "/v1/tickets/1", "{\"status\":\"open\",\"priority\":\"normal\"}", DESK_INVALID,
		 TRUE, "the JSON changes status and priority: one at a time"},
		{"PATCH", "/v1/tickets/1", "{\"status\":\"opened\"}", DESK_INVALID, TRUE, NULL},
		{"PATCH", "/v1/tickets/1", "7", DESK_INVALID, TRUE, "the JSON must be an object"},
		{"POST", "/v1/tickets/1/escalate", "{\"group_id\":-3,\"reason\":\"r\"}", DESK_INVALID, TRUE,
		 NULL},
		{"POST", "/v1/knowledge", "{\"article\":null}", DESK_INVALID, TRUE, "article is missing"},
		{"POST", "/v1/tickets/1/claim", "{", DESK_INVALID, TRUE, NULL},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		struct change c;
		gboolean known;
		g_test_message("%s %s %s", cases[i].method, cases[i].path, cases[i].json);
		g_assert_false(change_from_http(&c, cases[i].method, cases[i].path, cases[i].json,
						strlen(cases[i].json), &known, &error));
		g_assert_error(error, DESK_ERROR, (int)cases[i].code);
		g_assert_cmpint(known, ==, cases[i].known);
		if (cases[i].message)
			g_assert_cmpstr(error->message, ==, cases[i].message);
		change_clear(&c);
	}
	g_autofree char *long_body = g_strnfill(WIRE_MAX_MESSAGE + 1, 'x');
	g_autofree char *json = g_strdup_printf("{\"kind\":\"note\",\"body\":\"%s\"}", long_body);
	struct change c;
	gboolean known;
	g_assert_false(
		change_from_http(&c, "POST", "/v1/tickets/1/messages", json, strlen(json), &known, NULL));
	change_clear(&c);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/wire/shapes/roundtrip", unit__shapes__roundtrip_and_copy);
	g_test_add_func("/wire/shapes/cover", unit__shapes__cover_their_structs);
	g_test_add_func("/wire/answer/reads", unit__answer__of_each_read);
	g_test_add_func("/wire/error", unit__wire_error__there_and_back);
	g_test_add_func("/wire/event/newer", unit__event__newer_kind_is_told_apart);
	g_test_add_func("/wire/query/targets", unit__query__targets);
	g_test_add_func("/wire/query/refuses", unit__query_from_http__refuses);
	g_test_add_func("/wire/change/requests", unit__change__requests);
	g_test_add_func("/wire/change/article", unit__change__article_save_by_its_id);
	g_test_add_func("/wire/change/refuses", unit__change_from_http__refuses);
	return g_test_run();
}
