"""Sound notes from phones: known by their bytes, without what the recorder wrote beside the sound.

The sound itself is kept as it came. It only ever leaves as sound or as a download, so nothing in it runs
here. Needs no database.
"""

import hashlib
import struct
from collections.abc import Callable

from core.files.errors import FileBroken, FileTooLarge, FileTypeRefused
from core.files.naming import extension, kept_name
from core.files.prepared import Prepared

MEGABYTE = 1024 * 1024
MAX_BYTES = 10 * MEGABYTE  # some ten minutes as phones record
MEDIA_TYPES = {"m4a": "audio/mp4", "mp3": "audio/mpeg", "wav": "audio/wav", "amr": "audio/amr"}
_ENDINGS = {"m4a": ("m4a", "mp4", "3gp"), "mp3": ("mp3",), "wav": ("wav",), "amr": ("amr",)}
# Boxes of an MP4 (ISO/IEC 14496-12) that hold others, and those that tell of the recording.
_HOLDING, _TELLING = (b"moov", b"trak", b"mdia", b"minf", b"stbl"), (b"udta", b"meta", b"uuid")
_DEEPEST = 8


def looks_like_sound(data: bytes) -> bool:
    """Whether the first bytes are those of an M4A, MP3, WAV or AMR recording."""
    return bool(_ending(data))


def prepare_sound(raw_name: str, data: bytes) -> Prepared:
    """The recording in `data` without its tags.

    Raises FileTypeRefused, FileTooLarge, FileBroken.
    """
    if len(data) > MAX_BYTES:
        raise FileTooLarge(megabytes=MAX_BYTES // MEGABYTE)
    ending = _ending(data)
    if not ending or extension(raw_name) not in _ENDINGS[ending]:
        raise FileTypeRefused
    kept = _CLEANED[ending](data)
    return Prepared(
        kind="sound",
        media_type=MEDIA_TYPES[ending],
        name=kept_name(raw_name, ending),
        data=kept,
        sha256=hashlib.sha256(kept).hexdigest(),
    )


def _ending(data: bytes) -> str:
    if data[4:8] == b"ftyp":
        return "m4a"
    if data.startswith(b"#!AMR"):
        return "amr"
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return "wav"
    # MPEG audio, layer 3: eleven set bits begin a frame.
    if data.startswith(b"ID3") or (data[:1] == b"\xff" and len(data) > 1 and data[1] & 0xE6 == 0xE2):
        return "mp3"
    return ""


def _mp4(data: bytes) -> bytes:
    """What tells of the recording becomes free room of the same size, so that no place in the file moves."""
    kept = bytearray(data)
    _free(kept, 0, len(kept), 0)
    if b"moov" not in kept or b"mdat" not in kept:
        raise FileBroken
    if b"vide" in kept[kept.find(b"moov") : kept.find(b"moov") + MEGABYTE]:
        raise FileTypeRefused  # a film is no sound note
    return bytes(kept)


def _free(kept: bytearray, start: int, end: int, depth: int) -> None:
    place = start
    while place < end:
        if place + 8 > end or depth > _DEEPEST:
            raise FileBroken
        size, kind, head = *struct.unpack_from(">I4s", kept, place), 8
        if size == 1 and place + 16 <= end:
            size, head = struct.unpack_from(">Q", kept, place + 8)[0], 16
        if size == 0:
            size = end - place
        if size < head or place + size > end:
            raise FileBroken
        if kind in _TELLING:
            kept[place + 4 : place + 8] = b"free"
            kept[place + head : place + size] = bytes(size - head)
        elif kind in _HOLDING:
            _free(kept, place + head, place + size, depth + 1)
        place += size


def _mp3(data: bytes) -> bytes:
    """Without ID3v2 tags before and an ID3v1 tag behind (APE tags stand between them)."""
    while data.startswith(b"ID3"):
        if len(data) < 10 or any(byte & 0x80 for byte in data[6:10]):
            raise FileBroken
        size = (data[6] << 21) | (data[7] << 14) | (data[8] << 7) | data[9]
        data = data[10 + size + (10 if data[5] & 0x10 else 0) :]
    data = data.lstrip(b"\0")
    if data[-128:-125] == b"TAG":
        data = data[:-128]
    if data[-32:-24] == b"APETAGEX":
        size = struct.unpack_from("<I", data, len(data) - 20)[0]
        data = data[: -(size + 32)] if size + 32 < len(data) else b""
    if data[:1] != b"\xff":
        raise FileBroken
    return data


def _wav(data: bytes) -> bytes:
    """Its format and its samples; no other chunk."""
    kept, place = b"", 12
    while place + 8 <= len(data):
        kind, size = struct.unpack_from("<4sI", data, place)
        if kind in (b"fmt ", b"data"):
            kept += data[place : place + 8 + size + size % 2]
        place += 8 + size + size % 2
    if b"fmt " not in kept[:4] or b"data" not in kept:
        raise FileBroken
    return b"RIFF" + struct.pack("<I", 4 + len(kept)) + b"WAVE" + kept


_CLEANED: dict[str, Callable[[bytes], bytes]] = {"m4a": _mp4, "mp3": _mp3, "wav": _wav, "amr": bytes}
