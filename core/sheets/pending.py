"""Uploads that were checked and wait for the word to import them.

They hold ID numbers in clear, so on disk they are sealed with the county's key, belong to the
account that sent them, and are gone after an hour or when they have been imported. They must not
fill the disk that the county's database lies on: the oldest give way to new ones.
"""

import base64
import json
import re
import secrets
import time
from contextlib import suppress
from pathlib import Path

from core.county import county
from core.security import Actor
from core.sheets.errors import SheetTooLarge, UploadGone
from core.sheets.tables import MAX_FILE_BYTES, MEGABYTE, Upload

KEPT_SECONDS = 3600
KEPT_PER_ACCOUNT = 5
KEPT_BYTES = 200 * MEGABYTE


def keep_upload(actor: Actor, upload: Upload) -> str:
    """Put an upload aside; returns the token that `kept_upload` asks for. Raises SheetTooLarge."""
    if len(upload.data) > MAX_FILE_BYTES:
        raise SheetTooLarge(megabytes=MAX_FILE_BYTES // MEGABYTE)
    folder = _folder()
    folder.mkdir(mode=0o700, exist_ok=True)
    forget_old_uploads()
    token = secrets.token_hex(16)
    text = json.dumps([upload.name, base64.b64encode(upload.data).decode()])
    sealed = county().keys.seal(text, _purpose(actor, token))
    _make_room(actor, len(sealed))
    file = _file(actor, token)
    file.touch(mode=0o600)
    file.write_bytes(sealed)
    return token


def kept_upload(actor: Actor, token: str) -> Upload:
    """What the actor put aside under `token`. Raises UploadGone when it is old, done or somebody else's."""
    file = _file(actor, token)
    try:
        if file.stat().st_mtime < time.time() - KEPT_SECONDS:
            raise UploadGone
        name, data = json.loads(county().keys.unseal(file.read_bytes(), _purpose(actor, token)))
    except (OSError, ValueError):
        raise UploadGone from None
    return Upload(name, base64.b64decode(data))


def drop_upload(actor: Actor, token: str) -> None:
    """Forget one of the actor's uploads."""
    _file(actor, token).unlink(missing_ok=True)


def forget_old_uploads() -> None:
    """Delete uploads older than an hour."""
    for moment, _, file in _oldest_first("*"):
        if moment < time.time() - KEPT_SECONDS:
            file.unlink(missing_ok=True)


def _make_room(actor: Actor, size: int) -> None:
    """Let the actor's oldest uploads go, then anybody's, until one more of `size` bytes fits."""
    own = _oldest_first(f"{actor.account_id}-*")
    for _, _, file in own[: max(len(own) - KEPT_PER_ACCOUNT + 1, 0)]:
        file.unlink(missing_ok=True)
    everything = _oldest_first("*")
    total = sum(bytes_ for _, bytes_, _ in everything)
    for _, bytes_, file in everything:
        if total + size <= KEPT_BYTES:
            break
        file.unlink(missing_ok=True)
        total -= bytes_


def _oldest_first(pattern: str) -> list[tuple[float, int, Path]]:
    found = []
    for file in _folder().glob(pattern):
        with suppress(FileNotFoundError):  # another request may have dropped it meanwhile
            known = file.stat()
            found.append((known.st_mtime, known.st_size, file))
    return sorted(found)


def _folder() -> Path:
    return county().data / "uploads"


def _file(actor: Actor, token: str) -> Path:
    if not re.fullmatch(r"[0-9a-f]{32}", token):
        raise UploadGone
    return _folder() / f"{actor.account_id}-{token}"


def _purpose(actor: Actor, token: str) -> str:
    return f"upload:{actor.account_id}:{token}"
