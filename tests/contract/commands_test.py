#!/usr/bin/python3
"""The command line of a real ttydeskd: exit codes, sentences with file:line, people, tokens, the embedded life."""
import http.client
import json
import os
import signal
import socket
import stat
import subprocess
import tempfile

from ttydeskd_double import PATIENCE_S, Server, UnixConnection, main


def run(daemon, *words, stdin=None):
    return subprocess.run([daemon, *words], capture_output=True, text=True, timeout=2 * PATIENCE_S, input=stdin)


def words_and_options_have_help_and_sentences(daemon):
    assert run(daemon, "--version").stdout.startswith("ttydeskd ")
    assert run(daemon, "--help").returncode == 0
    assert run(daemon).returncode == 2
    wrong = run(daemon, "dance")
    assert wrong.returncode == 2 and "dance" in wrong.stderr and not wrong.stdout
    for word in ("serve", "sample", "import", "person", "token", "policy", "config", "calendar", "check",
                 "verify"):
        told = run(daemon, word, "--help")
        assert told.returncode == 0 and f"ttydeskd {word}" in told.stdout, (word, told.stdout)
        assert run(daemon, word, "--version").stdout.startswith("ttydeskd "), word
        bad = run(daemon, word, "--no-such-option")
        assert bad.returncode == 2 and "--no-such-option" in bad.stderr, (word, bad.stderr)
        many = run(daemon, word, "a", "b", "c", "d", "--database", "/nonexistent/desk.db")
        assert many.returncode == 2, (word, many.stderr)


def bad_settings_are_told_with_file_and_line(daemon):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "ttydeskd.conf")
        with open(path, "w") as f:
            f.write("[server]\nsocket = /tmp/x\nsocet = /tmp/y\nthreads = many\n[log]\nlevel = loud\n[nothing]\na = b\n")
        told = run(daemon, "check", "--config", path, "--database", os.path.join(folder, "none.db"))
        assert told.returncode == 2, told
        for line in (3, 4, 6, 8):
            assert f"{path}:{line}: " in told.stderr, told.stderr
        assert f"{path}:2: " not in told.stderr
        assert run(daemon, "check", "--config", os.path.join(folder, "missing.conf")).returncode == 2
        with open(path, "wb") as f:
            f.write(b"\x00\xff")
        assert run(daemon, "serve", "--config", path).returncode == 2
        level = run(daemon, "check", "--log-level", "loud")
        assert level.returncode == 2 and "loud" in level.stderr


def databases_that_are_not_ours_are_left_alone(daemon):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "desk.db")
        missing = run(daemon, "check", "--database", path)
        assert missing.returncode == 1 and not os.path.exists(path), missing
        other = run(daemon, "person", "--database", "mysql://" + folder[1:])
        assert other.returncode == 1 and "no database known" in other.stderr and not os.path.exists("mysql:"), other
        with open(path, "wb") as f:
            f.write(b"This is a letter, not a database. " * 400)
        with open(path, "rb") as f:
            before = f.read()
        for word in ("serve", "sample", "check", "verify", "person", "token"):
            told = run(daemon, word, "--database", path, *(("--socket", os.path.join(folder, "s")) if word in ("serve", "sample") else ()))
            assert told.returncode == 1 and told.stderr, (word, told)
        with open(path, "rb") as f:
            assert f.read() == before


def people_and_tokens_by_command(daemon):
    with Server(daemon) as s:
        assert s.run("person", "add", "new.one", "--display", "New One", "--group", "front").returncode == 0
        assert "new.one" in s.run("person", "list").stdout
        for words, code in ((("person", "add", "new.one"), 1), (("person", "add", "Not Good"), 1), (("person", "add", "x", "--role", "king"), 2),
                            (("person", "add", "x", "--uid", "no-such-user"), 2), (("person", "set", "nobody", "--role", "agent"), 1),
                            (("person", "set", "new.one", "--group", "nowhere"), 1), (("token", "new", "nobody"), 1),
                            (("token", "revoke", "nothing"), 1), (("person", "dance"), 2), (("token", "new"), 2)):
            told = s.run(*words, check=False)
            assert told.returncode == code and told.stderr.startswith("ttydeskd: "), (words, told)
        assert s.get("/v1/session", Ttydesk_As="new.one").json()["me"]["role"] == "agent"


def a_person_retired_by_command_is_out_of_a_running_server(daemon):
    with Server(daemon) as s:
        assert s.get("/v1/session", Ttydesk_As="sun.li").status == 200
        s.run("person", "retire", "sun.li")
        while s.get("/v1/session", Ttydesk_As="sun.li").status == 200:
            pass  # what is cached is trusted for seconds only
        assert s.get("/v1/session", Ttydesk_As="sun.li").status == 403
        s.run("person", "return", "sun.li")
        while s.get("/v1/session", Ttydesk_As="sun.li").status != 200:
            pass


