"""Names that come with uploads: shown to people, never used as a path."""

import re
import unicodedata
from pathlib import PurePosixPath

from core.fields import cleaned

LONGEST = 80
# Invisible signs that turn "gnp.exe" into what looks like "exe.png".
_INVISIBLE = ("Cf", "Co", "Cn", "Zl", "Zp")


def extension(raw_name: str) -> str:
    """The ending of a name in small letters, without its dot; empty where there is none."""
    return PurePosixPath(display_name(raw_name)).suffix.lstrip(".").lower()


def display_name(raw_name: str) -> str:
    """The last part of a name as people may see it: no folders, no control or invisible signs."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", raw_name))[-1]
    visible = "".join(sign for sign in cleaned(last) if unicodedata.category(sign) not in _INVISIBLE)
    return re.sub(r'[<>:"|?*\s]+', " ", visible).strip(" .")


def kept_name(raw_name: str, ending: str) -> str:
    """The name under which a file is shown and saved: at most LONGEST signs, with the ending of its type."""
    shown = display_name(raw_name)
    stem = shown[: -len(PurePosixPath(shown).suffix) or None] if shown else ""
    return f"{stem[: LONGEST - len(ending) - 1].strip(' .') or 'file'}.{ending}"
