"""A real IMAP server (Dovecot) with real submission (Dovecot's, with login) and behind it a real SMTP server (Postfix's
smtp-sink), started for the tests on free ports with a configuration of their own."""

import getpass
import grp
import imaplib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PLACES = "/usr/sbin:/usr/bin:/usr/lib/dovecot"
DOVECOT, SINK = shutil.which("dovecot", path=PLACES), shutil.which("smtp-sink", path=PLACES)
SUBMISSION = Path("/usr/lib/dovecot/submission")
MISSING = not (DOVECOT and SINK and SUBMISSION.exists())
WHY = "no mail servers on this machine: apt install dovecot-imapd dovecot-submissiond postfix"
SECRET = "s3cret-of-the-mailbox"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@dataclass
class Servers:
    folder: Path
    imap: int
    smtp: int

    @contextmanager
    def box(self, user: str) -> Iterator[imaplib.IMAP4]:
        """The mailbox of USER, as his own mail program sees it."""
        client = imaplib.IMAP4("127.0.0.1", self.imap)
        client.login(user, SECRET)
        try:
            yield client
        finally:
            client.logout()

    def put(self, user: str, content: bytes, folder: str = "INBOX", flags: str = "") -> None:
        with self.box(user) as client:
            status, said = client.append(folder, flags, imaplib.Time2Internaldate(time.time()), content)
            assert status == "OK", said

    def anew(self, user: str) -> None:
        """The inbox of USER is numbered anew, as after a restored backup; its mails are the same."""
        with self.box(user) as client:
            client.select("INBOX")
            found = client.search(None, "ALL")[1][0].split()
            mails = [client.fetch(one, "(BODY.PEEK[])")[1][0][1] for one in found]
        shutil.rmtree(self.folder / "mail" / user)
        time.sleep(1.1)  # the new number is the second of its making
        for one in mails:
            self.put(user, one)

    def sent(self, message_id: str) -> list[bytes]:
        """What came out at the other end under MESSAGE_ID; files there are in no order, and those of all tests."""
        found = [one.read_bytes() for one in (self.folder / "sunk").iterdir()]
        return [one for one in found if message_id.encode() in one]


def config(folder: Path, imap: int, smtp: int, relay: int) -> str:
    """Nothing of the machine's own Dovecot; everything as the user who runs the tests, or as nobody for root."""
    me, root = getpass.getuser(), os.getuid() == 0
    user = "nobody" if root else me
    entry = pwd.getpwnam(user)
    group = grp.getgrgid(entry.pw_gid).gr_name
    inner = (
        "" if root else f"default_internal_user = {me}\ndefault_login_user = {me}\ndefault_internal_group = {group}\n"
    )
    no_chroot = "\n".join(
        f"service {one} {{\n  chroot =\n}}" for one in ("anvil", "imap-login", "submission-login", "stats", "old-stats")
    )
    return f"""
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap submission
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
{inner}{no_chroot}
first_valid_uid = 1
mail_location = maildir:{folder}/mail/%u
submission_relay_host = 127.0.0.1
submission_relay_port = {relay}
submission_relay_trusted = no
hostname = mail.example.com
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service submission-login {{
  inet_listener submission {{
    port = {smtp}
  }}
}}
passdb {{
  driver = static
  args = password={SECRET}
}}
userdb {{
  driver = static
  args = uid={entry.pw_uid} gid={entry.pw_gid} home={folder}/home/%u
}}
namespace inbox {{
  inbox = yes
  mailbox Sent {{
    auto = create
    special_use = \\Sent
  }}
}}
"""


@contextmanager
def running(refuse: str = "") -> Iterator[Servers]:
    """The servers, with all they keep in a folder of their own, which goes with them; the one behind answers the
    command REFUSE with no."""
    folder = Path(tempfile.mkdtemp(prefix="muster-mail-"))  # not pytest's, into which only its owner may look
    imap, smtp, relay = free_port(), free_port(), free_port()
    for name in ("run", "state", "mail", "home", "sunk"):
        (folder / name).mkdir()
    root = os.getuid() == 0
    if root:
        folder.chmod(0o755)
        for name in ("mail", "home", "sunk"):
            shutil.chown(folder / name, "nobody")
    (folder / "dovecot.conf").write_text(config(folder, imap, smtp, relay), encoding="utf-8")
    more = [*(["-u", "nobody"] if root else []), *(["-f", refuse] if refuse else [])]
    sink = subprocess.Popen([str(SINK), *more, "-d", f"{folder}/sunk/%Y%m%d%H%M%S.", f"127.0.0.1:{relay}", "100"])
    dovecot = subprocess.Popen([str(DOVECOT), "-F", "-c", str(folder / "dovecot.conf")])
    try:
        deadline = time.monotonic() + 60
        while not (answers(imap) and answers(smtp) and answers(relay)):
            assert time.monotonic() < deadline, (folder / "dovecot.log").read_text()
            time.sleep(0.1)
        yield Servers(folder, imap, smtp)
    finally:
        for process in (dovecot, sink):
            process.terminate()
            process.wait()
        shutil.rmtree(folder, ignore_errors=True)
