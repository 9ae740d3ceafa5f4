#!/usr/bin/python3
"""Holds a real server to server/openapi.yaml: every operation is performed, status and body are validated
against it; an operation that nobody performed, or a member that it does not describe, fails."""
import copy
import json
import os
import sys
import tempfile
import uuid

import jsonschema
import yaml

from carrying import carried
from ttydeskd_double import Server, main, until

DOCUMENT = sys.argv[2]
METHODS = ("get", "post", "put", "patch", "delete")
# Described, and not yet done by the server: whoever builds one performs it here and takes its name out.
PENDING = set()
# In a path, by the name in braces.
PLACES = {"attachment_id": 1, "message_id": 1, "customer_id": 1, "article_id": 1, "other_id": 2, "item_id": 1,
          "view_id": 1, "tag": "lamp", "field": "lamp", "number": 1, "kind": "reply",
          "macro_id": 1, "person_id": 1, "problem_id": 1, "stage": "found"}
# Whoever may read may do it for themselves.
OPEN_TO_ALL = {"viewNew", "viewSave", "viewRemove", "presenceSay", "noticesSeen"}


def tighten(schema):
    """Answers may have no member that the document leaves unsaid."""
    if isinstance(schema, dict):
        if "properties" in schema:
            schema["additionalProperties"] = False
        for value in schema.values():
            tighten(value)
    elif isinstance(schema, list):
        for value in schema:
            tighten(value)


class Contract:
    def __init__(self):
        with open(DOCUMENT, encoding="utf-8") as f:
            self.loose = yaml.safe_load(f)
        self.document = copy.deepcopy(self.loose)
        tighten(self.document["components"]["schemas"])
        self.resolver = jsonschema.RefResolver.from_schema(self.document)
        self.operations = {}
        for path, item in self.document["paths"].items():
            for method in METHODS:
                if method in item:
                    operation = item[method]
                    parameters = item.get("parameters", []) + operation.get("parameters", [])
                    self.operations[operation["operationId"]] = (method.upper(), path, operation, parameters)
        self.performed = {}

    def follow(self, node):
        return self.resolver.resolve(node["$ref"])[1] if "$ref" in node else node

    def validate(self, schema, value):
        jsonschema.Draft202012Validator(schema, resolver=self.resolver).validate(value)

    def check(self, name, answer):
        """The answer is one that the document allows for this operation."""
        operation = self.operations[name][2]
        responses = operation["responses"]
        key = str(answer.status)
        assert key in responses or "default" in responses, f"{name}: {answer.status} is not described"
        response = self.follow(responses.get(key, responses.get("default")))
        assert answer.status < 500, f"{name}: {answer.status} {answer.bytes!r}"
        self.performed.setdefault(name, set()).add(answer.status)
        for header, node in response.get("headers", {}).items():
            text = answer.headers.get(header)
            schema = self.follow(node)["schema"]
            if text is not None:
                self.validate(schema, int(text) if schema["type"] == "integer" else text)
            else:
                assert header == "ETag", f"{name}: no {header}"
        if answer.headers["Content-Type"].split(";")[0] == "text/plain" and "text/plain" in response["content"]:
            return answer.bytes.decode()
        assert answer.headers["Content-Type"] == "application/json", name
        body = answer.json()
        self.validate(response["content"]["application/json"]["schema"], body)
        return body

    def target(self, name, **values):
        path = self.operations[name][1]
        for key, value in values.items():
            path = path.replace("{" + key + "}", str(value))
        assert "{" not in path, path
        return path

    def ask(self, server, name, query="", expect=200, headers=None, **values):
        method = self.operations[name][0]
        answer = server.request(method, self.target(name, **values) + query, headers=headers or {})
        body = self.check(name, answer)
        assert answer.status == expect, f"{name}: {answer.status} {body}"
        return body

    def write(self, server, name, body=None, expect=None, key=None, headers=None, **values):
        method, _, operation, _ = self.operations[name]
        if body is not None:
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            self.validate(schema, body)
        answer = server.write(method, self.target(name, **values), body, key, **(headers or {}))
        got = self.check(name, answer)
        wanted = expect or min(int(s) for s in operation["responses"] if s.isdigit())
        assert answer.status == wanted, f"{name}: {answer.status} {got}"
        return got


def reads(c, s):
    c.ask(s, "metrics")
    health = c.ask(s, "health")
    assert health["server_time_ms"] > 0
    session = c.ask(s, "session")
    assert session["me"]["name"] == "li.wei" and len(session["people"]) >= 10
    page = c.ask(s, "queue", "?view=all&limit=7")
    assert len(page["rows"]) == 7 and "after" in page and "before" not in page
    second = c.ask(s, "queue", f"?view=all&limit=7&after={page['after']}")
    assert not {r["id"] for r in page["rows"]} & {r["id"] for r in second["rows"]}
    back = c.ask(s, "queue", f"?view=all&limit=7&before={second['before']}")
    assert [r["id"] for r in back["rows"]] == [r["id"] for r in page["rows"]]
    around = c.ask(s, "queue", f"?view=all&limit=5&around={second['rows'][3]['id']}")
    assert second["rows"][3]["id"] in [r["id"] for r in around["rows"]]
    for view in ("mine", "assigned", "unassigned", "all", "done"):
        c.ask(s, "queue", f"?view={view}")
    c.ask(s, "queue", "?view=all&last=true&limit=3")
    c.ask(s, "queue", "?view=nonsense", expect=400)
    c.ask(s, "queue", "?limit=x", expect=400)
    row = page["rows"][0]
    ticket = c.ask(s, "ticket", ticket_id=row["id"])["ticket"]
    assert ticket["customer"]["name"] == row["customer_name"] and ticket["messages"]
    c.ask(s, "ticket", expect=404, ticket_id=9007199254740991)
    c.ask(s, "messages", "?limit=2", ticket_id=row["id"])
    c.ask(s, "messages", expect=404, ticket_id=9007199254740991)
    customer = c.ask(s, "customer", customer_id=row["customer_id"])["customer"]
    c.ask(s, "customer", expect=404, customer_id=999999)
    found = c.ask(s, "customers", "?q=" + customer["name"].split()[0].encode("utf-8").hex("%").join(["%", ""]))
    assert found["customers"]
    hits = c.ask(s, "knowledge", "?q=refund")["hits"]
    assert hits
    c.ask(s, "knowledge", f"?ticket={row['id']}")
    article = c.ask(s, "article", article_id=hits[0]["id"])["article"]
    assert article["id"] == hits[0]["id"]
    c.ask(s, "article", expect=404, article_id=999999)
    versions = c.ask(s, "articleVersions", article_id=hits[0]["id"])["articles"]
    assert versions
    assert c.ask(s, "templates", f"?ticket={row['id']}&language=en")["templates"]
    assert c.ask(s, "policies")["policies"]
    return page["rows"], hits[0]["id"]


