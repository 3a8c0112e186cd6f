"""Passwords: how they are stored, which are good enough, and made-up ones."""

import secrets
import string
import unicodedata
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from core.accounts.errors import WeakPassword
from core.county import county
from core.text import N_

# OWASP's smallest setting of argon2id: 19 MiB and two passes, some 30 ms on a county's server.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# What the password of an unknown name is held against, so that the answer takes as long.
NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$3svcIY834tqQ1W/CDFeOKg$eBYtSwbxAxPK+8+aQRACgfrjJ8YmsiQtW1zPDTkTGsM"
LONGEST = 128
_LONG_ENOUGH_FOR_ANY_KIND = 16
_INITIAL_LENGTH = 12
# Passwords that satisfy the rules on paper and are tried first by everybody.
_WEAK = frozenset((Path(__file__).parent / "weak_passwords.txt").read_text("utf-8").split())


def hash_password(password: str) -> str:
    """What is stored of `password`."""
    return _HASHER.hash(_bytes(password))


def verify_password(stored: str, password: str) -> bool:
    """Whether `password` is the one behind `stored`; takes the same time either way."""
    if len(password) > LONGEST:
        password = ""
    try:
        return _HASHER.verify(stored, _bytes(password))
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(stored: str) -> bool:
    """Whether `stored` was made with weaker settings than today's."""
    return _HASHER.check_needs_rehash(stored)


def demand_strong(password: str, username: str) -> None:
    """Raises WeakPassword naming the rule that `password` breaks (GB/T 22239 8.1.4.1)."""
    length = county().settings.security.password_length
    typed = _typed(password)
    broken = None
    if len(typed) < length:
        broken = N_("太短。")
    elif len(typed) > LONGEST:
        broken = N_("太长，最多 128 位。")
    elif len(typed) < _LONG_ENOUGH_FOR_ANY_KIND and _kinds(typed) < 3:
        broken = N_("字符种类太少。")
    elif username.casefold() in typed.casefold():
        broken = N_("不能含有用户名。")
    elif typed.casefold() in _WEAK or len(set(typed)) < 4:
        broken = N_("太常见，容易被猜中。")
    if broken:
        raise WeakPassword(fields={"new_password": [broken]}, length=length)


def make_password() -> str:
    """An initial password that can be read aloud: no signs that look alike, three kinds or more."""
    length = max(_INITIAL_LENGTH, county().settings.security.password_length)
    kinds = ("ABCDEFGHJKMNPQRSTUVWXYZ", "abcdefghjkmnpqrstuvwxyz", "23456789")
    signs = [secrets.choice(kind) for kind in kinds]
    signs += [secrets.choice("".join(kinds)) for _ in range(length - len(signs))]
    secrets.SystemRandom().shuffle(signs)
    return "".join(signs)


def _typed(password: str) -> str:
    # A Chinese keyboard may type full-width letters and digits: they mean the same key.
    return unicodedata.normalize("NFKC", password)


def _bytes(password: str) -> bytes:
    # JSON can carry half of a surrogate pair, which plain UTF-8 refuses.
    return _typed(password).encode("utf-8", "surrogatepass")


def _kinds(password: str) -> int:
    known = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
    found = [any(sign in kind for sign in password) for kind in known]
    return sum(found) + any(sign not in "".join(known) for sign in password)
