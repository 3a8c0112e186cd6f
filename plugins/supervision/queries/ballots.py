"""Ballots as those read them who gather and count them: of a decision, papers that wait for a second look."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from peewee import JOIN, fn

from core.accounts.api import account_names
from core.areas.api import area_names
from core.clock import now
from core.db import rows
from core.people.api import kin_of
from core.security import Actor
from core.value_classes import value_class
from plugins.supervision.ballot_seal import open_opinion
from plugins.supervision.ballot_words import WAYS
from plugins.supervision.errors.ballots import NoSuchVoter
from plugins.supervision.models.decisions import (
    PAPER,
    PUBLISHED,
    Ballot,
    BallotCheck,
    Decision,
    DecisionVersion,
    Recusal,
    RollEntry,
)
from plugins.supervision.queries import ballot_reach as reach
from plugins.supervision.queries.recusals import is_recused
from plugins.supervision.queries.roll import roll_of
from plugins.supervision.queries.tally import choice_of, counted_ballots, is_sealed

_OWN = "what is one's own, wherever it lies"
_OF_VERSION = "ballots of a version that the caller was allowed to see"


@value_class
class BallotView:
    """A cast. `counts`: whether it counts now; of a secret version no name and no choice.

    Of a named one the choice is None until the vote is over: whoever knew it earlier could press the voter.
    `receipt` is the voter's and empty here, but in a secret version, where it stands beside no name.
    """

    id: int
    decision_id: int
    version: int
    number: int
    person_id: int | None
    name: str
    seats: str
    choice: str | None
    opinion: str | None
    way: str
    account_name: str
    receipt: str
    cast_at: datetime
    counts: bool
    check: str


@value_class
class BallotDecision:
    """A decision in a list of those who gather and count ballots."""

    id: int
    code: str
    title: str
    area_code: str
    area_name: str
    state: str
    version: int
    closes_at: datetime
    secret: bool
    roll_size: int
    waiting: int

    @property
    def is_open(self) -> bool:
        """Whether ballots are taken."""
        return self.state == PUBLISHED and now() < self.closes_at


@value_class
class PaperView:
    """A paper that waits: who the voter is; `mine`: why the reader may not check it (own, kin), if so."""

    id: int
    name: str
    seats: str
    entered_by: str
    cast_at: datetime
    barred: bool


def ballot_decisions(actor: Actor, *, page: int = 1, page_size: int = 20) -> tuple[list[BallotDecision], int]:
    """Published decisions of the villages in which the actor gathers, checks or reads ballots."""
    permissions = [name for name in (reach.COLLECT, reach.CHECK, reach.BALLOTS) if actor.may(name)]
    within = [reach.published_within(actor.scope(name)) for name in permissions]
    if not within:
        return [], 0
    condition = within[0]
    for more in within[1:]:
        condition |= more
    query = (
        DecisionVersion.unscoped(
            "versions of decisions in the areas of the actor's permissions",
            Decision.id,
            Decision.code,
            Decision.title,
            Decision.area_code,
            Decision.state,
            DecisionVersion.number,
            DecisionVersion.closes_at,
            DecisionVersion.secret,
            DecisionVersion.roll_size,
            DecisionVersion.id,
        )
        .join(
            Decision,
            on=(Decision.id == DecisionVersion.decision_id) & (Decision.version == DecisionVersion.number),
        )
        .where(condition)
    )
    if actor.person_id is not None:
        left = Recusal.unscoped(_OWN, Recusal.decision_id).where(
            (Recusal.person_id == actor.person_id) & Recusal.confirmed_at.is_null(False)
        )
        query = query.where(Decision.id.not_in(left))
    newest = query.order_by(DecisionVersion.closes_at.desc(), DecisionVersion.id.desc())
    found = list(rows(newest.paginate(page, page_size)))
    waiting = _waiting_counts([row[-1] for row in found])
    names = area_names({row[3] for row in found})
    views = []
    for key, code, title, area_code, state, number, closes_at, secret, size, version_id in found:
        place = names.get(area_code, area_code)
        left_over = waiting.get(version_id, 0)
        views.append(
            BallotDecision(
                key, code, title, area_code, place, state, number, closes_at, bool(secret), size, left_over
            )
        )
    return views, query.count()


def _waiting_counts(version_ids: Sequence[int]) -> dict[int, int]:
    query = (
        Ballot.unscoped(_OF_VERSION, Ballot.version_id, fn.COUNT(Ballot.id))
        .join(BallotCheck, JOIN.LEFT_OUTER, on=(BallotCheck.ballot_id == Ballot.id))
        .where(Ballot.version_id.in_(version_ids) & (Ballot.way == PAPER) & BallotCheck.id.is_null())
        .group_by(Ballot.version_id)
    )
    return dict(rows(query))


def list_ballots(
    actor: Actor, decision_id: int, *, page: int = 1, page_size: int = 20
) -> tuple[list[BallotView], int]:
    """All casts on the present version of a decision, the newest first, and how many.

    In a secret version they come without name and choice, in the order of their receipts; in a named one
    without choice until the vote is over. Raises NotFound.
    """
    decision, version = reach.ballot_decision(actor, reach.BALLOTS, decision_id)
    query = Ballot.unscoped(_OF_VERSION).where(Ballot.version_id == version.id)
    order = Ballot.receipt if version.secret else Ballot.id.desc()
    found = list(query.order_by(order).paginate(page, page_size))
    return ballot_views(version, found, over=is_over(decision, version)), query.count()


def is_over(decision: Decision, version: DecisionVersion) -> bool:
    """Whether no ballot is taken any more: it has closed, is carried out, or was withdrawn."""
    return bool(decision.state != PUBLISHED) or now() >= version.closes_at


def ballot_views(version: DecisionVersion, found: Sequence[Ballot], *, over: bool) -> list[BallotView]:
    """Casts of one version as staff see them."""
    hides = version.secret or not over
    counted = {ballot.id for ballot in counted_ballots(version).values()}
    entries = RollEntry.unscoped(_OF_VERSION).where(RollEntry.id.in_([row.roll_entry_id for row in found]))
    voters = {entry.id: entry for entry in entries}
    names = account_names([row.account_id for row in found])
    query = BallotCheck.select(BallotCheck.ballot_id, BallotCheck.is_right)
    checks = dict(rows(query.where(BallotCheck.ballot_id.in_([row.id for row in found]))))
    return [
        BallotView(
            row.id,
            row.decision_id,
            version.number,
            row.number,
            None if version.secret else voters[row.roll_entry_id].person_id,
            "" if version.secret else voters[row.roll_entry_id].name,
            "" if version.secret else voters[row.roll_entry_id].seats,
            None if hides else row.choice,
            None if hides else row.opinion,
            row.way,
            "" if version.secret else names.get(row.account_id, ""),
            row.receipt if version.secret else "",
            row.cast_at,
            row.id in counted,
            _check_state(row, checks),
        )
        for row in found
    ]


def _check_state(row: Ballot, checks: dict[int, bool]) -> str:
    if row.way != PAPER:
        return ""
    return "waiting" if row.id not in checks else "right" if checks[row.id] else "wrong"


def opinions(version: DecisionVersion) -> list[tuple[str, str]]:
    """What voters have said with the ballots that count: (choice, opinion), without names.

    Of a secret version none before the close, and then without choices, in the order of the texts.
    """
    if is_sealed(version):
        return []
    said = [ballot for ballot in counted_ballots(version).values() if ballot.opinion]
    if version.secret:
        return sorted(("", open_opinion(each.opinion, each.roll_entry_id, each.number)) for each in said)
    return [(choice_of(version, each), each.opinion) for each in said]


def voters_without_ballot(actor: Actor, decision: Decision, version: DecisionVersion) -> list[RollEntry]:
    """Voters whose paper the actor may enter and of whom no ballot counts yet, by name."""
    counted, barred = counted_ballots(version), _barred(actor)
    return sorted(
        (
            entry
            for entry in roll_of(version.id)
            if entry.id not in counted
            and entry.person_id not in barred
            and reach.acts_for(actor, reach.COLLECT, decision, entry.person_id)
        ),
        key=lambda entry: entry.name,
    )


def _barred(actor: Actor) -> frozenset[int]:
    if actor.person_id is None:
        return frozenset()
    return kin_of(actor.person_id) | {actor.person_id}


def voter_by_name(version: DecisionVersion, name: str) -> int:
    """The person of that name on a roll, for a neighbour who helps. Raises NoSuchVoter."""
    found = [entry.person_id for entry in roll_of(version.id) if entry.name == name.strip()]
    if len(found) != 1:
        raise NoSuchVoter
    return int(found[0])


def waiting_papers(actor: Actor, decision_id: int) -> tuple[Decision, DecisionVersion, list[PaperView]]:
    """Papers of a decision that nobody has checked, the oldest first. Raises NotFound."""
    decision, version = reach.ballot_decision(actor, reach.CHECK, decision_id)
    query = (
        Ballot.unscoped(_OF_VERSION)
        .join(BallotCheck, JOIN.LEFT_OUTER, on=(BallotCheck.ballot_id == Ballot.id))
        .where((Ballot.version_id == version.id) & (Ballot.way == PAPER) & BallotCheck.id.is_null())
        .order_by(Ballot.id)
        .limit(20)
    )
    found = list(query)
    voters = {
        entry.id: entry
        for entry in RollEntry.unscoped(_OF_VERSION).where(
            RollEntry.id.in_([row.roll_entry_id for row in found])
        )
    }
    names, barred = account_names([row.account_id for row in found]), _barred(actor)
    papers = [
        PaperView(
            row.id,
            voters[row.roll_entry_id].name,
            voters[row.roll_entry_id].seats,
            names.get(row.account_id, ""),
            row.cast_at,
            row.account_id == actor.account_id or voters[row.roll_entry_id].person_id in barred,
        )
        for row in found
    ]
    return decision, version, papers


def sees_photo(actor: Actor, subject: str) -> bool:
    """Whether somebody may see the photo of a paper: who entered it, and who may check or read ballots.

    Of a secret version only until it is checked.
    """
    row: Ballot | None = (
        Ballot.unscoped("whether it lies within reach is asked next")
        .where(Ballot.id == int(subject.partition(":")[2]))
        .get_or_none()
    )
    if row is None or is_recused(actor, row.decision_id):
        return False
    version = DecisionVersion.unscoped(_OF_VERSION).where(DecisionVersion.id == row.version_id).get()
    checked = BallotCheck.select().where(BallotCheck.ballot_id == row.id).exists()
    if version.secret:
        return not checked and actor.may(reach.CHECK, row.area_code)
    if row.account_id == actor.account_id:
        return True
    return any(actor.may(name, row.area_code) for name in (reach.CHECK, reach.BALLOTS))


def ways_of(version: DecisionVersion) -> dict[str, int]:
    """Way -> how many of the ballots that count came by it, for everybody to see."""
    counted = [ballot.id for ballot in counted_ballots(version).values()]
    query = Ballot.unscoped(_OF_VERSION, Ballot.id, Ballot.way).where(Ballot.version_id == version.id)
    ways = dict(rows(query))
    found = Counter(ways[ballot_id] for ballot_id in counted)
    return {way: found[way] for way in WAYS if found[way]}