def writes(c, s, rows, article_id):
    me = c.ask(s, "session")
    groups = {g["name"]: g["id"] for g in me["groups"]}
    new = {"subject": "Lamp does not light", "body": "It is dark.", "channel": "web", "group_id": groups["front"],
           "customer_id": rows[0]["customer_id"]}
    made = c.write(s, "ticketNew", new)["ticket"]
    number = made["id"]
    stranger = {"subject": "请问", "body": "我的灯不亮", "channel": "phone", "customer": {"name": "新客户", "phone": "+86 555 0100"}}
    c.write(s, "ticketNew", stranger)
    claimed = c.write(s, "claim", ticket_id=number)["ticket"]
    assert claimed["assignee_id"] == me["me"]["id"] and claimed["version"] > made["version"]
    said = c.write(s, "say", {"kind": "reply", "body": "We look into it.", "send_delay_ms": 600000}, ticket_id=number)
    assert said["message"]["delivery"] == "waiting"
    c.write(s, "recall", message_id=said["message"]["id"])
    c.write(s, "recall", expect=404, message_id=99999999)
    c.write(s, "say", {"kind": "note", "body": "The third lamp this week."}, ticket_id=number)
    for patch in ({"priority": "urgent"}, {"subject": "Lamp stays dark"}, {"category": me["categories"][0]["name"], "problem": "complex"},
                  {"status": "pending-customer"}):
        c.write(s, "ticketPatch", patch, ticket_id=number)
    c.write(s, "tagSet", ticket_id=number, tag="lamp")
    c.write(s, "tagRemove", ticket_id=number, tag="lamp")
    c.write(s, "customerTagSet", {"reason": "asks for the best"}, customer_id=rows[0]["customer_id"], tag="quality-seeking")
    c.write(s, "customerTagRemove", customer_id=rows[0]["customer_id"], tag="quality-seeking")
    c.write(s, "escalate", {"group_id": groups["tech"], "reason": "needs the workshop", "body": "see note"}, ticket_id=number)
    other = next(p["id"] for p in me["people"] if p["name"] != "li.wei" and p["role"] == "specialist")
    c.write(s, "assign", {"person_id": other, "group_id": groups["tech"]}, ticket_id=number)
    free = c.write(s, "claimNext", {}) if c.ask(s, "queue", "?view=unassigned")["total"] else None
    if free:
        c.write(s, "release", ticket_id=free["ticket"]["id"])
    c.write(s, "articleUsed", {"ticket_id": number}, article_id=article_id)
    editor = {"Ttydesk_As": next(p["name"] for p in me["people"] if p["role"] == "supervisor")}
    draft = {"module": "product", "language": "en", "title": "A dark lamp", "body": "1. Is it plugged in?", "state": "published",
             "category": "lamp/dark"}
    saved = c.write(s, "articleNew", {"article": draft}, headers=editor)["article"]
    draft["version"] = saved["version"]
    draft["body"] += "\n2. Another bulb."
    again = c.write(s, "articleSave", {"article": draft}, headers=editor, article_id=saved["id"])["article"]
    assert again["version"] > saved["version"]
    return number


def new_ticket(c, s, customer_id, group_id, subject):
    body = {"subject": subject, "body": f"{subject}?", "channel": "web", "group_id": group_id, "customer_id": customer_id}
    return c.write(s, "ticketNew", body)["ticket"]["id"]


def work(c, s, rows):
    """The daily work in depth."""
    me = c.ask(s, "session")
    group = next(g["id"] for g in me["groups"] if g["name"] == "front")
    customer = c.ask(s, "customer", customer_id=rows[0]["customer_id"])["customer"]
    first, second, third = (new_ticket(c, s, customer["id"], group, name) for name in ("Parcel", "Late", "Lamp"))
    s.request("GET", f"/v1/tickets/{first}")
    said = c.write(s, "forward", {"to": "Workshop <workshop@example.com>, b@example.com", "body": "Please look."},
                   ticket_id=first)["message"]
    assert said["kind"] == "forward" and said["to"].startswith("Workshop <") and "> Parcel?" in said["body"]
    c.write(s, "forward", {"to": "nobody"}, expect=400, ticket_id=first)
    fields = [f for f in me.get("fields", []) if not f.get("category") and f["type"] == "text"] or me.get("fields", [])
    assert fields, "the sample has custom fields"
    field = fields[0]
    if field.get("category"):
        c.write(s, "ticketPatch", {"category": field["category"]}, ticket_id=first)
    value = {"text": "A-1", "number": "12.50", "date": "2026-11-24", "yes-no": "yes"}.get(field["type"]) or field["choices"][0]
    kept = c.write(s, "fieldSet", {"value": value}, ticket_id=first, field=field["name"])["ticket"]["fields"]
    assert kept[0]["name"] == field["name"]
    c.write(s, "fieldSet", {"value": "x"}, expect=400, ticket_id=first, field="no-such")
    c.write(s, "fieldClear", ticket_id=first, field=field["name"])
    listed = c.write(s, "checkAdd", {"text": "call the workshop"}, ticket_id=first)["ticket"]["checklist"]
    if me.get("checklists"):
        c.write(s, "checkAdd", {"checklist": me["checklists"][0]["name"]}, ticket_id=first)
    item = listed[0]["id"]
    listed = c.write(s, "check", {"done": True}, ticket_id=first, item_id=item)["ticket"]["checklist"]
    assert listed[0]["done"] and listed[0]["by_id"] == me["me"]["id"]
    c.write(s, "checkRemove", ticket_id=first, item_id=item)
    c.write(s, "checkRemove", expect=404, ticket_id=first, item_id=item)
    c.write(s, "linkSet", {"kind": "related"}, ticket_id=first, other_id=second)
    links = c.ask(s, "ticket", ticket_id=second)["ticket"]["links"]
    assert links[0]["ticket_id"] == first and links[0]["kind"] == "related"
    c.write(s, "linkRemove", ticket_id=first, other_id=second)
    compensation = {"kind": "coupon", "amount_cents": 99999900, "currency": "CNY", "reason": "two weeks late"}
    asked = c.write(s, "compensate", {"compensation": compensation}, ticket_id=first)["compensation"]
    assert asked["state"] == "waiting"
    assert asked["id"] in [one["id"] for one in c.ask(s, "compensations")["compensations"]]
    c.ask(s, "compensations", "?state=approved&limit=5")
    c.write(s, "compensationDecide", {"approve": True}, expect=403, item_id=asked["id"])
    decided = c.write(s, "compensationDecide", {"approve": False, "reason": "half of it"}, item_id=asked["id"],
                      headers={"Ttydesk_As": "sun.li"})["compensation"]
    assert decided["state"] == "rejected" and decided["decided_id"]
    message = next(m["id"] for m in c.ask(s, "ticket", ticket_id=first)["ticket"]["messages"] if m["kind"] == "customer")
    part = c.write(s, "split", {"message_ids": [message], "subject": "Only the lamp"}, ticket_id=first)["ticket"]
    assert part["messages"][0]["from_ticket_id"] == first and part["links"][0]["kind"] == "parent"
    key = str(uuid.uuid4())
    merged = c.write(s, "merge", {"into_id": second}, key=key, ticket_id=first)["ticket"]
    again = c.write(s, "merge", {"into_id": second}, key=key, ticket_id=first)["ticket"]
    assert again["version"] == merged["version"] and len(again["messages"]) == len(merged["messages"])
    assert merged["id"] == second and any(m.get("from_ticket_id") == first for m in merged["messages"])
    gone = c.ask(s, "ticket", ticket_id=first)["ticket"]
    assert gone["status"] == "merged" and gone["merged_into"] == second
    c.write(s, "claim", expect=409, ticket_id=first)
    followed = c.write(s, "say", {"kind": "note", "body": "from an outbox"}, ticket_id=first)
    assert followed["ticket"]["id"] == second and followed["message"]["ticket_id"] == second
    other = next(r["customer_id"] for r in rows if r["customer_id"] != customer["id"])
    assert c.write(s, "ticketCustomer", {"customer_id": other}, ticket_id=third)["ticket"]["customer_id"] == other
    profile = {"name": customer["name"], "region": "Shenyang"}
    seen = {"If_Match": str(c.ask(s, "customer", customer_id=customer["id"])["customer"]["version"])}
    saved = c.write(s, "customerSave", {"customer": profile}, headers=seen, customer_id=customer["id"])["customer"]
    assert saved["region"] == "Shenyang" and saved["tags"] == customer["tags"]
    c.write(s, "customerSave", {"customer": profile}, headers=seen, expect=409, customer_id=customer["id"])
    looked_up(c, s, third)


