"""What belongs to nothing goes: uploads that were never attached, bytes that no row knows."""

import logging
from datetime import timedelta

from core.clock import now
from core.db import unit_of_work
from core.files import storage
from core.files.models import File

log = logging.getLogger(__name__)

UNATTACHED_HOURS = 24


def sweep_files() -> int:
    """Remove uploads that belonged to nothing for a day, and bytes without a row; returns how many."""
    old = (File.subject == "") & (File.uploaded_at < now() - timedelta(hours=UNATTACHED_HOURS))
    with unit_of_work(housekeeping="uploads that were never attached"):
        File.update(removed_at=now(), name="").where(old & File.removed_at.is_null()).execute()
    # Old bytes only: those of a unit that is under way just now have no row yet.
    known = {
        row.id for row in File.unscoped("which bytes are needed", File.id).where(File.removed_at.is_null())
    }
    abandoned = set(storage.abandoned_ids(known))
    for file_id in abandoned:
        storage.forget(file_id)
    if abandoned:
        log.info("swept the bytes of %d files", len(abandoned))
    return len(abandoned)
