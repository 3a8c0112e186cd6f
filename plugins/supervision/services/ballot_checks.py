"""A paper ballot counts when a second person has read the same on its photo.

The second person is not told what was entered: they say what they read, and both must agree.
"""

from core import audit
from core.accounts.api import account_persons
from core.clock import now
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.fields import cleaned
from core.security import Actor
from core.text import N_
from plugins.supervision.ballot_seal import open_choice
from plugins.supervision.ballot_words import CHOICES
from plugins.supervision.errors.ballots import AlreadyChecked, NotOpen, OwnEntry, Withdrawn
from plugins.supervision.models.decisions import PAPER, PUBLISHED, WITHDRAWN, Ballot, BallotCheck, RollEntry
from plugins.supervision.queries.ballot_reach import CHECK, acts_for, ballot_decision
from plugins.supervision.services import log
from plugins.supervision.services.ballot_hands import demand_no_author, demand_stranger


def check_ballot(actor: Actor, ballot_id: int, *, choice: str, note: str = "") -> bool:
    """Say what a paper's photo shows; returns whether it is what was entered, and so counts.

    `choice` empty: it cannot be read, or is no ballot of this voter. What is found wrong is entered anew.
    Raises NotFound, OwnEntry, KinBallot, AuthorsBallot, AlreadyChecked, Withdrawn, NotOpen, Invalid (fields).
    """
    scope = actor.demand(CHECK)
    words = cleaned(note)
    wrong: dict[str, list[str]] = {}
    if choice not in ("", *CHOICES):
        wrong["choice"] = [N_("请选择照片上的意见。")]
    if len(words) > 200:
        wrong["note"] = [N_("至多 200 个字。")]
    if wrong:
        raise Invalid(fields=wrong)
    with unit_of_work():
        row: Ballot | None = (
            Ballot.unscoped("whether it lies within reach is asked next")
            .where((Ballot.id == ballot_id) & (Ballot.way == PAPER))
            .get_or_none()
        )
        if row is None or not scope.prefixes:
            raise NotFound
        decision, version = ballot_decision(actor, CHECK, row.decision_id)
        entry = RollEntry.unscoped("the voter of a ballot that was reached").where(
            RollEntry.id == row.roll_entry_id
        )
        voter = entry.get()
        if row.version_id != version.id or not acts_for(actor, CHECK, decision, voter.person_id):
            raise NotFound
        demand_second(actor, row)
        demand_stranger(actor, voter.person_id)
        demand_no_author(actor, decision)
        if decision.state == WITHDRAWN:
            raise Withdrawn
        if decision.state != PUBLISHED:
            raise NotOpen
        if BallotCheck.select().where(BallotCheck.ballot_id == row.id).exists():
            raise AlreadyChecked
        entered = open_choice(row.choice, voter.id, row.number) if version.secret else row.choice
        is_right = bool(choice) and choice == entered
        BallotCheck.create(
            ballot_id=row.id, account_id=actor.account_id, is_right=is_right, note=words, at=now()
        )
        audit.record(
            actor,
            "supervision.check_ballot",
            area_code=row.area_code,
            subject=f"supervision_ballot:{row.id}",
            decision=decision.id,
            right=is_right,
        )
        log.append(
            actor,
            decision.id,
            decision.area_code,
            "check_ballot",
            version=version.number,
            ballot=row.id,
            right=is_right,
        )
    return is_right


def demand_second(actor: Actor, row: Ballot) -> None:
    """Raises OwnEntry for who entered the ballot, under whichever account."""
    if actor.account_id == row.account_id:
        raise OwnEntry
    if (
        actor.person_id is not None
        and account_persons([row.account_id]).get(row.account_id) == actor.person_id
    ):
        raise OwnEntry