def looked_up(c, s, number):
    """A customer with the number and its secret sees progress, and nobody else anything."""
    secret = c.ask(s, "secret", ticket_id=number)["secret"]
    seen = c.ask(s, "publicTicket", headers={"Ttydesk-Ticket-Secret": secret.lower()}, number=number)["ticket"]
    assert seen["progress"] == "received" and seen["steps"][0]["at_ms"] == seen["created_ms"] and not seen["promises"]
    assert seen["status"] == "new" and seen["messages"][0]["kind"] == "customer" and "customer" not in seen
    fresh = c.write(s, "secretNew", ticket_id=number)["secret"]
    assert fresh != secret
    wrong = s.request("GET", f"/v1/public/tickets/{number}", None, {"Ttydesk-Ticket-Secret": secret})
    nobody = s.request("GET", "/v1/public/tickets/999999", None, {"Ttydesk-Ticket-Secret": secret})
    for answer in (wrong, nobody, s.request("GET", f"/v1/public/tickets/{number}", None, {})):
        body = c.check("publicTicket", answer)
        assert answer.status == 404 and body["message"] == "there is no ticket with this number and secret"
    c.ask(s, "publicTicket", headers={"Ttydesk-Ticket-Secret": fresh}, number=number)
    for _ in range(60):
        if s.request("GET", f"/v1/public/tickets/{number}", None, {"Ttydesk-Ticket-Secret": secret}).status == 429:
            return
    raise AssertionError("guessing isn't slowed down")


def configured(c, s):
    """Records as text, changed as text; and nobody writes over what another one wrote."""
    boss, leads = {"Ttydesk_As": "boss"}, {"Ttydesk-As": "sun.li"}
    c.ask(s, "config", expect=403)
    all_of_it = c.ask(s, "config", headers=leads)
    assert len({entry["type"] for entry in all_of_it["config"]}) >= 12 and "text" not in all_of_it["config"][0]
    chat = c.ask(s, "config", "?type=policy&key=chat", headers=leads)["config"][0]
    assert chat["text"].startswith("[policy chat]\n") and "target = first-response 30s\n" in chat["text"]
    assert all("text" in entry for entry in c.ask(s, "config", "?type=tag&full=1", headers=leads)["config"])
    c.ask(s, "config", "?type=planet", expect=400, headers=leads)
    c.ask(s, "config", "?type=policy&key=none", expect=404, headers=leads)
    text = chat["text"].replace("first-response 30s", "first-response 40s")
    was = all_of_it.get("revision", 0)
    told = c.write(s, "configApply", {"text": text, "revision": was, "dry_run": True}, headers=boss)
    assert told["text"] == "~ [policy chat]\n- target = first-response 30s\n+ target = first-response 40s\n", told
    assert c.ask(s, "config", headers=leads).get("revision", 0) == was
    done = c.write(s, "configApply", {"text": text, "revision": was}, headers=boss)
    assert done["text"] == told["text"] and done["revision"] > was
    late = c.write(s, "configApply", {"text": text, "revision": was}, expect=409, headers=boss)
    assert "changed meanwhile" in late["message"], late
    wrong = c.write(s, "configApply", {"text": "[policy chat]\ncolour = red\n[tag x]\nglyph = star\n"}, expect=400, headers=boss)
    assert [line.split(": ")[0] for line in wrong["message"].split("\n")] == ["policy:1", "policy:2"], wrong
    c.ask(s, "config", "?type=tag&key=x", expect=404, headers=leads)
    newest = c.ask(s, "configLog", headers=leads)["revisions"][0]
    assert newest["revision"] == done["revision"] and newest["summary"] == "1 changed: policy chat", newest


def repeated(c, s, number):
    key = str(uuid.uuid4())
    first = c.write(s, "say", {"kind": "note", "body": "once"}, key=key, ticket_id=number)
    second = c.write(s, "say", {"kind": "note", "body": "once"}, key=key, ticket_id=number)
    assert first["message"] == second["message"] and first["ticket"]["version"] == second["ticket"]["version"]
    c.write(s, "say", {"kind": "note", "body": "twice"}, key=key, expect=422, ticket_id=number)
    c.write(s, "claim", key=key, expect=422, ticket_id=number)
    # another person's keys are their own
    c.write(s, "say", {"kind": "note", "body": "twice"}, key=key, headers={"Ttydesk_As": "sun.li"}, ticket_id=number)
    notes = [m for m in c.ask(s, "ticket", ticket_id=number)["ticket"]["messages"] if m["body"] == "once"]
    assert len(notes) == 1
    # a refused write is not remembered
    key = str(uuid.uuid4())
    c.write(s, "say", {"kind": "note", "body": "x"}, key=key, expect=404, ticket_id=88888888)
    c.write(s, "say", {"kind": "note", "body": "y"}, key=key, ticket_id=number)


def versions(c, s, number):
    answer = s.get(f"/v1/tickets/{number}")
    tag = answer.headers["ETag"]
    c.write(s, "ticketPatch", {"priority": "normal"}, headers={"If_Match": tag}, ticket_id=number)
    refused = c.write(s, "ticketPatch", {"priority": "important"}, headers={"If_Match": tag}, expect=409, ticket_id=number)
    assert refused["code"] == "conflict" and refused["ticket"]["priority"] == "normal"
    c.write(s, "ticketPatch", {"priority": "important"}, headers={"If_Match": "*"}, ticket_id=number)
    c.write(s, "ticketPatch", {"priority": "urgent"}, headers={"If_Match": "soon"}, expect=400, ticket_id=number)


