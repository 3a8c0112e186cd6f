"""Codes on paper and screens: signed, read back, drawn. No database here.

A code is a URL that ends in a token `purpose.subject.expiry.signature`. The phone's own
scanner opens it; whoever holds no post learns nothing from it. Whether a code was used
already is the business of whoever issued it.
"""

import hmac
import secrets
import unicodedata
from datetime import datetime
from io import BytesIO
from typing import Final

from core.clock import now
from core.keys import Keys
from core.value_classes import value_class

# 31 signs that nobody confuses when reading aloud or typing (no 0 O 1 I L).
ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_SIGNATURE_HEX = 20  # 80 bits: enough for a code that is checked online and lives for seconds


class BadCode(ValueError):
    """A token that was not signed here, or is damaged."""


class ExpiredCode(ValueError):
    """A token whose time is over."""


@value_class
class SignedCode:
    """What a genuine token says."""

    purpose: str
    subject: str


def new_subject(length: int = 8) -> str:
    """A random subject that can also be typed: `length` signs of ALPHABET (31**8 = 8.5e11)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def normalize(raw_code: str) -> str:
    """A typed code as it was meant: full-width signs made plain, in capitals, no spaces or dashes.

    Categories Z, C and Pd are what phone keyboards and copying slip in: spaces of any width,
    invisible signs, every kind of dash.
    """
    plain = unicodedata.normalize("NFKC", raw_code)
    kept = [sign for sign in plain if unicodedata.category(sign)[0] not in "ZC"]
    return "".join(sign for sign in kept if unicodedata.category(sign) != "Pd").upper()


def sign(keys: Keys, purpose: str, subject: str, expires_at: datetime | None) -> str:
    """A token for `subject`. `expires_at` None: it does not expire by itself (a printed card).

    Neither part may hold a full stop, which parts the token.
    """
    if "." in purpose + subject:
        raise ValueError("purpose and subject of a code hold no full stop")
    seconds = f"{int(expires_at.timestamp()):x}" if expires_at else "0"
    body = f"{purpose}.{subject}.{seconds}"
    return f"{body}.{keys.sign(body).hex()[:_SIGNATURE_HEX]}"


def read(keys: Keys, raw_token: str) -> SignedCode:
    """Check a token, or a URL that ends in one. Raises BadCode or ExpiredCode."""
    body, _, signature = raw_token.strip().rpartition("/")[2].rpartition(".")
    try:
        expected, given = keys.sign(body).hex()[:_SIGNATURE_HEX].encode(), signature.encode()
    except UnicodeEncodeError:
        raise BadCode("not text") from None
    if not hmac.compare_digest(expected, given):
        raise BadCode(raw_token[:12])
    purpose, subject, seconds = body.split(".")
    if seconds != "0" and now().timestamp() >= int(seconds, 16):
        raise ExpiredCode(subject)
    return SignedCode(purpose, subject)


def modules(text: str) -> list[list[bool]]:
    """The code as rows of dark and light squares, quiet zone included: for sheets of many.

    One mask for all: trying all eight for the best one takes four times as long, and every one is read.
    """
    import qrcode  # here, as below: it takes a twentieth of a start, and brings lxml along where that is

    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4, mask_pattern=2)
    code.add_data(text)
    matrix: list[list[bool]] = code.get_matrix()
    return matrix


def draw_svg(text: str) -> str:
    """The code as an SVG element for a page or a sheet, quiet zone included."""
    import qrcode
    from qrcode.image.svg import SvgPathImage

    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4)
    code.add_data(text)
    out = BytesIO()
    code.make_image(image_factory=SvgPathImage).save(out)
    drawing = out.getvalue().decode().replace(' id="qr-path"', "")  # a sheet holds many codes
    return drawing[drawing.index("<svg") :]
