"""Who holds a post just now, for messages: at a place, or where nobody does, at the next one above."""

from collections.abc import Iterable

from core.accounts.actors import current_post
from core.accounts.models import Account, Post
from core.areas.api import codes_above

_BATCH = 500


def holders(role: str, area_code: str) -> list[int]:
    """The accounts that hold `role` at `area_code` itself, or at the next area above where anybody does."""
    enabled = Account.unscoped("whether an account is used", Account.id).where(Account.disabled_at.is_null())
    for code in sorted({area_code, *codes_above(area_code)}, key=len, reverse=True):
        rows = Post.unscoped("whoever holds a post there is told", Post.account_id).where(
            (Post.role == role) & (Post.area_code == code) & current_post() & Post.account_id.in_(enabled)
        )
        if found := sorted({row.account_id for row in rows}):
            return found
    return []


def accounts_of_person(person_id: int) -> list[int]:
    """The accounts of a person of the register that are not disabled."""
    rows = Account.unscoped("whom a message is for", Account.id).where(
        (Account.person_id == person_id) & Account.disabled_at.is_null()
    )
    return sorted(row.id for row in rows)


def persons_of_accounts(ids: Iterable[int]) -> dict[int, int]:
    """Account id -> the person behind it, of accounts that are not disabled and have one."""
    wanted = sorted(set(ids))
    found: dict[int, int] = {}
    for start in range(0, len(wanted), _BATCH):
        rows = Account.unscoped("whom a message is for", Account.id, Account.person_id).where(
            Account.id.in_(wanted[start : start + _BATCH])
            & Account.disabled_at.is_null()
            & Account.person_id.is_null(False)
        )
        found.update((row.id, row.person_id) for row in rows if row.person_id is not None)
    return found
