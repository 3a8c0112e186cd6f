"""Which area a page is about, and the areas above and below it."""

from flask import request

from core.areas.api import LEVEL_DIGITS, area, children, list_areas, roots
from core.clock import today
from core.scope import AreaScope
from core.security import current_actor
from core.value_classes import value_class

_MOST = 10_000


@value_class
class Place:
    """The area of a page. `up` is empty at the top of what the reader holds.

    `down`: code and name of what lies below; `others`: of what else the reader holds.
    """

    code: str
    name: str
    up: str
    down: list[tuple[str, str]]
    others: list[tuple[str, str]]

    @property
    def grids(self) -> list[tuple[str, str]] | None:
        """A village's grids, which are what lies below it."""
        return self.down if len(self.code) == LEVEL_DIGITS["village"] else None


def asked_place(permission: str) -> Place:
    """The area that the address asks for (`?area=`), else the first that the reader holds.

    Raises NotFound outside their areas.
    """
    scope = current_actor().demand(permission)
    asked = request.values.get("area", "")
    tops = roots(scope) if not asked or len(scope.prefixes) > 1 else []
    found = tops[0] if tops and not asked else area(scope, asked or scope.prefixes[0])
    above = found.code[: {15: 12, 12: 9, 9: 6}.get(len(found.code), 0)]
    down = [(each.code, each.name) for each in children(scope, found.code)]
    others = [(each.code, each.name) for each in tops if each.code != found.code]
    return Place(found.code, found.name, above if above and scope.covers(above) else "", down, others)


def area_options(scope: AreaScope) -> list[tuple[str, str]]:
    """The areas in `scope` to choose from, each village behind its town; grids only of who holds no more."""
    found, _ = list_areas(scope, on_date=today(), page_size=_MOST)
    most = LEVEL_DIGITS["village"]
    return [(each.code, each.name) for each in found if len(each.code) <= most or each.code in scope.prefixes]
