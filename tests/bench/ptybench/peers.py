"""Peers and workloads.  A peer: cmd (list), cwd, env, prep (shell, once per N), server (optional: cmd + ready port), plus key names.
{D} data dir, {K} 1k/10k/100k, {H} this directory, {W} private scratch directory of the run."""
import os
D = os.environ.get("PTYDATA", "/tmp/ptydata"); H = os.path.dirname(os.path.abspath(__file__))
B = os.environ.get("PTYBIN", H)
def ttydesk(layout, view="all"):
    """The workstation on a ttydeskd of its own with N generated tickets; its database is made once by prep."""
    db, sock = f"{D}/desk-{{K}}.db", f"{D}/desk-{{K}}.sock"
    return dict(cmd=[f"{B}/ttydesk", "--server", f"unix:{sock}", "--layout", layout, "--view", view, "--as", "sun.li"], env={"XDG_STATE_HOME": f"{D}/state", "XDG_CONFIG_HOME": f"{D}/noconfig"},
                ready="#", first="gg", down="j", page="\\e[6~", quit="Q", open=["\\r", "\\e[6~", "\\e[6~", "q", "j"], search=[("type", "/needle"), ("key", "\\r")],
                server=dict(prep=f"mkdir -p {D}/home && (test -s {db} || {B}/ttydeskd sample --tickets {{N}} --database {db} --seed-only)", cmd=[f"{B}/ttydeskd", "serve", "--embedded", "--linger", "86400", "--socket", sock, "--database", db], socket=sock))
def mutt(bin, box, hc):
    return dict(cmd=[bin, "-n", "-F", f"{H}/cfg/muttrc-{bin}", "-R", "-e", "set header_cache=" + (f"{D}/hc-{bin}-{{K}}" if hc else ""), "-f", box], ready="[0", first="=", down="j", page="z", quit="q",
                open=["\\r", " ", " ", "q", "j"], search=[("type", "l~s needle"), ("key", "\\r"), ("type", "lall"), ("key", "\\r")], prep=f"mkdir -p {D}/home")
