#!/usr/bin/python3
"""Attachments of a real server: what goes up comes down, checked; limits, keys, rights, the scanner, damage."""
import base64
import glob
import hashlib
import json
import os
import stat
import time
import uuid
from urllib.parse import quote

from ttydeskd_double import PATIENCE_S, Answer, Server, UnixConnection, main

SCANNER = """#!/bin/sh
case "$1" in --slow) exec sleep 600;; esac
eval "file=\\${$#}"
grep -q BADWORD "$file" && exit 1
grep -q BREAKSCANNER "$file" && exit 7
exit 0
"""


def upload(s, name, data, key=None, media="text/plain", who=None):
    headers = {"Idempotency-Key": key or str(uuid.uuid4()), "Content-Type": "application/octet-stream"}
    if who:
        headers["Ttydesk-As"] = who
    connection = UnixConnection(s.socket)
    try:
        try:
            connection.request("POST", f"/v1/attachments?name={quote(name)}&media={quote(media)}", data, headers)
        except BrokenPipeError:  # a refusal comes before the whole body was taken
            pass
        return Answer(connection.getresponse())
    finally:
        connection.close()


def stored(s):
    return [f for f in glob.glob(os.path.join(s.dir, "files", "*", "*", "*")) if len(os.path.basename(f)) == 64]


def configured(daemon, *lines, people=()):
    """A server with these lines in [attachments], and a folder for large ones beside it."""
    s = Server(daemon, people=people)
    path = os.path.join(s.dir, "conf")
    scanner = os.path.join(s.dir, "scanner")
    with open(scanner, "w", encoding="utf-8") as f:
        f.write(SCANNER)
    os.chmod(scanner, 0o755)
    with open(path, "w", encoding="utf-8") as f:
        f.write(f"[server]\nstate = {s.dir}\n[attachments]\n")
        f.write("".join(line.replace("DIR", s.dir) + "\n" for line in lines))
    s.options = ("--config", path)
    return s


def what_goes_up_comes_down(daemon):
    with configured(daemon, "store = DIR/files", "limit-mib = 1") as s:
        for name, data in (("a.txt", b"small"), ("none", b""), ("large.bin", os.urandom(700_000))):
            answer = upload(s, name, data)
            assert answer.status == 201, answer.bytes
            meta = answer.json()["attachment"]
            assert meta["size"] == len(data) and meta["sha256"] == hashlib.sha256(data).hexdigest(), meta
            got = s.get(f"/v1/attachments/{meta['id']}")
            assert got.status == 200 and got.bytes == data, (name, got.status)
            assert got.headers["X-Content-Type-Options"] == "nosniff"
            assert got.headers["Content-Type"] == "application/octet-stream"
            assert got.headers["Content-Disposition"].startswith(f'attachment; filename="{name}"')
        (large,) = stored(s)
        assert os.path.basename(large) == hashlib.sha256(data).hexdigest()
        assert stat.S_IMODE(os.stat(large).st_mode) == 0o600
        # the same content once more is not kept twice; the row is another one
        assert upload(s, "again.bin", data).json()["attachment"]["id"] != meta["id"]
        assert stored(s) == [large]
        assert s.get("/v1/attachments/999999").status == 404
        assert s.get("/v1/attachments/x").status == 404
        assert s.request_directly("DELETE", "/v1/attachments", None, {}).status == 405


def a_key_used_again_answers_the_same(daemon):
    with configured(daemon, "store = DIR/files") as s:
        key = str(uuid.uuid4())
        first = upload(s, "a.txt", b"one" * 200_000, key)
        again = upload(s, "a.txt", b"one" * 200_000, key)
        assert again.status == 201 and again.json()["attachment"] == first.json()["attachment"]
        assert upload(s, "a.txt", b"two", key).status == 422
        assert len(stored(s)) == 1
        nameless = s.request_directly("POST", "/v1/attachments", b"x", {"Idempotency-Key": "k"})
        assert nameless.status == 400 and nameless.json()["field"] == "name"
        assert upload(s, "a", b"x", key=" ").status == 400


def limits_are_told(daemon):
    with configured(daemon, "limit-mib = 1", "unused = 3") as s:
        answer = upload(s, "big", b"x" * (1 << 20) + b"y")
        assert answer.status == 413 and "1 MiB" in answer.json()["message"], answer.bytes
        for _ in range(3):
            assert upload(s, "a", b"x").status == 201
        answer = upload(s, "a", b"x")
        assert answer.status == 413 and "no message uses" in answer.json()["message"]


