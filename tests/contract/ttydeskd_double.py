"""A real ttydeskd on a Unix socket in a private folder, and HTTP over it, for the tests of the API."""
import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid

from prism import Prism

PATIENCE_S = 180  # only a broken server takes that long


NEVER = threading.Event()  # the step of a poll that has a deadline


def until(what, look):
    """Looks again and again until there is something, and gives it."""
    end = time.monotonic() + PATIENCE_S
    while not (found := look()):
        assert time.monotonic() < end, f"{what} took too long"
        NEVER.wait(0.05)
    return found


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=PATIENCE_S)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(PATIENCE_S)
        self.sock.connect(self.path)


class Answer:
    def __init__(self, response, data=None):
        self.status = response.status
        self.headers = response.headers
        self.bytes = response.read() if data is None else data

    def json(self):
        return json.loads(self.bytes.decode("utf-8"))


class Server:
    """`with Server(daemon) as s`: a sample desk; s.get(...), s.write(...)."""

    def __init__(self, daemon, *options, people=(), database=None, word="sample", document=None):
        self.daemon = daemon
        self.dir = tempfile.mkdtemp(prefix="ttydesk-api-")
        self.socket = os.path.join(self.dir, "s")
        self.database = database or new_database(self.dir)
        self.options = options
        self.word = word
        self.people = people
        self.process = None
        self.log = os.path.join(self.dir, "log")
        self.document = document or (sys.argv[2] if len(sys.argv) > 2 else None)
        self.prism = None

    def run(self, *words, check=True):
        done = subprocess.run([self.daemon, *words, "--database", self.database], capture_output=True,
                              timeout=2 * PATIENCE_S, text=True)
        if check and done.returncode != 0:
            raise AssertionError(f"{words}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    def start(self):
        ready = threading.Event()
        self.answers = False
        self.process = subprocess.Popen([self.daemon, self.word, "--socket", self.socket, "--database", self.database,
                                         *self.options], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE)
        self.listener = threading.Thread(target=self.listen, args=(self.process.stderr, ready))
        self.listener.start()
        ready.wait(PATIENCE_S)
        if not self.answers:  # it may be about to end: poll() would not know yet
            self.process.kill()
            self.process.wait()
            self.listener.join(PATIENCE_S)
            raise AssertionError("ttydeskd does not start:\n" + self.last_words())
        if "DESK_NPM" in os.environ and not self.prism:
            self.prism = Prism(self.document, self.socket)

    def listen(self, pipe, ready):
        """Keeps the log, and tells when the door is open (or the server gone)."""
        with open(self.log, "ab") as log, pipe:
            for line in pipe:
                log.write(line)
                log.flush()
                if b" answers on " in line:
                    self.answers = True
                    ready.set()
        ready.set()

    def last_words(self):
        if not os.path.exists(self.log):
            return ""
        with open(self.log, errors="replace") as f:
            return f.read()[-6000:]

    def stop(self):
        """Graceful: must end by itself, with 0 and without a word of a sanitizer."""
        process, self.process = self.process, None
        process.terminate()
        code = process.wait(PATIENCE_S)
        self.listener.join(PATIENCE_S)
        with open(self.log, errors="replace") as f:
            said = f.read()
        assert code == 0, f"exit {code}\n{self.last_words()}"
        assert "Sanitizer" not in said and "runtime error" not in said, said

    def __enter__(self):
        try:
            if self.people:
                self.run("sample", "--seed-only")
                for name, role in self.people:
                    self.run("person", "add", name, "--role", role)
            self.start()
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise
        return self

    def __exit__(self, kind, value, trace):
        try:
            if self.process and kind is None:
                self.stop()
        finally:
            if self.process:
                self.process.kill()
                self.process.wait()
                self.listener.join(PATIENCE_S)
            if kind is not None:
                sys.stderr.write(self.last_words())
            if self.prism:
                self.prism.close()
            shutil.rmtree(self.dir, ignore_errors=True)

    # ---- requests
    def request(self, method, target, body=None, headers=None):
        """Through prism when there is one; what prism refuses, the server must refuse, too."""
        headers = headers or {}
        if not self.prism or not self.prism.takes(method, target, headers):
            return self.request_directly(method, target, body, headers)
        through = self.prism.ask(method, target, body, headers)
        if through:
            return Answer(*through)
        answer = self.request_directly(method, target, body, headers)
        assert 400 <= answer.status < 500, f"{method} {target}: prism refuses it, the server says {answer.status}"
        return answer

    def request_directly(self, method, target, body, headers):
        connection = UnixConnection(self.socket)
        try:
            connection.request(method, target, body=body, headers=headers)
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def get(self, target, **headers):
        return self.request("GET", target, headers=dashed(headers))

    def write(self, method, target, body=None, key=None, **headers):
        all_headers = {"Idempotency-Key": key or str(uuid.uuid4()), **dashed(headers)}
        if body is not None:
            all_headers["Content-Type"] = "application/json"
            body = json.dumps(body).encode()
        return self.request(method, target, body, all_headers)

    def stream(self, after=None, **headers):
        return Stream(self.socket, after, dashed(headers))


def new_database(folder):
    """SQLite in the folder; below with_postgres a database of its own there."""
    host = os.environ.get("DESK_TEST_POSTGRES")
    if not host:
        return "sqlite:" + os.path.join(folder, "desk.db")
    name = "api_" + uuid.uuid4().hex
    subprocess.run([os.environ["DESK_TEST_PSQL"], "-qX", "-h", host, "-U", "desk", "-d", "postgres", "-c",
                    f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0"], check=True, timeout=PATIENCE_S,
                   stdout=subprocess.DEVNULL)
    return f"postgres:host={host} user=desk dbname={name}"


def dashed(headers):
    return {name.replace("_", "-"): value for name, value in headers.items()}


class Stream:
    """Server-sent events, as a workstation reads them."""

    def __init__(self, path, after, headers):
        self.connection = UnixConnection(path)
        target = "/v1/events" + ("" if after is None else f"?after={after}")
        self.connection.request("GET", target, headers=headers)
        self.response = self.connection.getresponse()
        self.status = self.response.status

    def next(self, pings=False):
        """The next event as (id or None, kind, data); None at the end of the stream."""
        fields = {}
        while True:
            line = self.response.readline()
            if not line:
                return None
            line = line.decode("utf-8").rstrip("\n")
            if line.startswith(":"):
                continue
            if line:
                name, _, value = line.partition(": ")
                fields[name] = value
            elif fields:
                if pings or fields["event"] != "ping":
                    number = int(fields["id"]) if "id" in fields else None
                    return number, fields["event"], json.loads(fields["data"])
                fields = {}

    def close(self):
        self.response.close()
        self.connection.close()


def main(tests):
    """Runs functions of (daemon); TAP on stdout."""
    daemon = sys.argv[1]
    failed = 0
    print(f"1..{len(tests)}")
    for number, test in enumerate(tests, 1):
        try:
            test(daemon)
            print(f"ok {number} {test.__name__}", flush=True)
        except Exception:  # a test's failure, told with its trace
            import traceback
            traceback.print_exc()
            print(f"not ok {number} {test.__name__}", flush=True)
            failed += 1
    sys.exit(1 if failed else 0)
