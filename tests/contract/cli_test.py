#!/usr/bin/python3
"""The command line against a real ttydeskd: formats, exit codes, writes that are never doubled, hostile text."""
import csv
import io
import json
import os
import pty
import re
import signal
import socket
import subprocess
import threading
import uuid

from plain_double import Desk, golden
from prism import pump
from ttydeskd_double import PATIENCE_S, main


# ---- reading

def lists_print_in_every_format(daemon):
    with Desk(daemon) as d:
        golden("cli_queue.txt", d.call("queue", "mine", "-n", "8"))
        golden("cli_show.txt", d.call("show", "1001"))
        page = d.json("queue", "all", "--all")
        assert page["total"] == len(page["rows"]) and page["rows"] == d.get("/v1/tickets?view=all&limit=500").json()["rows"]
        rows = list(csv.DictReader(io.StringIO(d.call("queue", "all", "--all", "-o", "csv", "--columns", "id,subject,next_due"))))
        assert [int(r["id"]) for r in rows] == [r["id"] for r in page["rows"]]
        assert [r["subject"] for r in rows] == [r["subject"] for r in page["rows"]]
        assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", r["next_due"]) for r in rows if r["next_due"])
        lines = d.call("queue", "all", "--all", "-o", "tsv", "--no-header").splitlines()
        assert len(lines) == len(rows) and all(line.count("\t") == 8 for line in lines)
        assert d.call("queue", "all", "--all", "-q").split() == [str(r["id"]) for r in page["rows"]]


def lists_are_chosen_like_on_the_screen(daemon):
    with Desk(daemon) as d:
        urgent = d.json("queue", "all", "--filter", "priority:urgent")["rows"]
        assert urgent and all(r["priority"] == "urgent" for r in urgent)
        front = d.json("queue", "front")["rows"]
        assert front and all(r["group_name"] == "front" for r in front)
        newest = d.json("queue", "all", "--order", "newest", "-n", "5")["rows"]
        assert [r["id"] for r in newest] == sorted((r["id"] for r in newest), reverse=True) and len(newest) == 5
        assert d.json("queue", "high-value")["total"] == d.get("/v1/tickets?view=all&q=tag:high-value").json()["total"]
        found = d.json("search", "refund")["rows"]
        assert found and d.json("search", "subject:refund status:done")["total"] >= 0
        assert "no status" in d.call("queue", "all", "-f", "status:opne", code=1)
        assert "no column" in d.call("queue", "-c", "nonsense", code=2)
        assert d.call("queue", "nonsense", code=3)


def other_lists_are_there(daemon):
    with Desk(daemon) as d:
        assert "li.wei" in d.call("people", "-q").split() and "front" in d.call("groups", "-q").split()
        assert "high-value" in d.call("tags", "-q").split() and d.call("categories", "-q")
        assert {v["name"] for v in d.json("views")["views"]} >= {"mine", "due-soon"}
        assert d.json("whoami")["name"] == d.get("/v1/session").json()["me"]["name"]
        assert d.json("customer", "Wang Fang")["customers"][0]["name"].startswith("Wang Fang")
        assert "Wang Fang" in d.call("customer", "#1")
        hits = d.json("kb", "sign", "in")["hits"]
        assert hits and d.json("kb", f"#{hits[0]['id']}")["title"] == hits[0]["title"]
        assert d.json("kb", "--for", "1001")["hits"]
        names = d.call("template", "-q").split()
        text = d.call("template", names[0], "--for", "1001")
        assert "{customer}" not in text and "{agent}" not in text
        for verb in ("drafts", "compensations"):
            assert isinstance(d.json(verb), dict), verb


