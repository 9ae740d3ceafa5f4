"""Terminals of 80x24 in a private tmux, and a private sample desk, for tests that need several or real ones."""
import os
import select
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time

PATIENCE_S = 180  # only what is broken takes that long
BUILD = os.environ["BUILD_DIR"]


def until(what, test):
    """Looks again and again until test() is true."""
    end = time.monotonic() + PATIENCE_S
    while not (result := test()):
        if time.monotonic() > end:
            raise AssertionError(f"in vain: {what}")
        select.select([], [], [], 0.02)
    return result


class Pane:
    def __init__(self, panes, name):
        self.panes = panes
        self.name = name

    def screen(self):
        return self.panes.tmux("capture-pane", "-p", "-t", self.name)

    def wait(self, text):
        try:
            until(text, lambda: text in self.screen())
        except AssertionError:
            raise AssertionError(f"{self.name} never showed {text!r}:\n{self.screen()}") from None

    def type(self, text):
        self.panes.tmux("send-keys", "-t", self.name, "-l", text)

    def key(self, *names):
        self.panes.tmux("send-keys", "-t", self.name, *names)

    def pid(self):
        return int(self.panes.tmux("display-message", "-p", "-t", self.name, "#{pane_pid}"))

    def wait_end(self):
        until(f"{self.name} ends",
              lambda: self.panes.tmux("display-message", "-p", "-t", self.name, "#{pane_dead}").strip() == "1")


class Panes:
    """`with Panes() as p`: private folders in p.env, terminals by p.open(); all gone at the end."""

    def __enter__(self):
        self.dir = tempfile.mkdtemp(prefix="ttydesk-stack-")
        self.env = {"LC_ALL": "C.UTF-8", "TZ": "UTC"}
        for name in ("RUNTIME_DIR", "DATA_HOME", "STATE_HOME", "CONFIG_HOME"):
            self.env["XDG_" + name] = os.path.join(self.dir, name[0].lower())
            os.mkdir(self.env["XDG_" + name], 0o700)
        # time stands still: what is due in a minute would be late on a slow machine, and say so on the screen
        self.env["TTYDESK_TEST_CLOCK"] = self.dir + "/clock"
        with open(self.env["TTYDESK_TEST_CLOCK"], "w", encoding="ascii") as f:
            f.write(str(int(time.time() * 1000)))
        self.tmux("new-session", "-d", "-s", "keeper", "cat")
        return self

    def __exit__(self, *unused):
        subprocess.run(["tmux", "-S", self.dir + "/tmux", "kill-server"], check=False, stderr=subprocess.DEVNULL)
        self.stop_desk()
        shutil.rmtree(self.dir, ignore_errors=True)

    def tmux(self, *words):
        env = {k: v for k, v in os.environ.items() if k not in ("TMUX", "TMUX_PANE")}
        done = subprocess.run(["tmux", "-S", self.dir + "/tmux", "-f", "/dev/null", *words], capture_output=True,
                              text=True, timeout=PATIENCE_S, env={**env, "LC_ALL": "C.UTF-8"})
        if done.returncode:
            raise AssertionError(f"tmux {words}: {done.stderr}")
        return done.stdout

    def open(self, name, *command):
        self.tmux("new-session", "-d", "-s", name, "-x", "80", "-y", "24", "env", "TERM=screen-256color",
                  *(f"{k}={v}" for k, v in self.env.items()), *command)
        self.tmux("set-option", "-t", name, "remain-on-exit", "on")
        return Pane(self, name)

    def desk_pid(self):
        """The private ttydeskd, by the peer of its socket; 0 when there is none."""
        with socket.socket(socket.AF_UNIX) as s:
            try:
                s.connect(self.env["XDG_RUNTIME_DIR"] + "/ttydesk/sample.sock")
            except OSError:
                return 0
            return struct.unpack("3i", s.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0]

    def stop_desk(self):
        pid = self.desk_pid()
        if pid:
            os.kill(pid, signal.SIGTERM)
            until("the desk ends", lambda: not alive(pid))

    def drafts(self):
        found = ""
        for folder, _, files in os.walk(self.env["XDG_STATE_HOME"]):
            for name in files:
                if name.startswith("drafts"):
                    with open(os.path.join(folder, name), encoding="utf-8") as f:
                        found += f.read()
        return found


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as f:
            return f.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