def tcp_needs_a_token(daemon):
    with Server(daemon, "--tcp", "127.0.0.1:0") as s:
        with open(s.log) as f:
            port = int(next(line for line in f if ", port " in line).rsplit(" ", 1)[1])

        def ask(target, **headers):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
            connection.request("GET", target, headers={k.replace("_", "-"): v for k, v in headers.items()})
            response = connection.getresponse()
            body = response.read()
            connection.close()
            return response, json.loads(body)

        assert ask("/v1/health")[0].status == 200
        response, error = ask("/v1/session")
        assert response.status == 401 and error["code"] == "auth" and response.headers["WWW-Authenticate"] == "Bearer"
        assert ask("/v1/session", Ttydesk_As="sun.li")[0].status == 401
        token = s.run("token", "new", "zhao.min", "--label", "the laptop").stdout.strip()
        assert token.startswith("ttd_") and len(token) == 47
        bearer = "Bearer " + token
        assert ask("/v1/session", Authorization=bearer)[1]["me"]["name"] == "zhao.min"
        assert ask("/v1/session", Authorization=bearer, Ttydesk_As="sun.li")[0].status == 403
        wrong = "Bearer " + token[:-1] + ("A" if token[-1] != "A" else "B")
        assert ask("/v1/session", Authorization=wrong)[0].status == 401
        assert s.get("/v1/session", Authorization=bearer).json()["me"]["name"] == "zhao.min"
        s.run("token", "revoke", "the laptop")
        status = 200
        while status in (200, 429):  # asked more often than one person may
            status = ask("/v1/session", Authorization=bearer)[0].status
        assert status == 401
        with open(s.log) as f:
            assert token not in f.read()


def strangers_on_the_socket_are_told_their_number(daemon):
    if os.geteuid() != 0:
        return  # only root can be somebody else
    with Server(daemon) as s:
        os.chmod(s.dir, 0o755)
        os.chmod(s.socket, 0o666)

        def as_uid(uid, *headers):
            reader, writer = os.pipe()
            child = os.fork()
            if child == 0:
                os.setgid(uid)
                os.setuid(uid)
                connection = UnixConnection(s.socket)
                connection.request("GET", "/v1/session", headers=dict(headers))
                answer = connection.getresponse().read()
                os.write(writer, answer[:60000])
                os._exit(0)
            os.close(writer)
            with os.fdopen(reader, "rb") as f:
                told = f.read()
            assert os.waitpid(child, 0)[1] == 0
            return json.loads(told)

        assert "54321" in as_uid(54321)["message"]
        assert as_uid(54321, ("Ttydesk-As", "sun.li"))["code"] == "forbidden"
        s.run("person", "add", "guest", "--uid", "54321")
        told = as_uid(54321)
        while "me" not in told:
            told = as_uid(54321)
        assert told["me"]["name"] == "guest"
        assert as_uid(54321, ("Ttydesk-As", "sun.li"))["code"] == "forbidden"


def an_embedded_server_is_alone_and_leaves_after_its_last_client(daemon):
    with tempfile.TemporaryDirectory() as folder:
        path, database = os.path.join(folder, "s"), os.path.join(folder, "desk.db")
        words = [daemon, "serve", "--embedded", "--linger", "10", "--socket", path, "--database", database]
        first = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
        try:
            for line in first.stderr:
                if " answers on " in line:
                    break
            connection = UnixConnection(path)
            connection.request("GET", "/v1/events")
            stream = connection.getresponse()
            assert stream.status == 200 and stat.S_IMODE(os.stat(path).st_mode) == 0o600
            second = subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE_S)
            assert (second.returncode, second.stdout, second.stderr) == (0, "", ""), second
            me = UnixConnection(path)
            me.request("GET", "/v1/session")
            told = json.loads(me.getresponse().read())["me"]
            assert told["role"] == "administrator", told
            me.close()
            assert first.poll() is None
            stream.close()
            connection.close()
            assert first.wait(PATIENCE_S) == 0
            assert not os.path.exists(path)
        finally:
            first.kill()
            first.wait()
            first.stderr.close()


