#!/usr/bin/python3
"""The server's errors come in the language of each request; what it keeps never depends on it."""
import os
import subprocess

from ttydeskd_double import Server, main


def chinese(text):
    return any("一" <= c <= "鿿" for c in text)


def errors_speak_the_language_of_the_request(daemon):
    with Server(daemon) as s:
        cases = (
            lambda **h: s.get("/v1/nothing", **h),
            lambda **h: s.get("/v1/tickets/999999", **h),
            lambda **h: s.get("/v1/tickets?q=nosuch:x", **h),
            # refused by the writer, on another thread
            lambda **h: s.write("POST", "/v1/tickets/999999/claim", {}, **h),
            lambda **h: s.write("PATCH", "/v1/tickets/1001", {"status": "merged"}, **h),
        )
        for case in cases:
            for accept, wanted in (("zh-CN,zh;q=0.9,en;q=0.8", True), ("en", False), ("fr, zh;q=0.1, en;q=0.5", False),
                                   ("zh", True), (None, False)):
                headers = {"Accept_Language": accept} if accept else {}
                answer = case(**headers)
                assert 400 <= answer.status < 500, answer.bytes
                message = answer.json()["message"]
                assert chinese(message) == wanted, (accept, message)


def history_is_kept_in_english(daemon):
    with Server(daemon) as s:
        ticket = s.get("/v1/tickets?view=all&limit=1").json()["rows"][0]["id"]
        answer = s.write("PATCH", f"/v1/tickets/{ticket}", {"status": "pending-internal"}, Accept_Language="zh")
        assert answer.status == 200, answer.bytes
        lines = [m["body"] for m in s.get(f"/v1/tickets/{ticket}", Accept_Language="zh").json()["ticket"]["messages"]
                 if m["kind"] == "system"]
        assert "status: pending-internal" in lines, lines


def commands_follow_the_environment(daemon):
    for variables, wanted in (({"LANG": "zh_CN.UTF-8"}, True), ({"LANG": "en_US.UTF-8"}, False),
                              ({"LANG": "C.UTF-8", "LANGUAGE": "zh_CN:en"}, True), ({"LANG": "C"}, False),
                              ({"LC_ALL": "C", "LANGUAGE": "zh_CN"}, False), ({"LANG": "zh_CN.GB2312"}, False)):
        env = {k: v for k, v in os.environ.items() if not k.startswith("LC_") and k not in ("LANG", "LANGUAGE")}
        for words in (["--help"], ["no-such-word"], ["serve", "--no-such-option"], ["person", "--help"]):
            done = subprocess.run([daemon, *words], capture_output=True, text=True, encoding="utf-8",
                                  env={**env, **variables}, timeout=60)
            assert chinese(done.stdout + done.stderr) == wanted, (variables, words, done.stdout, done.stderr)


if __name__ == "__main__":
    main([errors_speak_the_language_of_the_request, history_is_kept_in_english, commands_follow_the_environment])
