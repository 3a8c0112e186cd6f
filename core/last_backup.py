"""When the county was last backed up: a small file beside the data, which no backup carries along."""

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

FILE = "last-backup.json"
# A backup each night may come late once; two nights without one is a fault.
OLDEST_DAYS = 2


def note_backup(data: Path, at: datetime, **facts: Any) -> None:
    """Write down that a backup was finished `at`; `facts` are its size and the like, no personal data."""
    new = data / f"{FILE}.new"
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump({"at": at.isoformat(timespec="seconds"), **facts}, file, ensure_ascii=False)
    new.replace(data / FILE)


def last_backup(data: Path) -> datetime | None:
    """When the last backup was finished; None when there is none that can be read of."""
    try:
        at = datetime.fromisoformat(json.loads((data / FILE).read_text("utf-8"))["at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return at if at.tzinfo is not None else None
