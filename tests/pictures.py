"""Pictures made on the spot."""

import io
import struct
import zlib
from typing import Any

from PIL import Image


def picture(width: int = 60, height: int = 40, kind: str = "JPEG", mode: str = "RGB", **more: Any) -> bytes:
    """A picture whose left half is red and whose right half is blue."""
    image = Image.new(mode, (width, height))
    image.paste(Image.new("RGB", (width, height), "blue").convert(mode), (0, 0))
    image.paste(Image.new("RGB", (width // 2, height), "red").convert(mode), (0, 0))
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def huge_png(side: int) -> bytes:
    """A sound PNG of `side` x `side` black points: some 100 kB for 900 million of them."""
    packer = zlib.compressobj(9)
    row = bytes(1 + (side + 7) // 8)
    body = b"".join(packer.compress(row * 1000) for _ in range(side // 1000)) + packer.flush()
    parts = [(b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)), (b"IDAT", body), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )
