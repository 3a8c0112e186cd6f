"""Where a case lies: the area of today that a code leads to, and the villages to choose from."""

from core.areas.api import children, current_code, get_area, is_current, parent_code
from core.cases.errors import CaseAreaUnknown
from core.county import county
from core.people.api import area_of_person
from core.scope import AreaScope
from core.security import Actor

VILLAGE_DIGITS = 12


def current_area(raw_code: str) -> tuple[str, bool]:
    """The area of today that a code leads to, and whether it was an old one. Raises CaseAreaUnknown."""
    code = raw_code
    if not code.startswith(county().settings.county_code) or get_area(code) is None:
        raise CaseAreaUnknown(area_code=raw_code)
    code = current_code(code)
    while not is_current(code):
        above = parent_code(code)
        if above is None:
            raise CaseAreaUnknown(area_code=raw_code)
        code = current_code(above)
    return code, code != raw_code


def places_below(raw_code: str) -> list[tuple[str, str]]:
    """Code and name of what lies directly below the county or a town. Raises CaseAreaUnknown."""
    code, _ = current_area(raw_code)
    return [(area.code, area.name) for area in children(AreaScope((code,)), code)]


def home_of(actor: Actor) -> str:
    """The village or grid of somebody with an account: where they live, or hold a post. Empty if neither."""
    at_home = area_of_person(actor.person_id) if actor.person_id is not None else None
    codes = [at_home or "", *(post.area_code for post in actor.posts)]
    return next((code for code in codes if len(code) >= VILLAGE_DIGITS), "")