PEERS = {
 "ttydesk": ttydesk("queue"), "ttydesk_split": ttydesk("split"),
 "ttydesk_still": ttydesk("queue", "done"),   # no clock on the screen: what idling costs beyond visible seconds

 "floor_libs": dict(cmd=[f"{B}/floor_libs"], ready="000001", down=None, page=None, quit="q", resize=False),
 "floor_raw": dict(cmd=[f"{B}/floor_raw", "{N}"], ready="000001", down="j", page=" ", quit="q", resize=False),
 "floor_nc": dict(cmd=[f"{B}/floor_nc", "{N}"], ready="000001", down="j", page=" ", quit="q"),
 "floor_nc_scr": dict(cmd=[f"{B}/floor_nc", "{N}", "scroll"], ready="000001", down="j", page=" ", quit="q"),
 "less": dict(cmd=["less", "-S", "list.txt", "items/000001.txt"], cwd=f"{D}/{{K}}", ready="#000001", first="g", down="j", page=" ", quit="q",
              open=[":n", " ", " ", ":p"], search=[("type", "/needle"), ("key", "\\r"), ("key", "n")]),
 "vim": dict(cmd=["vim", "-R", "-N", "-u", f"{H}/cfg/vimrc", "-i", "NONE", "list.txt"], cwd=f"{D}/{{K}}", ready="#000001", first="gg", down="j", page="\\x06", quit=":qa!\\r",
             open=["\\r", "\\x04", "\\x04", "Q", "j"], search=[("type", "/needle"), ("key", "\\r"), ("key", "n")]),
 "nvim": dict(cmd=["nvim", "-R", "-u", f"{H}/cfg/vimrc", "-i", "NONE", "list.txt"], cwd=f"{D}/{{K}}", ready="#000001", first="gg", down="j", page="\\x06", quit=":qa!\\r",
             open=["\\r", "\\x04", "\\x04", "Q", "j"], search=[("type", "/needle"), ("key", "\\r"), ("key", "n")]),
 "neomutt": mutt("neomutt", f"{D}/{{K}}/Maildir/INBOX", True),
 "mutt": mutt("mutt", f"{D}/{{K}}/Maildir/INBOX", True),
 "neomutt_mbox": dict(mutt("neomutt", f"{D}/{{K}}/inbox.mbox", False), only=["start"]),
 "aerc": dict(cmd=["aerc"], env={"XDG_CONFIG_HOME": f"{D}/cfg/aerc-{{K}}", "XDG_CACHE_HOME": f"{D}/cfg/aerc-cache-{{K}}"}, ready="[0", first="g", down="j", page="\\x06", quit=":quit\\r",
              open=["\\r", " ", " ", "q", "j"], openq=40, search=[("type", "/needle"), ("key", "\\r"), ("key", "n")],
              prep=f"mkdir -p {D}/cfg/aerc-{{K}}/aerc && printf '[t]\\nsource=maildir://{D}/{{K}}/aercmd\\ndefault=INBOX\\nfrom=A <a@example.org>\\n' > {D}/cfg/aerc-{{K}}/aerc/accounts.conf && chmod 600 {D}/cfg/aerc-{{K}}/aerc/accounts.conf"),
 "tig": dict(cmd=["tig"], cwd=f"{D}/{{K}}/repo", ready="[0", first="\\eOH", down="j", page=" ", quit="Q", open=["\\r", " ", " ", "q", "j"], openq=40,
             search=[("type", "/needle"), ("key", "\\r"), ("key", "n")]),
 "vifm": dict(cmd=["vifm", "-c", "only", "cur"], cwd=f"{D}/{{K}}/Maildir/INBOX", env={"VIFM": f"{D}/cfg/vifm", "MYVIFMRC": "/dev/null"}, ready="P1.desk", first="gg", down="j", page="\\x06", quit=":qa!\\r",
              search=[("type", "=M12"), ("key", "\\r")], prep=f"mkdir -p {D}/cfg/vifm"),
 "newsboat": dict(cmd=["newsboat", "-q", "-u", f"{D}/cfg/nb-{{K}}/urls", "-C", f"{D}/cfg/nb-{{K}}/config", "-c", f"{D}/cfg/nb-{{K}}/cache.db"], ready="Helpdesk tickets", enter="\\r", enter_ready="[0", first="\\eOH", down="j", page="\\e[6~",
             quit="qqy", open=["\\r", " ", " ", "q", "j"], search=[("type", "/needle"), ("key", "\\r"), ("key", "q")], ns=[1000, 10000],
             server=dict(cmd=["python3", "-m", "http.server", "--bind", "127.0.0.1", "-d", D, "18931"], port=18931),
             prep=f"mkdir -p {D}/cfg/nb-{{K}} && echo 'http://127.0.0.1:18931/{{K}}/feed.xml' > {D}/cfg/nb-{{K}}/urls && printf 'auto-reload no\\nprepopulate-query-feeds no\\nconfirm-exit no\\nbind-key j down\\n' > {D}/cfg/nb-{{K}}/config && (test -s {D}/cfg/nb-{{K}}/cache.db || newsboat -q -u {D}/cfg/nb-{{K}}/urls -C {D}/cfg/nb-{{K}}/config -c {D}/cfg/nb-{{K}}/cache.db -x reload)"),
 "weechat": dict(cmd=["weechat-curses", "-d", f"{D}/cfg/weechat", "-a"], ready="WeeChat", down=None, page=None, quit="/quit\\r", typing=True, ns=[1000]),
 "profanity": dict(cmd=["profanity"], ready="Profanity", down=None, page=None, quit="/quit\\r", typing=True, ns=[1000]),
 "htop": dict(cmd=["htop"], ready="PID", down="\\eOB", page=None, quit="q", ns=[1000]),
}
def script(p, what, size):
    """what: set of start, nav, burst, open, search, type, resize, idle"""
    s = [f'paint start quiet=150 max=120000 for="{p["ready"]}"']
    if p.get("enter"): s += [f'key enter "{p["enter"]}" max=60000 quiet=100 for="{p["enter_ready"]}"']
    s += ["mem start"]
    if what != {"start"}: s += ["sleep 300"]
    if "idle" in what: s += ["sleep 1500", "idle idle ms=10000"]
    if p.get("first") and what & {"nav", "burst", "open", "search"}: s += [f'key first "{p["first"]}" quiet=50']
    if "nav" in what and p["down"]: s += [f'key down "{p["down"]}" n=300', "screen down"]
    if "nav" in what and p["page"]: s += [f'key page "{p["page"]}" n=100', "screen page"]
    if "burst" in what and p["down"]:
        if p.get("first"): s += [f'key first "{p["first"]}" quiet=50']
        s += [f'burst burst "{p["down"]}" n=300 quiet=100']
    if "open" in what and p.get("open"):
        if p.get("first"): s += [f'key first "{p["first"]}" quiet=50']
        s += ["key open " + " ".join(f'"{k}"' for k in p["open"]) + f' n=50 quiet={p.get("openq", 20)}', f'key open1 "{p["open"][0]}" quiet=100', "screen opened", f'key close1 "{p["open"][3]}" quiet=100']
    if "search" in what and p.get("search"):
        if p.get("first"): s += [f'key first "{p["first"]}" quiet=50']
        for i, (op, k) in enumerate(p["search"]): s += [f'{op} search{i}{"_type" if op == "type" else "_go"} "{k}" quiet=60 max=20000 first=400']
        s += ["screen search"]
    if "type" in what and p.get("typing"): s += ['type typing "Dear customer, we restarted the print server, please try again" quiet=20']
    if "resize" in what and p.get("resize", True): s += ["resize resize 200x60 80x24 n=20 quiet=60"]
    s += ["mem end", f'quit "{p["quit"]}" max=4000']
    return "\n".join(s) + "\n"
