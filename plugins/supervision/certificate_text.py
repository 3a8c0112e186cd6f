"""The text of a certificate of leave to carry out (可实施凭证): written, signed, read back. No database here.

A certificate is `GC1.<statement>.<signature>`, both in base64url without padding. The statement is a line of
fields joined by "|", in this order:

    code | area code | area name | version | SHA-256 of the version | earliest day | agree | base |
    percent | "all" (share of the whole roll) or "each" (of each group) | head of the log | moment of signing

The signature (ECDSA over P-256 with SHA-256, r then s) is that of `GC1.<statement>`, by the county's open
signature key. It is read strictly: a text that is not written exactly so is none, so that no sign of it can
be changed unseen. In a QR code it stands behind the `#` of the address of the page that checks it: what
follows that sign is never sent to a server. tools/certificate_check.py, static/certificate.js read the same.
"""

import base64
import binascii
import re
from collections.abc import Callable
from datetime import date, datetime
from hashlib import sha256

from core.signatures import SIGNATURE_BYTES, is_public_key, is_signed
from core.value_classes import value_class
from plugins.supervision.errors.ballots import BadCertificate

MARK = "GC1"
ALL, EACH = "all", "each"
_LONGEST = 2_000
_DIGEST = re.compile(r"[0-9a-f]{64}|")


@value_class
class Certificate:
    """What a certificate states. `rule`: ALL or EACH; `head`: the log's last hash when it was signed."""

    code: str
    area_code: str
    area_name: str
    version: int
    digest: str
    earliest_day: date
    agree: int
    base: int
    percent: int
    rule: str
    head: str
    signed_at: datetime


def write(certificate: Certificate, sign: Callable[[str], bytes]) -> str:
    """The signed text."""
    statement = f"{MARK}.{_encode(_statement(certificate).encode())}"
    return f"{statement}.{_encode(sign(statement))}"


def read(public_key: bytes, raw_text: str) -> Certificate:
    """What a text states that the holder of a key has signed. Raises BadCertificate."""
    # Copied from a page or a message it may have been broken into lines.
    text = "".join(raw_text.split()).rpartition("#")[2]
    parts = text.split(".")
    if len(text) > _LONGEST or len(parts) != 3 or parts[0] != MARK or not is_public_key(public_key):
        raise BadCertificate
    try:
        statement, signature = _decode(parts[1]).decode(), _decode(parts[2])
        if len(signature) != SIGNATURE_BYTES or not is_signed(
            public_key, f"{parts[0]}.{parts[1]}", signature
        ):
            raise BadCertificate
        return _certificate(statement)
    except (ValueError, binascii.Error):
        raise BadCertificate from None


def key_mark(public_key: bytes) -> str:
    """The short name of a key, to compare by eye: 16 signs of its SHA-256 in groups of four."""
    digest = sha256(public_key).hexdigest()[:16]
    return " ".join(digest[place : place + 4] for place in range(0, 16, 4))


def _statement(certificate: Certificate) -> str:
    name = certificate.area_name.replace("|", " ").replace("\n", " ")
    return "|".join(
        (
            certificate.code,
            certificate.area_code,
            name,
            str(certificate.version),
            certificate.digest,
            certificate.earliest_day.isoformat(),
            str(certificate.agree),
            str(certificate.base),
            str(certificate.percent),
            certificate.rule,
            certificate.head,
            certificate.signed_at.isoformat(timespec="seconds"),
        )
    )


def _certificate(statement: str) -> Certificate:
    code, area, name, version, digest, day, agree, base, percent, rule, head, at = statement.split("|")
    if rule not in (ALL, EACH) or not _DIGEST.fullmatch(digest) or not _DIGEST.fullmatch(head):
        raise BadCertificate
    return Certificate(
        code,
        area,
        name,
        int(version),
        digest,
        date.fromisoformat(day),
        int(agree),
        int(base),
        int(percent),
        rule,
        head,
        datetime.fromisoformat(at),
    )


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _decode(text: str) -> bytes:
    data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if _encode(data) != text:
        raise ValueError("the same bytes, written otherwise")
    return data
