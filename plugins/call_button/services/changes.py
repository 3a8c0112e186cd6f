"""The number that rises with every change of any call: what a board has seen, and what it has not."""

from core.db import Statement
from plugins.call_button.models.calls import Change

_NEXT = Statement(
    lambda p: (
        Change.insert(id=1, number=1)
        .on_conflict(conflict_target=[Change.id], update={Change.number: Change.number + 1})
        .returning(Change.number)
    )
)


def next_change() -> int:
    """The next number, within the caller's unit of work."""
    row = _NEXT.first()
    assert row is not None, "an insert that returns a column returns a row"
    return int(row[0])
