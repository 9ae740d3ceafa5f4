#!/usr/bin/python3
"""ttydeskd under a service manager: sockets handed over, notices, reload, TLS, settings that are wrong."""
import fcntl
import http.client
import os
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile

from ttydeskd_double import PATIENCE_S, UnixConnection, main


class Service:
    """A ttydeskd started as a service manager would: sockets from descriptor 3 up, a notify socket."""

    def __init__(self, daemon, sockets=(), settings="", options=(), watchdog_usec=None):
        self.dir = tempfile.mkdtemp(prefix="ttydesk-run-")
        self.log = os.path.join(self.dir, "log")
        self.notices = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notices.bind(os.path.join(self.dir, "notify"))
        self.notices.settimeout(PATIENCE_S)
        conf = os.path.join(self.dir, "conf")
        with open(conf, "w") as f:
            f.write(settings.replace("@DIR@", self.dir))
        env = {**os.environ, "NOTIFY_SOCKET": os.path.join(self.dir, "notify")}
        if watchdog_usec:
            env["WATCHDOG_USEC"] = str(watchdog_usec)
        # Out of the way of the descriptors that they shall become.
        high = [fcntl.fcntl(s.fileno(), fcntl.F_DUPFD, 50) for s in sockets]

        def hand_over():
            for n, fd in enumerate(high):
                os.dup2(fd, 3 + n)
        words = [daemon, "sample", "--config", conf, "--database", "sqlite:" + os.path.join(self.dir, "desk.db"),
                 "--log", self.log, "--log-level", "info", *options]
        # The number of the process is known only inside it.
        starter = f'LISTEN_PID=$$ LISTEN_FDS={len(high)} exec "$@"' if high else 'exec "$@"'
        self.process = subprocess.Popen(["sh", "-c", starter, "sh", *words], env=env, stdin=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE, preexec_fn=hand_over,
                                        pass_fds=tuple(range(3, 3 + len(high))))
        for fd in high:
            os.close(fd)

    def notice(self, wanted):
        """The next notice that has this line; the others are skipped."""
        while True:
            lines = self.notices.recv(4096).decode().split("\n")
            if wanted in lines:
                return lines

    def said(self):
        with open(self.log) as f:
            return f.read()

    def stop(self):
        self.process.terminate()
        self.notice("STOPPING=1")
        assert self.process.wait(PATIENCE_S) == 0, self.said()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.process.stderr.close()
        self.notices.close()
        shutil.rmtree(self.dir, ignore_errors=True)


def listening_unix(folder):
    s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    s.bind(os.path.join(folder, "given"))
    s.listen(16)
    return s


def health(connection):
    connection.request("GET", "/v1/health")
    answer = connection.getresponse()
    read = answer.read()
    connection.close()
    assert answer.status == 200, read
    return read


def sockets_of_the_manager_are_served(daemon):
    folder = tempfile.mkdtemp(prefix="ttydesk-given-")
    try:
        with listening_unix(folder) as unix, socket.create_server(("127.0.0.1", 0)) as tcp:
            port = tcp.getsockname()[1]
            with Service(daemon, [unix, tcp], "[server]\nsocket = @DIR@/own\n") as s:
                s.notice("READY=1")
                assert not os.path.exists(os.path.join(s.dir, "own")), "a given socket stands for the own one"
                health(UnixConnection(os.path.join(folder, "given")))
                health(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S))
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
                connection.request("GET", "/v1/session")
                assert connection.getresponse().status == 401, "TCP always needs a token"
                connection.close()
                s.stop()
            assert os.path.exists(os.path.join(folder, "given")), "the manager's socket is the manager's"
            # Who connects while nobody serves is answered by the next server.
            waiting = UnixConnection(os.path.join(folder, "given"))
            waiting.connect()
            waiting.putrequest("GET", "/v1/health")
            waiting.endheaders()
            with Service(daemon, [unix]) as s:
                answer = waiting.getresponse()
                assert answer.status == 200
                answer.read()
                waiting.close()
                s.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def what_is_no_listening_socket_is_refused(daemon):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as odd, Service(daemon, [odd]) as s:
        assert s.process.wait(PATIENCE_S) == 1
        assert b"not a stream socket" in s.process.stderr.read()
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as odd, Service(daemon, [odd]) as s:
        assert s.process.wait(PATIENCE_S) == 1
        assert b"does not listen" in s.process.stderr.read()


