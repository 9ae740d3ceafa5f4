#!/usr/bin/python3
"""ttydesk --linear through a pty: what is printed is a transcript of plain lines, whatever happens meanwhile."""
import os
import pty
import re
import select
import signal
import subprocess
import termios
import time

from plain_double import Desk, golden
from ttydeskd_double import PATIENCE_S, main

PROMPT = re.compile(r"(?:^|\n)[^\n]*(?:> |: |\? |？ |： )$")


class Talk:
    """`with Talk(desk) as t`: t.say("next") waits for the next prompt; t.heard is the transcript."""

    def __init__(self, desk, *options, **environment):
        self.master, slave = pty.openpty()
        termios.tcsetwinsize(slave, (24, 40))
        self.process = subprocess.Popen([desk.program, "--linear", *options], stdin=slave, stdout=slave, stderr=slave,
                                        env=desk.environment(TERM="dumb", **environment), start_new_session=True)
        os.close(slave)
        self.raw = b""
        self.since = 0

    def __enter__(self):
        self.until_prompt()
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self.master)

    @property
    def heard(self):
        return self.raw.decode("utf-8", "replace").replace("\r\n", "\n")

    def more(self, seconds):
        if not select.select([self.master], [], [], seconds)[0]:
            return False
        try:
            got = os.read(self.master, 65536)
        except OSError:
            got = b""
        self.raw += got
        return bool(got)

    def until(self, wanted):
        """Reads until `wanted` (a regex) is in what was heard since the last key."""
        end = time.monotonic() + PATIENCE_S
        while not re.search(wanted, self.raw[self.since:].decode("utf-8", "replace").replace("\r\n", "\n")):
            if not self.more(1) and (self.process.poll() is not None or time.monotonic() > end):
                raise AssertionError(f"{wanted} never came:\n{self.heard[-3000:]}")
        return self.raw[self.since:].decode("utf-8", "replace").replace("\r\n", "\n")

    def until_prompt(self):
        return self.until(PROMPT)

    def keys(self, text):
        self.since = len(self.raw)
        os.write(self.master, text.encode())

    def say(self, line):
        """A line and Enter; what came back after its echo."""
        self.keys(line + "\r")
        self.until(r"\n")
        self.since += self.raw[self.since:].find(b"\n")
        return self.until_prompt()

    def calm(self):
        """From here on no news come in between: the prompt after a line is the answer's."""
        self.keys("quiet on\r")
        self.until(r"is held back\.\n[^\n]*> $")

    def leave(self):
        self.keys("quit\r")
        while self.more(PATIENCE_S):
            pass
        assert self.process.wait(PATIENCE_S) == 0, self.heard[-3000:]
        assert "Sanitizer" not in self.heard and "runtime error" not in self.heard, self.heard


def plain(talk):
    odd = [c for c in talk.heard if ord(c) < 32 and c not in "\n\b" or 127 <= ord(c) < 160]
    assert not odd, odd


def a_shift_is_worked_line_by_line(daemon):
    with Desk(daemon) as d, Talk(d) as t:
        for line in ("2", "read 2", "clock", "reply", "Good morning,", "I look after it.", ".", "yes", "note asked the returns group",
                     "escalate tech customer asks again", "details", "close", "filter priority:urgent", "find refund", "open 1",
                     "related", "page-down", "next", "priority urgent", "status on-hold 2h", "solve", "assign anna.kowalski",
                     "report", "knowledge sign in", "article 1", "help reply", "frob", "drafts", "pending"):
            t.say(line)
        t.leave()
        plain(t)
        golden("linear_en.txt", t.heard)
        changed = [x for x in d.get("/v1/tickets?view=all&q=tier:2&limit=100").json()["rows"]
                   if d.ticket(x["id"]).get("escalation_reason") == "customer asks again"]
        assert len(changed) == 1
        said = [m for m in d.ticket(changed[0]["id"])["messages"]]
        assert "Good morning,\nI look after it." in [m["body"] for m in said if m["kind"] == "reply"]
        assert "asked the returns group" in [m["body"] for m in said if m["kind"] == "note"]


def it_speaks_chinese(daemon):
    with Desk(daemon) as d, Talk(d, LC_ALL="C.UTF-8", LANGUAGE="zh_CN") as t:
        t.say("1")
        t.say("clock")
        t.say("lang zh")
        t.say("details")
        t.leave()
        assert re.search(r"[\u4e00-\u9fff]", t.heard)


def typing_is_edited_without_escape_sequences(daemon):
    with Desk(daemon) as d, Talk(d) as t:
        t.keys("wxhoami")
        t.until("wxhoami$")
        t.keys("\x7f" * 6)
        t.until("\b \b$")
        t.keys("\x7f" * 20)           # nothing is left to rub out
        assert "li.wei" in t.say("whoami")
        t.keys("whomi\x1b[D\x1b[D")    # two to the left, an a between
        t.until("\b")
        assert "li.wei" in t.say("a")
        assert "li.wei" in t.say("\x1b[A")  # the line before, from the history
        t.keys("rep\t")
        t.until("reply\n")
        t.keys("\x03")
        t.until_prompt()
        t.say("#1001")
        t.keys("assign ann\t")
        t.until("anna.kowalski $")
        assert "given to anna.kowalski" in t.say("")
        t.leave()
        plain(t)


