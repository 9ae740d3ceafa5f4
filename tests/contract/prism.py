"""Prism between a test and its server: what server/openapi.yaml says is checked by somebody else's eyes, too.

With DESK_NPM (the folder of tests/contract/npm/with) in the environment every request of
ttydeskd_double.Server goes `test -> prism proxy --errors -> bridge -> the server's Unix socket`. Prism refuses
requests that break the document before they are sent: then the request goes to the server directly, which must
refuse it as well. An answer that breaks the document fails the test. Streams and bodies that aren't JSON (prism
reads all as text) go directly."""
import http.client
import os
import re
import socket
import subprocess
import threading

import yaml

PATIENCE_S = 120  # a busy machine takes long to start node
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")  # node's parser refuses what it doesn't know
OF_REQUEST = ("UNPROCESSABLE_ENTITY", "NO_PATH_MATCHED_ERROR", "NO_METHOD_MATCHED_ERROR", "NO_RESOURCE_PROVIDED_ERROR",
              "UNAUTHORIZED", "INVALID_CONTENT_TYPE")


class Bridge:
    """Bytes between a TCP port, which prism wants, and a Unix socket, on which the kernel says who asks."""

    def __init__(self, path):
        self.path = path
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        with client, socket.socket(socket.AF_UNIX) as server:
            try:
                server.connect(self.path)
            except OSError:
                return  # prism sees a closed connection, the test its error
            back = threading.Thread(target=pump, args=(server, client), daemon=True)
            back.start()
            pump(client, server)
            back.join()

    def close(self):
        self.listener.close()


def pump(source, sink):
    try:
        while data := source.recv(65536):
            sink.sendall(data)
    except OSError:
        pass
    try:
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass


class Prism:
    def __init__(self, document, path):
        with open(document, encoding="utf-8") as f:
            self.paths = [(re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(name)) + "$"), item)
                          for name, item in yaml.safe_load(f)["paths"].items()]
        self.bridge = Bridge(path)
        self.said = []
        program = os.path.join(os.environ["DESK_NPM"], "node_modules/.bin/prism")
        self.process = subprocess.Popen([program, "proxy", "--errors", "--cors", "false", "-h", "127.0.0.1", "-p", "0",
                                         document, f"http://127.0.0.1:{self.bridge.port}"],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.port = None
        self.ready = threading.Event()
        self.listener = threading.Thread(target=self.listen, daemon=True)
        self.listener.start()
        if not self.ready.wait(PATIENCE_S) or not self.port:
            self.close()
            raise AssertionError("prism does not start:\n" + self.last_words())

    def listen(self):
        with self.process.stdout as pipe:
            for line in pipe:
                self.said = self.said[-200:] + [line]
                found = re.search(rb"Prism is listening on \S+:(\d+)", line)
                if found:
                    self.port = int(found.group(1))
                    self.ready.set()
        self.ready.set()

    def last_words(self):
        return b"".join(self.said).decode("utf-8", "replace")[-6000:]

    def close(self):
        self.process.kill()
        self.process.wait()
        self.listener.join(PATIENCE_S)
        self.bridge.close()

    def takes(self, method, target, headers):
        """Whether prism can handle it without harm."""
        if method not in METHODS:
            return False
        content = headers.get("Content-Type", "application/json")
        if not content.startswith("application/json") or "text/event-stream" in headers.get("Accept", ""):
            return False
        path = target.partition("?")[0]
        item = next((i for pattern, i in self.paths if pattern.match(path)), {})
        responses = item.get(method.lower(), {}).get("responses", {})
        kinds = [c for r in responses.values() for c in r.get("content", {})]
        streams = "text/event-stream" in kinds and "application/json" not in headers.get("Accept", "")
        return not streams and all(c in ("application/json", "text/event-stream") for c in kinds)

    def ask(self, method, target, body, headers):
        """(response, bytes), or None when prism finds the request itself wrong."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        try:
            connection.request(method, target, body=body, headers=headers)
            response = connection.getresponse()
            data = response.read()
        finally:
            connection.close()
        what = f"{method} {target}: {response.status} {data.decode('utf-8', 'replace')[:2000]}"
        assert "sl-violations" not in response.headers, f"{what}\n{response.headers['sl-violations']}"
        if response.headers["Content-Type"] == "application/problem+json":
            assert any(kind in what for kind in OF_REQUEST), f"prism: {what}"
            return None
        return response, data
