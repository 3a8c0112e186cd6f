"""The door of the files module: everything that upper modules and plugins may use.

Photos and documents are looked into and made harmless (`prepare`), kept, attached to a subject (`case:12`),
and seen by whom the subject's owner allows (hook `register_file_owners`).
"""

from core.files.errors import FileRefused
from core.files.prepared import Prepared
from core.files.queries import FileBrief, files_of, files_of_many, same_bytes, served_file_of
from core.files.services import (
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
from core.files.serving import file_response
from core.files.storage import FOLDER, kept_files
from core.files.uploads import prepared_photos, prepared_sounds

__all__ = [
    "FOLDER",
    "FileBrief",
    "FileRefused",
    "Prepared",
    "attach_files",
    "count_files_of_kinds",
    "file_response",
    "files_of",
    "files_of_many",
    "keep_prepared",
    "kept_files",
    "prepare",
    "prepared_photos",
    "prepared_sounds",
    "remove_file",
    "remove_files_of",
    "remove_files_of_kinds",
    "same_bytes",
    "served_file_of",
    "store_document",
    "store_file",
    "store_photo",
]