def reports_count_what_lists_hold(daemon):
    with Desk(daemon) as d:
        rows = d.json("queue", "all", "--all")["rows"]
        for line in d.json("report")["queues"]:
            of_group = [r for r in rows if line["group"] in ("all", r["group_name"])]
            assert line["active"] == len(of_group), line
            assert line["new"] == sum(r["status"] == "new" for r in of_group), line
            assert line["unassigned"] == sum("assignee_id" not in r for r in of_group), line
            assert line["waiting"] == sum(r["waiting"] for r in of_group), line
            oldest = [r["updated_ms"] for r in of_group if r["waiting"]]
            assert line["waiting_since_ms"] == (min(oldest) if oldest else 0), line
        for line in d.json("report", "people")["people"]:
            mine = [r for r in rows if r.get("assignee_name") == line["display"]]
            assert line["assigned"] == len(mine), line
        for line in d.json("report", "clocks")["clocks"]:
            assert line["within_15m"] <= line["within_1h"] <= line["within_4h"] <= line["within_1d"], line
        golden("cli_report.txt", d.call("report") + d.call("report", "clocks"))
        assert d.call("report", "nonsense", code=2)
        assert "too much" in d.call("pack", "2026-W47", code=2)


def refusals_name_the_ticket_once(daemon):
    with Desk(daemon) as d:
        assert d.call("follow-up", "1001", "yes", "4", code=4).count("#1001") == 1


# ---- writing

def texts_come_from_anywhere(daemon):
    with Desk(daemon) as d:
        words = "Two lines, \"quotes\"\n\n$HOME `x` and 中文 😀"
        d.call("note", "1001", text=words + "\n")
        assert d.ticket(1001)["messages"][-1]["body"] == words
        d.call("note", "1001", "-", text="by dash")
        d.call("note", "1001", "-m", "by option")
        assert [m["body"] for m in d.ticket(1001)["messages"][-2:]] == ["by dash", "by option"]
        assert "no text" in d.call("note", "1001", text="\n", code=1)
        assert "UTF-8" in d.call("note", "1001", text=b"\xff\xfe", code=1)
        assert "1040" in d.call("reply", "1040", text="Hello")
        said = d.ticket(1040)["messages"][-1]
        assert said["kind"] == "reply" and said["body"] == "Hello"
        before = len(d.ticket(1002)["messages"])
        assert "{order}" in d.call("reply", "1002", "-m", "your {order}", code=1)
        assert "card" in d.call("reply", "1002", "-m", "4111 1111 1111 1111 is yours", code=1)
        assert "second look" in d.call("reply", "1001", "-m", "Hello", code=1)
        assert len(d.ticket(1002)["messages"]) == before
        d.call("reply", "1002", "--anyway", "-m", "your {size}")
        assert d.ticket(1002)["messages"][-1]["body"] == "your {size}"


def tickets_are_made_and_changed(daemon):
    with Desk(daemon) as d:
        number = d.call("new", "--name", "A. Tester", "--phone", "+1 555 0100", "--subject", "it blinks", "-p", "important",
                        "-g", "tech", "--channel", "walk-in", "-q", text="since noon").strip()
        t = d.ticket(number)
        assert (t["subject"], t["priority"], t["group_name"], t["channel"]) == ("it blinks", "important", "tech", "walk-in")
        assert t["messages"][0]["body"] == "since noon"
        d.call("claim", number)
        d.call("tag", number, "complaint-sensitive", "-r", "said so")
        d.call("status", number, "on-hold", "--until", "2h")
        d.call("subject", number, "it", "blinks", "no", "more")
        t = d.ticket(number)
        assert t["status"] == "on-hold" and t["subject"] == "it blinks no more" and t["hold_until_ms"] > 0
        assert [m["why"] for m in t["customer"]["tags"] if m["name"] == "complaint-sensitive"] == ["said so"]
        d.call("tag", number, "-complaint-sensitive")
        assert not d.ticket(number)["customer"]["tags"]
        d.call("status", number, "open")
        d.call("assign", number, "returns")
        d.call("priority", number, "urgent")
        d.call("link", number, "1001", "--kind", "parent")
        d.call("checklist", number, "call", "back")
        d.call("check", number, "1")
        t = d.ticket(number)
        assert t["group_name"] == "returns" and t["priority"] == "urgent"
        assert t["links"][0]["kind"] == "parent" and t["checklist"][0]["done"]
        d.call("solve", number)
        assert d.ticket(number)["status"] == "resolved"
        assert d.json("claim", "1040", "1013")["answers"][0]["ticket"]["id"] == 1040
        assert d.call("next-best", "-q").strip().isdigit()


