"""Structured logs: one JSON object a line on standard error, without personal data.

What is logged are ids, codes and numbers; the address of a request is its pattern, never what
stood in it. Exceptions speak for themselves, and what they say may hold what somebody typed: so
ID numbers and phones are blotted out of every message and traceback, and the lines in which
PostgreSQL quotes a row are left out.
"""

import json
import logging
import os
import re
import sys
from contextvars import ContextVar
from datetime import datetime, timedelta, timezone
from typing import Any, TextIO

from core.errors import ConfigError

LEVELS = ("debug", "info", "warning", "error")
CITIZEN_ID, PHONE = "[citizen id]", "[phone]"
# The request that this thread answers; every line written meanwhile carries it.
request_id: ContextVar[str] = ContextVar("request_id", default="")

_CHINA = timezone(timedelta(hours=8))
_GAP = r"[ \-\u3000]?"
# The shape alone: a mistyped number is still somebody's. \d takes full-width digits too.
_NUMBERS = re.compile(
    rf"(?<!\d)(?P<citizen>\d(?:{_GAP}\d){{16}}{_GAP}[\dXxＸｘ×])(?!\d)"
    rf"|(?<!\d)(?:86{_GAP})?[1１]{_GAP}[3-9３-９](?:{_GAP}\d){{9}}(?!\d)"
    rf"|(?<![\d.])[0０]\d{{2,3}}{_GAP}\d{{7,8}}(?!\d)"
)
_QUOTED_ROWS = re.compile(r"^(?:DETAIL|CONTEXT):.*\n?", re.MULTILINE)
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str).encode
# What JSON leaves as it is, though a terminal or a reader of lines may obey it.
_CONTROLS = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_BREAKS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def scrub(text: str) -> str:
    """`text` without ID numbers, phones and quoted rows."""
    if "DETAIL:" in text or "CONTEXT:" in text:
        text = _QUOTED_ROWS.sub("", text)
    return blotted(text, CITIZEN_ID, PHONE)


def blotted(text: str, citizen_id: str, phone: str) -> str:
    """`text` with these words in place of ID numbers and phones."""
    return _NUMBERS.sub(lambda found: citizen_id if found["citizen"] else phone, text)


class JsonLines(logging.Formatter):
    """One JSON object a record: time, level, logger, message, request, fields of the line, error."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, _CHINA).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": scrub(record.getMessage()),
        }
        if number := request_id.get():
            line["request"] = number
        line.update(getattr(record, "fields", ()))
        if record.exc_info:
            line["error"] = scrub(self.formatException(record.exc_info))
        return _CONTROLS.sub(_escaped, _encode(line))


class PlainLines(logging.Formatter):
    """The same for somebody at a terminal; further lines of a message stand back: none looks new."""

    def format(self, record: logging.LogRecord) -> str:
        """The text, without its end."""
        fields = getattr(record, "fields", {})
        said = [scrub(record.getMessage()), *(f"{name}={value}" for name, value in fields.items())]
        if record.exc_info:
            said.append("\n" + scrub(self.formatException(record.exc_info)))
        time = datetime.fromtimestamp(record.created, _CHINA).strftime("%H:%M:%S")
        text = _BREAKS.sub(_escaped, " ".join(said)).replace("\n", "\n    ")
        return f"{time} {record.levelname.lower()} {record.name}: {text}"


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def chosen_level(stream: TextIO) -> int:
    """What GRIDGOV_LOG says; unsaid, `info` for a journal and `warning` for a person at a terminal.

    Raises ConfigError for a level that there is not.
    """
    said = os.environ.get("GRIDGOV_LOG", "").strip().lower()
    if said and said not in LEVELS:
        raise ConfigError([f"GRIDGOV_LOG 应为 {'、'.join(LEVELS)} 之一，现在是 {said}"])
    return int(getattr(logging, (said or ("warning" if stream.isatty() else "info")).upper()))


def configure_logs(stream: TextIO | None = None) -> None:
    """Send this process's logs to `stream` (standard error). Raises ConfigError for a wrong GRIDGOV_LOG."""
    stream = stream or sys.stderr
    level = chosen_level(stream)
    handler = logging.StreamHandler(stream)
    handler.setFormatter(PlainLines() if stream.isatty() else JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # Nothing that a line of ours shows: looking them up took half of the time of a line.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None
    # At `debug` peewee writes every statement with its values: names, addresses, hashes.
    logging.getLogger("peewee").setLevel(logging.INFO)
