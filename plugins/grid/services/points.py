"""Points to be seen on patrols, kept by the secretary."""

from core import audit, qr
from core.areas.api import is_current
from core.clock import now
from core.county import county
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.fields import cleaned
from core.security import Actor
from core.text import N_
from plugins.grid.models.patrols import PatrolPoint
from plugins.grid.services.check_ins import POINT_CODE

P = "grid.patrol_points"


def add_point(
    actor: Actor,
    *,
    area_code: str,
    name: str,
    latitude: float | None = None,
    longitude: float | None = None,
    position: int = 0,
) -> PatrolPoint:
    """A new point in a grid or village. Raises NotFound, Invalid."""
    actor.demand(P, area_code)
    if len(area_code) < 12 or not is_current(area_code):
        raise NotFound
    title = cleaned(name)
    if not 1 <= len(title) <= 60:
        raise Invalid(fields={"name": [N_("名称应为 1 到 60 个字。")]})
    if (latitude is None) != (longitude is None):
        raise Invalid(fields={"latitude": [N_("经度和纬度要一起填。")]})
    with unit_of_work():
        row = PatrolPoint.create(
            code=qr.new_subject(8),
            area_code=area_code,
            name=title,
            latitude=latitude,
            longitude=longitude,
            position=position,
            created_at=now(),
        )
        audit.record(actor, "grid.add_point", area_code=area_code, subject=f"point:{row.id}")
    return row


def retire_point(actor: Actor, point_id: int) -> None:
    """Nobody checks in there any more; what was stays. Raises NotFound."""
    scope = actor.demand(P)
    with unit_of_work():
        row = PatrolPoint.within(scope).where(PatrolPoint.id == point_id).get_or_none()
        if row is None:
            raise NotFound
        PatrolPoint.update(retired_at=now()).where(PatrolPoint.id == point_id).execute()
        audit.record(actor, "grid.retire_point", area_code=row.area_code, subject=f"point:{point_id}")


def point_token(code: str) -> str:
    """What the printed code of a point says: it does not expire by itself."""
    return qr.sign(county().keys, POINT_CODE, code, None)