def colleagues_are_told_and_relieved(daemon):
    with Desk(daemon) as d:
        d.call("whisper", "1001", "anna.kowalski", "-m", "look at the second message")
        told = d.json("--as", "anna.kowalski", "notices")["notices"]
        assert [n["kind"] for n in told] == ["whisper"] and told[0]["ticket_id"] == 1001
        assert "whisper" in d.call("--as", "anna.kowalski", "notices")
        d.call("--as", "anna.kowalski", "notices", "seen")
        assert all(n["seen"] for n in d.json("--as", "anna.kowalski", "notices")["notices"])
        assert "presence" in d.json("who")
        mine = d.call("queue", "assigned", "-q").split()
        assert mine
        d.call("handover", "anna.kowalski", "--note", "I am off")
        assert not d.call("queue", "assigned", "-q").split()
        assert all(d.ticket(n)["assignee_name"] == "Anna Kowalski" for n in mine)
        d.call("promise", "1001", "2h")
        assert [c["state"] for c in d.ticket(1001)["clocks"] if c["kind"] == "promise"] == ["running"]


def problems_go_from_found_to_told(daemon):
    with Desk(daemon) as d:
        number = d.call("queue", "-q", "-n", "1").split()[0]
        d.call("assess", number, "wide", "high")
        assert "impact wide x need high" in d.call("show", number)
        assert "no need" in d.call("assess", number, "wide", "enough", code=1)
        zhao = ("--as", "zhao.min", "problem")
        problem = d.call(*zhao, "new", "Codes are refused", number, "-q").strip()
        assert problem in d.call("problems", "-q").split()
        assert "say the root cause first" in d.call(*zhao, problem, "analysed", code=1)
        d.call(*zhao, problem, "cause", "a", "clock", "is", "wrong")
        d.call(*zhao, problem, "analysed")
        d.call(*zhao, problem, "fixed", "--note", "it is set again")
        d.call(*zhao, problem, "prevented", "--until", "2d")
        shown = d.call("problem", problem)
        assert "root cause: a clock is wrong" in shown and "done: fixed" in shown and "due" in shown, shown
        assert d.json("problem", problem)["stage"] == "fixed"
        assert "no text for" in d.call(*zhao, problem, "tell")
        assert "1 customer will be told" in d.call(*zhao, problem, "tell", "*=It works again.")
        assert "Codes are refused" in d.call(*zhao, problem, "draft", "training")
        assert f"#{number}" not in d.call(*zhao, problem, "unlink", number)
        assert d.call("pack", "--week", "2026-W40").startswith("# Week 2026-W40")
        assert "isn't a week" in d.call("pack", "--week", "soon", code=1)


def macros_are_written_and_done(daemon):
    with Desk(daemon) as d:
        d.call("save-macro", "park", text="# waits\nstatus pending-internal\ntag elderly\npriority important\n")
        assert "status pending-internal" in d.call("macros", "park")
        out = d.call("macro", "1040", "1013", "park", "--key", "again")
        assert "step: status pending-internal" in out
        d.call("macro", "1040", "1013", "park", "--key", "again")
        for number in (1040, 1013):
            t = d.ticket(number)
            assert t["status"] == "pending-internal"
            assert t["priority"] == "important"
            assert "elderly" in [m["name"] for m in t["customer"]["tags"]]
        d.call("save-macro", "window", text="reply\n")
        before = d.ticket(1040)["version"]
        assert "workstation" in d.call("macro", "1040", "window", code=1)
        assert d.ticket(1040)["version"] == before
        d.call("remove-macro", "park")
        assert d.call("macro", "1040", "park", code=3)


