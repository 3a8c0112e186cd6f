"""Signatures that anybody can check without a secret: ECDSA over P-256 with SHA-256.

They take the form that browsers make and read (WebCrypto): 64 bytes, r then s; a public key is the
65 bytes of an uncompressed point (RFC 5480, SEC 1).
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

PUBLIC_KEY_BYTES, SIGNATURE_BYTES = 65, 64
_HALF = SIGNATURE_BYTES // 2
# The order of the group (FIPS 186-5, P-256): private keys are the numbers from 1 to below it.
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class Signer:
    """A key pair grown from a secret: the same secret always gives the same pair."""

    def __init__(self, secret: bytes) -> None:
        """`secret`: 64 bytes or more, so that no private key is likelier than another."""
        number = 1 + int.from_bytes(secret, "big") % (_ORDER - 1)
        self._key = ec.derive_private_key(number, ec.SECP256R1())

    def sign(self, message: str) -> bytes:
        """The signature of `message`, 64 bytes."""
        r, s = decode_dss_signature(self._key.sign(message.encode(), ec.ECDSA(SHA256())))
        return r.to_bytes(_HALF, "big") + s.to_bytes(_HALF, "big")

    def public_key(self) -> bytes:
        """What checks its signatures, 65 bytes."""
        return self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def is_public_key(raw_key: bytes) -> bool:
    """Whether these are the bytes of a point on the curve."""
    if len(raw_key) != PUBLIC_KEY_BYTES:
        return False
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw_key)
    except ValueError:
        return False
    return True


def is_signed(public_key: bytes, message: str, signature: bytes) -> bool:
    """Whether the holder of `public_key` has signed `message`."""
    if len(signature) != SIGNATURE_BYTES:
        return False
    r, s = (int.from_bytes(half, "big") for half in (signature[:_HALF], signature[_HALF:]))
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public_key)
    try:
        key.verify(encode_dss_signature(r, s), message.encode(), ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True
