#!/usr/bin/python3
"""typing.py ROUNDS [SEED] - somebody types in a real workstation that is killed with -9 at random points.
What the next life restores must be what was typed, but for the last 20 keys at most; after a pause of a second, all.

Restored is what the next workstation has put into its own journal when it has taken over the dead one's. Processed
keys are known by the program's idle signal, so that a busy machine loses nothing that was never read."""
import fcntl
import json
import os
import pty
import random
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import time

PATIENCE_S = 180  # only what is broken takes that long
KEYS_LOST = 20
PAUSE_S = 5.0    # the promise is 200 ms; a loaded machine may oversleep
LETTERS = list("abcdefghijklmnopqrstuvwxyz ABC.,- 12") + ["您", "好", "é", "😀", "е"]


class Workstation:
    def __init__(self, env, address):
        self.seen = b""
        read_end, write_end = os.pipe()
        os.set_blocking(read_end, False)
        self.idle_pipe = read_end
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.set_inheritable(write_end, True)
            program = os.path.join(os.environ["BUILD_DIR"], "ttydesk")
            os.execve(program, [program, "--server", address, "--as", "li.wei"],
                      {**env, "TTYDESK_TEST_IDLE_FD": str(write_end)})
        os.close(write_end)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))

    def pump(self, wait):
        """What comes within `wait` seconds; True when the program said that it is idle."""
        end, idle = time.monotonic() + wait, False
        while True:
            ready = select.select([self.fd, self.idle_pipe], [], [], max(0, end - time.monotonic()))[0]
            if self.fd in ready:
                try:
                    self.seen = (self.seen + os.read(self.fd, 65536))[-200000:]
                except OSError:
                    raise AssertionError("the workstation has left by itself:\n" + self.tail()) from None
            if self.idle_pipe in ready and os.read(self.idle_pipe, 4096):
                idle = True
            if idle or not ready:
                return idle

    def tail(self):
        return self.seen[-3000:].decode("utf-8", "replace")

    def idle(self):
        end = time.monotonic() + PATIENCE_S
        while not self.pump(0.5):
            assert time.monotonic() < end, "never idle:\n" + self.tail()
        while self.pump(0):
            pass

    def wait(self, text):
        end = time.monotonic() + PATIENCE_S
        while text.encode() not in self.seen:
            assert time.monotonic() < end, f"never showed {text!r}:\n" + self.tail()
            self.pump(0.2)
        self.idle()

    def send(self, text):
        os.write(self.fd, text.encode())

    def end(self, sign):
        os.kill(self.pid, sign)
        while True: # it may have more to say before it can end
            try:
                if not os.read(self.fd, 65536):
                    break
            except OSError:
                break
        status = os.waitpid(self.pid, 0)[1]
        os.close(self.fd)
        os.close(self.idle_pipe)
        return status


def journals(home):
    found = []
    for folder, _, names in os.walk(f"{home}/s"):
        found += [os.path.join(folder, n) for n in names if n.startswith("drafts-") and n.endswith(".jsonl")]
    return found


def restored(home, ticket, kind):
    """From the journal of the only workstation there is: written anew when it took over the dead one's."""
    texts = {}
    files = journals(home)
    assert len(files) <= 1, files
    for path in files:
        with open(path, encoding="utf-8") as f:
            for line in f:
                entry = json.loads(line)
                if "ticket" in entry and "text" in entry:
                    texts[entry["ticket"], entry["kind"]] = entry["text"]
    return texts.get((ticket, kind), "")


def next_key(dice, text):
    """A key, and the text behind it."""
    roll = dice.random()
    if roll < 0.04:
        return "\x1b\r", text + "\n"
    if roll < 0.12 and text and text[-1] in "abcdefghijklmnopqrstuvwxyz":
        return "\x7f", text[:-1]
    if roll < 0.14:
        lines = "\n".join("pasted %d" % dice.randrange(1000) for _ in range(dice.randint(1, 30)))
        return f"\x1b[200~{lines}\x1b[201~", text + lines
    letter = dice.choice(LETTERS)
    return letter, text + letter


