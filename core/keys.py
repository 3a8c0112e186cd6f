"""The county's secret keys, and what they protect: fields, look-ups, signatures.

The keys lie in one file under the data folder (mode 600) or where GRIDGOV_SECRET_FILE points,
never in the database, so that a copied database shows no ID number (PIPL 51, GB/T 35273 6.3).
"""

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.errors import ConfigError
from core.signatures import Signer
from core.value_classes import value_class

NAMES = ("session", "signature", "field", "index")
_NONCE_BYTES = 12
_KEY_BYTES = 32


@lru_cache(maxsize=4)
def _cipher(key: bytes) -> AESGCM:
    # Setting a key up costs more than sealing a field; an import of a county seals half a million.
    return AESGCM(key)


@lru_cache(maxsize=4)
def _index(key: bytes) -> tuple["hashlib._Hash", "hashlib._Hash"]:
    # HMAC (RFC 2104) with its padded keys taken in; a copy of hmac's own object costs twice as much.
    padded = key.ljust(hashlib.sha256().block_size, b"\0")
    inner, outer = (hashlib.sha256(bytes(byte ^ pad for byte in padded)) for pad in (0x36, 0x5C))
    return inner, outer


@lru_cache(maxsize=4)
def _signer(key: bytes) -> Signer:
    # Grown from a key that every county has and keeps already: one secret less to lose.
    return Signer(hmac.digest(key, b"open signatures, P-256", "sha512"))


@value_class
class Keys:
    """Four independent 256-bit keys."""

    session: bytes
    signature: bytes
    field: bytes
    index: bytes

    def seal(self, text: str, purpose: str) -> bytes:
        """Encrypt a sensitive field (AES-256-GCM). `purpose` (the column's name) is bound in."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + _cipher(self.field).encrypt(nonce, text.encode(), purpose.encode())

    def seal_all(self, texts: Sequence[str], purpose: str) -> list[bytes]:
        """The same for many texts at once, in half the time."""
        nonces, bound = os.urandom(_NONCE_BYTES * len(texts)), purpose.encode()
        encrypt = _cipher(self.field).encrypt
        sealed = []
        for place, text in enumerate(texts):
            nonce = nonces[place * _NONCE_BYTES : (place + 1) * _NONCE_BYTES]
            sealed.append(nonce + encrypt(nonce, text.encode(), bound))
        return sealed

    def unseal(self, sealed: bytes, purpose: str) -> str:
        """Decrypt what `seal` made. Raises ValueError for another key, purpose or altered bytes."""
        try:
            data = _cipher(self.field).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], purpose.encode())
        except InvalidTag:
            raise ValueError("sealed with another key, for another purpose, or altered") from None
        return data.decode()

    def blind_index(self, text: str, purpose: str) -> bytes:
        """A keyed hash for looking a sensitive value up without storing it (HMAC-SHA256, 16 bytes)."""
        inner, outer = _index(self.index)
        mark, sealed = inner.copy(), outer.copy()
        mark.update(f"{purpose}\0{text}".encode())
        sealed.update(mark.digest())
        return sealed.digest()[:16]

    def blind_index_all(self, texts: Sequence[str], purpose: str) -> list[bytes]:
        """The same for many texts at once, in two thirds of the time."""
        inner, outer = _index(self.index)
        begun = inner.copy()
        begun.update(f"{purpose}\0".encode())
        found = []
        for text in texts:
            mark, sealed = begun.copy(), outer.copy()
            mark.update(text.encode())
            sealed.update(mark.digest())
            found.append(sealed.digest()[:16])
        return found

    def sign(self, message: str) -> bytes:
        """Signature of `message` (HMAC-SHA256, 32 bytes)."""
        return hmac.digest(self.signature, message.encode(), "sha256")

    def sign_openly(self, message: str) -> bytes:
        """Signature of `message` that whoever has the public key can check (ECDSA P-256, 64 bytes)."""
        return _signer(self.signature).sign(message)

    def public_key(self) -> bytes:
        """What checks `sign_openly` (65 bytes); it may be shown to anybody."""
        return _signer(self.signature).public_key()


def create_keys(file: Path) -> Keys:
    """Make new keys in `file`, which must not exist: overwriting keys loses every sealed field."""
    values = {name: secrets.token_hex(_KEY_BYTES) for name in NAMES}
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as out:
        json.dump(values, out, indent=1)
        out.flush()
        os.fsync(out.fileno())  # a power cut that took the keys would take every sealed field
    return _keys(values)


def load_keys(file: Path) -> Keys:
    """Read keys. Raises ConfigError when the file is missing or damaged."""
    try:
        return _keys(json.loads(file.read_text()))
    except FileNotFoundError:
        raise ConfigError([f"找不到密钥文件 {file}；请从备份恢复，缺少它无法读出加密字段"]) from None
    except OSError as error:
        raise ConfigError([f"密钥文件 {file} 读不出来（{error.strerror}）"]) from None
    except (ValueError, KeyError, TypeError):
        raise ConfigError([f"密钥文件 {file} 已损坏；请从备份恢复"]) from None


def fingerprint(keys: Keys) -> str:
    """A short public mark of the keys, to tell whether a backup fits."""
    return hashlib.sha256(b"gridgov" + keys.field + keys.index).hexdigest()[:12]


def _keys(values: dict[str, str]) -> Keys:
    raw = {name: bytes.fromhex(values[name]) for name in NAMES}
    if any(len(key) != _KEY_BYTES for key in raw.values()):
        raise ValueError("a key is 32 bytes long")
    return Keys(**raw)
