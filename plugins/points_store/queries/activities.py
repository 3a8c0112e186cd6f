"""Reading activities: with how many came."""

import functools
import operator
from datetime import date, datetime
from typing import Any

from peewee import Value, fn

from core.areas.api import area_names
from core.errors import NotFound
from core.scope import AreaScope
from core.value_classes import value_class
from plugins.points_store.models import Activity, Claim, Rule
from plugins.points_store.models.earning import GAIN
from plugins.points_store.services.activities import ATTENDED

_COUNT = "how many came to activities of the actor's areas"


@value_class
class ActivityView:
    """An activity in a list. `came`: persons who checked in."""

    id: int
    title: str
    place: str
    area_name: str
    day: date
    points: int
    code: str
    came: int
    cancelled_at: datetime | None


def list_activities(scope: AreaScope, page: int, page_size: int) -> tuple[list[ActivityView], int]:
    """Activities in `scope`, the latest day first, and how many."""
    query = Activity.within(scope)
    rows = list(query.order_by(Activity.day.desc(), Activity.id.desc()).paginate(page, page_size))
    names = area_names({row.area_code for row in rows})
    came = _came([row.id for row in rows])
    return [
        ActivityView(
            row.id,
            row.title,
            row.place,
            names.get(row.area_code, row.area_code),
            row.day,
            row.points,
            row.code,
            came[row.id],
            row.cancelled_at,
        )
        for row in rows
    ], query.count()


def _came(activity_ids: list[int]) -> dict[int, int]:
    """Activity -> how many came: a range on the unique index each, as `source` begins with the activity."""
    counts: list[Any] = []
    for activity_id in activity_ids:
        begin = f"{ATTENDED}:{activity_id}:"
        one = Claim.unscoped(_COUNT, Value(activity_id).cast("BIGINT"), fn.COUNT(Claim.id))
        counts.append(one.where((Claim.source >= begin) & (Claim.source < begin + "~")))
    return dict(functools.reduce(operator.add, counts).tuples()) if counts else {}


def activity(scope: AreaScope, activity_id: int) -> Activity:
    """One activity. Raises NotFound."""
    row: Activity | None = Activity.within(scope).where(Activity.id == activity_id).first()
    if row is None:
        raise NotFound
    return row


def rules_in(scope: AreaScope) -> list[tuple[int, str]]:
    """The rules by which an activity in `scope` may give points: id and title with the range."""
    above = sorted({prefix[:length] for prefix in scope.prefixes for length in (4, 6, 9, 12)})
    rows = Rule.unscoped("rules of the areas above hold below").where(
        (scope.where(Rule.area_code) | Rule.area_code.in_(above)) & Rule.active & (Rule.effect == GAIN)
    )
    return [
        (row.id, f"{row.title}（{row.points_min}–{row.points_max}）")
        for row in rows.order_by(Rule.id).limit(200)
    ]
