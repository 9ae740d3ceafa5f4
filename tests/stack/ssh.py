"""Through ssh: the queue at 80x24; a line that breaks ends the program and keeps the draft."""
import getpass
import os
import shlex
import signal
import subprocess

from panes import BUILD, PATIENCE_S, Panes, alive, until

SSHD_CONF = """HostKey {dir}/host
AuthorizedKeysFile {dir}/user.pub
PidFile none
StrictModes no
UsePAM no
PermitRootLogin yes
PasswordAuthentication no
KbdInteractiveAuthentication no
"""


def make_sshd(folder):
    """An sshd for this one user, spoken to through a pipe: it needs no port. Returns ssh's words."""
    for key in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", f"{folder}/{key}"], check=True,
                       timeout=PATIENCE_S)
    with open(f"{folder}/sshd.conf", "w", encoding="utf-8") as f:
        f.write(SSHD_CONF.format(dir=folder))
    if os.getuid() == 0:
        os.makedirs("/run/sshd", mode=0o755, exist_ok=True)
    return ["ssh", "-F", "none", "-tt", "-o", f"ProxyCommand=/usr/sbin/sshd -i -E {folder}/sshd.log -f {folder}/sshd.conf",
            "-o", f"IdentityFile={folder}/user", "-o", "IdentitiesOnly=yes", "-o", "StrictHostKeyChecking=no",
            "-o", f"UserKnownHostsFile={folder}/known", "-o", "LogLevel=ERROR", f"{getpass.getuser()}@localhost"]


def log_in(panes, ssh, name):
    words = ["exec", "env", *(f"{k}={v}" for k, v in panes.env.items()), BUILD + "/ttydesk", "--sample"]
    far = f"echo $$ > {panes.dir}/pid; " + " ".join(shlex.quote(w) for w in words)
    return panes.open(name, *ssh, far)


def main():
    with Panes() as panes:
        ssh = make_sshd(panes.dir)
        try:
            here = log_in(panes, ssh, "first")
            here.wait("#1030")
            with open(panes.dir + "/pid", encoding="utf-8") as f:
                far_pid = int(f.read())
            assert alive(far_pid)
            rows = here.screen().split("\n")
            assert rows[0].startswith(" ttydesk ") and "enter open" in rows[23], here.screen()
            here.key("Enter")
            here.wait("reply to Beatriz Silva")
            here.type("r")
            here.wait("enter send")
            here.type("The line breaks in the midd")
            here.wait("in the midd")
            os.kill(here.pid(), signal.SIGKILL)
            until("ttydesk ends with the line", lambda: not alive(far_pid))
            assert "The line breaks in the midd" in panes.drafts(), panes.drafts()
            again = log_in(panes, ssh, "second")
            again.wait("1 draft is kept")
            again.key("Q")
            again.wait_end()
        except AssertionError:
            with open(panes.dir + "/sshd.log", encoding="utf-8") as f:
                print(f.read())
            raise


main()
