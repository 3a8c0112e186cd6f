"""Following a case without an account: number and key, typed or in a signed code."""

import hmac

from core.cases.models import Case
from core.county import county
from core.qr import BadCode, ExpiredCode, normalize, read, sign

PURPOSE = "case"


def case_token(row: Case) -> str:
    """What the code on a case's sheet holds: number and key, signed; it does not expire by itself."""
    return sign(county().keys, PURPOSE, f"{row.number}~{row.key}", None)


def read_token(raw_token: str) -> tuple[str, str] | None:
    """Number and key of a scanned code, or None for anything else."""
    try:
        code = read(county().keys, raw_token)
    except (BadCode, ExpiredCode, ValueError):
        return None
    number, _, key = code.subject.partition("~")
    return (number, key) if code.purpose == PURPOSE else None


def typed_number(raw_number: str) -> str:
    """A typed number as it is stored: capitals, the dash in its place."""
    plain = normalize(raw_number)
    return f"{plain[:6]}-{plain[6:]}" if len(plain) > 6 else plain


def opens(row: Case, raw_token: str) -> bool:
    """Whether this is the case's key, or a code that holds it."""
    found = read_token(raw_token) if "." in raw_token else None
    number, key = found or (row.number, normalize(raw_token))
    return number == row.number and hmac.compare_digest(key.encode(), row.key.encode())
