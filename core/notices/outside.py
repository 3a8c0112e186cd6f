"""What leaves the house: the title of the kind, a tracking number, a link. Never a name, never an ID number.

Every message to the outside is made here, and from nothing else, so that no caller can let a name slip.
"""

import re

from core.county import county
from core.hookspecs import Message
from core.logs import scrub
from core.text import N_

# A tracking number; nothing that could be somebody's phone or ID number passes (`scrub`).
_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9\-]{0,23}")
# A path with ids in it; no query, in which somebody may have looked for a name.
_PATH = re.compile(r"/[A-Za-z0-9/_\-]{0,200}")
INBOX = "/notices"
ONE, MORE, LINK = N_("【%(county)s】%(title)s"), N_("，另有 %(count)d 条"), N_("，请打开 %(link)s")


def clean_number(raw_number: object) -> str:
    """A tracking number that may be said outside; empty for anything that is none."""
    text = str(raw_number or "")
    return text if _NUMBER.fullmatch(text) and scrub(text) == text else ""


def clean_path(raw_url: str) -> str:
    """A path of ours that may be said outside; that of the inbox for anything else."""
    path = raw_url.partition("?")[0].partition("#")[0]
    return path if _PATH.fullmatch(path) and not path.startswith("//") and scrub(path) == path else INBOX


def compose(
    message_id: str,
    title: str,
    number: str,
    path: str,
    *,
    more: int,
    address: str,
    urgent: bool,
    longest: int,
) -> Message:
    """A message of at most `longest` bytes of UTF-8; `more`: how many others wait in the inbox besides."""
    base = county().settings.public_url
    link = base + (INBOX if more else path) if base else ""
    head = ONE % {"county": county().settings.county_name, "title": f"{title} {number}".strip()}
    tail = (MORE % {"count": more} if more else "") + (LINK % {"link": link} if link else "")
    room = longest - len(tail.encode())
    return Message(
        id=message_id,
        title=title,
        text=_cut(head, room) + tail,
        url=link,
        address=address,
        urgent=urgent,
    )


def _cut(text: str, room: int) -> str:
    return (
        text
        if len(text.encode()) <= room
        else text.encode()[: max(room - 3, 0)].decode(errors="ignore") + "…"
    )