def a_desk_served_over_tcp_alone_needs_no_socket(daemon):
    with tempfile.TemporaryDirectory() as folder:
        words = [daemon, "serve", "--socket", "", "--tcp", "127.0.0.1:0", "--database", os.path.join(folder, "d.db")]
        server = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
        try:
            port = next(int(line.rsplit(" ", 1)[1]) for line in server.stderr if ", port " in line)
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
            connection.request("GET", "/v1/health")
            assert connection.getresponse().status == 200
            connection.close()
            server.terminate()
            assert server.wait(PATIENCE_S) == 0
        finally:
            server.kill()
            server.wait()
            server.stderr.close()
        nowhere = run(daemon, "serve", "--socket", "", "--database", os.path.join(folder, "d.db"))
        assert nowhere.returncode == 1 and "no socket" in nowhere.stderr, nowhere


def hangup_opens_the_log_anew(daemon):
    with tempfile.TemporaryDirectory() as folder:
        log, path = os.path.join(folder, "log"), os.path.join(folder, "s")
        os.mkfifo(log)  # tells us when it is opened, without waiting for time
        server = subprocess.Popen([daemon, "serve", "--embedded", "--socket", path, "--log", log, "--database", os.path.join(folder, "d.db")])
        try:
            with open(log) as f:
                for line in f:
                    if " answers on " in line:
                        break
                os.rename(log, log + ".1")
                os.mkfifo(log)
                server.send_signal(signal.SIGHUP)
                with open(log) as anew:
                    assert "log reopened" in anew.readline()
                    server.terminate()
                    anew.read()
            assert server.wait(PATIENCE_S) == 0
        finally:
            server.kill()
            server.wait()


def import_names_bad_lines_and_repeats_without_doubles(daemon):
    good = '{"type":"customer","key":"c-1","name":"Imported One","language":"en"}\n'
    ticket = ('{"type":"ticket","key":"t-1","customer":"c-1","group":"front","channel":"web","subject":"Imported question",'
              '"messages":[{"from":"customer","at":"-5m","body":"How?"}]}\n')
    with Server(daemon) as s, tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "in.jsonl")
        with open(path, "w") as f:
            f.write(good + "nonsense\n" + ticket)
        dry = s.run("import", "--dry-run", path, check=False)
        assert dry.returncode == 1 and f"{path}:2: " in dry.stderr, dry
        first = s.run("import", path, check=False)
        assert first.returncode == 1 and "2 added" in first.stdout and "1 bad" in first.stdout, first
        again = s.run("import", path, check=False)
        assert "0 added" in again.stdout and "2 unchanged" in again.stdout, again
        found = s.get("/v1/customers?q=imported").json()["customers"]
        assert [c["name"] for c in found] == ["Imported One"], found
        assert s.run("import", os.path.join(folder, "none"), check=False).returncode == 1
        assert s.run("verify").returncode == 0
        assert s.run("check").returncode == 0


def policy_files_are_all_or_nothing_and_a_running_server_follows(daemon):
    with Server(daemon) as s, tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "desk.policy")
        with open(path, "w") as f:
            f.write(s.run("policy", "export").stdout)
        assert s.run("policy", "check", path).stdout == "sound\n"
        assert s.run("policy", "apply", path).stdout == "nothing to change\n"
        with open(path, "w") as f:
            f.write("[group bar]\ntitle = Bar\n[person bo]\ndisplay = Bo\ngroups = bar\n"
                    "[policy quick]\nposition = 1\nchannels = email\ntarget = first-response 3s\n")
        diff = s.run("policy", "diff", path)
        assert "+ [group bar]" in diff.stdout and "would be: 3 added" in diff.stdout, diff
        assert "bar" not in s.run("config", "list", "group").stdout
        applied = s.run("policy", "apply", path)
        assert "revision 2: 3 added" in applied.stdout, applied
        assert s.run("verify").returncode == 0
        assert any(p["name"] == "bo" for p in s.get("/v1/session").json()["people"])
        assert {r["text"] for r in s.get("/v1/config?type=policy&key=quick", Ttydesk_As="gao.feng").json()["config"]}
        s.run("person", "set", "bo", "--skill", "refunds")
        assert "groups = bar\nskills = refunds\n" in s.run("person", "show", "Bo").stdout
        assert s.run("person", "set", "bo", "--skill", "juggling", check=False).returncode == 1
        with open(path, "a") as f:
            f.write("[tag t]\ncolour = red\n[remove group nowhere]\n")
        bad = s.run("policy", "apply", path, check=False)
        assert bad.returncode == 1 and f"{path}:11: a tag has no \"colour\"" in bad.stderr, bad
        assert f'{path}:12: there is no group "nowhere" to remove' in bad.stderr, bad
        assert s.run("config", "set", "tag", "t", "glyph=star", "label.en=Tea").returncode == 0
        assert s.run("config", "show", "tag", "t").stdout == "[tag t]\nglyph = star\nlabel.en = Tea\n"
        assert s.run("config", "remove", "tag", "t").returncode == 0
        assert s.run("config", "remove", "group", "front", check=False).returncode == 1
        assert "1 removed: tag t" in s.run("policy", "log").stdout
        assert s.run("policy", "export", "--revision", "1").stdout.startswith("[setting ")
        alone = run(daemon, "policy", "check", path, "--database", os.path.join(folder, "none.db"))
        assert alone.returncode == 1 and not os.path.exists(os.path.join(folder, "none.db")), alone