def news_come_between_prompts_and_never_into_a_line(daemon):
    with Desk(daemon) as d, Talk(d) as t:
        t.say("#1001")
        t.keys("note half a li")
        t.until("half a li$")
        def by_customer(words):
            made = d.write("POST", "/v1/tickets/1001/messages", {"kind": "note", "body": words},
                           Ttydesk_As="anna.kowalski")
            assert made.status == 201, made.bytes
        by_customer("seen from elsewhere")
        t.keys("ne")
        t.until("ne$")
        assert "has written" not in t.raw[t.since:].decode()
        heard = t.say("")
        assert "Written." in heard, heard
        t.until("has written on #1001")
        t.until_prompt()
        assert "note half a line" in t.heard
        by_customer("while nothing is typed")
        t.until("has written on #1001")
        t.until_prompt()
        given = d.write("POST", "/v1/tickets/1013/assign", {"person_id": 1}, Ttydesk_As="anna.kowalski")
        assert given.status == 200, given.bytes
        t.until("#1013")
        t.until_prompt()
        assert "#1013" in t.heard[-300:]
        assert "1013" in t.say("notices")
        t.leave()


def a_text_survives_kill_and_goes_on(daemon):
    with Desk(daemon) as d:
        with Talk(d) as t:
            t.say("#1001")
            t.say("reply")
            t.say("First line")
            t.keys("second, begun")
            t.until("begun$")
            deadline = time.monotonic() + PATIENCE_S
            found = b""
            while b"begun" not in found and time.monotonic() < deadline:
                found = b"".join(open(os.path.join(folder, name), "rb").read()
                                 for folder, _, names in os.walk(d.home) for name in names if name.startswith("drafts"))
            os.killpg(t.process.pid, signal.SIGKILL)
        with Talk(d) as t:
            assert "unsent text" in t.say("#1001")
            heard = t.say("reply")
            assert "First line" in heard and "second, begun" in heard, heard
            t.say("~q")
            assert "can read it" in t.say("share-draft")
            assert "shared: First line" in t.say("drafts")
            d.write("POST", "/v1/tickets/1001/messages", {"kind": "note", "body": "by another"}, Ttydesk_As="anna.kowalski")
            t.until("has written on")
            t.until_prompt()
            t.calm()
            heard = t.say("changes")
            assert "Anna Kowalski" in heard, heard
            t.say("reply")
            t.say("third")
            t.say(".")
            for _ in range(3):  # a first look, a second look
                if "yes or no" in t.heard[-60:]:
                    t.say("yes")
            assert "Sent" in t.heard[-200:], t.heard[-400:]
            t.leave()
        assert d.ticket(1001)["messages"][-1]["body"] == "First line\nsecond, begun\nthird"


def guards_ask_before_it_goes(daemon):
    with Desk(daemon) as d, Talk(d) as t:
        t.calm()
        t.say("#1002")
        t.say("reply")
        t.say("About {order}:")
        heard = t.say(".")
        assert "{order}" in heard and "Not sent" in heard, heard
        t.say("~u")
        t.say("About your {thing}")
        assert "{thing}" in t.say(".")
        assert "Not sent" in t.say("no")
        t.say("~x")
        t.leave()
        assert all("{order}" not in m["body"] for m in d.ticket(1002)["messages"])


def become(desk, talk, person, state):
    """Waits until the desk says so of that person."""
    end = time.monotonic() + PATIENCE_S
    while True:
        is_ = [a["state"] for a in desk.get("/v1/agents").json()["agents"] if a["person_id"] == person]
        if is_ == [state]:
            return
        assert time.monotonic() < end, f"{is_}, not {state}"
        talk.more(0.1)


def a_follow_up_is_kept_by_three_answers(daemon):
    with Desk(daemon) as d, Talk(d) as t:
        t.calm()
        mine = d.get("/v1/session").json()["me"]["id"]
        t.say("queue follow-ups")
        number = int(re.search(r"#(\d+)", t.say("open 1")).group(1))
        assert "solved" in t.say("follow-up")
        assert "speed" in t.say("yes")
        assert "improve" in t.say("4")
        t.say("pack it better")
        become(d, t, mine, "available")
        t.leave()
        become(d, t, mine, "offline")
        kept = d.ticket(number)["follow_up"]
        assert (kept["state"], kept["solved"], kept["speed"], kept["improve"]) == ("answered", 1, 4, "pack it better"), kept


def without_a_terminal_lines_are_just_read(daemon):
    with Desk(daemon) as d:
        out = d.call("--linear", text="whoami\n#1001\nnote from a pipe\n")
        assert "li.wei" in out and "Written." in out
        assert d.ticket(1001)["messages"][-1]["body"] == "from a pipe"


def what_is_written_without_the_desk_goes_later(daemon):
    with Desk(daemon, "--linger", "600") as d, Talk(d) as t:
        t.say("#1001")
        d.stop()
        t.until("can't be reached")
        t.until_prompt()
        heard = t.say("note while it was away")
        assert "goes when the desk is back" in heard, heard
        assert "note" in t.say("pending")
        d.start()
        t.say("reconnect")
        t.until("is done now|desk is back")
        deadline = time.monotonic() + PATIENCE_S
        while d.ticket(1001)["messages"][-1]["body"] != "while it was away" and time.monotonic() < deadline:
            t.more(0.1)
        assert [m["body"] for m in d.ticket(1001)["messages"]].count("while it was away") == 1
        t.leave()


main([a_shift_is_worked_line_by_line, it_speaks_chinese, typing_is_edited_without_escape_sequences,
      news_come_between_prompts_and_never_into_a_line, a_text_survives_kill_and_goes_on, guards_ask_before_it_goes,
      a_follow_up_is_kept_by_three_answers,
      without_a_terminal_lines_are_just_read, what_is_written_without_the_desk_goes_later])
