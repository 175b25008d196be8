"""Talking to mail servers: never a password over a line that others may read, never to a place in the network of the
firm that nobody allowed, and what goes wrong is said in a sentence."""

import imaplib
import ipaddress
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.conf import settings

from muster.activities.actions.mailbox import LOOPBACK
from muster.activities.models import Mailbox

SECONDS = 20
Problem, Security = Mailbox.Problem, Mailbox.Security
WORDS = 200
# NetEase lets nobody in who does not say what he is.
IDENTITY = '("name" "Muster" "version" "1.0")'


class Trouble(Exception):
    """What is wrong with a mailbox: one of the known problems, and what the server said of it."""

    def __init__(self, problem: str, detail: str = "") -> None:
        super().__init__(problem, detail)
        self.problem, self.detail = str(problem), " ".join(detail.split())[:WORDS]

    @property
    def sentence(self) -> str:
        return Mailbox(problem=self.problem, detail=self.detail).trouble


def allowed(host: str) -> None:
    """Raises Trouble where HOST lies in the firm's own network and is not named in MUSTER_MAIL_SERVERS: a mailbox must
    be no way to knock at every door inside."""
    if host in settings.MAIL_SERVERS:
        return
    try:
        found = {str(one[4][0]) for one in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError) as error:
        raise Trouble(Problem.UNREACHABLE, str(error)) from error
    if any(not ipaddress.ip_address(one.partition("%")[0]).is_global for one in found):
        raise Trouble(Problem.FORBIDDEN)


def _peer_allowed(host: str, line: Any) -> None:
    """The same of where one has come to: names can mean one place when asked and another when called."""
    address = line.getpeername()[0].partition("%")[0]
    if host not in settings.MAIL_SERVERS and not ipaddress.ip_address(address).is_global:
        raise Trouble(Problem.FORBIDDEN)


def _context(host: str) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if host in LOOPBACK:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


@contextmanager
def _said(mailbox: Mailbox) -> Iterator[None]:
    """Turns what libraries raise into Trouble; the password is in none of it."""
    try:
        yield
    except ssl.SSLError as error:
        raise Trouble(Problem.TLS, _bare(mailbox, str(error))) from error
    except (imaplib.IMAP4.error, smtplib.SMTPException) as error:
        raise Trouble(Problem.ANSWER, _bare(mailbox, words(error))) from error
    except OSError as error:
        raise Trouble(Problem.UNREACHABLE, str(error) or type(error).__name__) from error


def words(error: Exception) -> str:
    """What a server said, of whatever kind the exception is."""
    said = getattr(error, "smtp_error", None) or (error.args[0] if error.args else error)
    code = getattr(error, "smtp_code", "")
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return f"{code} {text}".strip()


def _bare(mailbox: Mailbox, text: str) -> str:
    return text.replace(secret_of(mailbox) or "\0", "•••")


def secret_of(mailbox: Mailbox) -> str:
    return str(mailbox.__dict__.get("secret") or "")


@contextmanager
def imap(mailbox: Mailbox) -> Iterator[imaplib.IMAP4]:
    """MAILBOX, logged in. Raises Trouble."""
    host = mailbox.imap_host
    allowed(host)
    with _said(mailbox):
        client = _imap_line(mailbox)
        try:
            _peer_allowed(host, client.sock)
            _imap_login(client, mailbox)
            yield client
        finally:
            with suppress(imaplib.IMAP4.error, OSError):
                client.logout()


def _imap_line(mailbox: Mailbox) -> imaplib.IMAP4:
    host, port, context = mailbox.imap_host, mailbox.imap_port, _context(mailbox.imap_host)
    if mailbox.imap_security == Security.SSL:
        return imaplib.IMAP4_SSL(host, port, ssl_context=context, timeout=SECONDS)
    client = imaplib.IMAP4(host, port, timeout=SECONDS)
    if mailbox.imap_security == Security.STARTTLS:
        try:
            client.starttls(context)
        except imaplib.IMAP4.error as error:
            raise Trouble(Problem.TLS, words(error)) from error
    return client


def _imap_login(client: imaplib.IMAP4, mailbox: Mailbox) -> None:
    user, secret = mailbox.login, secret_of(mailbox)
    try:
        if "AUTH=PLAIN" in client.capabilities:
            client.authenticate("PLAIN", lambda _said: f"\0{user}\0{secret}".encode())
        else:
            client.login(user, secret)
    except imaplib.IMAP4.abort:
        raise
    except (imaplib.IMAP4.error, UnicodeError) as error:
        raise Trouble(Problem.LOGIN, _bare(mailbox, words(error))) from error
    if "ID" in client.capabilities:
        imaplib.Commands.setdefault("ID", ("AUTH", "SELECTED"))
        client._simple_command("ID", IDENTITY)


@contextmanager
def smtp(mailbox: Mailbox) -> Iterator[smtplib.SMTP]:
    """The server that sends for MAILBOX, logged in. Raises Trouble; what happens inside is the caller's."""
    host = mailbox.smtp_host
    allowed(host)
    with _said(mailbox):
        client = _smtp_line(mailbox)
    try:
        with _said(mailbox):
            _peer_allowed(host, client.sock)
            _smtp_login(client, mailbox)
        yield client
    finally:
        with suppress(smtplib.SMTPException, OSError):
            client.quit()


def _smtp_line(mailbox: Mailbox) -> smtplib.SMTP:
    host, port, context = mailbox.smtp_host, mailbox.smtp_port, _context(mailbox.smtp_host)
    if mailbox.smtp_security == Security.SSL:
        return smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=context)
    client = smtplib.SMTP(host, port, timeout=SECONDS)
    if mailbox.smtp_security == Security.STARTTLS:
        try:
            client.starttls(context=context)
        except smtplib.SMTPException as error:
            raise Trouble(Problem.TLS, words(error)) from error
    return client


def _smtp_login(client: smtplib.SMTP, mailbox: Mailbox) -> None:
    try:
        client.login(mailbox.login, secret_of(mailbox))
    except smtplib.SMTPNotSupportedError:
        return  # it asks nobody who he is
    except (smtplib.SMTPAuthenticationError, UnicodeError) as error:
        raise Trouble(Problem.LOGIN, _bare(mailbox, words(error))) from error
