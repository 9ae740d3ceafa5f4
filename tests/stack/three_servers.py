#!/usr/bin/python3
"""Three ttydeskd on one PostgreSQL and twenty scripted clients, while servers are killed one after the other and
the database crashes once; what came of it is proved by history.py. Run through with_postgres.

A client sticks to a server and leaves it when it dies; a write without a clear answer is sent again with its key,
there or elsewhere, until there is one."""
import http.client
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid

from history import check
from ttydeskd_double import PATIENCE_S, Server, Stream, UnixConnection, dashed, new_database

SERVERS, CLIENTS, TICKETS = 3, 20, 50
WRITES = int(os.environ.get("DESK_STACK_WRITES", "24"))  # of each client
HOLD_MS, UNDO_MS = 1500, 1500
STEP = threading.Event()  # never set: the step of a poll that has a deadline
ANSWER_S = 20  # a server that says nothing for so long is left


def records():
    out = [{"type": "group", "key": "crew", "title": "Crew", "tier": 1}]
    out += [{"type": "person", "key": f"agent-{n:02}", "display": f"Agent {n}", "role": "agent", "locale": "en",
             "groups": ["crew"]} for n in range(CLIENTS)]
    out += [{"type": "customer", "key": f"customer-{n}", "name": f"Customer {n}", "language": "en",
             "email": f"customer{n}@example.com"} for n in range(10)]
    out += [{"type": "ticket", "key": f"ticket-{n}", "customer": f"customer-{n % 10}", "subject": f"Question {n}",
             "status": "open", "priority": "normal", "channel": "email", "group": "crew", "created": "-1h",
             "messages": [{"from": "customer", "at": "-1h", "body": "Please help."}]} for n in range(TICKETS)]
    return "".join(json.dumps(r) + "\n" for r in out)


class Desk:
    """The servers, and what the clients share."""

    def __init__(self, servers, seed):
        self.servers = servers
        self.seed = seed
        self.progress = 0
        self.moved = threading.Condition()
        self.over = threading.Event()
        self.troubles = []

    def step(self):
        with self.moved:
            self.progress += 1
            self.moved.notify_all()

    def wait_for(self, share):
        """Until so much of all writes is done (or the run is over)."""
        with self.moved:
            if not self.moved.wait_for(lambda: self.progress >= share * CLIENTS * WRITES or self.troubles, 3 * PATIENCE_S):
                raise AssertionError(f"stuck at {self.progress} writes")

    def request(self, number, method, target, body, headers):
        connection = UnixConnection(self.servers[number].socket)
        connection.timeout = ANSWER_S
        try:
            connection.request(method, target, body=body, headers=headers)
            response = connection.getresponse()
            return response.status, json.loads(response.read() or b"{}")
        finally:
            connection.close()


