"""What runs the county: its plugins, its record, its burdens. Reads only."""

import json
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from core.accounts.api import account_names
from core.areas.api import area_names
from core.audit import AuditLine, Verdict, verify
from core.burdens import BURDEN_TITLES
from core.clock import CHINA
from core.county import county, plugins
from core.manifest import BURDENS, Manifest
from core.plugin_host.pilots import counted
from core.plugin_host.state import Report, State, survey
from core.scope import AreaScope
from core.security import Actor
from core.system.pilots import Choice, PilotView, choices, pilot_of
from core.value_classes import value_class

PLUGINS, AUDIT = "system.plugins", "system.audit"


@value_class
class PluginView:
    """A plugin as its administrator sees it.

    `seconds` is the time it has spent answering hooks here; `grounds` names those of its burdens that
    are on, with their legal ground; `pilot`: the areas that try it first.
    """

    name: str
    title: str
    title_en: str
    summary: str
    version: str
    api: str
    state: State
    cause: str
    is_allowed: bool
    requires: tuple[str, ...]
    permissions: Mapping[str, str]
    burdens: Mapping[str, str]
    grounds: Mapping[str, str]
    personal_data: Mapping[str, str]
    seconds: float
    pilot: tuple[str, ...]

    @property
    def pilot_counts(self) -> list[tuple[str, int]]:
        """How many towns, villages and grids try it: texts with `count`."""
        return counted(self.pilot)

    @property
    def is_wanted(self) -> bool:
        """Whether it is switched on, whatever keeps it from running."""
        return self.state is not State.OFF


@value_class
class LineView:
    """A line of the record in words. `detail` holds ids, codes and numbers."""

    id: int
    at: datetime
    account_id: int | None
    account_name: str
    action: str
    title: str
    area_code: str
    area_name: str
    subject: str
    detail: Mapping[str, Any]
    hash: str


@value_class
class BurdenView:
    """A function that weighs on grassroots staff: on what legal ground, and which plugins have it.

    `running`: titles of those in which it is on; `waiting`: of those in which it is off.
    """

    name: str
    title: str
    ground: str
    running: tuple[str, ...]
    waiting: tuple[str, ...]


def list_plugins(actor: Actor) -> list[PluginView]:
    """Every plugin that is installed or allowed, whatever its state."""
    actor.demand(PLUGINS, county().settings.county_code)
    return [_plugin_view(report) for _, report in sorted(_reports().items())]


def get_plugin(actor: Actor, name: str) -> PluginView | None:
    """One plugin, None when there is none of this name."""
    return next((plugin for plugin in list_plugins(actor) if plugin.name == name), None)


def plugin_troubles(actor: Actor) -> list[PluginView]:
    """Plugins that are switched on but do not run, or ran into an error."""
    if not actor.may(PLUGINS, county().settings.county_code):
        return []
    quiet = (State.OFF,)
    views = [_plugin_view(report) for _, report in sorted(_reports().items())]
    return [view for view in views if view.state not in quiet and view.cause]


def _reports() -> dict[str, Report]:
    # The rows and manifests of this moment: the app of this request may be older than the last switch.
    return survey(county().settings, county().plugins_folder)


def _plugin_view(report: Report) -> PluginView:
    manifest = report.manifest
    grounds = county().settings.burdens
    return PluginView(
        name=report.name,
        title=report.title,
        title_en=manifest.title_en if manifest else report.name,
        summary=manifest.summary if manifest else "",
        version=manifest.version if manifest else "",
        api=manifest.api if manifest else "",
        state=report.state,
        cause=report.cause,
        is_allowed=report.name in county().settings.allowed and manifest is not None,
        requires=manifest.requires if manifest else (),
        permissions=manifest.permissions if manifest else {},
        burdens=manifest.burdens if manifest else {},
        grounds={name: grounds[name] for name in _burdens(manifest) if name in grounds},
        personal_data=manifest.personal_data if manifest else {},
        seconds=round(plugins().seconds.get(report.name, 0.0), 3),
        pilot=report.pilot,
    )


def get_pilot(actor: Actor, name: str) -> PilotView:
    """Where a plugin is tried. Raises NotFound for one that is not installed."""
    actor.demand(PLUGINS, county().settings.county_code)
    return pilot_of(name)


def pilot_choices(actor: Actor, name: str) -> list[Choice]:
    """What to tick for it: towns and their villages."""
    actor.demand(PLUGINS, county().settings.county_code)
    return choices(name)


def list_lines(
    actor: Actor,
    *,
    action: str = "",
    area_code: str = "",
    account_id: int | None = None,
    since: date | None = None,
    until: date | None = None,
    page: int = 1,
    page_size: int = 20,
) -> tuple[list[LineView], int]:
    """The newest lines of the record in the reader's areas, and how many there are.

    `area_code` is an area with all below it; days are inclusive. Raises NotFound for an area
    outside one's own.
    """
    scope = actor.demand(AUDIT, area_code or None)
    query = AuditLine.within(AreaScope((area_code,)) if area_code else scope)
    if action:
        query = query.where(AuditLine.action == action)
    if account_id is not None:
        query = query.where(AuditLine.account_id == account_id)
    if since is not None:
        query = query.where(AuditLine.at >= _midnight(since))
    if until is not None and until < date.max:
        query = query.where(AuditLine.at < _midnight(until + timedelta(days=1)))
    rows = list(query.order_by(AuditLine.seq.desc()).paginate(page, page_size))
    return _line_views(rows), query.count()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, CHINA)


def _line_views(rows: list[AuditLine]) -> list[LineView]:
    names = account_names(row.account_id for row in rows)
    areas = area_names({row.area_code for row in rows})
    titles = plugins().audit_titles()
    return [
        LineView(
            id=row.seq,
            at=row.at,
            account_id=row.account_id,
            account_name=names.get(row.account_id, "") if row.account_id is not None else "",
            action=row.action,
            title=titles.get(row.action, row.action),
            area_code=row.area_code,
            area_name=areas.get(row.area_code, row.area_code),
            subject=row.subject,
            detail=_detail(row.detail),
            hash=row.hash,
        )
        for row in rows
    ]


def _detail(text: str) -> Mapping[str, Any]:
    try:
        detail = json.loads(text)
    except ValueError:
        # Somebody wrote into the table by hand; the chain's verdict says so.
        return {"": text}
    return detail if isinstance(detail, dict) else {"": detail}


def chain_verdict(actor: Actor, expected_head: str | None = None) -> Verdict:
    """Whether the whole record is unaltered, and lies on a head that was printed earlier.

    It counts the lines of the whole county: Raises NotFound for who audits a part only.
    """
    actor.demand(AUDIT, county().settings.county_code)
    return verify(expected_head)


def list_burdens() -> list[BurdenView]:
    """Every function barred by 国办函〔2026〕12号 unless a law grounds it, and where it stands here."""
    grounds = county().settings.burdens
    reports = list(_reports().values())
    on = [report for report in reports if report.state is State.ON]
    return [
        BurdenView(
            name=name,
            title=BURDEN_TITLES[name],
            ground=grounds.get(name, ""),
            running=_titles(name, on if name in grounds else []),
            waiting=_titles(name, [r for r in reports if name not in grounds or r not in on]),
        )
        for name in BURDENS
    ]


def _titles(burden: str, reports: list[Report]) -> tuple[str, ...]:
    return tuple(r.title for r in reports if _burdens(r.manifest).get(burden) is not None)


def _burdens(manifest: Manifest | None) -> Mapping[str, str]:
    return manifest.burdens if manifest else {}