def an_upgraded_desk_gets_what_is_new_and_keeps_what_it_has(daemon):
    with Server(daemon) as s:
        assert s.run("policy", "seed").stdout == "nothing to change\n"
        s.run("config", "set", "setting", "mood_angry", "value=grrr")
        s.run("config", "remove", "setting", "mood_anxious")
        gone = s.run("config", "list", "macro").stdout.split()[0]
        s.run("config", "remove", "macro", gone)
        dry = s.run("policy", "seed", "--dry-run").stdout
        assert f"+ [macro {gone}]" in dry and "+ [setting mood_anxious]" in dry and "would be: 2 added" in dry, dry
        assert gone not in s.run("config", "list", "macro").stdout.split()
        assert "2 added" in s.run("policy", "seed").stdout
        assert gone in s.run("config", "list", "macro").stdout.split()
        assert "value = grrr" in s.run("config", "show", "setting", "mood_angry").stdout
        assert s.run("policy", "seed").stdout == "nothing to change\n"


def holidays_come_from_an_icalendar_file(daemon):
    def ics(*events):
        inner = "".join(f"BEGIN:VEVENT\r\n{e}\r\nEND:VEVENT\r\n" for e in events)
        return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{inner}END:VCALENDAR\r\n"

    with Server(daemon) as s, tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "days.ics")
        with open(path, "w", newline="") as f:
            f.write(ics("DTSTART;VALUE=DATE:20001225\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:Christmas"))
        only = s.run("calendar", "import", path, "--into", "business", "--years", "1", "--dry-run")
        assert "would be: 1 changed: calendar business" in only.stdout, only
        told = s.run("calendar", "import", path, "--into", "business", "--years", "1")
        assert "3 days in the file, 3 of them new" in told.stdout, told
        shown = s.run("config", "show", "calendar", "business").stdout
        assert shown.count("-12-25 Christmas\n") == 3, shown
        again = s.run("calendar", "import", path, "--into", "business", "--years", "1")
        assert again.stdout.startswith("nothing to change\n"), again
        assert s.run("verify").returncode == 0
        with open(path, "w", newline="") as f:
            f.write(ics("DTSTART:20261225T090000Z", "SUMMARY:no day"))
        bad = s.run("calendar", "import", path, "--into", "business", check=False)
        assert bad.returncode == 1 and f"{path}:4: DTSTART" in bad.stderr, bad
        assert f"{path}:6: the event has no DTSTART" in bad.stderr, bad
        assert s.run("config", "show", "calendar", "business").stdout == shown
        nowhere = s.run("calendar", "import", path, "--into", "nowhere", check=False)
        assert nowhere.returncode == 1, nowhere
        assert s.run("calendar", "import", path, check=False).returncode == 1


def a_second_server_on_the_socket_is_refused(daemon):
    with Server(daemon) as s:
        told = run(daemon, "sample", "--socket", s.socket, "--database", s.database)
        assert told.returncode == 1 and "another server" in told.stderr, told
        assert s.get("/v1/health").status == 200
        with tempfile.TemporaryDirectory() as folder:
            # a socket without our lock, somebody else's
            path = os.path.join(folder, "s")
            with socket.socket(socket.AF_UNIX) as other:
                other.bind(path)
                other.listen()
                told = run(daemon, "sample", "--socket", path, "--database", os.path.join(folder, "d.db"))
                assert told.returncode == 1 and os.path.exists(path), told


main([words_and_options_have_help_and_sentences, bad_settings_are_told_with_file_and_line,
      databases_that_are_not_ours_are_left_alone, people_and_tokens_by_command,
      a_person_retired_by_command_is_out_of_a_running_server, tcp_needs_a_token,
      strangers_on_the_socket_are_told_their_number, an_embedded_server_is_alone_and_leaves_after_its_last_client,
      a_desk_served_over_tcp_alone_needs_no_socket, hangup_opens_the_log_anew, import_names_bad_lines_and_repeats_without_doubles,
      policy_files_are_all_or_nothing_and_a_running_server_follows, an_upgraded_desk_gets_what_is_new_and_keeps_what_it_has, holidays_come_from_an_icalendar_file,
      a_second_server_on_the_socket_is_refused])
