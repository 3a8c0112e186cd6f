"""Photos from outside: measured before they are decoded, then made anew without anything but the picture.

What is kept is never what was sent: position, camera, hidden previews and whatever hangs behind the
picture stay outside. Needs no database.
"""

import hashlib
import io
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from PIL import Image

from core.files.errors import FileBroken, FileTooLarge, FileTypeRefused, PhotosBusy, PhotoTooLarge
from core.files.naming import extension, kept_name
from core.files.prepared import Prepared

MEGABYTE = 1024 * 1024
MAX_BYTES = 10 * MEGABYTE
# What phones take by default is below. A JPEG can be decoded at a part of its size, the others only whole:
# at these limits a photo costs less than 256 MB of memory while it is made anew.
MAX_PIXELS, MAX_PIXELS_OTHERS = 50_000_000, 25_000_000
LONGEST_SIDE, THUMB_SIDE = 2_048, 320
MEDIA_TYPE = "image/jpeg"
ENDINGS = ("jpg", "jpeg", "jpe", "jfif", "png", "webp", "")
_QUALITY, _THUMB_QUALITY = 82, 72
_WAIT_SECONDS = 8.0
_turn = Lock()

# Pillow's own guard warns first and raises later; ours (`_demand_size`) is asked right after the header.
Image.MAX_IMAGE_PIXELS = None


def looks_like_photo(data: bytes) -> bool:
    """Whether the first bytes are those of a JPEG, PNG or WebP."""
    return (
        data.startswith(b"\xff\xd8\xff")
        or data.startswith(b"\x89PNG\r\n\x1a\n")
        or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")
    )


def prepare_photo(raw_name: str, data: bytes) -> Prepared:
    """The photo in `data` made anew: upright, at most LONGEST_SIDE, a JPEG without metadata.

    Raises FileTypeRefused, FileTooLarge, PhotoTooLarge, FileBroken, PhotosBusy.
    """
    if len(data) > MAX_BYTES:
        raise FileTooLarge(megabytes=MAX_BYTES // MEGABYTE)
    if not looks_like_photo(data) or extension(raw_name) not in ENDINGS:
        raise FileTypeRefused
    _demand_webp_size(data)
    with _decoding():
        picture = _decoded(data)
        kept = _encoded(picture, _QUALITY)
        thumb = picture.copy()
        thumb.thumbnail((THUMB_SIDE, THUMB_SIDE))
        return Prepared(
            kind="photo",
            media_type=MEDIA_TYPE,
            name=kept_name(raw_name, "jpg"),
            data=kept,
            thumb=_encoded(thumb, _THUMB_QUALITY),
            sha256=hashlib.sha256(kept).hexdigest(),
            width=picture.width,
            height=picture.height,
        )


@contextmanager
def _decoding() -> Iterator[None]:
    # One at a time: two large ones would hold twice the memory, and there are few cores.
    if not _turn.acquire(timeout=_WAIT_SECONDS):
        raise PhotosBusy
    try:
        yield
    finally:
        _turn.release()


def _demand_size(width: int, height: int, most: int) -> None:
    if width * height > most or not (width and height):
        raise PhotoTooLarge(megapixels=most // 1_000_000)


def _demand_webp_size(data: bytes) -> None:
    """Of a WebP Pillow takes memory for the whole canvas before it says how large it is."""
    if data[:4] != b"RIFF":
        return
    head, kind = data[20:30], data[12:16]
    if len(head) < 10:
        raise FileBroken
    if kind == b"VP8X":
        width = int.from_bytes(head[4:7], "little") + 1
        height = int.from_bytes(head[7:10], "little") + 1
    elif kind == b"VP8L":
        bits = int.from_bytes(head[1:5], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif kind == b"VP8 ":
        width, height = (side & 0x3FFF for side in struct.unpack("<HH", head[6:10]))
    else:
        raise FileBroken
    _demand_size(width, height, MAX_PIXELS_OTHERS)


def _decoded(data: bytes) -> Image.Image:
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as image:
            _demand_size(*image.size, MAX_PIXELS if image.format == "JPEG" else MAX_PIXELS_OTHERS)
            # A JPEG can be decoded at half or a quarter of its size: less time and less memory.
            image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            image.load()
            orientation = image.getexif().get(0x0112, 1)
            picture = _flat(_reduced(image))
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        return _upright(picture, orientation)
    except PhotoTooLarge:
        raise
    except Exception as error:
        # A decoder of foreign bytes raises whatever it likes; none of it is a fault of ours.
        raise FileBroken from error


def _reduced(image: Image.Image) -> Image.Image:
    """A half, a third, ... of a large image, before any copy of the whole is made."""
    factor = max(image.size) // LONGEST_SIDE
    if factor < 2 or image.mode not in ("RGB", "RGBA", "L", "LA", "CMYK"):
        return image
    small = image.reduce(factor)
    small.info = image.info
    return small


def _flat(image: Image.Image) -> Image.Image:
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        clear = image.convert("RGBA")
        ground = Image.new("RGB", clear.size, "white")
        ground.paste(clear, mask=clear.getchannel("A"))
        return ground
    if image.mode.startswith("I"):  # 16 bits of grey, which a plain conversion would cut off
        return image.convert("I").point([value // 256 for value in range(65536)], "L").convert("RGB")
    return image.convert("RGB")


def _upright(picture: Image.Image, orientation: object) -> Image.Image:
    turns = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }
    turn = turns.get(orientation) if isinstance(orientation, int) else None
    return picture if turn is None else picture.transpose(turn)


def _encoded(picture: Image.Image, quality: int) -> bytes:
    # Onto a fresh image: nothing that Pillow remembers of the old one can be written along.
    clean = Image.new("RGB", picture.size)
    clean.paste(picture)
    out = io.BytesIO()
    clean.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
    return out.getvalue()
