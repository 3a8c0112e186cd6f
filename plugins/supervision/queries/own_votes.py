"""One's own votes: decisions on whose roll somebody stands, and what became of their ballot there."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from peewee import fn

from core.accounts.api import account_names
from core.areas.api import area_names
from core.clock import now
from core.db import rows
from core.security import Actor
from core.value_classes import value_class
from plugins.supervision.models.decisions import (
    PAPER,
    PHONE,
    PUBLISHED,
    Ballot,
    BallotCheck,
    Decision,
    DecisionVersion,
    Recusal,
    RollEntry,
)

_OWN = "what is one's own, wherever it lies"


@value_class
class VoteView:
    """A decision somebody may vote on, and their last cast (`choice` None where secret or not cast).

    `way`, `entered_by`: how it was cast and through whom, where that was not the voter; `is_waiting`: a paper
    that nobody has checked; `voided`: the number of the older version that the voter's ballot was on.
    """

    id: int
    code: str
    title: str
    area_name: str
    state: str
    version: int
    closes_at: datetime
    secret: bool
    is_open: bool
    receipt: str
    choice: str | None
    number: int
    way: str = ""
    entered_by: str = ""
    is_waiting: bool = False
    voided: int = 0

    @property
    def days_left(self) -> int:
        """Whole days until the close, 0 on the last one."""
        return max(0, (self.closes_at - now()) // timedelta(days=1))


def my_votes(actor: Actor, *, page: int = 1, page_size: int = 20) -> tuple[list[VoteView], int]:
    """Decisions on whose present roll the actor stands, open ones first, and how many."""
    if actor.person_id is None:
        return [], 0
    query = _mine(actor)
    found = query.order_by(DecisionVersion.closes_at.desc(), DecisionVersion.id.desc())
    return _vote_views(found.paginate(page, page_size)), query.count()


def open_votes(actor: Actor, *, most: int = 5) -> list[VoteView]:
    """Decisions that wait for the actor's first ballot, the next to close first."""
    if actor.person_id is None:
        return []
    cast = Ballot.unscoped(_OWN, Ballot.roll_entry_id)
    query = _mine(actor).where(
        (Decision.state == PUBLISHED) & (DecisionVersion.closes_at > now()) & RollEntry.id.not_in(cast)
    )
    return _vote_views(query.order_by(DecisionVersion.closes_at, DecisionVersion.id).limit(most))


def my_vote(actor: Actor, decision_id: int) -> VoteView | None:
    """One of them. None: the actor is not on its roll."""
    if actor.person_id is None:
        return None
    return next(iter(_vote_views(_mine(actor).where(Decision.id == decision_id))), None)


def _mine(actor: Actor) -> Any:
    left = Recusal.unscoped(_OWN, Recusal.decision_id).where(
        (Recusal.person_id == actor.person_id) & Recusal.confirmed_at.is_null(False)
    )
    return (
        RollEntry.unscoped(
            _OWN,
            RollEntry.id,
            Decision.id,
            Decision.code,
            Decision.title,
            Decision.area_code,
            Decision.state,
            DecisionVersion.number,
            DecisionVersion.closes_at,
            DecisionVersion.secret,
        )
        .join(DecisionVersion, on=(DecisionVersion.id == RollEntry.version_id))
        .join(
            Decision,
            on=(Decision.id == DecisionVersion.decision_id) & (Decision.version == DecisionVersion.number),
        )
        .where((RollEntry.person_id == actor.person_id) & RollEntry.decision_id.not_in(left))
    )


def _vote_views(query: Any) -> list[VoteView]:
    found = list(rows(query))
    last = _last_casts([row[0] for row in found])
    names = area_names({row[4] for row in found})
    voided = _voided([row[0] for row in found if row[0] not in last])
    helpers = account_names([cast.account_id for cast in last.values() if cast.way != PHONE])
    waiting = _unchecked([cast.id for cast in last.values() if cast.way == PAPER])
    views = []
    for entry_id, key, code, title, area_code, state, number, closes_at, secret in found:
        cast = last.get(entry_id)
        views.append(
            VoteView(
                key,
                code,
                title,
                names.get(area_code, area_code),
                state,
                number,
                closes_at,
                bool(secret),
                state == PUBLISHED and now() < closes_at,
                cast.receipt if cast else "",
                cast.choice if cast and not secret else None,
                cast.number if cast else 0,
                cast.way if cast else "",
                helpers.get(cast.account_id, "") if cast else "",
                cast is not None and cast.id in waiting,
                voided.get(entry_id, 0),
            )
        )
    return views


def _voided(entry_ids: Sequence[int]) -> dict[int, int]:
    """Line of the present roll -> the newest older version on which the same voter has cast a ballot."""
    now_on, before = RollEntry.alias(), RollEntry.alias()
    query: Any = (
        Ballot.unscoped(_OWN, now_on.id, fn.MAX(DecisionVersion.number))
        .join(before, on=(before.id == Ballot.roll_entry_id))
        .join(
            now_on,
            on=(now_on.decision_id == before.decision_id)
            & (now_on.person_id == before.person_id)
            & (now_on.id != before.id),
        )
        .join(DecisionVersion, on=(DecisionVersion.id == before.version_id))
        .where(now_on.id.in_(entry_ids))
        .group_by(now_on.id)
    )
    return {entry_id: int(number) for entry_id, number in rows(query)}


def _unchecked(ballot_ids: Sequence[int]) -> set[int]:
    checked = BallotCheck.select(BallotCheck.ballot_id).where(BallotCheck.ballot_id.in_(ballot_ids))
    return set(ballot_ids) - {ballot_id for (ballot_id,) in rows(checked)}


def _last_casts(entry_ids: Sequence[int]) -> dict[int, Ballot]:
    query = Ballot.unscoped(_OWN).where(Ballot.roll_entry_id.in_(entry_ids)).order_by(Ballot.number)
    return {row.roll_entry_id: row for row in query}
