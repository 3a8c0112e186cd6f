"""Ballots are cast: on the voter's own phone, from a paper, through a helper. Each cast is another row.

One unit of work casts one ballot: the clock, the state, the version and the roll are read in it, and the
number of a voter's cast is unique, so that of any number at once each becomes a row and the last one counts.
"""

from collections.abc import Sequence
from typing import Any

from peewee import fn

from core import audit
from core.clock import now
from core.db import milliseconds, unit_of_work
from core.errors import Invalid
from core.fields import cleaned
from core.files.api import attach_files
from core.qr import new_subject
from core.security import Actor
from core.text import N_
from core.value_classes import value_class
from plugins.supervision.ballot_marks import FIELDS, mark
from plugins.supervision.ballot_seal import seal_choice, seal_opinion
from plugins.supervision.ballot_words import CHOICES, WAYS
from plugins.supervision.errors.ballots import (
    BallotClosed,
    NotOnRoll,
    NotOpen,
    VersionReplaced,
    Withdrawn,
)
from plugins.supervision.models.decisions import (
    PAPER,
    PHONE,
    PUBLISHED,
    WITHDRAWN,
    Ballot,
    Decision,
    DecisionVersion,
    RollEntry,
)
from plugins.supervision.queries.ballot_reach import COLLECT, VOTE, ballot_decision, own_decision
from plugins.supervision.queries.roll import entry_of
from plugins.supervision.services import log
from plugins.supervision.services.ballot_hands import demand_may_act, keep_photos
from plugins.supervision.services.vote_notices import tell_entered

MOST_OPINION, MOST_PHOTOS = 500, 3
RECEIPT_SIGNS = 12  # 31 ** 12 = 7.9e17: nobody finds another's by trying


@value_class
class NewBallot:
    """What is cast. `version`: the number of the one that was read (None: the present one).

    `person_id`: the voter, for paper and helper; `photos`: uploaded photos of the paper.
    """

    choice: str
    opinion: str = ""
    way: str = PHONE
    person_id: int | None = None
    version: int | None = None
    photos: Sequence[str] = ()


def cast_ballot(actor: Actor, decision_id: int, new: NewBallot) -> Ballot:
    """Cast a ballot; returns its row, whose receipt is the voter's.

    Raises Unauthenticated, Forbidden, NotFound, Recused, NotOnRoll, NotOpen, Withdrawn, BallotClosed,
    VersionReplaced, Invalid (fields), and for paper and helper what `ballot_hands.demand_may_act` raises,
    PhotoUsed.
    """
    actor.demand(COLLECT if new.way == PAPER else VOTE)
    opinion = cleaned(new.opinion)
    _check(actor, new, opinion)
    with unit_of_work():
        decision, version, entry = _voter(actor, decision_id, new)
        _demand_open(decision, version, new)
        if entry is None:
            raise NotOnRoll
        if new.way != PHONE:
            demand_may_act(actor, decision, entry, new.way)
        row = _write(actor, version, entry, new, opinion)
        attach_files(actor, new.photos, f"supervision_ballot:{row.id}", row.area_code)
        if new.way == PAPER:
            keep_photos(row)
        audit.record(
            actor,
            "supervision.cast_ballot",
            area_code=row.area_code,
            subject=f"supervision_ballot:{row.id}",
            decision=decision.id,
            version=version.number,
            way=row.way,
        )
        log.append(
            actor,
            decision.id,
            decision.area_code,
            "cast_ballot",
            version=version.number,
            ballot=row.id,
            way=row.way,
            mark=mark(tuple(_stored(row, name) for name in FIELDS)),
        )
        if new.way != PHONE:
            tell_entered(decision, version, entry, row)
    return row


def is_open(decision: Decision, version: DecisionVersion) -> bool:
    """Whether ballots are taken now."""
    return bool(decision.state == PUBLISHED) and now() < version.closes_at


def _stored(row: Ballot, name: str) -> Any:
    value = getattr(row, name)
    return milliseconds(value) if name == "cast_at" else value


def _check(actor: Actor, new: NewBallot, opinion: str) -> None:
    wrong: dict[str, list[str]] = {}
    if new.choice not in CHOICES:
        wrong["choice"] = [N_("请选择赞成、反对或弃权。")]
    if len(opinion) > MOST_OPINION:
        wrong["opinion"] = [N_("至多 500 个字。")]
    if new.way not in WAYS:
        wrong["way"] = [N_("没有这种表决方式。")]
    elif new.way == PHONE:
        if new.person_id not in (None, actor.person_id):
            wrong["person_id"] = [N_("在手机上只能投自己的票。")]
    elif new.person_id is None:
        wrong["person_id"] = [N_("请选择是谁的票。")]
    if new.way == PAPER and not 1 <= len(new.photos) <= MOST_PHOTOS:
        wrong["photos"] = [N_("请拍下纸质票，1 到 3 张。")]
    if new.way != PAPER and new.photos:
        wrong["photos"] = [N_("只有纸质票要照片。")]
    if wrong:
        raise Invalid(fields=wrong)


def _voter(
    actor: Actor, decision_id: int, new: NewBallot
) -> tuple[Decision, DecisionVersion, RollEntry | None]:
    if new.way == PHONE:
        return own_decision(actor, decision_id)
    decision, version = ballot_decision(actor, COLLECT if new.way == PAPER else VOTE, decision_id)
    assert new.person_id is not None
    return decision, version, entry_of(version.id, new.person_id)


def _demand_open(decision: Decision, version: DecisionVersion, new: NewBallot) -> None:
    if decision.state == WITHDRAWN:
        raise Withdrawn
    if decision.state != PUBLISHED:
        raise NotOpen
    if new.version not in (None, version.number):
        raise VersionReplaced(number=version.number)
    if now() >= version.closes_at:
        raise BallotClosed(at=f"{version.closes_at:%Y-%m-%d %H:%M}")


def _write(actor: Actor, version: DecisionVersion, entry: RollEntry, new: NewBallot, opinion: str) -> Ballot:
    cast_before = Ballot.unscoped("the voter's own casts", fn.MAX(Ballot.number)).where(
        Ballot.roll_entry_id == entry.id
    )
    number = (cast_before.scalar() or 0) + 1
    secret = bool(version.secret)
    row: Ballot = Ballot.create(
        version_id=version.id,
        decision_id=version.decision_id,
        area_code=version.area_code,
        roll_entry_id=entry.id,
        number=number,
        choice=seal_choice(new.choice, entry.id, number) if secret else new.choice,
        opinion=seal_opinion(opinion, entry.id, number) if secret else opinion,
        way=new.way,
        account_id=actor.account_id,
        receipt=new_subject(RECEIPT_SIGNS),
        cast_at=now(),
    )
    return row