def escalating_is_what_the_key_does(daemon):
    with Desk(daemon) as d:
        d.call("escalate", "1001", "--to", "tech", "--reason", "needs a look at the code service")
        d.call("escalate", "1040", "tech", "won't", "pair")
        for number, reason in ((1001, "needs a look at the code service"), (1040, "won't pair")):
            t = d.ticket(number)
            assert (t["group_name"], t["tier"], t["escalation_reason"]) == ("tech", 2, reason), t
        assert "why" in d.call("escalate", "1013", "--to", "tech", code=1)
        assert "did you mean tech" in d.call("escalate", "1013", "--to", "tehc", "-r", "x", code=3)


def exit_codes_tell_what_happened(daemon):
    with Desk(daemon) as d:
        assert d.call("show", "99999999", code=3).startswith("ttydesk: ")
        assert "did you mean queue" in d.call("queu", code=2)
        assert "no option --nonsense" in d.call("queue", "--nonsense", code=2)
        assert "which ticket" in d.call("reply", code=2)
        assert "no format" in d.call("queue", "-o", "xml", code=2)
        newest = d.ticket(1001)["messages"][-1]["id"]
        assert d.ticket(1001)["messages"][-1]["kind"] == "customer"
        d.call("reply", "1001", "--anyway", "--answers", str(newest - 1), "-m", "x", code=4)
        key = str(uuid.uuid4())
        d.call("note", "1001", "--key", key, "-m", "once")
        d.call("note", "1001", "--key", key, "-m", "another text", code=4)
        assert d.call("whoami", code=6, TTYDESK_SERVER="unix:" + d.socket + "-not")
        for verb in ("queue", "reply", "report"):
            assert f"ttydesk {verb}" in d.call(verb, "--help")
    with Desk(daemon, people=(("reader", "read-only"),)) as d:
        d.call("--as", "reader", "note", "1001", "-m", "x", code=7)


class Cutter:
    """Between program and desk: answers of writes get lost while `cuts` is above 0."""

    def __init__(self, path, cuts):
        self.path, self.cuts, self.seen = path, cuts, 0
        self.address = path + "-cut"
        self.listening = socket.socket(socket.AF_UNIX)
        self.listening.bind(self.address)
        self.listening.listen(16)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client = self.listening.accept()[0]
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        with client, socket.socket(socket.AF_UNIX) as server:
            server.connect(self.path)
            back = threading.Thread(target=pump, args=(server, client), daemon=True)
            while True:
                request = client.recv(65536)
                if request.startswith(b"POST"):
                    self.seen += 1
                    if self.cuts > 0:
                        self.cuts -= 1
                        with socket.socket(socket.AF_UNIX) as other:
                            other.connect(self.path)
                            other.sendall(request)
                            other.recv(65536)  # it was done
                        return
                if not request:
                    return
                server.sendall(request)
                if not back.ident:
                    back.start()

    def close(self):
        self.listening.close()


def a_lost_answer_is_asked_for_again(daemon):
    with Desk(daemon) as d:
        cutter = Cutter(d.socket, 1)
        d.call("note", "1001", "-m", "only once", TTYDESK_SERVER="unix:" + cutter.address)
        cutter.close()
        assert cutter.seen == 2
        assert [m["body"] for m in d.ticket(1001)["messages"]].count("only once") == 1


def without_an_answer_it_is_uncertain_and_never_doubled(daemon):
    with Desk(daemon) as d:
        cutter = Cutter(d.socket, 1000)
        said = d.call("reply", "1002", "-m", "never doubled", "--timeout", "5s", code=5,
                      TTYDESK_SERVER="unix:" + cutter.address)
        cutter.close()
        key = re.search(r"--key (\S+)", said)[1]
        assert "nobody knows" in said
        d.call("reply", "1002", "-m", "never doubled", "--key", key)
        d.call("reply", "1002", "-m", "never doubled", "--key", key)
        assert [m["body"] for m in d.ticket(1002)["messages"]].count("never doubled") == 1
        # several writes of one command have keys that follow from it
        for _ in range(2):
            d.call("note", "1001", "1002", "1003", "--key", "a-key-of-mine", "-m", "thrice")
        assert all([m["body"] for m in d.ticket(n)["messages"]].count("thrice") == 1 for n in (1001, 1002, 1003))


