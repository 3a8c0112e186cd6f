"""Uploads that were checked and wait for the word to import them.

They hold ID numbers in clear, so on disk they are sealed with the county's key, belong to the
account that sent them, and are gone after an hour or when they have been imported.
"""

import base64
import json
import re
import secrets
import time
from pathlib import Path

from core.county import county
from core.security import Actor
from core.sheets.errors import SheetTooLarge, UploadGone
from core.sheets.tables import MAX_FILE_BYTES, MEGABYTE, Upload

KEPT_SECONDS = 3600


def keep_upload(actor: Actor, upload: Upload) -> str:
    """Put an upload aside; returns the token that `kept_upload` asks for. Raises SheetTooLarge."""
    if len(upload.data) > MAX_FILE_BYTES:
        raise SheetTooLarge(megabytes=MAX_FILE_BYTES // MEGABYTE)
    folder = _folder()
    folder.mkdir(mode=0o700, exist_ok=True)
    forget_old_uploads()
    token = secrets.token_hex(16)
    text = json.dumps([upload.name, base64.b64encode(upload.data).decode()])
    file = folder / token
    file.touch(mode=0o600)
    file.write_bytes(county().keys.seal(text, _purpose(actor, token)))
    return token


def kept_upload(actor: Actor, token: str) -> Upload:
    """What the actor put aside under `token`. Raises UploadGone when it is old, done or somebody else's."""
    file = _file(token)
    try:
        if file.stat().st_mtime < time.time() - KEPT_SECONDS:
            raise UploadGone
        name, data = json.loads(county().keys.unseal(file.read_bytes(), _purpose(actor, token)))
    except (OSError, ValueError):
        raise UploadGone from None
    return Upload(name, base64.b64decode(data))


def drop_upload(token: str) -> None:
    """Forget one upload."""
    _file(token).unlink(missing_ok=True)


def forget_old_uploads() -> None:
    """Delete uploads older than an hour."""
    for file in _folder().glob("*"):
        if file.stat().st_mtime < time.time() - KEPT_SECONDS:
            file.unlink(missing_ok=True)


def _folder() -> Path:
    return county().data / "uploads"


def _file(token: str) -> Path:
    if not re.fullmatch(r"[0-9a-f]{32}", token):
        raise UploadGone
    return _folder() / token


def _purpose(actor: Actor, token: str) -> str:
    return f"upload:{actor.account_id}:{token}"