def refusals(c, s, number):
    for name, (method, path, operation, _) in c.operations.items():
        values = {"ticket_id": number, **PLACES}
        target = c.target(name, **{k: v for k, v in values.items() if "{" + k + "}" in path})
        if path.startswith("/v1/public/") and method != "GET":
            continue  # of customers: nobody signs in, no key
        if name not in ("health", "metrics", "publicTicket"):
            answer = s.request(method, target, headers={"Ttydesk-As": "nobody-here", "Idempotency-Key": "k"})
            body = c.check(name, answer)
            assert answer.status in (400, 401), f"{name}: {answer.status}"
        if method == "GET":
            continue
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        body = b"{}" if content else None
        if body:
            answer = s.request(method, target, body, {"Content-Type": "text/plain", "Idempotency-Key": "k"})
            assert answer.status == 415, f"{name}: {answer.status}"
            c.check(name, answer)
            answer = s.request(method, target, b"[]", {"Content-Type": "application/json", "Idempotency-Key": "k"})
            assert answer.status == 400, f"{name}: {answer.status}"
            c.check(name, answer)
        good = EXAMPLES.get(name)
        for person in ("watcher", "reviser"):
            answer = s.write(method, target, good, Ttydesk_As=person)
            assert answer.status == 403 or name in OPEN_TO_ALL, f"{name} as {person}: {answer.status} {answer.bytes}"
            if name not in OPEN_TO_ALL:
                c.check(name, answer)
        answer = s.request(method, target, None if good is None else json.dumps(good).encode(),
                           {"Content-Type": "application/json", "Ttydesk-As": "boss"})
        assert answer.status == 400 and answer.json()["field"] == "Idempotency-Key", f"{name}: {answer.bytes}"
        c.check(name, answer)


EXAMPLES = {
    "agentState": {"state": "available"}, "offerDecline": {}, "estimate": {"promise_ms": 1},
    "escalationAnswer": {"body": "x"}, "escalationReturn": {"reason": "x"}, "consult": {"body": "x"},
    "transfer": {"person_id": 1}, "cantSolve": {}, "assess": {"impact": "wide", "need": "high"}, "snooze": {},
    "followUpAsk": {}, "followUpSave": {"follow_up": {"solved": True}}, "followUpSkip": {"reason": "x"},
    "problemNew": {"problem": {"title": "x"}}, "problemSave": {"problem": {"title": "x"}},
    "problemLink": {"ticket_ids": [1], "linked": True}, "problemStep": {"done": True}, "problemTell": {},
    "problemArticle": {"kind": "knowledge"},
    "ticketNew": {"subject": "a", "body": "b", "customer_id": 1},
    "claimNext": {},
    "ticketPatch": {"priority": "normal"},
    "say": {"kind": "note", "body": "b"},
    "assign": {"person_id": 1},
    "escalate": {"group_id": 1, "reason": "r"},
    "customerTagSet": {},
    "articleNew": {"article": {"module": "product", "title": "t", "body": "b"}},
    "articleSave": {"article": {"module": "product", "title": "t", "body": "b", "version": 1}},
    "articleUsed": {},
    "forward": {"to": "a@example.com"},
    "ticketCustomer": {"customer_id": 1},
    "customerSave": {"customer": {"name": "n"}},
    "fieldSet": {"value": "v"},
    "split": {"message_ids": [1], "subject": "s"},
    "merge": {"into_id": 2},
    "linkSet": {"kind": "related"},
    "checkAdd": {"text": "t"},
    "check": {"done": True},
    "compensate": {"compensation": {"kind": "coupon", "amount_cents": 100, "reason": "r"}},
    "compensationDecide": {"approve": True},
    "viewNew": {"view": {"name": "v", "scope": "own"}},
    "macroNew": {"macro": {"name": "m", "scope": "own", "steps": "solve"}},
    "macroSave": {"macro": {"name": "m", "scope": "own", "steps": "solve"}},
    "promise": {"promise_ms": 4102444800000},
    "viewSave": {"view": {"name": "v", "scope": "own"}},
    "configApply": {"text": ""},
    "draftSave": {"body": "b", "revision": 0},
    "macroNew": {"macro": {"name": "m", "scope": "own", "steps": "solve"}},
    "macroSave": {"macro": {"name": "m", "scope": "own", "steps": "solve"}},
    "presenceSay": {"workstation": "w"},
    "whisper": {"person_id": 1, "body": "b"},
    "handover": {"ticket_ids": [1], "person_id": 1, "body": "b"},
    "noticesSeen": {"up_to_id": 1},
    "promise": {"promise_ms": 1},
}


def views(c, s):
    """Saved lists, found again with their counts."""
    made = c.write(s, "viewNew", {"view": {"name": "lamps", "scope": "own", "query": "lamp status:active"}})["view"]
    c.write(s, "viewNew", {"view": {"name": "lamps", "scope": "own", "query": "lamp"}}, expect=409)
    c.write(s, "viewNew", {"view": {"name": "wrong", "scope": "own", "query": "status:opne"}}, expect=400)
    c.write(s, "viewNew", {"view": {"name": "everybody's", "scope": "all", "query": "lamp"}}, expect=403)
    changed = {"name": "lamps", "scope": "own", "query": "lamp", "newest_first": True}
    c.write(s, "viewSave", {"view": changed}, view_id=made["id"])
    listed = {v["name"]: v for v in c.ask(s, "views")["views"]}
    assert {"mine", "all", "done"} < set(listed) and listed["lamps"]["count"] >= 1, listed
    rows = c.ask(s, "queue", "?view=every&order=newest&q=lamp")["rows"]
    assert len(rows) == listed["lamps"]["count"] and rows[0]["id"] == max(r["id"] for r in rows)
    wrong = c.ask(s, "queue", "?view=every&q=lamp%20status%3Aopne", expect=400)
    assert wrong["field"] == "q" and "column" in wrong["message"]
    c.write(s, "viewRemove", view_id=made["id"])
    c.write(s, "viewRemove", view_id=made["id"], expect=404)


