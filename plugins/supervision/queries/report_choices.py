"""What the reporter may choose from: villages, whom it is about, items of the power list."""

from collections.abc import Iterable
from importlib import import_module
from typing import Any

from core.accounts.api import Holding, holdings
from core.areas.api import children, codes_above, current_code, get_area, is_current
from core.county import county
from core.people.api import area_of_person
from core.scope import AreaScope
from core.security import Actor
from core.value_classes import value_class
from plugins.supervision.errors.reports import ReportAreaUnknown, SubjectUnknown
from plugins.supervision.report_words import LEVEL_DIGITS, POSTS, VILLAGE

_POWERS = "plugins.supervision.queries.powers"
_MOST_POWERS = 200


@value_class
class Candidate:
    """Somebody whom a report may be about: an account, its holder's name and their post (N_)."""

    account_id: int
    name: str
    post: str


def village_of(raw_code: str) -> str:
    """The village of today that the code of a village or grid leads to. Raises ReportAreaUnknown."""
    if not raw_code.startswith(county().settings.county_code) or get_area(raw_code) is None:
        raise ReportAreaUnknown
    code = current_code(raw_code)[: LEVEL_DIGITS[VILLAGE]]
    if len(code) < LEVEL_DIGITS[VILLAGE] or not is_current(code):
        raise ReportAreaUnknown
    return code


def places_below(raw_code: str) -> list[tuple[str, str]]:
    """Code and name of the villages of a town; for anything else of the towns of the county."""
    top = county().settings.county_code
    code = raw_code if raw_code.startswith(top) and get_area(raw_code) is not None else top
    return [(area.code, area.name) for area in children(AreaScope((code,)), code)]


def home_of(actor: Actor) -> str:
    """The village of somebody with an account: where they live, or hold a post. Empty if neither."""
    at_home = area_of_person(actor.person_id) if actor.person_id is not None else None
    codes = [at_home or "", *(post.area_code for post in actor.posts)]
    found = next((code for code in codes if len(code) >= LEVEL_DIGITS[VILLAGE]), "")
    return found[: LEVEL_DIGITS[VILLAGE]]


def candidates(village: str) -> list[Candidate]:
    """The cadres and grid staff of a village, each once, with the post that is named first in POSTS."""
    held = [each for each in holdings(within=[village]) if each.role in POSTS]
    found: dict[int, Candidate] = {}
    order = list(POSTS)
    for each in sorted(held, key=lambda one: (order.index(one.role), one.area_code, one.account_id)):
        found.setdefault(each.account_id, Candidate(each.account_id, each.name, POSTS[each.role]))
    return list(found.values())


def office_holders(village: str) -> list[Holding]:
    """Everybody with a post in a village, its town or the county today."""
    return holdings(at=codes_above(village), within=[village])


def chosen(held: Iterable[Holding], account_ids: Iterable[int], person_ids: Iterable[int], town: str) -> None:
    """Raises SubjectUnknown for an account without a post there, or a person who lives elsewhere."""
    known = {each.account_id for each in held}
    if not set(account_ids) <= known:
        raise SubjectUnknown
    if any(not (area_of_person(each) or "").startswith(town) for each in person_ids):
        raise SubjectUnknown


def power_choices(village: str) -> list[tuple[str, str]]:
    """Code and title of the items of the power list that are on in a village; none before there is a list."""
    try:
        powers: Any = import_module(_POWERS)
    except ModuleNotFoundError:
        return []
    found, _ = powers.list_powers(area_code=village, page_size=_MOST_POWERS)
    return [(item.code, item.title) for item in found]