class Client:
    def __init__(self, desk, number, person, tickets, people, start):
        self.desk, self.number, self.person, self.tickets, self.people = desk, number, person, tickets, people
        self.name = f"agent-{number:02}"
        self.random = random.Random(desk.seed * 1000 + number)
        self.server = number % SERVERS
        self.ops, self.resent = [], 0
        self.events, self.last = [], start
        self.threads = [threading.Thread(target=self.guard, args=(work,)) for work in (self.write_all, self.follow)]

    def guard(self, work):
        try:
            work()
        except BaseException as trouble:  # told at the end
            self.desk.troubles.append(f"client {self.number}: {type(trouble).__name__}: {trouble}")
            with self.desk.moved:
                self.desk.moved.notify_all()

    # ---- writing
    def choose(self, n):
        """A write as (kind, ticket or None, what is noted of it, method, target, body)."""
        ticket = self.random.choice(self.tickets)
        own = [op["ticket"] for op in self.ops if op["kind"] in ("claim", "claim-next") and op["outcome"] == "done"]
        at, words = f"/v1/tickets/{ticket}", f"client {self.number} write {n}"
        kind = self.random.choices(("note", "reply", "tag", "untag", "status", "hold", "claim", "claim-next",
                                    "release", "assign"), (20, 15, 12, 5, 8, 6, 12, 8, 10, 4))[0]
        if kind in ("note", "reply"):
            body = {"kind": kind, "body": words}
            if kind == "reply":
                body["send_delay_ms"] = UNDO_MS
            return kind, ticket, words, "POST", at + "/messages", body
        if kind == "tag":
            return kind, ticket, f"t{self.number}-{n}", "PUT", f"{at}/tags/t{self.number}-{n}", None
        if kind == "untag":
            tagged = [op for op in self.ops if op["kind"] == "tag" and op["outcome"] == "done"]
            if tagged:
                op = tagged[-1]
                return kind, op["ticket"], op["arg"], "DELETE", f"/v1/tickets/{op['ticket']}/tags/{op['arg']}", None
            return "note", ticket, words, "POST", at + "/messages", {"kind": "note", "body": words}
        if kind == "status":
            status = self.random.choice(("open", "pending-customer", "pending-internal"))
            return kind, ticket, status, "PATCH", at, {"status": status}
        if kind == "hold":
            until = int(time.time() * 1000) + HOLD_MS
            return "status", ticket, "on-hold", "PATCH", at, {"status": "on-hold", "hold_until_ms": until}
        if kind == "release" and own:
            return kind, own[-1], None, "POST", f"/v1/tickets/{own[-1]}/release", None
        if kind == "assign":
            to = self.random.choice(self.people)
            return kind, ticket, to, "POST", at + "/assign", {"person_id": to}
        if kind == "claim-next":
            return kind, None, None, "POST", "/v1/tickets/claim-next", {}
        return "claim", ticket, None, "POST", at + "/claim", None

    def write_all(self):
        for n in range(WRITES):
            kind, ticket, arg, method, target, body = self.choose(n)
            op = {"client": self.number, "person": self.person, "key": str(uuid.uuid4()), "kind": kind,
                  "ticket": ticket, "arg": arg, "sent": time.monotonic(), "acked": None, "outcome": "unknown",
                  "seq": 0, "version": 0, "message": 0}
            self.ops.append(op)
            self.send_until_answered(op, method, target, body)
            self.desk.step()

    def send_until_answered(self, op, method, target, body):
        headers = {"Idempotency-Key": op["key"], "Ttydesk-As": self.name}
        data = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            data = json.dumps(body).encode()
        until = time.monotonic() + 2 * PATIENCE_S
        while time.monotonic() < until and not self.desk.troubles:
            try:
                status, answer = self.desk.request(self.server, method, target, data, headers)
            except (OSError, http.client.HTTPException, ValueError):
                self.server = (self.server + 1) % SERVERS  # it died: to the next one, with the same key
                self.resent += 1
                self.desk.over.wait(0.02)
                continue
            if status in (200, 201):
                self.note_answer(op, answer)
                return
            if not answer.get("retryable"):
                if status not in (403, 404, 409) and not (status in (400, 422) and answer["code"] == "invalid"):
                    raise AssertionError(f"{method} {target}: {status} {answer}")
                op.update(outcome="refused", acked=time.monotonic())
                return
            self.resent += 1
            self.desk.over.wait(0.05)
        raise AssertionError(f"{method} {target} got no answer")

    def note_answer(self, op, answer):
        op["acked"] = time.monotonic()
        op["seq"] = answer.get("seq", 0)
        op["outcome"] = "done" if op["seq"] else "idle"  # nothing was to be done
        if op["seq"]:
            op["ticket"], op["version"] = answer["ticket"]["id"], answer["ticket"]["version"]
            op["message"] = answer.get("message", {}).get("id", 0)

    # ---- reading
    def follow(self):
        """The feed, from wherever it can be had, until the desk says that all is there."""
        at = self.server
        while not self.desk.over.is_set() and not self.desk.troubles:
            stream = None
            try:
                stream = Stream(self.desk.servers[at].socket, self.last, dashed({"Ttydesk_As": self.name}))
                stream.connection.sock.settimeout(2)
                while not self.desk.over.is_set():
                    event = stream.next(pings=True)
                    if event is None:
                        break
                    number, kind, data = event
                    if kind == "reload":
                        raise AssertionError("the feed wants a reload")
                    if number is not None and kind != "ping":
                        self.events.append(data)
                        self.last = number
            except (OSError, http.client.HTTPException, ValueError, KeyError, AttributeError):
                pass  # killed, or silent for a while
            finally:
                if stream:
                    stream.close()
            at = (at + 1) % SERVERS
            self.desk.over.wait(0.02)


# ---------------------------------------------------------------- what is done to them
def kill_and_restart(server):
    server.process.kill()
    server.process.wait()
    server.listener.join(PATIENCE_S)
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            return server.start()
        except AssertionError:  # the database may be away just now: a service manager would try again
            if time.monotonic() > until:
                raise
            server.process.wait()
            server.listener.join(PATIENCE_S)
            STEP.wait(0.2)


def crash_database():
    with open(os.environ["DESK_TEST_POSTGRES_PID"]) as f:
        os.kill(int(f.read()), signal.SIGQUIT)  # its guard starts it again


def make_trouble(desk):
    for share, victim in ((0.08, 0), (0.22, 1), (0.36, None), (0.5, 2), (0.65, 0), (0.8, 1)):
        desk.wait_for(share)
        if desk.troubles:
            return
        if victim is None:
            crash_database()
            continue
        try:
            kill_and_restart(desk.servers[victim])
        except (AssertionError, OSError) as why:  # a thread's own end would be heard by nobody
            desk.troubles.append(f"server {victim} does not come back: {why}")
            return


# ---------------------------------------------------------------- the history
def rows(database, sql):
    name = database.rsplit("dbname=", 1)[1]
    done = subprocess.run([os.environ["DESK_TEST_PSQL"], "-XqAt", "-v", "ON_ERROR_STOP=1", "-h",
                           os.environ["DESK_TEST_POSTGRES"], "-U", "desk", "-d", name, "-c", sql], check=True,
                          capture_output=True, text=True, timeout=PATIENCE_S)
    return [json.loads(line) for line in done.stdout.splitlines() if line]