def names_are_harmless(daemon):
    with configured(daemon) as s:
        for sent, kept in (("../../etc/passwd", "passwd"), ("C:\\x\\y.txt", "y.txt"), ("..", "file"),
                           ("a\r\nSet-Cookie: x", "a Set-Cookie: x"), ("报告.pdf", "报告.pdf"),
                           ('q"uo;te.txt', 'q"uo;te.txt')):
            meta = upload(s, sent, b"x", media="text/html; charset=x").json()["attachment"]
            assert meta["name"] == kept and meta["media"] == "text/html", meta
            got = s.get(f"/v1/attachments/{meta['id']}")
            disposition = got.headers["Content-Disposition"]
            assert "Set-Cookie" not in got.headers and disposition.count('"') == 2, disposition
        assert upload(s, "x", b"x", media="nonsense").json()["attachment"]["media"] == "application/octet-stream"


def rights_are_those_of_the_ticket(daemon):
    people = (("look", "read-only"), ("other", "agent"))
    with configured(daemon, people=people) as s:
        mine = upload(s, "a", b"x").json()["attachment"]["id"]
        others = upload(s, "b", b"x", who="other").json()["attachment"]["id"]
        assert upload(s, "a", b"x", who="look").status == 403
        assert s.get(f"/v1/attachments/{mine}").status == 200
        assert s.get(f"/v1/attachments/{mine}", Ttydesk_As="other").status == 404
        ticket = s.get("/v1/tickets?view=all&limit=1").json()["rows"][0]["id"]
        say = {"kind": "note", "body": "see file", "attachment_ids": [mine, others]}
        foreign = s.write("POST", f"/v1/tickets/{ticket}/messages", say)
        assert foreign.status == 410, foreign.bytes  # somebody else's
        say["attachment_ids"] = [mine]
        sent = s.write("POST", f"/v1/tickets/{ticket}/messages", say)
        assert sent.status == 201 and sent.json()["message"]["attachments"][0]["name"] == "a", sent.bytes
        assert s.get(f"/v1/attachments/{mine}", Ttydesk_As="look").status == 200
        again = s.write("POST", f"/v1/tickets/{ticket}/messages", say)
        assert again.status in (400, 409), again.bytes  # it is a message's already
        say["attachment_ids"] = [999999]
        assert s.write("POST", f"/v1/tickets/{ticket}/messages", say).status == 410
        messages = s.get(f"/v1/tickets/{ticket}").json()["ticket"]["messages"]
        assert messages[-1]["attachments"][0]["id"] == mine


def files_travel_with_records(daemon):
    """What was imported with its files comes out of an export, and goes into another desk."""
    with configured(daemon, "store = DIR/attachments", "in-database-kib = 1") as s:
        small, large = b"small one", os.urandom(5000)
        with open(os.path.join(s.dir, "large.bin"), "wb") as f:
            f.write(large)
        ticket = {"type": "ticket", "key": "with-files", "customer": "wang-fang", "subject": "zebrapapers", "messages": [
            {"from": "customer", "body": "", "html": "<p>see <a href='http://x.example/'>here</a></p>", "to": "a@b.c",
             "attachments": [{"name": "a.txt", "data": base64.b64encode(small).decode()}, {"file": "large.bin"}]}]}
        path = os.path.join(s.dir, "one.jsonl")
        with open(path, "w", encoding="utf-8") as f:
            f.write(json.dumps(ticket) + "\n")
        s.run("import", path, *s.options)
        out = s.run("export", "ticket", *s.options).stdout
        (line,) = [json.loads(x) for x in out.splitlines() if '"with-files"' in x]
        message = line["messages"][0]
        assert message["html"].startswith("<p>see") and message["to"] == "a@b.c"
        assert "see here[1]" in str(message["body"])
        assert [f["name"] for f in message["attachments"]] == ["a.txt", "large.bin"]
        with configured(daemon, "store = DIR/other") as other:
            os.rename(os.path.join(s.dir, "attachments"), os.path.join(other.dir, "attachments"))
            line["key"] = "again"
            path = os.path.join(other.dir, "two.jsonl")
            with open(path, "w", encoding="utf-8") as f:
                f.write(json.dumps(line) + "\n")
            other.run("import", path, *other.options)
            (row,) = other.get("/v1/tickets?view=all&q=zebrapapers").json()["rows"]
            got = other.get(f"/v1/tickets/{row['id']}").json()["ticket"]["messages"][0]["attachments"]
            assert [other.get(f"/v1/attachments/{a['id']}").bytes for a in got] == [small, large]
        bad = dict(ticket, key="bad", messages=[dict(ticket["messages"][0], attachments=[{"file": "../x"}])])
        with open(path := os.path.join(s.dir, "bad.jsonl"), "w", encoding="utf-8") as f:
            f.write(json.dumps(bad) + "\n")
        done = s.run("import", path, *s.options, check=False)
        assert done.returncode == 1 and "beside the import" in done.stdout + done.stderr, done.stderr


