"""What waits for each plugin and what could not be delivered, for those who run the county."""

from datetime import datetime

from core import outbox
from core.areas.api import area_names
from core.clock import now
from core.county import county
from core.events import DEAD, WAITING
from core.heartbeat import is_silent, last_beat
from core.manifest import Manifest
from core.plugin_host.state import Report, State, survey
from core.security import Actor
from core.value_classes import value_class

EVENTS = "system.events"


@value_class
class BacklogView:
    """What waits for one plugin. `minutes`: how long the first of it could have been delivered already."""

    plugin: str
    title: str
    title_en: str
    state: State | None
    waiting: int
    dead: int
    minutes: int


@value_class
class DeadLetterView:
    """An event that a plugin could not take. `next_at` is None when it is tried no more."""

    id: int
    plugin: str
    plugin_title: str
    plugin_title_en: str
    kind: str
    kind_title: str
    event_id: int
    area_code: str
    area_name: str
    subject: str
    announced_at: datetime
    state: str
    attempts: int
    next_at: datetime | None
    error: str


@value_class
class WorkerView:
    """Whether a worker process lives, and when one last said so."""

    is_silent: bool
    seen_at: datetime | None


def list_backlogs(actor: Actor) -> list[BacklogView]:
    """What is open for each plugin that has something open."""
    actor.demand(EVENTS, county().settings.county_code)
    reports = _reports()
    return [_backlog_view(line, reports.get(line.plugin)) for line in outbox.backlogs()]


def _backlog_view(line: outbox.Backlog, report: Report | None) -> BacklogView:
    manifest = report.manifest if report else None
    minutes = int((now() - line.oldest_due).total_seconds() // 60) if line.oldest_due else 0
    return BacklogView(
        plugin=line.plugin,
        title=report.title if report else line.plugin,
        title_en=manifest.title_en if manifest else line.plugin,
        state=report.state if report else None,
        waiting=line.waiting,
        dead=line.dead,
        minutes=minutes,
    )


def list_failed(
    actor: Actor, *, plugin: str = "", state: str = DEAD, page: int = 1, page_size: int = 20
) -> tuple[list[DeadLetterView], int]:
    """Deliveries that are tried no more (`state` dead) or will be tried again (waiting), and how many."""
    actor.demand(EVENTS, county().settings.county_code)
    found, total = outbox.failed_deliveries(plugin=plugin, state=state, page=page, page_size=page_size)
    return _letters(found), total


def get_letter(actor: Actor, delivery_id: int) -> DeadLetterView:
    """One delivery that is not done. Raises NoDeadLetter."""
    actor.demand(EVENTS, county().settings.county_code)
    return _letters([outbox.open_delivery(delivery_id)])[0]


def worker_view(actor: Actor) -> WorkerView:
    """Whether a worker process lives."""
    actor.demand(EVENTS, county().settings.county_code)
    return WorkerView(is_silent(), last_beat())


def _reports() -> dict[str, Report]:
    return survey(county().settings, county().plugins_folder)


def _letters(found: list[outbox.OpenDelivery]) -> list[DeadLetterView]:
    reports = _reports()
    titles, areas = outbox.event_titles(reports), area_names({row.area_code for row in found})
    manifests: dict[str, Manifest] = {n: r.manifest for n, r in reports.items() if r.manifest}
    return [
        DeadLetterView(
            id=row.id,
            plugin=row.plugin,
            plugin_title=manifests[row.plugin].title if row.plugin in manifests else row.plugin,
            plugin_title_en=manifests[row.plugin].title_en if row.plugin in manifests else row.plugin,
            kind=row.kind,
            kind_title=titles.get(row.kind, row.kind),
            event_id=row.event_id,
            area_code=row.area_code,
            area_name=areas.get(row.area_code, row.area_code),
            subject=row.subject,
            announced_at=row.announced_at,
            state=row.state,
            attempts=row.attempts,
            next_at=row.next_at if row.state == WAITING else None,
            error=row.error,
        )
        for row in found
    ]
