"""Through ssh: the queue at 80x24; a line that breaks ends the program and keeps the draft."""
import getpass
import grp
import os
import shlex
import shutil
import signal
import subprocess
import sys

from panes import BUILD, PATIENCE_S, Panes, alive, until

SSHD_CONF = """HostKey {dir}/host
AuthorizedKeysFile {dir}/user.pub
PidFile none
StrictModes no
UsePAM {pam}
PermitRootLogin yes
PasswordAuthentication no
KbdInteractiveAuthentication no
"""


def become_root():
    """What sshd needs before it: where terminals are not of group tty from the start, only root may log in."""
    master, slave = os.openpty()
    ready = os.getuid() == 0 or os.fstat(slave).st_gid == grp.getgrnam("tty").gr_gid
    os.close(master)
    os.close(slave)
    if ready:
        return []
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], check=False).returncode == 0:
        return ["sudo", "-n"]
    print("an sshd of an ordinary user can't make terminals here, and there is no sudo")
    sys.exit(77)


def make_sshd(folder):
    """An sshd for this one user, spoken to through a pipe: it needs no port. Returns ssh's words."""
    for key in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", f"{folder}/{key}"], check=True,
                       timeout=PATIENCE_S)
    root = become_root()
    with open(f"{folder}/sshd.conf", "w", encoding="utf-8") as f: # PAM: an account without a password is no locked one
        f.write(SSHD_CONF.format(dir=folder, pam="yes" if "sudo" in root else "no"))
    if root or os.getuid() == 0:
        subprocess.run([*root, "mkdir", "-p", "/run/sshd"], check=True, timeout=PATIENCE_S)
    sshd = " ".join([*root, f"/usr/sbin/sshd -i -E {folder}/sshd.log -f {folder}/sshd.conf"])
    return ["ssh", "-F", "none", "-tt", "-o", f"ProxyCommand={sshd}",
            "-o", f"IdentityFile={folder}/user", "-o", "IdentitiesOnly=yes", "-o", "StrictHostKeyChecking=no",
            "-o", f"UserKnownHostsFile={folder}/known", "-o", "LogLevel=ERROR", f"{getpass.getuser()}@localhost"]


def log_in(panes, ssh, name):
    words = ["exec", "env", *(f"{k}={v}" for k, v in panes.env.items()), BUILD + "/ttydesk", "--sample"]
    far = f"echo $$ > {panes.dir}/pid; " + " ".join(shlex.quote(w) for w in words)
    return panes.open(name, *ssh, far)


def show_log(path):
    try:
        with open(path, encoding="utf-8") as f:
            print(f.read())
    except OSError as e: # root's
        print(e)


def main():
    with Panes() as panes:
        ssh = make_sshd(panes.dir)
        try:
            here = log_in(panes, ssh, "first")
            here.wait("#1030")
            with open(panes.dir + "/pid", encoding="utf-8") as f:
                far_pid = int(f.read())
            assert alive(far_pid)
            here.wait("enter open")
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
            show_log(panes.dir + "/sshd.log")
            raise


main()
