"""Secrets of this installation: from the environment, or made once and kept in the data folder with owner-only
rights."""

import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet

from muster.web import env


def _kept(path: Path, fresh: str) -> str:
    """Read PATH, or create it; two processes starting at once agree, because only one can create the file."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="utf-8").strip()
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(fresh)
    return fresh


def secret_key(folder: Path) -> str:
    return env.text("MUSTER_SECRET_KEY") or _kept(folder / "secret.key", secrets.token_urlsafe(48))


def field_keys(folder: Path) -> list[str]:
    """Keys for encrypted fields, newest first: the first encrypts, all decrypt, so a key is rotated by adding one in
    front."""
    given = env.words("MUSTER_FIELD_KEYS")
    return given or _kept(folder / "field.keys", Fernet.generate_key().decode()).split()
