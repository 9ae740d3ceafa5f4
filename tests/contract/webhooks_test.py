#!/usr/bin/python3
"""Webhooks reach a real receiver: signed, tried again with the same id, never redirected, nowhere unlisted; a
server that is killed in the middle of a chain of rules has done each thing once."""
import hashlib
import hmac
import http.server
import os
import signal
import tempfile
import threading

from ttydeskd_double import PATIENCE_S, Server, main, until

START_MS = 1_800_000_000_000


class Receiver(http.server.ThreadingHTTPServer):
    """Keeps what it gets; answers as its path says: /ok, /fail/N (N times 500, 501 ...), /away (a redirect)."""
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.got = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def url(self, path):
        return f"http://127.0.0.1:{self.server_address[1]}{path}"

    def of(self, path):
        return [one for one in self.got if one[0] == path]


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        before = len(self.server.of(self.path))
        status = 200
        if self.path.startswith("/fail/") and before < int(self.path[6:]):
            status = 500 + before
        if self.path == "/away":
            status = 302
        self.server.got.append((self.path, dict(self.headers), body))
        self.send_response(status)
        if status == 302:
            self.send_header("Location", self.server.url("/ok"))
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST

    def log_message(self, *_):
        pass


class Clock:
    """The server's wall clock, which only this moves."""

    def __init__(self):
        self.file = tempfile.NamedTemporaryFile("w", prefix="ttydesk-clock-")
        self.now = START_MS
        self.set(self.now)
        os.environ["TTYDESK_TEST_CLOCK"] = self.file.name

    def set(self, ms):
        self.now = ms
        fresh = self.file.name + ".new"
        with open(fresh, "w") as f:
            f.write(str(ms))
        os.replace(fresh, self.file.name)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        del os.environ["TTYDESK_TEST_CLOCK"]
        self.set(0)


MARK = "[trigger mark]\non = note\ndo = \"\"\"\nnote marked\n\"\"\"\n"  # when it is known, all of it is


def policy(server, text):
    path = os.path.join(server.dir, "policy")
    with open(path, "w") as f:
        f.write(text)
    server.run("policy", "apply", path)


def in_force(server, rule):
    """The server follows the policy when it hears of it: until it knows that rule of it."""
    until("the policy", lambda: server.get(f"/v1/automation/try?rule={rule}", Ttydesk_As="sun.li").status == 200)


def open_ticket(server, subject):
    group = server.get("/v1/session").json()["groups"][0]["id"]
    answer = server.write("POST", "/v1/tickets", {"subject": subject, "body": "help", "channel": "web", "group_id": group,
                                                  "customer": {"name": "Wang Fang", "email": "wang@example.com"}})
    assert answer.status < 300, answer.bytes
    return answer.json()["ticket"]["id"]


def deliveries(server):
    return server.get("/v1/webhooks/deliveries", Ttydesk_As="sun.li").json()["deliveries"]


def signed_well(secret, headers, body):
    stamp = headers["Ttydesk-Timestamp"]
    wanted = "sha256=" + hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(wanted, headers["Ttydesk-Signature"])


