#!/usr/bin/python3
"""The small client of ttydesk-api(7), taken out of the page as a reader would and put to work on a real server."""
import os
import re
import select
import socket
import subprocess
import sys
import tempfile
import textwrap
import threading

import yaml

from prism import Bridge, pump
from ttydeskd_double import PATIENCE_S, Server, main

PAGE = os.path.join(os.path.dirname(sys.argv[2]), "../man/ttydesk-api.7")


def rendered():
    page = subprocess.run(["mandoc", "-T", "ascii", PAGE], check=True, capture_output=True, text=True, timeout=PATIENCE_S)
    return re.sub(".\b", "", page.stdout)


class Client:
    """`with Client(server) as c`: c.run("show", "1001")."""

    def __init__(self, server, **environment):
        self.environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "DESK_SOCKET": server.socket, **environment}

    def __enter__(self):
        lines = rendered().splitlines()
        first = next(n for n, line in enumerate(lines) if line.strip() == "#!/bin/sh")
        last = next(n for n, line in enumerate(lines) if n > first and line and not line.startswith(" "))
        with tempfile.NamedTemporaryFile("w", suffix=".sh", delete=False, encoding="utf-8") as f:
            f.write(textwrap.dedent("\n".join(lines[first:last])))
            self.path = f.name
        return self

    def __exit__(self, *_):
        os.unlink(self.path)

    def run(self, *words, text="", code=0):
        done = subprocess.run(["/bin/sh", self.path, *words], input=text.encode(), capture_output=True, env=self.environment,
                              timeout=2 * PATIENCE_S)
        assert done.returncode == code, f"{words}: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        return (done.stdout if code == 0 else done.stderr).decode()

    def start(self, *words):
        return subprocess.Popen(["/bin/sh", self.path, *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                env=self.environment, start_new_session=True)


def messages_of(s, number):
    return s.get(f"/v1/tickets/{number}").json()["ticket"]["messages"]


def the_page_s_client_works(daemon):
    with Server(daemon) as s, Client(s) as c:
        listed = c.run("list").splitlines()
        total = s.get("/v1/tickets?view=all&limit=1").json()["total"]
        assert len(listed) == total and all(line.count("\t") == 3 for line in listed), listed
        assert 0 < len(c.run("list", "Wang Fang").splitlines()) < total
        number = re.match(r"#(\d+) .", c.run("take"))[1]
        assert c.run("show", number).startswith(f"#{number} ")
        words = "Two lines, \"quotes\", $HOME `x` \\n\nand 中文; 100 %"
        assert c.run("note", number, text=words) == "note, done\n"
        assert messages_of(s, number)[-1]["body"].rstrip("\n") == words
        assert c.run("reply", number, text="Hello").startswith("reply, ")
        said = messages_of(s, number)[-1]
        assert said["kind"] == "reply" and said["body"] == "Hello"
        assert c.run("show", "99999999", code=1).startswith("desk: "), "a refusal's sentence"
        assert c.run("nonsense", code=2).startswith("usage: ")


def the_page_s_client_hears_changes(daemon):
    with Server(daemon) as s, Client(s) as c:
        watching = c.start("watch")
        try:
            # nobody tells when it listens: until it has heard, there is something to hear
            heard = b""
            for number in range(PATIENCE_S):
                assert s.write("POST", "/v1/tickets/1001/messages", {"kind": "note", "body": str(number)}).status == 201
                while not heard.endswith(b" #1001 note\n") and select.select([watching.stdout], [], [], 1)[0]:
                    heard = watching.stdout.readline()  # the sample's clocks may ring meanwhile
                    assert re.match(rb"\d+ #\d+ (note|warning|breach)\n$", heard), heard
                if heard.endswith(b" #1001 note\n"):
                    break
            assert heard.endswith(b" #1001 note\n")
        finally:
            os.killpg(watching.pid, 15)
            watching.wait(PATIENCE_S)
            watching.stdout.close()


def the_page_s_client_comes_over_tcp_with_a_token(daemon):
    with Server(daemon, "--tcp", "127.0.0.1:0", people=(("robot", "agent"),)) as s:
        token = s.run("token", "new", "robot", "--label", "r").stdout.split()[-1]
        with open(s.log, encoding="utf-8") as f:
            port = re.search(r"answers on 127.0.0.1:0, port (\d+)", f.read())[1]
        header = os.path.join(s.dir, "header")
        with open(header, "w", encoding="utf-8") as f:
            f.write(f"Authorization: Bearer {token}\n")
        with Client(s, DESK_URL=f"http://127.0.0.1:{port}", DESK_HEADER=header) as c:
            assert c.run("note", "1001", text="by wire") == "note, done\n"
        said = messages_of(s, 1001)[-1]
        assert said["body"] == "by wire" and said["author_name"] == "robot", said


class Cutter(Bridge):
    """Takes the answer of the first write away, and the connection with it."""

    def __init__(self, path):
        self.cut = 0
        super().__init__(path)

    def serve(self, client):
        with client, socket.socket(socket.AF_UNIX) as server:
            server.connect(self.path)
            first = client.recv(65536)
            server.sendall(first)
            if first.startswith(b"POST") and not self.cut:
                self.cut += 1
                server.recv(65536)
                return
            back = threading.Thread(target=pump, args=(server, client), daemon=True)
            back.start()
            pump(client, server)
            back.join()


def the_page_s_client_writes_once(daemon):
    """The answer is lost: it sends again, with the same key."""
    with Server(daemon) as s:
        bridge = Cutter(s.socket)
        header = os.path.join(s.dir, "header")
        with open(header, "w", encoding="utf-8") as f:
            f.write("X-Nothing: x\n")
        try:
            with Client(s, DESK_URL=f"http://127.0.0.1:{bridge.port}", DESK_HEADER=header) as c:
                assert c.run("note", "1001", text="only once") == "note, done\n"
        finally:
            bridge.close()
        assert bridge.cut == 1
        assert [m["body"] for m in messages_of(s, 1001)].count("only once") == 1


def every_refusal_is_on_the_page(_daemon):
    with open(sys.argv[2], encoding="utf-8") as f:
        codes = set(yaml.safe_load(f)["components"]["schemas"]["Error"]["properties"]["code"]["enum"])
    # a client's own, or those of the desks behind one
    codes -= {"net", "timeout", "protocol", "cancelled", "newer"}
    with open(PAGE, encoding="utf-8") as f:
        told = {word for line in re.findall(r"^\.It Ic (.*)$", f.read(), flags=re.M) for word in re.split(r"[ ,]+", line)}
    assert codes == told, f"{sorted(codes ^ told)}"


main([the_page_s_client_works, the_page_s_client_hears_changes, the_page_s_client_comes_over_tcp_with_a_token,
      the_page_s_client_writes_once, every_refusal_is_on_the_page])
