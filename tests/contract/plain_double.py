"""ttydesk without a screen beside a ttydeskd at a frozen time, for the tests of command line and line-by-line mode."""
import difflib
import json
import os
import re
import subprocess
import tempfile

from ttydeskd_double import PATIENCE_S, Server

NOW_MS = 1795428000000  # 2026-11-23 10:00 UTC
HERE = os.path.dirname(os.path.abspath(__file__))


class Desk(Server):
    """A sample desk whose clock stands; desk.call("queue", "-q") runs the program."""

    def __init__(self, daemon, *options, **more):
        self.clock = tempfile.NamedTemporaryFile("w", prefix="ttydesk-clock-")
        self.clock.write(str(NOW_MS))
        self.clock.flush()
        os.environ["TTYDESK_TEST_CLOCK"] = self.clock.name
        super().__init__(daemon, *options, **more)
        self.program = os.path.join(os.path.dirname(os.path.abspath(daemon)), "ttydesk")
        self.home = os.path.join(self.dir, "home")
        os.makedirs(self.home)

    def environment(self, **more):
        kept = {name: value for name, value in os.environ.items()
                if name in ("PATH", "TTYDESK_TEST_CLOCK", "UBSAN_OPTIONS", "ASAN_OPTIONS", "G_DEBUG")}
        return {**kept, "HOME": self.home, "XDG_STATE_HOME": self.home, "XDG_DATA_HOME": self.home,
                "XDG_CONFIG_HOME": self.home, "XDG_RUNTIME_DIR": self.dir, "TZ": "UTC", "LC_ALL": "C.UTF-8",
                "TERM": "xterm-256color", "TTYDESK_SERVER": "unix:" + self.socket, **more}

    def call(self, *words, text="", code=0, **environment):
        done = subprocess.run([self.program, *words], input=text.encode() if isinstance(text, str) else text,
                              capture_output=True, env=self.environment(**environment), timeout=2 * PATIENCE_S)
        said = done.stderr.decode("utf-8", "replace")
        assert done.returncode == code, f"{words}: exit {done.returncode}, not {code}\n{done.stdout}\n{said}"
        assert "Sanitizer" not in said and "runtime error" not in said, said
        return (done.stdout if code == 0 else done.stderr).decode("utf-8")

    def json(self, *words, **more):
        return json.loads(self.call(*words, "-o", "json", **more))

    def ticket(self, number):
        return self.get(f"/v1/tickets/{number}").json()["ticket"]


def golden(name, text):
    """What is printed is what is expected; DESK_UPDATE=1 accepts it: read the diff."""
    path = os.path.join(HERE, "expected", name)
    text = re.sub(r"unix:\S+", "unix:SOCKET", text)
    if os.environ.get("DESK_UPDATE"):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        return
    with open(path, encoding="utf-8") as f:
        expected = f.read()
    diff = "".join(difflib.unified_diff(expected.splitlines(True), text.splitlines(True), name, "now"))
    assert not diff, "\n" + diff
