"""How a device that sends by HTTP signs: HMAC-SHA256 (RFC 2104) over six lines, each as it is sent."""

import hashlib
import hmac
import secrets

SECRET_BYTES = 32


def new_secret() -> str:
    """A secret of a device, 64 hexadecimal digits."""
    return secrets.token_hex(SECRET_BYTES)


def signed_text(device: str, sequence: int, at: str, key: str, gesture: str, battery: int | None) -> str:
    """What is signed: device, number, moment, key, gesture, battery (empty: none), a line each."""
    return "\n".join((device, str(sequence), at, key, gesture, "" if battery is None else str(battery)))


def signature_of(secret: str, text: str) -> str:
    """The signature, 64 hexadecimal digits. The key is the 32 bytes that the secret's digits stand for."""
    return hmac.new(bytes.fromhex(secret), text.encode(), hashlib.sha256).hexdigest()


def is_genuine(secret: str, text: str, signature: str) -> bool:
    """Whether somebody who knows the secret made it; takes the same time for every wrong one."""
    return hmac.compare_digest(signature_of(secret, text).encode(), signature.lower().encode())