def type_and_die(station, dice, ticket, kind):
    """States of the text by number of keys; how many of them were surely processed; whether it had a pause."""
    station.send(f":open {ticket}\r")
    station.wait(f"#{ticket}")
    station.send("n" if kind == "note" else "r")
    station.idle()
    states, before_last, last = [""], 0, 0
    for _ in range(dice.randint(5, 40)):
        while station.pump(0):
            pass
        burst = ""
        for _ in range(dice.randint(1, 25)):
            key, text = next_key(dice, states[-1])
            states.append(text)
            burst += key
        station.send(burst)
        station.idle()
        before_last, last = last, len(states) - 1
        if dice.random() < 0.5:
            station.pump(dice.random() * 0.3)
    end = dice.choice(("at once", "in a moment", "in the middle of a burst", "after a pause"))
    if end == "in a moment":
        station.pump(dice.random() * 0.25)
    elif end == "in the middle of a burst":
        burst = ""
        for _ in range(dice.randint(1, 60)):
            key, text = next_key(dice, states[-1])
            states.append(text)
            burst += key
        station.send(burst)
    elif end == "after a pause":
        deadline = time.monotonic() + PAUSE_S
        while time.monotonic() < deadline:
            station.pump(deadline - time.monotonic())
        before_last = last = len(states) - 1
    station.end(signal.SIGKILL)
    return states, before_last, end


def serve(home, env):
    path = f"{home}/sock"
    program = os.path.join(os.environ["BUILD_DIR"], "ttydeskd")
    server = subprocess.Popen([program, "sample", "--socket", path, "--database", f"sqlite:{home}/desk.db", "--embedded",
                               "--linger", "600", "--log", f"{home}/log"], env=env, stdin=subprocess.DEVNULL)
    end = time.monotonic() + PATIENCE_S
    while True:
        with socket.socket(socket.AF_UNIX) as s:
            try:
                s.connect(path)
                return server, f"unix:{path}"
            except OSError:
                assert server.poll() is None and time.monotonic() < end, "ttydeskd does not serve"
        select.select([], [], [], 0.05)


def main():
    rounds = int(sys.argv[1])
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else int(time.time())
    print(f"seed {seed}", flush=True)
    home = tempfile.mkdtemp(prefix="typing-")
    for name in "rdsc":
        os.mkdir(f"{home}/{name}", 0o700)
    env = dict(os.environ, TERM="xterm-256color", LANG="C.UTF-8", LC_ALL="C.UTF-8", HOME=home, XDG_RUNTIME_DIR=f"{home}/r",
               XDG_DATA_HOME=f"{home}/d", XDG_STATE_HOME=f"{home}/s", XDG_CONFIG_HOME=f"{home}/c", INPUTRC="/dev/null",
               ASAN_OPTIONS=f"log_path={home}/asan:detect_leaks=0", UBSAN_OPTIONS="print_stacktrace=1")
    server, address = serve(home, env)
    lost_most, failed = 0, 0
    try:
        for number in range(rounds):
            dice = random.Random(seed * 100003 + number)
            ticket, kind = 1001 + number % 40, "note" if number // 40 % 2 else "reply"
            station = Workstation(env, address)
            station.idle()
            had = restored(home, ticket, kind)
            states, processed, end = type_and_die(station, dice, ticket, kind)
            states = [had + s for s in states]
            after = Workstation(env, address)
            after.wait("drafts" if number else "draft")
            text = restored(home, ticket, kind)
            after.end(signal.SIGKILL)
            found = max((i for i, s in enumerate(states) if s == text), default=None)
            lost = None if found is None else processed - found
            if found is None or lost > KEYS_LOST or (end == "after a pause" and lost > 0):
                failed += 1
                print(f"round {number}, killed {end}: {processed} keys processed of {len(states) - 1}, "
                      f"{'none of the texts typed' if found is None else f'{lost} keys lost'}\n"
                      f" restored {text[-120:]!r}\n typed    {states[processed][-120:]!r}", flush=True)
            else:
                lost_most = max(lost_most, lost)
        reports = [open(f"{home}/{n}", errors="replace").read() for n in os.listdir(home) if n.startswith("asan")]
        assert not reports, "\n".join(reports)[:20000]
    finally:
        server.terminate()
        server.wait(PATIENCE_S)
    assert not failed, f"{failed} of {rounds} rounds lost words; seed {seed}"
    print(f"{rounds} rounds, at most {max(lost_most, 0)} keys lost")
    shutil.rmtree(home, ignore_errors=True)


main()