def drafts(c, s, number):
    """Unsent text, kept, read again, refused when stale, removed."""
    body = {"body": "Dear Ms Wang,", "to": "a@example.com", "revision": 0}
    made = c.write(s, "draftSave", body, ticket_id=number, kind="reply")["draft"]
    assert made["ticket_id"] == number and made["kind"] == "reply" and made["revision"] > 0, made
    assert [d["body"] for d in c.ask(s, "drafts")["drafts"]] == ["Dear Ms Wang,"]
    stale = c.write(s, "draftSave", {"body": "another one", "revision": 0}, ticket_id=number, kind="reply", expect=409)
    assert "changed elsewhere" in stale["message"], stale
    c.write(s, "draftSave", {"body": "x", "revision": 7}, ticket_id=number, kind="note", expect=409)
    c.write(s, "draftSave", {"body": " ", "revision": 0}, ticket_id=number, kind="note", expect=400)
    wrong = s.write("PUT", f"/v1/tickets/{number}/drafts/poem", {"body": "x", "revision": 0})
    assert wrong.status == 400, wrong.bytes
    again = {"body": "Dear Ms Wang, 您好", "revision": made["revision"], "shared": True}
    again = c.write(s, "draftSave", again, ticket_id=number, kind="reply")["draft"]
    assert again["revision"] > made["revision"] and again["shared"] is True
    assert c.ask(s, "drafts", f"?ticket={number}")["drafts"][0]["body"] == "Dear Ms Wang, 您好"
    c.write(s, "draftRemove", ticket_id=number, kind="reply", headers={"If_Match": str(made["revision"])}, expect=409)
    c.write(s, "draftRemove", ticket_id=number, kind="reply", headers={"If_Match": str(again["revision"])})
    c.write(s, "draftRemove", ticket_id=number, kind="reply")
    assert c.ask(s, "drafts")["drafts"] == []
    made = c.write(s, "draftSave", {"body": "to be sent", "revision": 0}, ticket_id=number, kind="note")["draft"]
    c.write(s, "say", {"kind": "note", "body": "to be sent"}, ticket_id=number)
    assert c.ask(s, "drafts")["drafts"] == []


def beside_each_other(c, s, number):
    """Who is there, a word to one of them, a shift that ends; and what each is told."""
    people = {p["name"]: p["id"] for p in c.ask(s, "session")["people"]}
    anna, sun = {"Ttydesk_As": "anna.kowalski"}, {"Ttydesk_As": "sun.li"}
    before = c.ask(s, "session")["seq"]
    c.write(s, "presenceSay", {"workstation": "w1", "ticket_id": number, "writing": True}, headers=anna)
    c.write(s, "presenceSay", {"workstation": "w1", "ticket_id": number, "writing": True}, headers=anna)
    c.write(s, "presenceSay", {"workstation": ""}, expect=400)
    here = [p for p in c.ask(s, "presence")["presence"] if p["person_id"] == people["anna.kowalski"]]
    assert len(here) == 1 and here[0]["ticket_id"] == number and here[0]["writing"] is True, here
    told = c.write(s, "whisper", {"person_id": people["anna.kowalski"], "body": "be quick"}, ticket_id=number)
    assert told["message"]["kind"] == "note" and told["message"]["whisper_to"] == people["anna.kowalski"]
    c.write(s, "whisper", {"person_id": 99999, "body": "nobody"}, ticket_id=number, expect=400)
    c.write(s, "assign", {"person_id": people["anna.kowalski"]}, ticket_id=number, headers=sun)
    gone = c.write(s, "handover", {"ticket_ids": [number], "person_id": people["li.wei"], "body": "she waits"}, headers=anna)
    assert gone["text"] == "1", gone
    c.write(s, "handover", {"ticket_ids": [number]}, expect=400)
    # clocks of tickets that are nobody's ring for their whole group
    hers = [n for n in c.ask(s, "notices", headers={"Ttydesk-As": "anna.kowalski"})["notices"] if n.get("ticket_id") == number]
    assert [n["kind"] for n in hers] == ["assigned", "whisper"] and hers[1]["text"] == "be quick", hers
    mine = [n for n in c.ask(s, "notices", "?limit=100")["notices"] if n.get("ticket_id") == number]
    assert mine[0]["kind"] == "handover" and mine[0]["ticket_id"] == number and not mine[0].get("seen"), mine
    c.write(s, "noticesSeen", {"up_to_id": mine[0]["id"]})
    assert c.ask(s, "notices", f"?before={mine[0]['id'] + 1}")["notices"][0]["seen"]
    # each person's stream has their own notices, and everybody's presence
    for person, kinds in (("anna.kowalski", {"whisper", "assigned"}), ("li.wei", {"handover", "seen"}), ("sun.li", set())):
        page = s.request("GET", f"/v1/events?after={before}", None,
                         {"Accept": "application/json", "Ttydesk-As": person}).json()["events"]
        told = {e["change"] for e in page if e["kind"] == "notice"} - {"warning", "breach"}
        assert told == kinds, (person, page)
        assert [e["change"] for e in page if e["kind"] == "presence"] == ["write"], (person, page)


def offered(c, s, who, wanted=True):
    """What is held out to them, when the scheduler has looked."""
    held = []

    def look():
        held[:] = c.ask(s, "offers", headers={"Ttydesk-As": who})["offers"]
        return bool(held) == wanted

    until(f"an offer for {who}", look)
    return held


def at_work(c, s):
    """States of people, and work that is held out to whoever is available."""
    session = c.ask(s, "session")
    people, me = {p["name"]: p["id"] for p in session["people"]}, session["me"]["id"]
    groups = {g["name"]: g["id"] for g in session["groups"]}
    customer = c.ask(s, "queue", "?view=all")["rows"][0]["customer_id"]
    c.write(s, "agentState", {"state": "break"}, person_id=me, expect=400)
    done = c.write(s, "agentState", {"state": "break", "reason": "lunch"}, person_id=me)["agent"]
    assert done["state"] == "break" and done["reason"] == "lunch" and done["capacity"] > 0, done
    c.write(s, "agentState", {"state": "away"}, person_id=people["sun.li"], expect=403)
    c.write(s, "agentState", {"state": "away"}, person_id=me, headers={"Ttydesk_As": "sun.li"})
    c.write(s, "agentState", {"state": "away"}, person_id=99999, expect=404)
    mine = [a for a in c.ask(s, "agents")["agents"] if a["person_id"] == me]
    assert [a["state"] for a in mine] == ["away"], mine
    c.write(s, "configApply", {"text": "[setting offer_seconds]\nvalue = 600\n[setting channel_weights]\nvalue = none\n"},
            headers={"Ttydesk_As": "boss"})
    c.write(s, "presenceSay", {"workstation": "w2"})
    c.write(s, "agentState", {"state": "available"}, person_id=me)
    new = {"subject": "Whose?", "body": "b", "channel": "web", "group_id": groups["front"], "customer_id": customer}
    for _ in range(2):
        c.write(s, "ticketNew", new)
    first = offered(c, s, "li.wei")[0]
    c.write(s, "offerAccept", ticket_id=first["ticket_id"], headers={"Ttydesk_As": "anna.kowalski"}, expect=409)
    c.write(s, "offerDecline", {"reason": "on the phone"}, ticket_id=first["ticket_id"])
    second = until("another offer", lambda: [o for o in c.ask(s, "offers")["offers"]
                                             if o["ticket_id"] != first["ticket_id"]])
    taken = c.write(s, "offerAccept", ticket_id=second[0]["ticket_id"])["ticket"]
    assert taken["assignee_id"] == me, taken
    c.write(s, "agentState", {"state": "offline"}, person_id=me)
    offered(c, s, "li.wei", wanted=False)