def webhook__of_an_event__is_signed_and_tried_until_accepted(daemon):
    receiver = Receiver()
    with Clock() as clock, Server(daemon) as s:
        policy(s, "[setting webhook_allow]\nvalue = 127.0.0.0/8\n"
                  f"[webhook good]\nurl = {receiver.url('/ok')}\non = new\n"
                  f"[webhook lame]\nurl = {receiver.url('/fail/2')}\non = new\n"
                  f"[webhook away]\nurl = {receiver.url('/away')}\non = new\n" + MARK)
        secret = s.run("policy", "secret", "good").stdout.strip()
        lame_secret = s.run("policy", "secret", "lame").stdout.strip()
        assert secret != lame_secret and len(secret) == 64
        in_force(s, "mark")
        number = open_ticket(s, "webhooks")
        until("the first delivery", lambda: receiver.of("/ok") and receiver.of("/fail/2") and receiver.of("/away"))
        _, headers, body = receiver.of("/ok")[0]
        assert headers["Ttydesk-Event"] == "new" and signed_well(secret, headers, body)
        assert not signed_well(lame_secret, headers, body)
        assert b'"id":%d' % number in body and b'"subject":"webhooks"' in body
        for turn, wait in enumerate((10_000, 60_000)):
            # what came of it is on record, and with it the time of the next try
            until("a failure kept", lambda turn=turn: [d for d in deliveries(s) if d["webhook"] == "lame"
                                                       and d.get("status") == 500 + turn])
            clock.set(clock.now + wait)
            until("another try", lambda turn=turn: len(receiver.of("/fail/2")) == turn + 2)
        until("acceptance", lambda: [d for d in deliveries(s) if d["webhook"] == "lame" and d.get("done_ms")])
        ids = {h["Ttydesk-Delivery"] for _, h, _ in receiver.of("/fail/2")}
        assert len(receiver.of("/fail/2")) == 3 and len(ids) == 1
        assert all(signed_well(lame_secret, h, b) for _, h, b in receiver.of("/fail/2"))
        assert len({h["Ttydesk-Timestamp"] for _, h, _ in receiver.of("/fail/2")}) == 3
        away = [d for d in deliveries(s) if d["webhook"] == "away"][0]
        assert away["status"] == 302 and "redirect" in away["error"] and not away.get("done_ms"), away
        assert len(receiver.of("/ok")) == 1  # nobody followed
        again = s.write("POST", f"/v1/webhooks/deliveries/{away['id']}/retry", Ttydesk_As="sun.li")
        assert again.status == 200, again.bytes
    receiver.shutdown()


def webhook__to_an_address_inside__is_not_sent(daemon):
    receiver = Receiver()
    with Server(daemon) as s:
        # the name is allowed, what it resolves to is not
        policy(s, "[setting webhook_allow]\nvalue = localhost\n"
                  f"[webhook sly]\nurl = https://localhost:{receiver.server_address[1]}/ok\non = new\n" + MARK)
        in_force(s, "mark")
        open_ticket(s, "inside")
        kept = until("the refusal", lambda: [d for d in deliveries(s) if d.get("error")])
        assert "inside" in kept[0]["error"], kept
        assert not receiver.got
    receiver.shutdown()


def chain__broken_off_by_a_kill__is_done_once(daemon):
    with Server(daemon) as s:
        policy(s, "[tag one]\non = ticket\n[tag two]\non = ticket\n"
                  "[trigger first]\non = new\nwhen = subject:chain\ndo = \"\"\"\ntag one\nnote first was here\n\"\"\"\n"
                  "[trigger second]\non = tag\nwhen = tag:one subject:chain\ndo = \"\"\"\ntag two\nnote second was here\n\"\"\"\n")
        in_force(s, "second")
        numbers = []
        for turn in range(3):
            numbers += [open_ticket(s, f"chain {turn} {i}") for i in range(4)]
            s.process.send_signal(signal.SIGKILL)
            s.process.wait()
            s.listener.join(PATIENCE_S)
            s.start()

        def notes(number, text):
            ticket = s.get(f"/v1/tickets/{number}").json()["ticket"]
            return sum(m["body"] == text for m in ticket["messages"])

        for number in numbers:
            until("the chain", lambda n=number: notes(n, "second was here") >= 1)
        for number in numbers:
            assert notes(number, "first was here") == 1 and notes(number, "second was here") == 1, number
        runs = s.get("/v1/automation/log?limit=500").json()["runs"]
        mine = [r for r in runs if r["name"] in ("first", "second") and r["ticket_id"] in numbers]
        assert len(mine) == 2 * len(numbers), len(mine)
        assert all(not r.get("error") for r in mine)


if __name__ == "__main__":
    main([webhook__of_an_event__is_signed_and_tried_until_accepted, webhook__to_an_address_inside__is_not_sent,
          chain__broken_off_by_a_kill__is_done_once])
