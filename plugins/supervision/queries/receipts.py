"""Receipts: a voter finds the own one among those that count, without showing what was chosen.

A receipt is drawn by lot and says nothing of voter, choice or time; the board lists them in the order of
their signs. It is no proof towards others of what was chosen, so nobody can be paid or pressed for it.
"""

from core.qr import normalize
from core.value_classes import value_class
from plugins.supervision.ballot_words import (
    COUNTED,
    OUTDATED,
    RECUSED,
    REFUSED,
    REPLACED,
    UNKNOWN,
    WAITING,
)
from plugins.supervision.models.decisions import (
    PAPER,
    WITHDRAWN,
    Ballot,
    BallotCheck,
    Decision,
    DecisionVersion,
)
from plugins.supervision.queries.roll import roll_of
from plugins.supervision.queries.tally import counted_ballots

_KNOWN = "whoever holds a receipt may ask what became of it"


@value_class
class ReceiptView:
    """What became of a ballot."""

    id: str
    decision_code: str
    version: int
    state: str


def receipt(raw_receipt: str) -> ReceiptView | None:
    """What became of the ballot of a receipt; None: there is none."""
    row: Ballot | None = (
        Ballot.unscoped(_KNOWN).where(Ballot.receipt == normalize(raw_receipt)[:32]).get_or_none()
    )
    if row is None:
        return None
    decision = Decision.unscoped(_KNOWN).where(Decision.id == row.decision_id).get()
    version = DecisionVersion.unscoped(_KNOWN).where(DecisionVersion.id == row.version_id).get()
    return ReceiptView(row.receipt, decision.code, version.number, _state(row, decision, version))


def receipt_state(decision: Decision, raw_receipt: str) -> str:
    """The same, asked at the board of one decision: a receipt of another one is unknown there."""
    found = receipt(raw_receipt)
    return found.state if found is not None and found.decision_code == decision.code else UNKNOWN


def _state(row: Ballot, decision: Decision, version: DecisionVersion) -> str:
    if decision.state == WITHDRAWN or version.number != decision.version:
        return OUTDATED
    if row.roll_entry_id not in {entry.id for entry in roll_of(version.id)}:
        return RECUSED
    counted = counted_ballots(version).get(row.roll_entry_id)
    if counted is not None and counted.id == row.id:
        return COUNTED
    if counted is not None and counted.number > row.number:
        return REPLACED
    if row.way == PAPER:
        checked = BallotCheck.select().where(BallotCheck.ballot_id == row.id).exists()
        return REFUSED if checked else WAITING
    return REPLACED


def board(
    decision: Decision, version: DecisionVersion, *, page: int = 1, page_size: int = 60
) -> tuple[list[str], int]:
    """The receipts of all ballots that count, in the order of their signs, and how many."""
    if decision.state == WITHDRAWN:
        return [], 0
    found = sorted(ballot.receipt for ballot in counted_ballots(version).values())
    return found[(page - 1) * page_size : page * page_size], len(found)