def soon(look):
    """The scheduler is another thread: what it does is there in a moment."""
    return until("what the scheduler does", look)


def automated(c, s, number):
    """A trigger that does something, tried before; a webhook that nobody answers."""
    boss, leads = {"Ttydesk_As": "boss"}, {"Ttydesk-As": "sun.li"}
    rules = ("[setting webhook_allow]\nvalue = 127.0.0.0/8\n[webhook crm]\nurl = http://127.0.0.1:9/hook\n"
             "[trigger marked]\non = note\ndo = \"\"\"\nnotify administrators look\nwebhook crm\n\"\"\"\n")
    wrong = c.write(s, "configApply", {"text": "[trigger x]\non = note\ndo = fly\n"}, expect=400, headers=boss)
    assert wrong["message"] == 'policy:3:6: do: "fly" is nothing that a rule can do', wrong
    c.write(s, "configApply", {"text": rules}, headers=boss)
    # the server follows its own change of the configuration by the feed
    soon(lambda: s.get("/v1/automation/try?rule=marked", Ttydesk_As="sun.li").status == 200)
    past = soon(lambda: c.ask(s, "automationTry", "?rule=marked&since=1&limit=3", headers=leads)["runs"])
    assert past[0]["name"] == "marked" and past[0]["why"] == "note" and past[0]["did"] == "notify administrators look; webhook crm"
    c.ask(s, "automationTry", "?rule=nothing", expect=404, headers=leads)
    c.ask(s, "automationTry", "?rule=marked", expect=403)
    assert not c.ask(s, "automationLog", "?rule=marked")["runs"]
    c.write(s, "say", {"kind": "note", "body": "for the rule"}, ticket_id=number)
    run = soon(lambda: c.ask(s, "automationLog", f"?ticket={number}")["runs"])[0]
    assert (run["kind"], run["name"], run["ticket_id"]) == ("trigger", "marked", number) and "error" not in run, run
    sent = soon(lambda: [d for d in c.ask(s, "deliveries", headers=leads)["deliveries"] if d.get("error")])[0]
    assert sent["webhook"] == "crm" and sent["event"] == "note" and sent["tries"] >= 1, sent
    c.write(s, "webhookRetry", item_id=sent["id"], headers=leads)
    c.write(s, "webhookRetry", item_id=999999, expect=404, headers=leads)
    c.write(s, "configApply", {"text": "[remove trigger marked]\n[remove webhook crm]\n"}, headers=boss)


def problems(c, s, number):
    """A priority from impact and need; a problem behind tickets through all its stages; the week's pack."""
    zhao = {"Ttydesk_As": "zhao.min"}
    people = {p["name"]: p["id"] for p in c.ask(s, "session")["people"]}
    rated = c.write(s, "assess", {"impact": "wide", "need": "high"}, ticket_id=number)["ticket"]
    assert (rated["priority"], rated["priority_reason"]) == ("urgent", "impact wide x need high"), rated
    by_hand = c.write(s, "ticketPatch", {"priority": "normal"}, ticket_id=number)["ticket"]
    assert by_hand["priority_reason"].startswith("set by "), by_hand
    made = c.write(s, "problemNew", {"problem": {"title": "lamps stay dark", "ticket_ids": [number]}}, headers=zhao)["problem"]
    here = {"problem_id": made["id"]}
    assert made["stage"] == "found" and made["tickets"] == 1 and made["owner_id"] == people["zhao.min"], made
    c.write(s, "problemLink", {"ticket_ids": [number], "linked": False}, **here)
    assert c.write(s, "problemLink", {"ticket_ids": [number], "linked": True}, **here)["problem"]["ticket_ids"] == [number]
    c.write(s, "problemLink", {"ticket_ids": [99999999], "linked": True}, expect=404, **here)
    c.write(s, "problemStep", {"done": True}, stage="analysed", expect=400, headers=zhao, **here)
    cause = {"title": "lamps stay dark", "root_cause": "a wire is too short", "version": c.ask(s, "problem", **here)["problem"]["version"]}
    c.write(s, "problemSave", {"problem": cause}, headers=zhao, **here)
    assert c.write(s, "problemSave", {"problem": cause}, expect=409, headers=zhao, **here)["code"] == "conflict"
    for stage in ("analysed", "fixed"):
        step = {"done": True, "person_id": people["li.wei"], "due_ms": 4102444800000, "body": "a longer wire"}
        now = c.write(s, "problemStep", step, stage=stage, headers=zhao, **here)["problem"]
        assert now["stage"] == stage, now
    texts = [{"language": "*", "body": "Your lamp can be repaired."}]
    c.write(s, "problemTell", {"texts": texts}, expect=403, **here)
    plan = c.write(s, "problemTell", {"dry_run": True}, headers=zhao, **here)
    assert plan["problem"]["told"] == 0 and "no text for" in plan["text"], plan
    c.write(s, "problemTell", {"texts": texts}, headers=zhao, **here)
    soon(lambda: c.ask(s, "problem", **here)["problem"]["told"])  # the scheduler tells them, a slice at a time
    for kind in ("knowledge", "training"):
        draft = c.write(s, "problemArticle", {"kind": kind, "language": "zh"}, headers=zhao, **here)
        assert draft["article"]["state"] == "draft" and draft["article"]["title"] == "lamps stay dark", draft
    assert [p["id"] for p in c.ask(s, "problems", "?stage=told")["problems"]] == [made["id"]]
    c.write(s, "problemStep", {"done": True}, stage="prevented", headers=zhao, **here)
    assert made["id"] not in [p["id"] for p in c.ask(s, "problems")["problems"]]
    c.ask(s, "problems", "?stage=solved", expect=400)
    assert c.ask(s, "weeklyPack", "?language=zh")["text"].startswith("# "), "a pack"
    c.ask(s, "weeklyPack", "?week=2026-99", expect=400)


def macros(c, s):
    """Lists of actions, checked line by line when they are saved; and a promise made on the phone."""
    steps = "tag vip\nstatus on-hold 2h"
    made = c.write(s, "macroNew", {"macro": {"name": "park", "scope": "own", "steps": steps}})["macro"]
    c.write(s, "macroNew", {"macro": {"name": "park", "scope": "own", "steps": steps}}, expect=409)
    wrong = c.write(s, "macroNew", {"macro": {"name": "bad", "scope": "own", "steps": "solve\nfly"}}, expect=400)
    assert "line 2" in wrong["message"], wrong
    c.write(s, "macroNew", {"macro": {"name": "everybody's", "scope": "all", "steps": steps}}, expect=403)
    changed = {"name": "park", "scope": "own", "steps": "solve", "title": "Park it"}
    c.write(s, "macroSave", {"macro": changed}, macro_id=made["id"])
    listed = {m["name"]: m for m in c.ask(s, "macros")["macros"]}
    assert listed["park"]["steps"] == "solve" and listed["park"]["title"] == "Park it", listed
    c.write(s, "macroRemove", macro_id=made["id"])
    c.write(s, "macroRemove", macro_id=made["id"], expect=404)


