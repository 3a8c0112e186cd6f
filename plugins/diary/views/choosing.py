"""What several pages offer to choose from: villages, places to write about, words; numbers from forms."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import request
from marshmallow import ValidationError, fields

from core.areas.api import list_areas, path_names
from core.clock import today
from core.scope import AreaScope
from core.security import Actor
from core.text import N_
from core.web import say
from plugins.diary.queries.postings import my_postings

CHOICES_AT_MOST = 1500


def villages(scope: AreaScope) -> list[tuple[str, str]]:
    """The villages of `scope`: code and name with its town."""
    found, _ = list_areas(scope, level="village", on_date=today(), page_size=CHOICES_AT_MOST)
    paths = path_names([row.code for row in found])
    return [(row.code, paths.get(row.code, row.name)) for row in found]


def places_above_grids(scope: AreaScope) -> list[tuple[str, str]]:
    """The county, towns and villages of `scope` that something can be kept for: code and path."""
    found, _ = list_areas(scope, on_date=today(), page_size=100_000)
    kept = [row.code for row in found if row.level in ("county", "town", "village")][:CHOICES_AT_MOST]
    paths = path_names(kept)
    return [(code, paths[code]) for code in kept]


def my_places(actor: Actor, permission: str) -> list[tuple[str, str]]:
    """Where the actor writes: the places of their postings, else the villages of their areas."""
    stationed = {code: name for posting in my_postings(actor) for code, name in posting.places}
    scope = actor.scope(permission)
    kept = [(code, name) for code, name in stationed.items() if scope.covers(code)]
    return kept or villages(scope)


def place_of(places: list[tuple[str, str]], scope: AreaScope, raw_code: str) -> str:
    """The area that a page of the field is about: the asked one in `scope`, else the first of `places`."""
    if raw_code and raw_code.isascii() and raw_code.isdigit() and scope.covers(raw_code):
        return raw_code
    return places[0][0] if places else ""


def in_words(titles: Mapping[Any, str]) -> list[tuple[Any, str]]:
    """Codes and their titles in the reader's language, for a select."""
    return [(code, say(title)) for code, title in titles.items()]


class Decimal(fields.Field[float]):
    """A coordinate from a form."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> float:
        try:
            number = float(str(value))
        except ValueError:
            number = float("nan")
        if not -180 <= number <= 180:
            raise ValidationError(N_("经纬度有误。"))
        return number


def asked_days() -> dict[str, Any]:
    """The days of the address (`?since=&until=`), those that are days."""
    days: dict[str, Any] = {}
    for name in ("since", "until"):
        try:
            days[name] = date.fromisoformat(request.args.get(name, ""))
        except ValueError:
            continue
    return days
