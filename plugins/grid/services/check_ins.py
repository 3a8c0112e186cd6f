"""Check-ins at points and tracks: burdens, so each is off until the county's config names its ground."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from core import audit, qr
from core.burdens import demand_ground
from core.clock import now
from core.county import county, plugin_settings
from core.db import unit_of_work
from core.security import Actor
from plugins.grid.errors.patrols import PointUnknown, PositionMissing
from plugins.grid.models.patrols import Patrol, PatrolCheck, PatrolPlace, PatrolPoint
from plugins.grid.services.patrols import own_patrol, see, told
from plugins.grid.whereabouts import Position, doubt_of, metres_between

POINT_CODE = "gp"  # the purpose of the codes that hang at points
MOST_PLACES = 500
_OF_PATROL = "reached through one's own patrol"


def check_in(
    actor: Actor,
    patrol_id: int,
    *,
    raw_token: str = "",
    point_id: int | None = None,
    position: Position | None = None,
    happened_at: datetime | None = None,
) -> PatrolCheck:
    """One is at a point: by the code that hangs there, or by position.

    A position that is mocked, too far or reached too fast is stored as such. Raises BurdenOff, NotFound,
    PatrolOver, NotYourPatrol, PointUnknown, PositionMissing.
    """
    actor.demand("grid.patrol")
    demand_ground("check_in")
    with unit_of_work():
        patrol = own_patrol(actor, patrol_id)
        point = _point(patrol, raw_token, point_id)
        if not raw_token and position is None:
            raise PositionMissing
        at = told(happened_at)
        row = PatrolCheck.create(
            patrol_id=patrol.id,
            point_id=point.id,
            area_code=patrol.area_code,
            day=at.date(),
            at=at,
            how="qr" if raw_token else "position",
            **_where(patrol, point, position, at),
        )
        see(patrol, at)
        audit.record(
            actor,
            "grid.check_in",
            area_code=patrol.area_code,
            subject=f"patrol:{patrol.id}",
            point_id=point.id,
            doubt=row.doubt,
        )
    return row


def _point(patrol: Patrol, raw_token: str, point_id: int | None) -> PatrolPoint:
    known = PatrolPoint.unscoped("a point of the grid that is being walked")
    if raw_token:
        known = known.where(PatrolPoint.code == _code_of(raw_token))
    else:
        known = known.where(PatrolPoint.id == (point_id or 0))
    row: PatrolPoint | None = known.get_or_none()
    if row is None or row.retired_at is not None or not _same_ground(row.area_code, patrol.area_code):
        raise PointUnknown
    return row


def _same_ground(point: str, patrol: str) -> bool:
    # A point of the village belongs to all of its grids.
    return point == patrol or (len(point) == 12 and patrol.startswith(point))


def _code_of(raw_token: str) -> str:
    """The point of a scanned code, or a code that was typed."""
    try:
        signed = qr.read(county().keys, raw_token)
    except (qr.BadCode, qr.ExpiredCode, ValueError):
        return qr.normalize(raw_token)[:8]
    return signed.subject if signed.purpose == POINT_CODE else ""


def _where(patrol: Patrol, point: PatrolPoint, position: Position | None, at: datetime) -> dict[str, object]:
    if position is None:
        return {}
    settings = plugin_settings("grid")
    metres = None
    if point.latitude is not None and point.longitude is not None:
        metres = metres_between(position.latitude, position.longitude, point.latitude, point.longitude)
    doubt = doubt_of(
        position,
        at,
        metres=metres,
        radius=int(settings["patrol_radius"]),
        before=_place_before(patrol.id, at),
        fastest=float(settings["patrol_fastest"]),
    )
    return {
        "latitude": position.latitude,
        "longitude": position.longitude,
        "accuracy": position.accuracy,
        "metres": metres,
        "mocked": position.mocked,
        "doubt": doubt,
    }


def _place_before(patrol_id: int, at: datetime) -> tuple[float, float, datetime] | None:
    places: list[Any] = []
    models: tuple[Any, ...] = (PatrolCheck, PatrolPlace)
    for model in models:
        rows = model.unscoped(_OF_PATROL).where(
            (model.patrol_id == patrol_id) & (model.at <= at) & model.latitude.is_null(False)
        )
        places += list(rows.order_by(model.at.desc(), model.id.desc()).limit(1))
    latest = max(places, key=lambda row: row.at, default=None)
    return (latest.latitude, latest.longitude, latest.at) if latest else None


def add_places(actor: Actor, patrol_id: int, places: Sequence[tuple[datetime, Position]]) -> int:
    """Places on the way, as the phone gathered them; returns how many were kept.

    Raises BurdenOff, NotFound, PatrolOver, NotYourPatrol.
    """
    actor.demand("grid.patrol")
    demand_ground("track_upload")
    fastest = float(plugin_settings("grid")["patrol_fastest"])
    with unit_of_work():
        patrol = own_patrol(actor, patrol_id)
        kept = sorted(((told(at), where) for at, where in places[:MOST_PLACES]), key=lambda pair: pair[0])
        before = _place_before(patrol.id, kept[0][0]) if kept else None
        for at, where in kept:
            doubt = doubt_of(where, at, metres=None, radius=0, before=before, fastest=fastest)
            PatrolPlace.create(
                patrol_id=patrol.id,
                area_code=patrol.area_code,
                at=at,
                latitude=where.latitude,
                longitude=where.longitude,
                accuracy=where.accuracy,
                mocked=where.mocked,
                doubt=doubt,
            )
            before = (where.latitude, where.longitude, at)
            see(patrol, at)
        audit.record(
            actor,
            "grid.add_places",
            area_code=patrol.area_code,
            subject=f"patrol:{patrol.id}",
            places=len(kept),
        )
    return len(kept)


def forget_places() -> int:
    """Delete tracks that are older than the county keeps them (PIPL 19); returns how many places."""
    oldest = now() - timedelta(days=int(plugin_settings("grid")["patrol_track_days"]))
    with unit_of_work(housekeeping="tracks are kept no longer than needed"):
        return int(PatrolPlace.delete().where(PatrolPlace.at < oldest).execute())
