"""Pictures and documents made on the spot, and a plugin that owns the files of its things."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from core.county import County
from core.testing import VILLAGE

OWNER = """
from core.hookspecs import hookimpl


def may_see(actor, subject):
    if subject == "trial:everybody":
        return True
    if subject == "trial:broken":
        raise RuntimeError("an owner that fails")
    return actor.may("people.view", subject.partition(":")[2])


@hookimpl
def register_file_owners():
    return {"trial": may_see}
"""


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


def office(main: str = "word/document.xml", more: dict[str, bytes] | None = None, **extra: Any) -> bytes:
    """A small DOCX (or XLSX) by its parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {"[Content_Types].xml": b"<Types/>", main: b"<main/>", **(more or {})}.items():
            archive.writestr(name, data)
        archive.comment = extra.get("comment", b"")
    return out.getvalue()


PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def owned_app(plugin_folder: Callable[..., Path], build_app: Callable[[], Flask]) -> Flask:
    """An app with the plugin `trial`, whose `trial:<area>` whoever may see residents there may see."""
    plugin_folder("trial", {"plugin.py": OWNER})
    return build_app()


@pytest.fixture
def app(owned_app: Flask) -> Flask:
    """The app that the fixtures of core.testing use."""
    return owned_app


@pytest.fixture
def stored(county: County) -> Callable[[], list[str]]:
    """The names of all files of bytes on the disk."""
    return lambda: sorted(file.name for file in (county.data / "files").rglob("*") if file.is_file())


SUBJECT = f"trial:{VILLAGE}"
