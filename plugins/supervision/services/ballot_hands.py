"""Whose hands a ballot may go through that is not cast on the voter's own phone.

Whoever wants an outcome must not gather it. So nobody acts for themselves or their kin; who drafted or
published the decision, and their kin, act for nobody; a helper acts for a few voters without an account and
changes only what they entered themselves; and what a voter has cast on the phone stands until they change it.
More than a few go by paper: its photo serves once, and another person reads it (ballot_checks).
"""

from collections.abc import Iterable

from core.accounts.api import accounts_of_person
from core.county import plugin_settings
from core.errors import NotFound
from core.files.api import files_of
from core.people.api import has_left, kin_of
from core.security import Actor
from plugins.supervision.errors.ballots import (
    AuthorsBallot,
    HasPhone,
    HelpedAlready,
    KinBallot,
    OwnBallotStands,
    PhotoUsed,
    TooManyHelped,
    VoterLeft,
)
from plugins.supervision.models.decisions import HELPER, PAPER, PHONE, Ballot, Decision, RollEntry
from plugins.supervision.models.voting import BallotPhoto
from plugins.supervision.queries.authors import is_author, same_hands
from plugins.supervision.queries.ballot_reach import COLLECT, acts_for


def demand_stranger(actor: Actor, person_id: int) -> None:
    """Raises KinBallot where a voter is the actor or their kin (an account of no person has neither)."""
    if actor.person_id is not None and (person_id == actor.person_id or person_id in kin_of(actor.person_id)):
        raise KinBallot


def demand_no_author(actor: Actor, decision: Decision) -> None:
    """Raises AuthorsBallot for who drafted, changed or published the decision, and their kin."""
    if is_author(actor, decision):
        raise AuthorsBallot


def demand_may_act(actor: Actor, decision: Decision, entry: RollEntry, way: str) -> None:
    """For paper and helper.

    Raises VoterLeft, KinBallot, AuthorsBallot, NotFound (a paper outside one's areas), HasPhone,
    OwnBallotStands, HelpedAlready, TooManyHelped.
    """
    if has_left(entry.person_id):
        raise VoterLeft
    demand_stranger(actor, entry.person_id)
    demand_no_author(actor, decision)
    is_staff = acts_for(actor, COLLECT, decision, entry.person_id)
    if way == PAPER and not is_staff:
        raise NotFound
    if way == HELPER and accounts_of_person(entry.person_id):
        raise HasPhone
    before = list(Ballot.unscoped("what the voter has cast already").where(Ballot.roll_entry_id == entry.id))
    if any(row.way == PHONE for row in before):
        raise OwnBallotStands
    if way == HELPER:
        mine = same_hands(actor)
        if any(row.way != HELPER or row.account_id not in mine for row in before):
            raise HelpedAlready
        _demand_few(mine, entry, is_staff=is_staff)


def _demand_few(mine: Iterable[int], entry: RollEntry, *, is_staff: bool) -> None:
    most = int(plugin_settings("supervision")["staff_helped_at_most" if is_staff else "helped_at_most"])
    helped = Ballot.unscoped("whom one has helped", Ballot.roll_entry_id).where(
        (Ballot.version_id == entry.version_id)
        & (Ballot.way == HELPER)
        & Ballot.account_id.in_(sorted(mine))
        & (Ballot.roll_entry_id != entry.id)
    )
    if helped.distinct().count() >= most:
        raise TooManyHelped(most=most)


def keep_photos(ballot: Ballot) -> None:
    """Note the photos of a paper, within the caller's unit of work. Raises PhotoUsed."""
    marks = sorted({file.sha256 for file in files_of(f"supervision_ballot:{ballot.id}")})
    if BallotPhoto.select().where(BallotPhoto.sha256.in_(marks)).exists():
        raise PhotoUsed
    for mark in marks:
        BallotPhoto.create(ballot_id=ballot.id, sha256=mark)
