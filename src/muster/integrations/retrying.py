"""When mail that a server did not take is tried again, and when it is given up: the same for notices, for letters to
customers and for what members write."""

import datetime as dt
import smtplib
from typing import Any

CLAIM = dt.timedelta(minutes=10)  # so long somebody may be at a mail; then he is thought to have died over it
MOST_TRIES = 8
LATER = [1, 5, 15, 60, 120, 240, 480, 480]  # minutes until the next try
PERMANENT = 500  # SMTP answers from here on are final
# The server or our login there, not the one it is for: the next mail would fare no better.
OURS = (
    smtplib.SMTPAuthenticationError,
    smtplib.SMTPConnectError,
    smtplib.SMTPHeloError,
    smtplib.SMTPSenderRefused,
    smtplib.SMTPNotSupportedError,
)


def plain(text: Any) -> str:
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)


def is_final(error: smtplib.SMTPRecipientsRefused | smtplib.SMTPResponseException) -> bool:
    """Will the server say the same tomorrow?"""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= PERMANENT for code, _text in error.recipients.values())
    return error.smtp_code >= PERMANENT


def said_by(error: smtplib.SMTPRecipientsRefused | smtplib.SMTPResponseException) -> str:
    """What the server said of a mail to one person."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(f"{code} {plain(text)}" for code, text in error.recipients.values())
    return f"{error.smtp_code} {plain(error.smtp_error)}"


def after_failure(row: Any, now: dt.datetime, final: bool) -> dict[str, Any]:
    """The columns of ROW (a mail with `tries` and a State) once it failed one more time."""
    tries = row.tries + 1
    over = final or tries >= MOST_TRIES
    wait = dt.timedelta(minutes=LATER[min(tries, len(LATER)) - 1])
    return {"state": row.State.FAILED if over else row.State.WAITING, "tries": tries, "due_at": now + wait}
