"""Decisions as people find them: of an area, one, by the code on the wall; and the versions of each."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from peewee import JOIN

from core.accounts.api import account_names
from core.areas.api import path_names
from core.db import contains
from core.errors import NotFound
from core.qr import normalize
from core.scope import AFTER_DIGITS, AreaScope
from core.value_classes import value_class
from plugins.supervision.decision_form import digest_of
from plugins.supervision.decision_words import FOUR_DISCUSSIONS
from plugins.supervision.errors.decisions import PowerUnknown
from plugins.supervision.models.decisions import DRAFT, Decision, DecisionVersion

_REACHED = "of a decision that was reached"
_LONGEST_SEARCH = 60


@value_class
class DecisionView:
    """A decision in words. `earliest_day`, `closes_at`, `roll_size`: of the version that counts."""

    id: int
    code: str
    area_code: str
    area_name: str
    power_code: str
    six_steps: bool
    state: str
    title: str
    text: str
    budget_fen: int | None
    version: int
    created_at: datetime
    started_at: datetime | None
    done_at: datetime | None
    withdrawn_at: datetime | None
    why_withdrawn: str
    result: str
    published_at: datetime | None
    earliest_day: date | None
    closes_at: datetime | None
    roll_size: int | None


@value_class
class WantedDecisions:
    """Which decisions; what is empty does not count. `published`: no drafts, nor what was never published."""

    area_code: str = ""
    state: str = ""
    power_code: str = ""
    search: str = ""
    published: bool = False


@value_class
class VersionView:
    """A published text. `is_whole`: its digest is that of its content; `content`: what was published."""

    number: int
    content: dict[str, Any]
    digest: str
    published_at: datetime
    published_by: str
    earliest_day: date
    closes_at: datetime
    roll_size: int
    is_whole: bool


def decision(scope: AreaScope, decision_id: int) -> Decision:
    """The row of one decision. Raises NotFound."""
    row: Decision | None = Decision.within(scope).where(Decision.id == decision_id).get_or_none()
    if row is None:
        raise NotFound
    return row


def decision_by_code(raw_code: str) -> Decision:
    """What is posted up, by the code on the notice. Raises NotFound, also for a draft."""
    reason = "a notice on the board leads whoever scans it to the decision, as posted up"
    row: Decision | None = Decision.unscoped(reason).where(Decision.code == normalize(raw_code)).get_or_none()
    if row is None or row.version == 0:
        raise NotFound
    return row


def current_version(row: Decision) -> DecisionVersion | None:
    """The version that counts; None before the first publication."""
    found: DecisionVersion | None = (
        DecisionVersion.unscoped(_REACHED)
        .where((DecisionVersion.decision_id == row.id) & (DecisionVersion.number == row.version))
        .get_or_none()
    )
    return found


def list_decisions(
    scope: AreaScope, wanted: WantedDecisions, *, page: int = 1, page_size: int = 20
) -> tuple[list[DecisionView], int]:
    """Decisions in `scope`, the newest first; how many."""
    query = Decision.within(scope)
    if wanted.area_code:
        column = Decision.area_code
        query = query.where((column >= wanted.area_code) & (column < wanted.area_code + AFTER_DIGITS))
    if wanted.published:
        query = query.where(Decision.version > 0)
    for column, value in ((Decision.state, wanted.state), (Decision.power_code, wanted.power_code)):
        if value:
            query = query.where(column == value)
    for word in wanted.search[:_LONGEST_SEARCH].split():
        query = query.where(contains(Decision.title, word))
    found = list(query.order_by(Decision.id.desc()).paginate(page, page_size))
    total = len(found) if page == 1 and len(found) < page_size else query.count()
    return decision_views(found), total


def decision_views(found: Sequence[Decision]) -> list[DecisionView]:
    """Rows that may be seen, in words."""
    paths = path_names({row.area_code for row in found})
    versions = _versions_that_count([row.id for row in found])
    return [_view(row, paths, versions.get(row.id)) for row in found]


def _versions_that_count(decision_ids: Sequence[int]) -> dict[int, DecisionVersion]:
    query = (
        DecisionVersion.unscoped(_REACHED)
        .join(
            Decision,
            JOIN.INNER,
            on=((Decision.id == DecisionVersion.decision_id) & (Decision.version == DecisionVersion.number)),
        )
        .where(DecisionVersion.decision_id.in_(decision_ids))
    )
    return {row.decision_id: row for row in query}


def _view(row: Decision, paths: dict[str, str], version: DecisionVersion | None) -> DecisionView:
    own = (
        *("id", "code", "area_code", "power_code", "six_steps", "state", "title", "text", "budget_fen"),
        *("version", "created_at", "started_at", "done_at", "withdrawn_at", "why_withdrawn", "result"),
    )
    of_version = ("published_at", "earliest_day", "closes_at", "roll_size")
    values: dict[str, Any] = {name: getattr(row, name) for name in own}
    values |= {name: getattr(version, name) if version else None for name in of_version}
    return DecisionView(area_name=paths.get(row.area_code, row.area_code), **values)


def versions_of(decision_id: int) -> list[VersionView]:
    """All published texts of a decision that was reached, the newest first, each held against its digest."""
    query = DecisionVersion.unscoped(_REACHED).where(DecisionVersion.decision_id == decision_id)
    found = list(query.order_by(DecisionVersion.number.desc()))
    names = account_names([row.published_by for row in found])
    return [version_view(row, names.get(row.published_by, "")) for row in found]


def version_view(row: DecisionVersion, published_by: str = "") -> VersionView:
    """A published text, held against its digest."""
    return VersionView(
        number=row.number,
        content=json.loads(row.body),
        digest=row.digest,
        published_at=row.published_at,
        published_by=published_by,
        earliest_day=row.earliest_day,
        closes_at=row.closes_at,
        roll_size=row.roll_size,
        is_whole=digest_of(row.body) == row.digest,
    )


def body_of_version(decision_id: int, number: int) -> str:
    """The very text that a version's digest was taken of. Raises NotFound."""
    query = DecisionVersion.unscoped(_REACHED, DecisionVersion.body).where(
        (DecisionVersion.decision_id == decision_id) & (DecisionVersion.number == number)
    )
    row: DecisionVersion | None = query.get_or_none()
    if row is None:
        raise NotFound
    return str(row.body)


def needs_six_steps(power_code: str) -> bool:
    """Whether an item of the power list is one of 四议两公开. Raises PowerUnknown."""
    if not power_code:
        return False
    from plugins.supervision.models.powers import PowerItem  # late: the power list is another subject

    item = PowerItem.select(PowerItem.power_class).where(PowerItem.code == power_code).get_or_none()
    if item is None:
        raise PowerUnknown(fields={"power_code": [PowerUnknown.text]})
    return bool(item.power_class == FOUR_DISCUSSIONS)


def is_public(decision_id: int) -> bool:
    """Whether a decision was ever published: then its papers are everybody's to see."""
    query = Decision.unscoped("whether it is public is asked first", Decision.state).where(
        (Decision.id == decision_id) & (Decision.version > 0) & (Decision.state != DRAFT)
    )
    return bool(query.exists())


def area_of(decision_id: int) -> str | None:
    """Where a decision lies, None without one: for those who own files of it."""
    query = Decision.unscoped("its place only; who may see it is asked next", Decision.area_code)
    row: Decision | None = query.where(Decision.id == decision_id).get_or_none()
    return str(row.area_code) if row else None
