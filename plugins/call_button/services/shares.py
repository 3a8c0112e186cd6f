"""A household lets its child who lives elsewhere read its calls; either of them ends it at once."""

from datetime import timedelta

from core import audit
from core.accounts.api import GuessCounter, actor_for, find_accounts
from core.clock import now
from core.county import county
from core.db import unit_of_work
from core.errors import Invalid, NotFound, TooManyTries
from core.plugin_manager import SYSTEM
from core.scope import AreaScope
from core.security import Actor
from core.text import N_
from plugins.call_button.errors.shares import ReaderUnknown, ShareTwice, TooManyShares
from plugins.call_button.models.calls import Share
from plugins.call_button.queries.shares import demand_sharer
from plugins.call_button.share_words import MOST_SHARES, RELATIONS, SHARE, SHARE_FOR, WORDS

_OF_HOUSEHOLD = "shares of a household that was found in reach"
_HOUSEHOLD_CHANGED = "a household that has moved or ended takes its shares along"
_TRIES, _PAUSE_MINUTES, _MOST_ALIKE = 10, 30, 1_000
_guesses = GuessCounter(_TRIES, timedelta(minutes=_PAUSE_MINUTES), forgets=True)


def begin_share(
    actor: Actor, household_id: int, *, username: str, name: str, relation: str, word: str = ""
) -> int:
    """Let a resident's account read the calls of a household from now on; the share's id.

    By somebody of the household, or for them by whoever may (`word`: how they said so, of WORDS). `username`
    and `name` are those of the account, both in full. Raises Unauthenticated, Forbidden, NotFound, Invalid,
    ReaderUnknown, ShareTwice, TooManyShares, TooManyTries.
    """
    area_code = demand_sharer(actor, household_id)
    own = actor.household_id == household_id
    wrong: dict[str, list[str]] = {}
    if relation not in RELATIONS:
        wrong["relation"] = [N_("请选择与本户的关系。")]
    if not own and word not in WORDS:
        wrong["word"] = [N_("请选择住户是怎样同意的。")]
    if wrong:
        raise Invalid(fields=wrong)
    with unit_of_work():
        reader = _reader(actor, household_id, username, name)
        live = Share.unscoped(_OF_HOUSEHOLD, Share.account_id).where(
            (Share.household_id == household_id) & Share.ended_at.is_null()
        )
        readers = [row.account_id for row in live]
        if reader in readers:
            raise ShareTwice
        if len(readers) >= MOST_SHARES:
            raise TooManyShares
        row = Share.create(
            area_code=area_code,
            household_id=household_id,
            account_id=reader,
            relation=relation,
            begun_at=now(),
            begun_by=actor.account_id,
        )
        _record(actor, "call_button.begin_share", row, word="" if own else word)
    return int(row.id)


def end_share(actor: Actor, share_id: int) -> None:
    """End a share at once: by the household, for it, or by the reader. Raises Unauthenticated, NotFound."""
    actor.demand_signed_in()
    with unit_of_work():
        row: Share | None = (
            Share.unscoped(_OF_HOUSEHOLD)
            .where((Share.id == share_id) & Share.ended_at.is_null())
            .get_or_none()
        )
        if row is None or not _may_end(actor, row):
            raise NotFound
        _end(actor, row)


def household_moved(household_id: int, area_code: str) -> None:
    """Its shares go along; inside the caller's unit of work."""
    with unit_of_work(housekeeping=_HOUSEHOLD_CHANGED):
        Share.update(area_code=area_code).where(Share.household_id == household_id).execute()


def household_ended(household_id: int) -> None:
    """Its shares end; inside the caller's unit of work."""
    with unit_of_work(housekeeping=_HOUSEHOLD_CHANGED):
        live = Share.unscoped(_HOUSEHOLD_CHANGED).where(
            (Share.household_id == household_id) & Share.ended_at.is_null()
        )
        for row in list(live):
            _end(SYSTEM, row)


def _end(actor: Actor, row: Share) -> None:
    Share.update(ended_at=now()).where(Share.id == row.id).execute()
    _record(actor, "call_button.end_share", row)


def _may_end(actor: Actor, row: Share) -> bool:
    is_party = row.account_id == actor.account_id or (
        actor.may(SHARE) and actor.household_id == row.household_id
    )
    return is_party or actor.may(SHARE_FOR, row.area_code)


def _reader(actor: Actor, household_id: int, username: str, name: str) -> int:
    key = str(actor.account_id)
    if _guesses.locked_until(key) is not None:
        raise TooManyTries(minutes=_PAUSE_MINUTES)
    wanted = (name.strip(), username.strip().lower())
    everywhere = AreaScope((county().settings.county_code,))
    alike = find_accounts(everywhere, wanted[1], limit=_MOST_ALIKE) if all(wanted) else []
    for account_id, its_name, its_username in alike:
        if (its_name, its_username) == wanted:
            reader = actor_for(account_id)
            if reader.may(SHARE) and reader.household_id != household_id:
                return account_id
    _guesses.add_failure(key)
    raise ReaderUnknown(fields={"username": [ReaderUnknown.text]})


def _record(actor: Actor, action: str, row: Share, **detail: str) -> None:
    audit.record(
        actor,
        action,
        area_code=row.area_code,
        subject=f"call_button_share:{row.id}",
        household=row.household_id,
        account=row.account_id,
        **detail,
    )