def promise(c, s, ticket_id):
    now = c.ask(s, "queue")["server_time_ms"]
    ticket = c.write(s, "promise", {"promise_ms": now + 3600000}, ticket_id=ticket_id)["ticket"]
    clocks = {k["kind"]: k for k in ticket["clocks"]}
    assert clocks["promise"]["due_ms"] == now + 3600000, clocks
    c.write(s, "promise", {"promise_ms": 1000}, expect=400, ticket_id=ticket_id)


def after_sales(c, s):
    """A solved after-sales case is asked about, answered, and only then archived."""
    def solved():
        made = c.write(s, "ticketNew", {"subject": "kettle", "body": "sent back", "customer_id": 1, "channel": "phone",
                                        "category": "return/refund/status"}, expect=201)["ticket"]["id"]
        return c.write(s, "ticketPatch", {"status": "resolved"}, ticket_id=made)["ticket"]

    ticket = solved()
    number, boss = ticket["id"], {"Ttydesk_As": "sun.li"}
    assert ticket["follow_up"]["state"] == "waiting" and ticket["follow_up"]["due_ms"] > ticket["resolved_ms"], ticket
    refused = c.write(s, "ticketPatch", {"status": "archived"}, expect=409, ticket_id=number)
    assert "after-sales" in refused["message"], refused
    asked = c.write(s, "followUpAsk", {"body": "Solved? Quick enough? Anything to improve?"}, ticket_id=number)
    assert asked["ticket"]["status"] == "follow-up-due" and asked["ticket"]["follow_up"]["state"] == "asked", asked
    c.write(s, "followUpSave", {"follow_up": {"speed": 3}}, expect=400, ticket_id=number)
    done = c.write(s, "followUpSave", {"follow_up": {"solved": True, "speed": 4, "improve": "a box"}}, ticket_id=number)
    assert done["ticket"]["status"] == "archived" and done["ticket"]["follow_up"]["speed"] == 4, done
    number = solved()["id"]
    c.write(s, "followUpSkip", {"reason": "x"}, expect=403, ticket_id=number)
    skipped = c.write(s, "followUpSkip", {"reason": "he called himself"}, headers=boss, ticket_id=number)["ticket"]
    assert skipped["status"] == "archived" and skipped["follow_up"]["skip_reason"] == "he called himself", skipped
    found = c.ask(s, "queue", "?view=every&q=follow-up:skipped")["rows"]
    assert [row["id"] for row in found] == [number], len(found)
    for name, answers, status in (("publicFollowUp", {"solved": False, "speed": 1}, "open"),
                                  ("publicFollowUpPost", {"solved": True, "improve": "slow"}, "follow-up-due"),
                                  ("publicFollowUp", {"solved": True, "speed": 5}, "archived")):
        number = solved()["id"]
        secret = {"Ttydesk_Ticket_Secret": c.ask(s, "secret", ticket_id=number)["secret"]}
        assert c.ask(s, "publicTicket", headers={"Ttydesk-Ticket-Secret": secret["Ttydesk_Ticket_Secret"]},
                     number=number)["ticket"]["follow_up"]
        c.write(s, name, answers, headers={"Ttydesk_Ticket_Secret": "WRONG"}, expect=404, number=number)
        seen = c.write(s, name, answers, headers=secret, number=number)["ticket"]
        assert seen["answered_ms"] and seen["status"] == status.replace("follow-up-due", "resolved"), seen
        assert c.ask(s, "ticket", ticket_id=number)["ticket"]["status"] == status
        if status == "open":  # it would fill Li Wei's hands
            c.write(s, "ticketPatch", {"status": "resolved"}, ticket_id=number)


def explained(c, s, ticket_id):
    """What a clock counted and what is left make its target, to the millisecond; a snoozed ticket is put off."""
    answer = c.ask(s, "explain", ticket_id=ticket_id)
    assert {e["clock"]["kind"] for e in answer["explained"]} >= {"promise"}, answer
    for one in answer["explained"]:
        counted = 0
        for step in one["steps"]:
            if step["kind"] == "now":
                break
            counted += step.get("counted_ms", 0)
        assert counted + one["clock"].get("left_ms", 0) == one["clock"]["target_ms"], one
    c.ask(s, "explain", expect=404, ticket_id=999999)
    until = answer["server_time_ms"] + 3600000
    ticket = c.write(s, "snooze", {"until_ms": until}, ticket_id=ticket_id)["ticket"]
    assert ticket["snoozed_ms"] == until, ticket
    put_off = c.ask(s, "queue", f"?view=snoozed&group={ticket['group_id']}")["rows"]
    assert [row["id"] for row in put_off] == [ticket_id], put_off
    c.write(s, "snooze", {"until_ms": 1000}, expect=400, ticket_id=ticket_id)
    assert "snoozed_ms" not in c.write(s, "snoozeEnd", ticket_id=ticket_id)["ticket"]
    promised = c.ask(s, "queue", f"?view=promises&group={ticket['group_id']}")["rows"]
    assert ticket_id in [row["id"] for row in promised], promised


def files(c, s):
    headers = {"Idempotency-Key": str(uuid.uuid4()), "Content-Type": "application/octet-stream"}
    answer = s.request_directly("POST", "/v1/attachments?name=a.txt&media=text/plain", b"a file", headers)
    body = c.check("upload", answer)
    assert answer.status == 201 and body["attachment"]["name"] == "a.txt", body
    got = s.request_directly("GET", c.target("download", attachment_id=body["attachment"]["id"]), None, {})
    assert got.status == 200 and got.bytes == b"a file"
    c.performed.setdefault("download", set()).add(got.status)
    c.ask(s, "download", attachment_id=999999, expect=404)


def other_methods(c, s):
    for path, item in c.document["paths"].items():
        target = path.replace("{ticket_id}", "1")
        for key, value in PLACES.items():
            target = target.replace("{" + key + "}", str(value))
        for method in METHODS + ("options", "trace", "brew"):
            if method in item or (path == "/v1/tickets/claim-next" and method == "get"):
                continue
            answer = s.request(method.upper(), target)
            assert answer.status == 405, f"{method} {target}: {answer.status}"
            allowed = {m.strip().lower() for m in answer.headers["Allow"].split(",")} - {"head"}
            assert allowed == {m for m in METHODS if m in item}, f"{target}: {allowed}"
            c.validate({"$ref": "#/components/schemas/Error"}, answer.json())
    for target in ("/", "/v1", "/v1/", "/v1/nothing", "/v1/tickets/", "/v1/tickets/x", "/v1/tickets/0", "/v1/tickets/1/no"):
        answer = s.get(target)
        assert answer.status == 404, f"{target}: {answer.status}"
        c.validate({"$ref": "#/components/schemas/Error"}, answer.json())