def interrupted_it_is_uncertain(daemon):
    with Desk(daemon) as d, socket.socket(socket.AF_UNIX) as deaf:
        deaf.bind(d.socket + "-deaf")
        deaf.listen(1)
        process = subprocess.Popen([d.program, "claim", "1001", "--key", "mine"], stderr=subprocess.PIPE,
                                   stdin=subprocess.DEVNULL, env=d.environment(TTYDESK_SERVER=f"unix:{d.socket}-deaf"))
        client = deaf.accept()[0]
        assert client.recv(65536).startswith(b"POST /v1/tickets/1001/claim")
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=PATIENCE_S)[1].decode()
        client.close()
        assert process.returncode == 5 and "--key mine" in said, (process.returncode, said)


# ---- terminals

def on_a_terminal(d, *words, **environment):
    """What a terminal would get."""
    master, slave = pty.openpty()
    process = subprocess.Popen([d.program, *words], stdin=subprocess.DEVNULL, stdout=slave, stderr=slave,
                               env=d.environment(**environment))
    os.close(slave)
    got = b""
    while True:
        try:
            more = os.read(master, 65536)
        except OSError:
            break
        if not more:
            break
        got += more
    os.close(master)
    assert process.wait(PATIENCE_S) == 0, got
    return got


HOSTILE = "evil \x1b]0;owned\x07\x1b[31m\x9b2J \u202etxt\u2066 \x08\x08 end"


def hostile_text_never_reaches_a_terminal(daemon):
    with Desk(daemon) as d:
        made = d.write("POST", "/v1/tickets", {"subject": HOSTILE, "channel": "web", "body": HOSTILE + "\n" + HOSTILE,
                                               "customer": {"name": HOSTILE}})
        assert made.status == 201, made.bytes
        number = str(made.json()["ticket"]["id"])
        for words in (["show", number], ["queue", "all", "--all"], ["queue", "all", "--all", "-o", "csv"],
                      ["queue", "all", "--all", "-o", "tsv"], ["queue", "all", "-o", "json"], ["search", "evil"],
                      ["show", number, "-o", "json"], ["customer", "evil"], ["tag", number, "high-value"]):
            for got in (on_a_terminal(d, *words, NO_COLOR="1", TERM="dumb"), d.call(*words).encode()):
                text = got.decode("utf-8")
                odd = [c for c in text if (ord(c) < 32 and c not in "\n\r\t") or 127 <= ord(c) < 160 or c in "\u202e\u2066"]
                assert not odd, (words, odd)
        assert d.json("show", number)["ticket"]["subject"] == HOSTILE, "json is whole"


def colour_and_links_only_where_they_belong(daemon):
    with Desk(daemon) as d:
        os.makedirs(os.path.join(d.home, "ttydesk"))
        with open(os.path.join(d.home, "ttydesk", "ttydesk.conf"), "w", encoding="utf-8") as f:
            f.write("[desk]\nlink = https://desk.example/t/{ticket}\n")
        plain = d.call("queue", "all", "-n", "2")
        assert "\x1b" not in plain
        first = re.search(r"#(\d+)", plain)[1]
        coloured = on_a_terminal(d, "queue", "all", "-n", "2").decode()
        assert f"\x1b]8;;https://desk.example/t/{first}\x1b\\#{first}\x1b]8;;\x1b\\" in coloured
        assert "\x1b[1m" in coloured
        assert "\x1b[1m" not in on_a_terminal(d, "queue", "all", NO_COLOR="1").decode()
        assert "\x1b" not in on_a_terminal(d, "queue", "all", TERM="dumb").decode()
        assert "\x1b[1m" not in on_a_terminal(d, "queue", "all", "--color", "never").decode()
        assert "\x1b[1m" in d.call("queue", "all", "--color", "always")
        ascii_only = d.call("queue", "all", "--all", LC_ALL="C")
        assert ascii_only.isascii()


# ---- completion

