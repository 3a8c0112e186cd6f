"""All writes of files."""

from core.files.services.keeping import (
    attach_files,
    keep_prepared,
    prepare,
    remove_file,
    remove_files_of,
    store_document,
    store_file,
    store_photo,
)
from core.files.services.sweeping import sweep_files

__all__ = [
    "attach_files",
    "keep_prepared",
    "prepare",
    "remove_file",
    "remove_files_of",
    "store_document",
    "store_file",
    "store_photo",
    "sweep_files",
]