def an_open_port_without_tls_is_refused(daemon):
    with socket.create_server(("0.0.0.0", 0)) as tcp:
        with Service(daemon, [tcp], "[server]\nsocket = @DIR@/own\n") as s:
            assert s.process.wait(PATIENCE_S) == 1
            assert b"tls-certificate" in s.process.stderr.read()
        with Service(daemon, [tcp], "[server]\nsocket = @DIR@/own\ntls = behind-proxy\n") as s:
            s.notice("READY=1")
            health(http.client.HTTPConnection("127.0.0.1", tcp.getsockname()[1], timeout=PATIENCE_S))
            s.stop()


def notices_tell_reload_and_life(daemon):
    with Service(daemon, (), "[server]\nsocket = @DIR@/own\n", watchdog_usec=400000) as s:
        s.notice("READY=1")
        s.notice("WATCHDOG=1")
        s.notice("WATCHDOG=1")
        os.rename(s.log, s.log + ".1")
        s.process.send_signal(signal.SIGHUP)
        lines = s.notice("RELOADING=1")
        assert any(line.startswith("MONOTONIC_USEC=") and int(line.split("=")[1]) > 0 for line in lines), lines
        s.notice("READY=1")
        assert "log reopened" in s.said()  # told before the notice
        s.stop()


def openssl(folder, *words):
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True, timeout=PATIENCE_S)


def certificate(folder, name):
    """Signed by itself: name.pem, name.key"""
    openssl(folder, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
            "-subj", "/CN=desk", "-addext", "subjectAltName=DNS:localhost", "-keyout", f"{name}.key", "-out", f"{name}.pem")


def tls_connection(port, trusted):
    return http.client.HTTPSConnection("localhost", port, timeout=PATIENCE_S,
                                       context=ssl.create_default_context(cafile=trusted))


def refused(port, trusted):
    try:
        health(tls_connection(port, trusted))
    except ssl.SSLCertVerificationError:
        return True
    return False


def check(daemon, service):
    return subprocess.run([daemon, "check", "--config", os.path.join(service.dir, "conf"), "--database",
                           "sqlite:" + os.path.join(service.dir, "desk.db")], capture_output=True, text=True, timeout=PATIENCE_S)


def hangup_renews_the_certificate(daemon):
    folder = tempfile.mkdtemp(prefix="ttydesk-cert-")
    path = lambda name: os.path.join(folder, name)
    try:
        certificate(folder, "old")
        certificate(folder, "new")
        shutil.copy(path("old.pem"), path("desk.pem"))
        shutil.copy(path("old.key"), path("desk.key"))
        os.chmod(path("desk.key"), 0o600)
        settings = ("[server]\nsocket = @DIR@/own\n"
                    f"tls-certificate = {path('desk.pem')}\ntls-key = {path('desk.key')}\n")
        with socket.create_server(("0.0.0.0", 0)) as tcp, Service(daemon, [tcp], settings) as s:
            port = tcp.getsockname()[1]
            s.notice("READY=1")
            health(tls_connection(port, path("old.pem")))
            assert refused(port, path("new.pem"))
            kept = tls_connection(port, path("old.pem"))  # a connection that lives through it all
            kept.request("GET", "/v1/health")
            kept.getresponse().read()

            shutil.copy(path("new.pem"), path("desk.pem"))  # the key is still the old one
            s.process.send_signal(signal.SIGHUP)
            s.notice("READY=1")
            assert "the certificate in force is kept: the key in" in s.said(), s.said()
            health(tls_connection(port, path("old.pem")))

            checked = check(daemon, s)
            assert checked.returncode == 1 and "does not belong to" in checked.stderr, checked
            shutil.copy(path("new.key"), path("desk.key"))
            assert check(daemon, s).returncode == 0
            s.process.send_signal(signal.SIGHUP)
            s.notice("READY=1")
            health(tls_connection(port, path("new.pem")))
            assert refused(port, path("old.pem"))
            kept.request("GET", "/v1/health")
            assert kept.getresponse().status == 200
            kept.close()
            s.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def wrong_settings_are_all_told_with_their_lines(daemon):
    with Service(daemon, (), "[server]\nsocket = @DIR@/own\nsokcet = x\nthreads = many\ntls = maybe\n[logs]\nfile = x\n") as s:
        assert s.process.wait(PATIENCE_S) == 2
        said = s.process.stderr.read().decode()
        for line, words in ((3, "sokcet"), (4, "threads"), (5, "tls"), (7, "[logs]")):
            assert f"conf:{line}: " in said and words in said, said


main([sockets_of_the_manager_are_served, what_is_no_listening_socket_is_refused, an_open_port_without_tls_is_refused,
      notices_tell_reload_and_life, hangup_renews_the_certificate, wrong_settings_are_all_told_with_their_lines])
