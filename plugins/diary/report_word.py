"""The Word file of a report, and what makes a template fit to be used.

A template that leaders edit is a program (jinja2 in Word). It is looked into before anything is unpacked, and
rendered in a process of its own (`word_maker.py`): sandbox, no environment, limits on time and memory.
"""

import base64
import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.files.api import prepare
from plugins.diary.errors.reports import (
    TemplateBroken,
    TemplateForbidden,
    TemplateHeavy,
    TemplateRefused,
    TemplateSyntax,
    TemplateTooLarge,
    TemplateUnknown,
    TemplateUnsafe,
)

WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MEGABYTE = 1024 * 1024
MOST_BYTES, MOST_UNPACKED = 2 * MEGABYTE, 16 * MEGABYTE
# Of a processor, and of everybody's clock.
CPU_SECONDS, _SECONDS = 10, 30
_MAKER = Path(__file__).with_name("word_maker.py")
_REFUSALS: Mapping[str, type[TemplateRefused]] = {
    "forbidden": TemplateForbidden,
    "unknown": TemplateUnknown,
    "syntax": TemplateSyntax,
    "heavy": TemplateHeavy,
    "broken": TemplateBroken,
}
# External entities; parts and pictures that lie elsewhere; files inside the file.
_UNSAFE = re.compile(
    rb"""<!DOCTYPE|<!ENTITY|TargetMode\s*=\s*["']External|oleObject|altChunk|aFChunk|attachedTemplate""",
    re.IGNORECASE,
)
# Fields that fetch or run, however their instruction is cut into pieces.
_INSTRUCTIONS = re.compile(rb"""<\w+:instrText[^>]*>([^<]*)|:instr\s*=\s*["']([^"']*)""")
_FETCHING = re.compile(rb"\b(?:DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK)\b", re.IGNORECASE)
_TEXT_PARTS = (".xml", ".rels")


def check_template(name: str, data: bytes, sample: Mapping[str, Any]) -> None:
    """Refuse what is no Word file, is too large, points outside, or cannot be printed with a sample report.

    Raises TemplateRefused (its subclasses say why), or what `core.files` says of a file that is none.
    """
    if len(data) > MOST_BYTES:
        raise TemplateTooLarge
    if prepare(name, data).media_type != WORD_TYPE:
        raise TemplateBroken
    _look_into(data)
    make_word(data, sample, "2026-01-01T00:00:00")


def _look_into(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        if sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise TemplateTooLarge
        for part in parts:
            if part.filename.startswith("word/embeddings/") or part.filename.endswith(".bin"):
                raise TemplateUnsafe
            if part.filename.endswith(_TEXT_PARTS):
                text = archive.read(part)
                # In another encoding than UTF-8 the words below would read otherwise.
                said = b"".join(b"".join(pieces) for pieces in _INSTRUCTIONS.findall(text))
                if b"\x00" in text or _UNSAFE.search(text) or _FETCHING.search(said):
                    raise TemplateUnsafe


def make_word(template: bytes | None, context: Mapping[str, Any] | None, at: str) -> bytes:
    """A .docx, the same bytes for the same input. Without `template` by the one that comes along; without
    `context` that template itself.

    Raises TemplateRefused.
    """
    asked = {
        "template": base64.b64encode(template or b"").decode(),
        "context": context,
        "at": at,
        "seconds": CPU_SECONDS,
    }
    try:
        made = subprocess.run(  # noqa: S603 - our own file, with our own interpreter
            [sys.executable, "-I", str(_MAKER)],
            input=json.dumps(asked).encode(),
            capture_output=True,
            timeout=_SECONDS,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise TemplateHeavy from None
    if made.returncode == 0:
        return made.stdout
    # A process that the limits ended has said nothing.
    raise _REFUSALS.get(made.stderr.decode("ascii", "replace").strip(), TemplateHeavy)
