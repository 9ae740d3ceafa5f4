#!/usr/bin/env python3
"""compose.py - what writing costs beside vim: bytes to the terminal and CPU per key, and a paste of 10,000 lines.
usage: compose.py [OUT.json] [-r ROUNDS]      PTYBIN: folder with ttydesk, ttydeskd, ptydrive. See README.md. Needs vim.

The same words are typed into the composer and into vim's insert mode, key by key, in turns (ttydesk, vim, ttydesk ...);
a key's CPU is that of the program alone, not of the desk's server. Bytes are those sent beyond the character itself. Vim is
started with -u NONE: no plugins, no syntax, nothing to its disadvantage. The paste is bracketed, read back from the draft on
disk and compared byte for byte. A desk of its own is made and thrown away."""
import glob, json, os, pty, select, shutil, signal, statistics as S, struct, subprocess, sys, tempfile, time, fcntl, termios
B = os.environ.get("PTYBIN", os.path.dirname(os.path.abspath(__file__)))
TEXT = ["Dear customer, my name is Li and I have looked at your order: the parcel is at the depot in your town. ",
        "It leaves today; should it not be with you by tomorrow evening, call me and I send a new one. ",
        "Thank you for your patience, and let me know whether there is anything else that I can do for you. "] * 2
ZH = "您好，我是李伟。您说蓝牙耳机连接不上，请先把耳机放回充电盒，等五秒钟再取出来。"
BARS = {"bytes": 16, "cpu": 1.0, "paste": 1.0}
LINES = 10_000
def drive(home, cmd, script):
    f = f"{home}/script"; open(f, "w").write("\n".join(script) + "\n")
    env = {"PATH": os.environ["PATH"], "HOME": home, "LC_ALL": "C.UTF-8", "LANGUAGE": "en", "INPUTRC": "/dev/null",
           "XDG_STATE_HOME": home + "/state", "XDG_CONFIG_HOME": home + "/config", "DICPATH": "/nonexistent"}
    r = subprocess.run([f"{B}/ptydrive", "-s", "80x24", "-T", "xterm-256color", f] + cmd, env=env, stdout=subprocess.PIPE)
    return json.loads(r.stdout.decode("utf-8", "replace"))["ops"]
def typed(pace): return [f'type ascii "{line}" {pace}' for line in TEXT] + [f'type chinese "{ZH}" {pace}']
def figures(ops):
    out = {}
    for name, chars in (("ascii", "".join(TEXT)), ("chinese", ZH)):
        s = [x for o in ops if o["name"] == name for x in o["samples"]]
        sent = sum(x[2] for x in s) - len(chars.encode())
        out[name] = dict(keys=len(chars), bytes=sent / len(chars), cpu_us=sum(max(x[4], 0) for x in s) / len(chars))
    return out
def desk(home, cmd): return [f"{B}/ttydesk", "--server", f"unix:{home}/desk.sock", "--as", "li.wei"] + cmd
def ttydesk(home, ticket, pace):
    return figures(drive(home, desk(home, []), ['paint start quiet=300 max=60000 for="#10"', f'key open ":open {ticket}\\r" quiet=300', 'key reply "r" quiet=300']
                         + typed(pace) + ['key clear "\\e" quiet=200', 'quit "Q" max=4000']))
def vim(home, pace):
    return figures(drive(home, ["vim", "-u", "NONE", "-N", "+set textwidth=0 wrap nottyfast encoding=utf-8", f"{home}/vim.txt"],
                         ["paint start quiet=300 max=20000", 'key insert "i" quiet=200'] + typed(pace) + ['key leave "\\e" quiet=200', 'quit ":q!\\r" max=4000']))
