"""The decision log is added to: every deed on a decision leaves a line, chained over the whole county."""

from core import audit
from core.clock import now
from core.db import from_milliseconds, hold, milliseconds
from core.security import Actor
from plugins.supervision.decision_log import body_of, link
from plugins.supervision.models.decisions import LogEntry
from plugins.supervision.queries.log import log_head

ACTION = "supervision.log"


def append(
    actor: Actor, decision_id: int, area_code: str, event: str, **facts: str | int | bool | None
) -> None:
    """Add a line with the current unit of work. `facts` are ids, numbers and hashes, never names.

    The audit record keeps each line's number and hash: whoever cuts, adds or rewrites lines would have to
    rewrite two chains. From here to the end of the unit no other one adds a line.
    """
    hold("supervision.log")
    last, previous = log_head()
    number, at = last + 1, milliseconds(now())
    body = body_of({"event": event, "account": actor.account_id, **facts})
    mark = link(previous, number, at, decision_id, area_code, body)
    LogEntry.create(
        number=number,
        decision_id=decision_id,
        area_code=area_code,
        at=from_milliseconds(at),
        body=body,
        hash=mark,
    )
    audit.record(
        actor,
        ACTION,
        area_code=area_code,
        subject=f"supervision_decision:{decision_id}",
        event=event,
        number=number,
        hash=mark,
    )
