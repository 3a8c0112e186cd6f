"""How far a decision is carried out: what was done, what was paid of the budget, what residents say."""

from datetime import date, datetime

from peewee import fn

from core.accounts.api import account_names
from core.db import rows
from core.files.api import FileBrief, files_of_many
from core.security import Actor
from core.value_classes import value_class
from plugins.supervision.decision_words import ACCEPTANCE, PAYMENT
from plugins.supervision.models.execution import DOWN, UP, ExecutionLine, Rating
from plugins.supervision.queries.decisions import is_public

_REACHED = "of a decision that was reached"


@value_class
class LineView:
    """A thing that was done, in words; with its photos."""

    id: int
    kind: str
    day: date
    title: str
    amount_fen: int | None
    note: str
    account_name: str
    at: datetime
    photos: list[FileBrief]


@value_class
class Ratings:
    """What residents say of the result: how many are content, how many are not."""

    up: int
    down: int


def photos_of(line_id: int) -> str:
    """The subject of a line's photos."""
    return f"supervision_execution:{line_id}"


def lines_of(decision_id: int) -> list[LineView]:
    """What was done, by day, of a decision that was reached."""
    query = ExecutionLine.unscoped(_REACHED).where(ExecutionLine.decision_id == decision_id)
    found = list(query.order_by(ExecutionLine.day, ExecutionLine.id))
    names = account_names([row.account_id for row in found if row.account_id])
    photos = files_of_many([photos_of(row.id) for row in found])
    return [
        LineView(
            row.id,
            row.kind,
            row.day,
            row.title,
            row.amount_fen,
            row.note,
            names.get(row.account_id, ""),
            row.at,
            photos[photos_of(row.id)],
        )
        for row in found
    ]


def paid_fen(decision_id: int) -> int:
    """What was paid so far."""
    query = ExecutionLine.unscoped(_REACHED, fn.COALESCE(fn.SUM(ExecutionLine.amount_fen), 0)).where(
        (ExecutionLine.decision_id == decision_id) & (ExecutionLine.kind == PAYMENT)
    )
    return int(next(rows(query))[0])


def is_accepted(decision_id: int) -> bool:
    """Whether an acceptance is on record."""
    query = ExecutionLine.unscoped(_REACHED).where(
        (ExecutionLine.decision_id == decision_id) & (ExecutionLine.kind == ACCEPTANCE)
    )
    return bool(query.exists())


def ratings_of(decision_id: int) -> Ratings:
    """How the result was rated."""
    query = (
        Rating.unscoped(_REACHED, Rating.thumb, fn.COUNT(Rating.id))
        .where(Rating.decision_id == decision_id)
        .group_by(Rating.thumb)
    )
    counts = dict(rows(query))
    return Ratings(counts.get(UP, 0), counts.get(DOWN, 0))


def sees_photos(actor: Actor, subject: str) -> bool:
    """What is done is made public: everybody may see its photos."""
    line_id = int(subject.partition(":")[2])
    query = ExecutionLine.unscoped("whose photos they are is asked first", ExecutionLine.decision_id)
    row: ExecutionLine | None = query.where(ExecutionLine.id == line_id).get_or_none()
    return row is not None and is_public(row.decision_id)
