"""Random tokens: what the bearer keeps, and the hash that we keep."""

import hashlib
import secrets

SESSION_PREFIX = "gs_"
API_PREFIX = "gt_"
LONGEST_TOKEN = 100  # of what is looked up at all
_BYTES = 32


def new_token(prefix: str) -> str:
    """A token nobody can guess (256 bits). The prefix tells people and scanners what leaked."""
    return prefix + secrets.token_urlsafe(_BYTES)


def token_hash(token: str) -> bytes:
    """What is stored of a token. It is random, so a fast hash is enough."""
    return hashlib.sha256(token.encode()).digest()
