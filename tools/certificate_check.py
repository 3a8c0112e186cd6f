"""Check a certificate of leave to carry out (可实施凭证) without gridgov, a network or any library.

    python3 certificate_check.py KEY [CERTIFICATE]

KEY: a file with the county's public key, or the key itself (88 signs of base64, as the county posts it up).
CERTIFICATE: a file with the text of the QR code, or the text itself; without it, it is read from the input.
Exit status: 0 signed by that county, 1 not, 2 wrong usage. Whether a later version has voided it, only the
county's page says. Format: plugins/supervision/certificate_text.py; arithmetic: FIPS 186-5, 6.4.2, P-256.
"""

import base64
import hashlib
import sys
from pathlib import Path

FIELDS = ["编号 code", "村编号 area", "村 village", "版本 version", "指纹 SHA-256", "最早实施日 not before"]
FIELDS += ["同意 agree", "名册 roll", "应达 percent", "口径 rule", "日志头 log head", "签发 signed at"]
P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
Point = tuple[int, int] | None


def add(one: Point, other: Point) -> Point:
    """Add two points of the curve; None is the neutral one."""
    if one is None or other is None:
        return one or other
    (x1, y1), (x2, y2) = one, other
    if x1 == x2:
        if (y1 + y2) % P == 0:
            return None
        slope = (3 * x1 * x1 - 3) * pow(2 * y1, -1, P) % P
    else:
        slope = (y2 - y1) * pow(x2 - x1, -1, P) % P
    x = (slope * slope - x1 - x2) % P
    return x, (slope * (x1 - x) - y1) % P


def times(number: int, point: Point) -> Point:
    """A point added to itself."""
    total: Point = None
    while number:
        total = add(total, point) if number & 1 else total
        point, number = add(point, point), number >> 1
    return total


def is_signed(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the holder of `key` (65 bytes) has signed `message` (64 bytes, r then s)."""
    x, y = int.from_bytes(key[1:33], "big"), int.from_bytes(key[33:], "big")
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    on_curve = len(key) == 65 and key[0] == 4 and max(x, y) < P and (y * y - x**3 + 3 * x - B) % P == 0
    if not on_curve or len(signature) != 64 or not (0 < r < N and 0 < s < N):
        return False
    w = pow(s, -1, N)
    digest = int.from_bytes(hashlib.sha256(message).digest(), "big")
    point = add(times(digest * w % N, G), times(r * w % N, (x, y)))
    return point is not None and point[0] % N == r


def decode(text: str) -> bytes:
    """Strict base64url: what is written otherwise is refused."""
    data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if base64.urlsafe_b64encode(data).decode().rstrip("=") != text:
        raise ValueError("not written as a certificate is")
    return data


def read(key: bytes, text: str) -> list[str] | None:
    """The fields of a certificate that `key` has signed, or None."""
    try:
        mark, statement, signature = "".join(text.split()).rpartition("#")[2].split(".")
        fields = decode(statement).decode().split("|")
        signed = mark == "GC1" and is_signed(key, f"{mark}.{statement}".encode(), decode(signature))
    except ValueError:
        return None
    return fields if signed and len(fields) == len(FIELDS) else None


def given(text: str) -> str:
    """What stands in a file of that name, or the text itself."""
    return Path(text).read_text("utf-8") if len(text) < 250 and Path(text).is_file() else text


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        print(__doc__)
        sys.exit(2)
    found = read(
        base64.b64decode(given(sys.argv[1])), given(sys.argv[2]) if sys.argv[2:] else sys.stdin.read()
    )
    print("有效：本县签发 valid" if found else "无效：不是本县签发，或被改动 NOT valid")
    print("\n".join(f"{name}: {value}" for name, value in zip(FIELDS, found or (), strict=False)))
    sys.exit(0 if found else 1)
