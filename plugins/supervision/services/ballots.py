"""Ballots are cast: on the voter's own phone, from a paper, through a helper. Each cast is another row.

One unit of work casts one ballot: the clock, the state, the version and the roll are read in it, and the
number of a voter's cast is unique, so that of any number at once each becomes a row and the last one counts.
"""

from collections.abc import Sequence

from peewee import fn

from core import audit
from core.accounts.api import accounts_of_person
from core.clock import now
from core.county import county, plugin_settings
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.fields import cleaned
from core.files.api import attach_files
from core.people.api import kin_of
from core.qr import new_subject
from core.security import Actor
from core.text import N_
from core.value_classes import value_class
from plugins.supervision.ballot_seal import seal_choice, seal_opinion
from plugins.supervision.ballot_words import CHOICES, WAYS
from plugins.supervision.errors.ballots import (
    BallotClosed,
    HasPhone,
    KinBallot,
    NotOnRoll,
    NotOpen,
    TooManyHelped,
    VersionReplaced,
    Withdrawn,
)
from plugins.supervision.models.decisions import (
    HELPER,
    PAPER,
    PHONE,
    PUBLISHED,
    WITHDRAWN,
    Ballot,
    Decision,
    DecisionVersion,
    RollEntry,
)
from plugins.supervision.queries.ballot_reach import COLLECT, VOTE, acts_for, ballot_decision, own_decision
from plugins.supervision.queries.roll import entry_of
from plugins.supervision.services import log

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

    Raises Unauthenticated, Forbidden, NotFound, NotOnRoll, NotOpen, Withdrawn, BallotClosed, VersionReplaced,
    KinBallot, HasPhone, TooManyHelped, Invalid (fields).
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
            _demand_may_act(actor, decision, version, entry, new.way)
        row = _write(actor, version, entry, new, opinion)
        attach_files(actor, new.photos, f"supervision_ballot:{row.id}", row.area_code)
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
            mark=ballot_mark(row),
        )
    return row


def is_open(decision: Decision, version: DecisionVersion) -> bool:
    """Whether ballots are taken now."""
    return bool(decision.state == PUBLISHED) and now() < version.closes_at


def ballot_mark(row: Ballot) -> str:
    """The county's mark over a ballot for the log: keyed, so that it tells nobody the choice."""
    line = f"ballot:{row.id}:{row.roll_entry_id}:{row.number}:{row.choice}:{row.receipt}"
    return county().keys.sign(line).hex()


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


def demand_stranger(actor: Actor, person_id: int) -> None:
    """Raises KinBallot where a voter is the actor or their kin (an account of no person has neither)."""
    if actor.person_id is not None and (person_id == actor.person_id or person_id in kin_of(actor.person_id)):
        raise KinBallot


def _demand_may_act(
    actor: Actor, decision: Decision, version: DecisionVersion, entry: RollEntry, way: str
) -> None:
    demand_stranger(actor, entry.person_id)
    is_staff = acts_for(actor, COLLECT, decision, entry.person_id)
    if way == PAPER or is_staff:
        if not is_staff:
            raise NotFound
        return
    if accounts_of_person(entry.person_id):
        raise HasPhone
    most = int(plugin_settings("supervision")["helped_at_most"])
    helped = Ballot.unscoped("whom one has helped", Ballot.roll_entry_id).where(
        (Ballot.version_id == version.id)
        & (Ballot.way == HELPER)
        & (Ballot.account_id == actor.account_id)
        & (Ballot.roll_entry_id != entry.id)
    )
    if helped.distinct().count() >= most:
        raise TooManyHelped(most=most)


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
