"""Documents made on the spot, and a plugin that owns the files of its things."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

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
