"""Documents from outside: known by their bytes, weighed before anybody unpacks them, kept as they are.

They only ever leave as a download, so nothing in them runs here. Needs no database.
"""

import hashlib
import io
import zipfile
import zlib

from core.files.errors import FileBroken, FileTooLarge, FileTypeRefused, MacrosRefused
from core.files.naming import extension, kept_name
from core.files.prepared import Prepared

MEGABYTE = 1024 * 1024
MAX_BYTES = 10 * MEGABYTE
MAX_UNPACKED_BYTES = 64 * MEGABYTE
_MAX_PARTS = 1_000
_CHUNK = MEGABYTE
_PDF_TAIL = 2_048  # so many bytes may stand behind the last %%EOF; a second file has no room there
_OFFICE = "application/vnd.openxmlformats-officedocument."
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": _OFFICE + "wordprocessingml.document",
    "xlsx": _OFFICE + "spreadsheetml.sheet",
}
_MAIN_PARTS = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    ValueError,
    KeyError,
    EOFError,
    RuntimeError,
    NotImplementedError,
)


def prepare_document(raw_name: str, data: bytes) -> Prepared:
    """The document in `data`, whose bytes say what its name says.

    Raises FileTypeRefused, FileTooLarge, FileBroken, MacrosRefused.
    """
    if len(data) > MAX_BYTES:
        raise FileTooLarge(megabytes=MAX_BYTES // MEGABYTE)
    ending = _ending(data)
    if extension(raw_name) != ending:
        raise FileTypeRefused
    return Prepared(
        kind="document",
        media_type=MEDIA_TYPES[ending],
        name=kept_name(raw_name, ending),
        data=data,
        sha256=hashlib.sha256(data).hexdigest(),
    )


def _ending(data: bytes) -> str:
    if data.startswith(b"%PDF-1.") or data.startswith(b"%PDF-2."):
        if b"%%EOF" not in data[-_PDF_TAIL:]:
            raise FileBroken
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return _office_ending(data)
    raise FileTypeRefused


def _office_ending(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {part.filename for part in archive.infolist()}
            # A comment, or a gap before the first part, could hold a file of another kind.
            if archive.comment or "[Content_Types].xml" not in names:
                raise FileTypeRefused
            endings = {ending for part, ending in _MAIN_PARTS.items() if part in names}
            if len(endings) != 1:
                raise FileTypeRefused
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                raise MacrosRefused
            _weigh(archive)
            return endings.pop()
    except _BROKEN as error:
        raise FileBroken from error


def _weigh(archive: zipfile.ZipFile) -> None:
    """Unpack every part once, in small pieces: the sizes that a zip states may lie."""
    parts = archive.infolist()
    # An honest bomb is refused by what it states, before a byte of it is unpacked.
    if len(parts) > _MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        raise FileTooLarge(megabytes=MAX_UNPACKED_BYTES // MEGABYTE)
    left = MAX_UNPACKED_BYTES
    for part in parts:
        if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or part.flag_bits & 1:
            raise FileBroken
        part.file_size = left + 2 * _CHUNK
        with archive.open(part) as stream:
            while piece := stream.read(_CHUNK):
                left -= len(piece)
                if left < 0:
                    raise FileTooLarge(megabytes=MAX_UNPACKED_BYTES // MEGABYTE)
