"""What whoever administers plugins sees of one: how it gets on, what went wrong, what waits. Reads only."""

from datetime import datetime

from core import schedule
from core.county import county, plugins
from core.hookspecs import Job
from core.plugin_host.errors import Trouble, last_errors
from core.plugin_host.state import UnknownPlugin
from core.security import Actor
from core.system.events import EVENTS, DeadLetterView, list_failed
from core.system.queries import PluginView, get_plugin
from core.value_classes import value_class

LETTERS = 20


@value_class
class HookView:
    """How the plugin got on with one hook in this process. Seconds in all and at most."""

    hook: str
    asked: int
    seconds: float
    slowest: float
    errors: int


@value_class
class JobView:
    """A periodic job and its newest run, None where it never ran. `every`: minutes; `daily`: HH:MM."""

    name: str
    title: str
    every: int
    daily: str
    run: schedule.RunView | None


@value_class
class PluginDetail:
    """One plugin. `counted_since`: since when `hooks` are counted; `letters`: the first of `letter_count`."""

    plugin: PluginView
    counted_since: datetime
    hooks: tuple[HookView, ...]
    errors: list[Trouble]
    jobs: tuple[JobView, ...]
    letters: list[DeadLetterView]
    letter_count: int
    has_settings: bool


def plugin_detail(actor: Actor, name: str) -> PluginDetail:
    """One plugin with its figures, errors, jobs and dead letters. Raises UnknownPlugin."""
    plugin = get_plugin(actor, name)
    if plugin is None:
        raise UnknownPlugin(name=name)
    manager = plugins()
    loaded = manager.loaded.get(name)
    letters: list[DeadLetterView] = []
    count = 0
    if actor.may(EVENTS, county().settings.county_code):
        letters, count = list_failed(actor, plugin=name, page_size=LETTERS)
    return PluginDetail(
        plugin=plugin,
        counted_since=manager.made_at,
        hooks=tuple(
            HookView(hook, it.asked, it.seconds, it.slowest, it.errors)
            for hook, it in sorted(manager.figures.get(name, {}).items())
            if it.asked or it.errors
        ),
        errors=last_errors(name),
        jobs=tuple(_job_view(job) for owner, job in manager.jobs().values() if owner == name),
        letters=letters,
        letter_count=count,
        has_settings=loaded is not None and loaded.schema is not None,
    )


def _job_view(job: Job) -> JobView:
    return JobView(job.name, job.title, job.every, job.daily, schedule.newest_run(job.name))