def the_hidden_verb_offers_words(daemon):
    with Desk(daemon) as d:
        def offered(*words, **more):
            return [line.split("\t")[0] for line in d.call("complete", "--", *words, **more).splitlines()]
        assert offered("que") == ["queue"]
        assert offered("queue", "--fil") == ["--filter"]
        assert "front" in offered("queue", "") and "due-soon" in offered("queue", "due")
        assert offered("assign", "1001", "anna") == ["anna.kowalski"]
        assert "high-value" in offered("tag", "1001", "")
        assert offered("escalate", "1001", "--to", "te") == ["tech"]
        assert offered("status", "1001", "on") == ["on-hold"]
        assert "json" in offered("queue", "-o", "")
        assert "1001" in offered("show", "")
        assert offered("-s", "unix:" + d.socket, "assign", "1001", "anna", TTYDESK_SERVER="") == ["anna.kowalski"]
        # nobody there: nothing is started, nothing said
        assert offered("assign", "1001", "", TTYDESK_SERVER="unix:/nowhere/s") == []
        assert offered("assign", "1001", "", TTYDESK_SERVER="", XDG_RUNTIME_DIR=d.dir) == []
        assert not os.path.exists(os.path.join(d.dir, "ttydesk", "desk.sock"))


COMPLETIONS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../completions")


def shells_offer_them(daemon):
    with Desk(daemon) as d:
        path = os.path.dirname(d.program) + ":" + os.environ["PATH"]

        def shell(*words):
            done = subprocess.run(words, capture_output=True, text=True, timeout=2 * PATIENCE_S, cwd=COMPLETIONS,
                                  env=d.environment(PATH=path), stdin=subprocess.DEVNULL)
            assert not done.stderr, done.stderr
            return done.stdout.split("\n")

        def bash(line, name="ttydesk"):
            return shell("bash", "--norc", "--noprofile", "-c",
                         f"source {name}.bash; COMP_LINE=$1 COMP_POINT=${{#1}}; read -ra COMP_WORDS <<<$1; "
                         'COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _$2; printf "%s\\n" "${COMPREPLY[@]}"', "x", line, name)

        def zsh(*words):
            # its own completion system asked for what the function hands to it
            return shell("zsh", "-f", "-c", "words=($@); CURRENT=$#; service=$1; PREFIX=${@[-1]}; "
                         "_describe() { print -l -- ${(P)${@[-1]}} }; compadd() { print -l -- ${(P)2} }; _files() { print FILES }; "
                         ". ./_ttydesk", "x", *words)

        def fish(line, name="ttydesk"):
            return [x.split("\t")[0] for x in shell("fish", "--no-config", "-c", f"source {name}.fish; complete -C '{line}'")]

        for words, wanted in (("ttydesk que", "queue"), ("ttydesk assign 1001 ann", "anna.kowalski"),
                              ("ttydesk queue --fil", "--filter"), ("ttydesk escalate 1001 --to te", "tech")):
            assert wanted in bash(words), (words, bash(words))
            assert wanted in [x.split(":")[0] for x in zsh(*words.split())], (words, zsh(*words.split()))
            assert wanted in fish(words), (words, fish(words))
        for words, wanted in (("ttydeskd ser", "serve"), ("ttydeskd serve --sock", "--socket")):
            assert wanted in bash(words, "ttydeskd"), bash(words, "ttydeskd")
            assert any(x.split(":")[0] == wanted for x in zsh(*words.split())), zsh(*words.split())
            assert wanted in fish(words, "ttydeskd"), fish(words, "ttydeskd")


def the_private_desk_is_started_and_joined(daemon):
    with Desk(daemon) as d:
        out = subprocess.run([d.program, "--sample", "queue", "all", "-q"], capture_output=True, timeout=2 * PATIENCE_S,
                             env=d.environment(TTYDESK_SERVER=""), stdin=subprocess.DEVNULL)
        assert out.returncode == 0 and out.stdout.split(), out
        assert os.path.exists(os.path.join(d.dir, "ttydesk", "sample.sock"))
        assert json.loads(d.call("--sample", "whoami", "-o", "json", TTYDESK_SERVER=""))["name"]


def main_tests():
    return [value for value in globals().values() if callable(value) and getattr(value, "__code__", None)
            and value.__code__.co_varnames[:1] == ("daemon",)]


main(main_tests())
