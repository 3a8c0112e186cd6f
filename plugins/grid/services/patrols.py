"""Walking a patrol: start, find, finish; what was never finished ends by night."""

from datetime import datetime, timedelta
from typing import Any

from peewee import IntegrityError

from core import audit
from core.areas.api import is_current
from core.cases.api import NewCase, create_case
from core.clock import now
from core.county import plugin_settings
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.fields import cleaned
from core.plugin_manager import SYSTEM
from core.security import Actor
from core.text import N_
from plugins.grid.errors.patrols import NotYourPatrol, PatrolOver, PatrolUnderWay
from plugins.grid.models.patrols import BY_NIGHT, FINISHED, Patrol, PatrolFinding

P = "grid.patrol"
FINDING_KIND = "grid.patrol_finding"
LONGEST_NOTE = 1_000
# How late a phone may tell what happened where it had no signal, and how far ahead its clock may be.
_LATEST, _AHEAD = timedelta(hours=24), timedelta(minutes=2)
_OWN = "one's own patrol"


def start_patrol(actor: Actor, *, area_code: str, happened_at: datetime | None = None) -> int:
    """Begin a round in a grid (or a village without grids); returns its id.

    `happened_at`: when, if the phone could not tell us at once. Raises NotFound (outside one's areas),
    PatrolUnderWay.
    """
    actor.demand(P, area_code)
    if len(area_code) < 12 or not is_current(area_code):
        raise NotFound
    at = told(happened_at)
    with unit_of_work():
        try:
            with unit_of_work(housekeeping="the deed's line follows"):
                row = Patrol.create(
                    area_code=area_code,
                    account_id=actor.account_id,
                    day=at.date(),
                    started_at=at,
                    last_seen_at=at,
                )
        except IntegrityError:
            raise PatrolUnderWay from None
        audit.record(actor, "grid.start_patrol", area_code=area_code, subject=f"patrol:{row.id}")
    return int(row.id)


def finish_patrol(
    actor: Actor, patrol_id: int, *, note: str = "", happened_at: datetime | None = None
) -> Patrol:
    """End one's own round; its minutes count from start to now.

    Raises NotFound, PatrolOver, NotYourPatrol, Invalid.
    """
    actor.demand(P)
    text = cleaned(note)
    if len(text) > LONGEST_NOTE:
        raise Invalid(fields={"note": [N_("至多 1000 个字。")]})
    with unit_of_work():
        row = own_patrol(actor, patrol_id)
        at = max(told(happened_at), row.last_seen_at)
        _end(row, at, FINISHED, note=text)
        audit.record(
            actor,
            "grid.finish_patrol",
            area_code=row.area_code,
            subject=f"patrol:{row.id}",
            minutes=row.minutes,
            findings=row.findings,
        )
    return row


def add_finding(
    actor: Actor,
    patrol_id: int,
    *,
    text: str,
    place: str = "",
    urgent: bool = False,
    photos: tuple[str, ...] = (),
    solved_on_spot: bool = False,
    answer: str = "",
    happened_at: datetime | None = None,
) -> int:
    """What was found becomes a case; returns the case's id.

    Raises NotFound, PatrolOver, NotYourPatrol, and what filing a case raises.
    """
    actor.demand(P)
    with unit_of_work():
        row = own_patrol(actor, patrol_id)
        case_id = create_case(
            actor,
            NewCase(
                kind=FINDING_KIND,
                text=text,
                area_code=row.area_code,
                place=place,
                urgent=urgent,
                photos=photos,
                solved_on_spot=solved_on_spot,
                answer=answer,
                channel="patrol",
                subject=f"grid_patrol:{row.id}",
            ),
        )
        at = told(happened_at)
        PatrolFinding.create(patrol_id=row.id, case_id=case_id, area_code=row.area_code, at=at)
        Patrol.update(findings=Patrol.findings + 1).where(Patrol.id == row.id).execute()
        see(row, at)
        audit.record(
            actor,
            "grid.add_finding",
            area_code=row.area_code,
            subject=f"patrol:{row.id}",
            case_id=case_id,
        )
    return case_id


def own_patrol(actor: Actor, patrol_id: int) -> Patrol:
    """One's own round that is under way. Raises NotFound, NotYourPatrol, PatrolOver."""
    row: Patrol | None = Patrol.unscoped(_OWN).where(Patrol.id == patrol_id).get_or_none()
    if row is None or not (
        row.account_id == actor.account_id or actor.scope("grid.patrol_view").covers(row.area_code)
    ):
        raise NotFound
    if row.account_id != actor.account_id:
        raise NotYourPatrol
    if row.ended:
        raise PatrolOver
    return row


def see(row: Patrol, at: datetime) -> None:
    """A sign of life of a patrol, inside the caller's unit of work."""
    if at > row.last_seen_at:
        row.last_seen_at = at
        Patrol.update(last_seen_at=at).where(Patrol.id == row.id).execute()


def told(happened_at: datetime | None) -> datetime:
    """When something happened: as the phone says it afterwards, if that can be, else now."""
    moment = now()
    if happened_at is None or not moment - _LATEST <= happened_at <= moment + _AHEAD:
        return moment
    return min(happened_at, moment)


def close_forgotten() -> int:
    """End patrols that nobody finished, at their last sign of life; returns how many. The nightly job."""
    hours = int(plugin_settings("grid")["patrol_close_hours"])
    before = now() - timedelta(hours=hours)
    forgotten = Patrol.unscoped("patrols of all grids that nobody finished").where(
        (Patrol.ended == "") & (Patrol.last_seen_at < before)
    )
    rows: list[Any] = list(forgotten)
    for row in rows:
        with unit_of_work():
            _end(row, row.last_seen_at, BY_NIGHT)
            audit.record(
                SYSTEM,
                "grid.close_patrol",
                area_code=row.area_code,
                subject=f"patrol:{row.id}",
                minutes=row.minutes,
            )
    return len(rows)


def _end(row: Patrol, at: datetime, how: str, *, note: str = "") -> None:
    row.finished_at, row.ended, row.note = at, how, note
    row.minutes = max(0, int((at - row.started_at).total_seconds() // 60))
    Patrol.update(finished_at=at, last_seen_at=at, ended=how, note=note, minutes=row.minutes).where(
        Patrol.id == row.id
    ).execute()
