"""Who may read a household's calls, and what they read: of that household only, masked, nothing else."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from peewee import fn

from core.accounts.api import account_names
from core.db import Statement
from core.errors import NotFound
from core.people.api import household_area, household_head_name, mask_name
from core.security import Actor
from core.value_classes import value_class
from plugins.call_button.call_words import COUNTED, JOINED
from plugins.call_button.models.calls import Call, Press, Share
from plugins.call_button.models.devices import ACTIVE, Device
from plugins.call_button.queries.calls import first_takers
from plugins.call_button.share_words import SHARE, SHARE_FOR

_OWN = "shares with one's own account, wherever the household is"
_CALLS = "calls of the one household that a live share names, open or pressed since it was begun"
_HAS_ANY = Statement(
    lambda p: (
        Share.unscoped(_OWN, Share.id)
        .where((Share.account_id == p("account_id")) & Share.ended_at.is_null())
        .limit(1)
    )
)

_HAS_DEVICE = Statement(
    lambda p: (
        Device.unscoped("one's own household's devices", Device.id)
        .where((Device.household_id == p("household_id")) & (Device.state == ACTIVE))
        .limit(1)
    )
)


@value_class
class ShareView:
    """Somebody reads a household's calls. `reader`: the name of the account; `head`: masked."""

    id: int
    household_id: int
    head: str
    reader: str
    relation: str
    begun_at: datetime


@value_class
class SharedCall:
    """What a reader sees of a call: when, what became of it and how quickly. No words, no names in full.

    `answered_by`: masked; `answer_seconds`: from the press until somebody took it.
    """

    id: int
    kind: str
    state: str
    rung_at: datetime
    answered_at: datetime | None
    answered_by: str
    answer_seconds: int | None
    arrived_at: datetime | None
    ended_at: datetime | None
    thumb: str


def demand_sharer(actor: Actor, household_id: int) -> str:
    """The household's area, if the actor may share its calls: of it, or acting for it in its village.

    Raises Unauthenticated, Forbidden, NotFound.
    """
    actor.demand_signed_in()
    area_code = household_area(household_id)
    if actor.may(SHARE) and area_code is not None and actor.household_id == household_id:
        return area_code
    if not actor.may(SHARE_FOR):
        actor.demand(SHARE)  # who has neither right is told so
        raise NotFound
    if area_code is None or not actor.may(SHARE_FOR, area_code):
        raise NotFound
    return area_code


def household_shares(actor: Actor, household_id: int) -> list[ShareView]:
    """Who reads a household's calls. Raises as `demand_sharer`."""
    demand_sharer(actor, household_id)
    return _views(_live().where(Share.household_id == household_id))


def own_shares(actor: Actor) -> list[ShareView]:
    """The households whose calls the actor reads. Raises Unauthenticated, Forbidden."""
    actor.demand(SHARE)
    return _views(_live().where(Share.account_id == actor.account_id))


def may_share(actor: Actor) -> bool:
    """Whether the actor's own household has a device, so that there is something to share."""
    home = actor.household_id
    return home is not None and actor.may(SHARE) and _HAS_DEVICE.first(household_id=home) is not None


def has_shares(actor: Actor) -> bool:
    """Whether the actor reads any household's calls."""
    return actor.may(SHARE) and _HAS_ANY.first(account_id=actor.account_id) is not None


def shared_calls(
    actor: Actor, share_id: int, *, page: int = 1, page_size: int = 20
) -> tuple[ShareView, list[SharedCall], int]:
    """A share with the actor, a page of its calls (the newest first), and how many.

    Its calls are those since it was begun, and older ones that are open or were pressed again since.

    Raises Unauthenticated, Forbidden, NotFound (ended, or somebody else's).
    """
    actor.demand(SHARE)
    row = _live().where((Share.id == share_id) & (Share.account_id == actor.account_id)).get_or_none()
    if row is None:
        raise NotFound
    again = Press.unscoped(_CALLS, Press.id).where(
        (Press.call_id == Call.id) & Press.outcome.in_((JOINED, COUNTED))
    )
    query = Call.unscoped(_CALLS).where(
        (Call.household_id == row.household_id)
        & (
            (Call.rung_at >= row.begun_at)
            | Call.ended_at.is_null()
            | fn.EXISTS(again.where(Press.received_at >= row.begun_at))
        )
    )
    found = list(query.order_by(Call.rung_at.desc(), Call.id.desc()).paginate(page, page_size))
    return _views([row])[0], _calls(found), query.count()


def _live() -> Any:
    return Share.unscoped(_OWN).where(Share.ended_at.is_null()).order_by(Share.id)


def _views(found: Any) -> list[ShareView]:
    rows = list(found)
    readers = account_names(row.account_id for row in rows)
    heads = household_head_name(row.household_id for row in rows)
    return [
        ShareView(
            row.id,
            row.household_id,
            mask_name(heads[row.household_id]) if row.household_id in heads else "",
            readers.get(row.account_id, ""),
            row.relation,
            row.begun_at,
        )
        for row in rows
    ]


def _calls(rows: Sequence[Call]) -> list[SharedCall]:
    # Whose seconds they are.
    first = first_takers(rows)
    names = account_names(first.values())
    return [
        SharedCall(
            row.id,
            row.kind,
            row.state,
            row.rung_at,
            row.answered_at,
            mask_name(names[first[row.id]]) if first.get(row.id) in names else "",
            int((row.answered_at - row.rung_at).total_seconds()) if row.answered_at else None,
            row.arrived_at,
            row.ended_at,
            row.thumb,
        )
        for row in rows
    ]
