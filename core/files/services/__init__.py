"""All writes of files."""

from core.files.services.keeping import (
    attach_files,
    count_files_of_kinds,
    keep_prepared,
    prepare,
    remove_file,
    remove_files_of,
    remove_files_of_kinds,
    store_document,
    store_file,
    store_photo,
)
from core.files.services.sweeping import sweep_files

__all__ = [
    "attach_files",
    "count_files_of_kinds",
    "keep_prepared",
    "prepare",
    "remove_file",
    "remove_files_of",
    "remove_files_of_kinds",
    "store_document",
    "store_file",
    "store_photo",
    "sweep_files",
]
