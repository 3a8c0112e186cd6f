"""Who holds a post just now: for messages, and for keeping those out whom a matter is about."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from core.accounts.actors import current_post
from core.accounts.models import Account, Post
from core.areas.api import codes_above
from core.scope import AreaScope
from core.value_classes import value_class

_BATCH = 500


@value_class
class Holding:
    """A post that somebody holds today. `until`: its last day, where one is set (acting cover, say)."""

    account_id: int
    person_id: int | None
    name: str
    role: str
    area_code: str
    until: date | None


def holdings(*, at: Iterable[str] = (), within: Iterable[str] = (), of: Iterable[int] = ()) -> list[Holding]:
    """The posts of today at exactly the areas `at`, anywhere in the areas `within`, or `of` these accounts.

    Residents hold none. For whoever keeps people out of what concerns them; the caller shows nobody more
    than what is posted up.
    """
    places = Post.area_code.in_(sorted(set(at))) | AreaScope(tuple(sorted(set(within)))).where(Post.area_code)
    places |= Account.id.in_(sorted(set(of)))
    query: Any = Account.unscoped(
        "who holds office is public; whom a matter concerns is kept out of it",
        Account.id,
        Account.person_id,
        Account.name,
        Post.role,
        Post.area_code,
        Post.until,
    ).join(Post, on=(Post.account_id == Account.id))
    held = query.where(places & current_post() & (Post.role != "resident") & Account.disabled_at.is_null())
    return [Holding(*row) for row in held.order_by(Post.area_code, Post.role, Account.id).tuples()]


def accounts_behind(person_ids: Iterable[int]) -> list[int]:
    """Every account of some persons (a few dozen), disabled ones too."""
    wanted = sorted(set(person_ids))
    if not wanted:
        return []
    rows: Any = Account.unscoped("ids only, for the recusal of somebody who acts", Account.id).where(
        Account.person_id.in_(wanted)
    )
    return [account_id for (account_id,) in rows.tuples()]


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