def paste(home):
    """Seconds from the first byte written until the frame with the last line is out; and whether every byte is in the draft."""
    lines = [f"{i:05d} The quick brown fox jumps over the lazy dog; 敏捷的狐狸." for i in range(LINES)]
    body = "\r".join(lines).encode()
    pid, fd = pty.fork()
    if pid == 0:
        os.environ.update(HOME=home, LC_ALL="C.UTF-8", LANGUAGE="en", TERM="xterm-256color", INPUTRC="/dev/null", XDG_STATE_HOME=home + "/paste",
                          XDG_CONFIG_HOME=home + "/config", DICPATH="/nonexistent")
        os.execv(f"{B}/ttydesk", desk(home, []))
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0)); os.kill(pid, signal.SIGWINCH)
    os.set_blocking(fd, False)
    def read_for(seconds): # not until it is quiet: clocks tick on the screen
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select.select([fd], [], [], left)[0]:
                try: os.read(fd, 65536)
                except OSError: return
    read_for(1.5); os.write(fd, b":open 1040\r"); read_for(.6); os.write(fd, b"n"); read_for(.6)
    data, sent, seen, last = b"\x1b[200~" + body + b"\x1b[201~", 0, b"", f"{LINES - 1:05d}".encode()
    t0 = time.monotonic(); t = None
    while t is None and time.monotonic() - t0 < 60:
        r, w, _ = select.select([fd], [fd] if sent < len(data) else [], [], .05)
        if w:
            try: sent += os.write(fd, data[sent:sent + 65536])
            except BlockingIOError: pass
        if r: seen += os.read(fd, 65536)
        if last in seen: t = time.monotonic() - t0
    cpu = int(open(f"/proc/{pid}/schedstat").read().split()[0]) / 1e9
    read_for(1); before = int(open(f"/proc/{pid}/schedstat").read().split()[0]); os.write(fd, b"x"); read_for(.1)
    key = (int(open(f"/proc/{pid}/schedstat").read().split()[0]) - before) / 1e6
    read_for(1.5); os.kill(pid, signal.SIGKILL); os.waitpid(pid, 0); os.close(fd)
    kept = b""
    for f in glob.glob(home + "/paste/**/drafts-*.jsonl", recursive=True): # the journal: whole texts, then what was changed of them
        for line in open(f):
            try: d = json.loads(line)
            except ValueError: continue
            if d.get("kind") != "note": continue
            if "text" in d: kept = d["text"].encode()
            elif "put" in d: kept = kept[:d["from"]] + d["put"].encode() + kept[d["from"] + d["cut"]:]
    return dict(seconds=t, cpu_s=cpu, bytes=len(body), key_after_ms=key, whole=kept == ("\n".join(lines) + "x").encode())
def main():
    rounds = int(sys.argv[sys.argv.index("-r") + 1]) if "-r" in sys.argv else 3
    home = tempfile.mkdtemp(prefix="ttydesk-compose-")
    server = subprocess.Popen([f"{B}/ttydeskd", "sample", "--socket", f"{home}/desk.sock", "--database", f"sqlite:{home}/desk.db", "--embedded", "--linger", "600"],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(200):
        if os.path.exists(f"{home}/desk.sock"): break
        time.sleep(.05)
    a, b, slow = [], [], None
    try:
        for i in range(rounds):
            a.append(ttydesk(home, [1040, 1009, 1013, 1029, 1002][i % 5], "quiet=12 first=60"))
            b.append(vim(home, "quiet=12 first=60"))
        p = paste(home)
    finally:
        server.terminate(); server.wait(); shutil.rmtree(home)
    med = lambda v, k, f: S.median(x[k][f] for x in v)
    print("| figure | ttydesk | vim | bar |\n|---|---|---|---|"); missed = False
    for k in ("ascii", "chinese"):
        mine, theirs = med(a, k, "bytes"), med(b, k, "bytes"); missed |= mine > BARS["bytes"]
        print(f"| bytes a key beyond the character, {k} | {mine:.1f} | {theirs:.1f} | {BARS['bytes']} |")
    for k in ("ascii", "chinese"):
        mine, theirs = med(a, k, "cpu_us"), med(b, k, "cpu_us"); missed |= mine > BARS["cpu"] * theirs
        print(f"| CPU a key, us, {k} | {mine:.0f} | {theirs:.0f} | {BARS['cpu']} x vim: {mine / theirs:.2f} |")
    missed |= not p["whole"] or p["seconds"] is None or p["seconds"] > BARS["paste"]
    print(f"| paste of {LINES:,} lines ({p['bytes'] / 1e6:.2f} MB), s | {p['seconds'] or 0:.2f} ({p['cpu_s']:.2f} CPU since the start; the next key with its journal {p['key_after_ms']:.1f} ms CPU; "
          f"{'nothing lost' if p['whole'] else 'TEXT LOST'}) | | {BARS['paste']} |")
    if len(sys.argv) > 1 and not sys.argv[1].startswith("-"): json.dump(dict(ttydesk=a, vim=b, paste=p), open(sys.argv[1], "w"))
    return missed
if __name__ == "__main__": sys.exit(main())