def tickets_at(server, ids):
    out = {}
    for number in ids:
        t = server.get(f"/v1/tickets/{number}").json()["ticket"]
        out[number] = {"version": t["version"], "assignee": t.get("assignee_id", 0), "status": t["status"],
                       "tags": t.get("tags", [])}
    return out


def messages_in(database):
    kinds, deliveries = ("customer", "reply", "note"), ("done", "waiting", "recalled")
    found = rows(database, "SELECT json_build_array(id, ticket_id, kind, body, once_key, delivery) FROM message"
                           " WHERE once_key IS NOT NULL AND kind IN (1, 2) ORDER BY id")
    return [{"id": r[0], "ticket": r[1], "kind": kinds[r[2]], "body": r[3], "key": r[4], "delivery": deliveries[r[5]]}
            for r in found]


def wait_for_time(database):
    """The undo windows and holds of the last writes end by themselves."""
    until = time.monotonic() + PATIENCE_S
    while rows(database, "SELECT 1 WHERE EXISTS (SELECT 1 FROM message WHERE delivery = 1)"
                         " OR EXISTS (SELECT 1 FROM ticket WHERE hold_until_ms > 0)"):
        assert time.monotonic() < until, "replies still wait or holds go on"
        STEP.wait(0.1)


def wait_for_feeds(clients, head):
    until = time.monotonic() + PATIENCE_S
    while any(c.last < head for c in clients):
        behind = [(c.number, c.last) for c in clients if c.last < head]
        assert time.monotonic() < until, f"feeds that don't reach {head}: {behind}"
        STEP.wait(0.05)


def run_clients(desk, clients):
    for c in clients:
        for thread in c.threads:
            thread.start()
    trouble = threading.Thread(target=make_trouble, args=(desk,))
    trouble.start()
    for c in clients:
        c.threads[0].join(4 * PATIENCE_S)
    trouble.join(4 * PATIENCE_S)
    assert not desk.troubles, desk.troubles


def play(servers, database, seed):
    desk = Desk(servers, seed)
    session = servers[0].get("/v1/session").json()
    start = session["seq"]
    people = {p["name"]: p["id"] for p in session["people"]}
    ids = [r["id"] for r in servers[0].get("/v1/tickets?view=all&limit=100").json()["rows"]]
    assert len(ids) == TICKETS, len(ids)
    agents = [people[f"agent-{n:02}"] for n in range(CLIENTS)]
    clients = [Client(desk, n, agents[n], ids, agents, start) for n in range(CLIENTS)]
    history = {"start": start, "tickets": tickets_at(servers[0], ids)}
    try:
        run_clients(desk, clients)
        wait_for_time(database)
        head = rows(database, "SELECT seq FROM feed_head")[0]
        wait_for_feeds(clients, head)
    finally:
        desk.over.set()
        for c in clients:
            for thread in c.threads:
                if thread.ident:
                    thread.join(PATIENCE_S)
    history["final"] = tickets_at(servers[0], ids)
    for other in servers[1:]:
        assert tickets_at(other, ids) == history["final"], "the servers don't agree on the end"
        assert [r["id"] for r in other.get("/v1/tickets?view=all&limit=100").json()["rows"]] == \
               [r["id"] for r in servers[0].get("/v1/tickets?view=all&limit=100").json()["rows"]]
    history["ops"] = [op for c in clients for op in c.ops]
    history["feeds"] = {c.number: c.events for c in clients}
    history["events"] = rows(database, f"SELECT body FROM event WHERE seq > {start} ORDER BY seq")
    history["messages"] = messages_in(database)
    return history, sum(c.resent for c in clients)


def main():
    daemon, seed = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1
    folder = tempfile.mkdtemp(prefix="ttydesk-three-")
    servers = []
    try:
        database = new_database(folder)
        servers = [Server(daemon, "--embedded", "--linger", "600", database=database, word="serve")
                   for _ in range(SERVERS)]
        path = os.path.join(folder, "records.jsonl")
        with open(path, "w") as f:
            f.write(records())
        servers[0].run("import", path)
        for server in servers:
            server.start()
        history, resent = play(servers, database, seed)
        faults = check(history)
        outcomes = {}
        for op in history["ops"]:
            outcomes[op["outcome"]] = outcomes.get(op["outcome"], 0) + 1
        print(f"# {outcomes}, {resent} sent again, {len(history['events'])} events")
        for fault in faults[:20]:
            print("# " + fault)
        for server in servers:
            server.stop()
        servers[0].run("check")
        assert not faults, f"{len(faults)} faults"
        assert outcomes["done"] > CLIENTS * WRITES / 2 and resent, "too little happened"
        print("three servers kept one history")
    except BaseException:
        for number, server in enumerate(servers):
            print(f"# server {number}:\n{server.last_words()[-3000:]}", file=sys.stderr)
        raise
    finally:
        for server in servers:
            if server.process:
                server.process.kill()
                server.process.wait()
                server.listener.join(PATIENCE_S)
            shutil.rmtree(server.dir, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