def a_swept_file_comes_again_with_its_key(daemon):
    s = configured(daemon, "store = DIR/files")
    clock = os.path.join(s.dir, "clock")
    start = 1_800_000_000_000

    def it_is(ms):
        with open(clock + ".new", "w", encoding="utf-8") as f:
            f.write(str(ms))
        os.rename(clock + ".new", clock)

    it_is(start)
    os.environ["TTYDESK_TEST_CLOCK"] = clock
    try:
        with s:
            key, data = str(uuid.uuid4()), os.urandom(400_000)
            first = upload(s, "a", data, key).json()["attachment"]["id"]
            it_is(start + 25 * 3600 * 1000)
            deadline = time.monotonic() + PATIENCE_S
            while s.get(f"/v1/attachments/{first}").status == 200:
                assert time.monotonic() < deadline, "it is never swept"
            while stored(s):
                assert time.monotonic() < deadline, "its file stays"
            again = upload(s, "a", data, key)
            assert again.status == 201 and again.json()["attachment"]["id"] != first, again.bytes
            assert s.get(f"/v1/attachments/{again.json()['attachment']['id']}").bytes == data
            assert upload(s, "a", data, key).json()["attachment"] == again.json()["attachment"]
    finally:
        del os.environ["TTYDESK_TEST_CLOCK"]


def the_scanner_is_heard(daemon):
    with configured(daemon, "scanner = DIR/scanner -q", "scanner-failed = mark") as s:
        assert upload(s, "good", b"fine").json()["attachment"]["scan"] == "clean"
        for size in (0, 500_000):
            bad = upload(s, "bad", b"BADWORD" + b"x" * size).json()["attachment"]
            assert bad["scan"] == "infected"
            got = s.get(f"/v1/attachments/{bad['id']}")
            assert got.status == 403 and "infected" in got.json()["message"]
        assert upload(s, "odd", b"BREAKSCANNER").json()["attachment"]["scan"] == "failed"
    with configured(daemon, "scanner = DIR/scanner --slow", "scanner-seconds = 1", "scanner-failed = refuse") as s:
        answer = upload(s, "good", b"fine")
        assert answer.status == 503 and "scanned" in answer.json()["message"]


def damage_is_never_handed_out(daemon):
    with configured(daemon, "store = DIR/files") as s:
        data = b"important" * 100_000
        meta = upload(s, "a.bin", data).json()["attachment"]
        (path,) = stored(s)
        with open(path, "r+b") as f:
            f.seek(1000)
            f.write(b"X")
        got = s.get(f"/v1/attachments/{meta['id']}")
        assert got.status == 500 and "damaged" in got.json()["message"], got.status
        config = s.options
        done = s.run("verify", *config, check=False)
        assert done.returncode == 1 and "damaged" in done.stdout, done.stdout
        assert upload(s, "a.bin", data).status == 201  # whoever brings it again heals it
        assert s.get(f"/v1/attachments/{meta['id']}").bytes == data
        assert s.run("verify", *config).returncode == 0


def all_may_live_in_the_database(daemon):
    with configured(daemon, "store = database") as s:
        data = os.urandom(900_000)
        meta = upload(s, "a.bin", data).json()["attachment"]
        assert s.get(f"/v1/attachments/{meta['id']}").bytes == data
        assert not os.path.exists(os.path.join(s.dir, "attachments"))


if __name__ == "__main__":
    main([what_goes_up_comes_down, a_key_used_again_answers_the_same, limits_are_told, names_are_harmless,
          rights_are_those_of_the_ticket, files_travel_with_records,
          a_swept_file_comes_again_with_its_key, the_scanner_is_heard, damage_is_never_handed_out,
          all_may_live_in_the_database])