def events(c, s, number):
    before = c.ask(s, "session")["seq"]
    c.write(s, "say", {"kind": "note", "body": "for the feed"}, ticket_id=number)
    page = c.ask(s, "events", f"?after={before}", headers={"Accept": "application/json"})
    assert page["seq"] > before and page["events"][0]["seq"] > before
    c.ask(s, "events", f"?after={before + 1000000}", expect=410, headers={"Accept": "application/json"})
    c.ask(s, "events", "?after=-1", expect=400)
    c.ask(s, "events", "?after=x", expect=400)
    stream = s.stream(before)
    assert stream.status == 200 and stream.response.headers["Content-Type"] == "text/event-stream"
    number_, kind, data = stream.next(pings=True)
    while data.get("change") != "note":  # a clock of the sample rings just then
        number_, kind, data = stream.next(pings=True)
    c.validate({"$ref": "#/components/schemas/Event"}, data)
    assert kind == "ticket" and number_ == data["seq"]
    assert data["message"]["body"] == "for the feed"
    assert [e for e in page["events"] if e["seq"] == number_] == [data], (page, data)
    stream.close()


def ladder(c, s, rows):
    """Up and down: each step as somebody who may."""
    zhao, anna = {"Ttydesk-As": "zhao.min"}, {"Ttydesk-As": "anna.kowalski"}
    me = c.ask(s, "session")
    groups = {g["name"]: g["id"] for g in me["groups"]}
    person = next(p["id"] for p in me["people"] if p["name"] == "anna.kowalski")
    new = {"subject": "Lamp falls", "body": "It fell.", "channel": "web", "group_id": groups["front"], "customer_id": rows[0]["customer_id"]}
    number = c.write(s, "ticketNew", new)["ticket"]["id"]
    c.write(s, "claim", ticket_id=number)
    c.write(s, "cantSolve", {"reason": "no access"}, ticket_id=number)
    sheet = c.ask(s, "escalationSheet", ticket_id=number)["sheet"]
    assert sheet["targets"][0]["recommended"] and sheet["reasons"] and "Lamp falls" in sheet["note"] and "{promised}" in sheet["reply"]
    c.ask(s, "escalationSheet", expect=404, ticket_id=9007199254740991)
    up = {"group_id": groups["tech"], "reason": "beyond us", "body": sheet["note"], "reply": sheet["reply"], "promise_ms": sheet["promise_ms"]}

    def rung(state):
        ladder = c.ask(s, "ticket", ticket_id=number)["ticket"]["ladder"]
        assert ladder[-1]["state"] == state, ladder
        return ladder[-1]["id"]

    assert c.write(s, "escalate", up, ticket_id=number)["ticket"]["ladder"][0]["state"] == "waiting"
    c.write(s, "acknowledge", expect=403, headers=anna, ticket_id=number, item_id=rung("waiting"))
    c.write(s, "acknowledge", headers=zhao, ticket_id=number, item_id=rung("waiting"))
    c.write(s, "acknowledge", expect=409, headers=zhao, ticket_id=number, item_id=rung("acknowledged"))
    later = {"promise_ms": sheet["promise_ms"] + 3600000, "reason": "the vendor looks", "reply": sheet["reply"]}
    c.write(s, "estimate", later, headers=zhao, ticket_id=number, item_id=rung("acknowledged"))
    c.write(s, "escalationReturn", {"reason": "no serial number", "body": "ask first"}, headers=zhao, ticket_id=number, item_id=rung("acknowledged"))
    parts = [{"group_id": groups["logistics"], "task": "find it"}, {"group_id": groups["tech"], "task": "unlock it"}]
    c.write(s, "escalate", {"group_id": groups["logistics"], "reason": "several", "parts": parts}, ticket_id=number)
    c.write(s, "escalationAnswer", {"body": "unlocked"}, headers=zhao, ticket_id=number, item_id=rung("waiting"))
    c.write(s, "escalationAnswer", expect=404, body={"body": "x"}, headers=zhao, ticket_id=number, item_id=99999)
    number = c.write(s, "ticketNew", new)["ticket"]["id"]
    c.write(s, "claim", ticket_id=number)
    c.write(s, "consult", {"group_id": groups["tech"], "body": "is it down?"}, ticket_id=number)
    c.write(s, "consult", {"body": "whom?"}, expect=400, ticket_id=number)
    c.write(s, "transfer", {"person_id": person, "body": "my shift ends"}, ticket_id=number)
    c.write(s, "transfer", {"person_id": person}, expect=409, ticket_id=number)
    c.write(s, "acknowledge", headers=anna, ticket_id=number, item_id=rung("waiting"))


def api_keeps_its_contract(daemon):
    c = Contract()
    with Server(daemon, people=(("watcher", "read-only"), ("reviser", "auditor"), ("boss", "administrator"))) as s:
        rows, article = reads(c, s)
        number = writes(c, s, rows, article)
        after_sales(c, s)  # before the guard of look-ups is tired out
        work(c, s, rows)
        repeated(c, s, number)
        versions(c, s, number)
        events(c, s, number)
        files(c, s)
        views(c, s)
        drafts(c, s, number)
        beside_each_other(c, s, number)
        ladder(c, s, rows)
        macros(c, s)
        problems(c, s, number)
        promise(c, s, number)
        explained(c, s, number)
        refusals(c, s, number)
        other_methods(c, s)
        configured(c, s)
        at_work(c, s)
        automated(c, s, number)
        s.stop()
        carried(s)
    missing = {name for name, (_, _, operation, _) in c.operations.items()
               if not any(200 <= status < 300 for status in c.performed.get(name, ()))}
    assert not missing - PENDING, f"operations nobody performed: {sorted(missing - PENDING)}"
    assert not PENDING - missing, f"performed, take out of PENDING: {sorted(PENDING - missing)}"


def schemas_are_schemas(daemon):
    c = Contract()
    for name, schema in c.document["components"]["schemas"].items():
        jsonschema.Draft202012Validator.check_schema(schema)
    used = str(c.loose)
    for name in c.loose["components"]["schemas"]:
        assert f"#/components/schemas/{name}'" in used, f"{name} is used by nobody"


def prism_sees_a_wrong_answer(daemon):
    """The other eyes are open: with a document that lies about the answer, an answer fails."""
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as lie:
        document = Contract().loose
        document["components"]["schemas"]["Health"]["properties"]["server_time_ms"] = {"type": "string"}
        yaml.safe_dump(document, lie)
        lie.flush()
        with Server(daemon, document=lie.name) as s:
            assert s.get("/v1/session").status == 200
            try:
                s.get("/v1/health")
            except AssertionError as e:
                assert "server_time_ms" in str(e), e
            else:
                raise AssertionError("prism let a wrong answer pass")


main([schemas_are_schemas, api_keeps_its_contract] + ([prism_sees_a_wrong_answer] if "DESK_NPM" in os.environ else []))
