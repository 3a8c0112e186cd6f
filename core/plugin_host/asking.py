"""Ask the plugins, each for itself: none can make another one's answer, or the page, fail or wait.

Core modules answer in the asking thread: they are ours. Plugins, bundled or foreign, answer in a
helper thread with a time limit (`bounded`). Errors are counted and quarantine; one hang does at once.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pluggy

from core import hookspecs
from core.clock import now
from core.db import is_outage
from core.deprecation import note_hook
from core.errors import DomainError
from core.logs import scrub
from core.plugin_host import bounded, notes
from core.plugin_host.checks import check_answer, demand_type
from core.plugin_host.pilots import PilotElsewhere
from core.plugin_host.state import Report, State
from core.scope import AreaScope
from core.security import Actor
from core.settings import Settings
from core.text import N_
from core.value_classes import value_class

log = logging.getLogger(__name__)

ERRORS_UNTIL_QUARANTINE = 5
WINDOW_SECONDS = 600.0
ANSWER_SECONDS = 2.0  # a plugin has them for one question
# While somebody has waited this long for an answer, nobody else begins to wait for the same one.
CROWD_SECONDS = 0.5
FIRST_SECONDS = 0.05  # the same before its first answer: until then one asks, and the others wait so long
# Asked by one command that may run for long, never while people work.
UNHURRIED = ("seed",)
SYSTEM = Actor(account_id=None, name="系统")
Read = Callable[[Any], Any]


class PluginRefused(DomainError):
    """A plugin failed in a deed that it has to take part in; nothing was changed."""

    code, status = "plugin_failed", 503
    text = N_("插件 %(plugin)s 出错，这一步没有进行。请联系信息中心。")


@value_class
class Answer:
    """What one plugin said to one question."""

    plugin: str
    value: Any


class Crowded(Exception):
    """A plugin was not asked, because others wait for it already."""


Waiting = dict[int, float]  # thread -> since when


@dataclass(slots=True)
class HookFigures:
    """How one plugin got on with one hook in this process: asked, seconds in all and at most, errors."""

    asked: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    errors: int = 0

    def count(self, seconds: float) -> None:
        """One more answer. Threads that count at once may lose one: a lock would cost more than it tells."""
        self.asked += 1
        self.seconds += seconds
        self.slowest = max(self.slowest, seconds)


@dataclass
class Responder:
    """One plugin's part of one hook, and who is waiting: for this answer, and for any of the plugin's."""

    plugin: str
    function: Callable[..., Any]
    names: tuple[str, ...]
    at_plugin: Waiting
    figures: HookFigures
    waiting: Waiting = field(default_factory=dict)
    has_answered: bool = False

    def answer(self, values: Mapping[str, Any], read: Read) -> Any:
        """What it says, as `read` takes it: a generator, say, fails when it is read. Raises Crowded."""
        me = threading.get_ident()
        self._demand_room()
        self.waiting[me] = self.at_plugin[me] = time.monotonic()
        try:
            answer = read(self.function(*[values[name] for name in self.names]))
        finally:
            self.waiting.pop(me, None)
            self.at_plugin.pop(me, None)
        self.has_answered = True
        return answer

    def _demand_room(self) -> None:
        while not self.has_answered and (since := list(self.at_plugin.values())):
            # So that a plugin which hangs from the first costs one request its time, and not all at once.
            if time.monotonic() - since[0] > FIRST_SECONDS:
                raise Crowded
            time.sleep(0.002)
        since = list(self.waiting.values())
        if since and time.monotonic() - since[0] > CROWD_SECONDS:
            raise Crowded


class Asking:
    """The plugins that answer, what troubles them, and the ways to ask."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.made_at = now()
        self.reports: dict[str, Report] = {}
        self.seconds: dict[str, float] = {}
        self.failures: dict[str, int] = {}
        self.pilots: dict[str, AreaScope] = {}  # of the plugins that only some villages try
        # Where somebody lives, empty if nobody knows; the app says it, since persons are rows of a module.
        self.home_of: Callable[[Actor], str] = lambda actor: ""
        self.figures: dict[str, dict[str, HookFigures]] = {}  # plugin -> hook -> since this process began
        self._pluggy = pluggy.PluginManager(hookspecs.PROJECT)
        self._pluggy.add_hookspecs(hookspecs)
        self._responders: dict[str, list[Responder]] = {}
        self._at_plugin: dict[str, Waiting] = {}
        self._errors: dict[str, deque[float]] = {}
        self._noting = threading.RLock()

    def is_tried_in(self, plugin: str, area_code: str) -> bool:
        """Whether a plugin is there in an area, or in a part of it: always, unless other villages try it."""
        pilot = self.pilots.get(plugin)
        return pilot is None or pilot.touches(area_code)

    def is_tried_by(self, plugin: str, actor: Actor) -> bool:
        """The same for somebody: by what they may do in it, by a post, or by where they live.

        Whoever is not logged in lives nowhere, and sees what is public.
        """
        pilot = self.pilots.get(plugin)
        if pilot is None or actor.is_anonymous:
            return True
        if any(pilot.touches(post.area_code) for post in actor.posts):
            return True
        if any(name.startswith(f"{plugin}.") for name in actor.permissions):
            return True  # who works at the machine has rights and no post
        home = self.home_of(actor)
        return bool(home) and pilot.touches(home)

    def demand_tried_by(self, plugin: str, actor: Actor) -> None:
        """Raises PilotElsewhere."""
        if not self.is_tried_by(plugin, actor):
            raise PilotElsewhere(title=self.reports[plugin].title)

    def ask(self, hook: str, *, at: str = "", then: Read | None = None, **values: Any) -> list[Answer]:
        """Ask every plugin, each for itself, sorted by name. A failing one costs only its own answer.

        A plugin that only some villages try is not asked for an `actor` from elsewhere, nor about a thing
        that lies elsewhere (`at`: its area). `then` makes of each answer what is wanted (draws it, say):
        within the same walls.
        """

        def read(value: Any) -> Any:
            checked = check_answer(hook, value)
            return checked if then is None or checked is None else then(checked)

        answers = []
        concerned = self._concerned(self.responders_of(hook), values.get("actor"), at)
        for responder, result in self._round(hook, values, read, concerned):
            if result.error is not None:
                self._note(responder, hook, result.error)
            elif result.value is not None:
                answers.append(Answer(responder.plugin, result.value))
        return answers

    def _concerned(self, responders: list[Responder], actor: Actor | None, at: str) -> list[Responder]:
        return [
            each
            for each in responders
            if each.plugin not in self.pilots
            or (
                (actor is None or self.is_tried_by(each.plugin, actor))
                and (not at or self.is_tried_in(each.plugin, at))
            )
        ]

    def gather(self, hook: str, *, at: str = "", **values: Any) -> list[Any]:
        """The items of all answers in one list."""
        return [item for answer in self.ask(hook, at=at, **values) for item in answer.value]

    def ask_vetoes(self, hook: str, **values: Any) -> list[str]:
        """The reasons against; a plugin that fails counts as a reason, since refusing is the safe side."""

        def read(reason: Any) -> Any:
            demand_type(hook, reason, str | None)
            return reason

        reasons = []
        for responder, result in self._round(hook, values, read, self.responders_of(hook)):
            reason = result.value
            if result.error is not None:
                self._note(responder, hook, result.error)
                reason = f"插件 {responder.plugin} 出错，无法确认可以这样做"
            if reason:
                reasons.append(reason)
        return reasons

    def tell(self, hook: str, **values: Any) -> None:
        """Tell every plugin of a deed inside its unit of work; one that fails refuses the deed.

        A plugin's own DomainError is passed on as it is. Raises PluginRefused for any other error.
        """
        for responder, result in self._round(hook, values, lambda value: None, self.responders_of(hook)):
            if isinstance(result.error, DomainError):
                raise result.error
            if result.error is not None:
                self._note(responder, hook, result.error)
                raise PluginRefused(plugin=responder.plugin) from result.error

    def call(
        self, plugin: str, hook: str, function: Callable[[], Any], *, seconds: float = ANSWER_SECONDS
    ) -> bounded.Result:
        """Call what `plugin` registered by `hook`, within the walls; its error is in the result, and counted.

        A DomainError is an answer, not a fault.
        """
        if plugin not in self.reports:
            result = bounded.Result()
            try:
                result.value = function()
            except Exception as error:  # noqa: BLE001 - an outer wall; note_error logs it
                result.error = error
        else:
            (result,) = bounded.call_each([function], seconds)
            self.figures_of(plugin, hook).count(result.seconds)
        if result.error is not None and not isinstance(result.error, DomainError):
            self.note_error(plugin, hook, result.error, fatal=isinstance(result.error, bounded.Hung))
        return result

    def _round(
        self, hook: str, values: Mapping[str, Any], read: Read, responders: list[Responder]
    ) -> list[tuple[Responder, bounded.Result]]:
        found: dict[str, bounded.Result] = {}
        limited = []
        for responder in responders:
            if responder.plugin not in self.reports or hook in UNHURRIED:
                found[responder.plugin] = _answer_here(responder, values, read)
            else:
                limited.append(responder)
        if limited:
            calls = [partial(responder.answer, values, read) for responder in limited]
            try:
                results = bounded.call_each(calls, ANSWER_SECONDS)
            except bounded.UnitLost as error:
                raise PluginRefused(plugin=", ".join(it.plugin for it in limited)) from error
            found.update(zip((responder.plugin for responder in limited), results, strict=True))
        for responder in responders:
            name, seconds = responder.plugin, found[responder.plugin].seconds
            self.seconds[name] = self.seconds.get(name, 0.0) + seconds
            responder.figures.count(seconds)
        return [(responder, found[responder.plugin]) for responder in responders]

    def responders_of(self, hook: str) -> list[Responder]:
        """Who takes part in `hook`, sorted by name."""
        known = self._responders.get(hook)
        if known is None:
            with self._noting:
                impls = getattr(self._pluggy.hook, hook).get_hookimpls()
                made = [
                    Responder(
                        it.plugin_name,
                        it.function,
                        tuple(it.argnames),
                        self._at_plugin.setdefault(it.plugin_name, {}),
                        self.figures_of(it.plugin_name, hook),
                    )
                    for it in impls
                ]
                known = self._responders[hook] = sorted(made, key=lambda responder: responder.plugin)
        return known

    def figures_of(self, plugin: str, hook: str) -> HookFigures:
        """What is counted of one plugin's part of one hook."""
        return self.figures.setdefault(plugin, {}).setdefault(hook, HookFigures())

    def register(self, module: object, name: str) -> None:
        """Let a plugin take part. Raises pluggy's errors for hooks that do not exist."""
        with self._noting:
            self._pluggy.register(module, name=name)
            self._responders = {}
        # What is deprecated goes with the core's own modules at once; only others are warned.
        for caller in (self._pluggy.get_hookcallers(module) or ()) if name in self.reports else ():
            for impl in caller.get_hookimpls():
                if impl.plugin_name == name:
                    note_hook(name, caller.name, impl.function, impl.argnames)
        self._pluggy.check_pending()  # a misspelt hook would otherwise never be called, in silence

    def silence(self, name: str) -> None:
        """Let a plugin take part no more."""
        with self._noting:
            if self._pluggy.has_plugin(name):
                self._pluggy.unregister(name=name)
            self._responders = {}

    def _note(self, responder: Responder, hook: str, error: BaseException) -> None:
        if not isinstance(error, Crowded):
            # A hang counts at once, not the fifth time: each would cost somebody two more seconds.
            self.note_error(responder.plugin, hook, error, fatal=isinstance(error, bounded.Hung))

    def note_error(self, plugin: str, hook: str, error: BaseException, *, fatal: bool = False) -> None:
        """Count an error of a plugin's contribution; the fifth within ten minutes quarantines it.

        A fatal one does at once.
        """
        log.error("plugin %s failed in %s", plugin, hook, exc_info=error)
        self.failures[plugin] = self.failures.get(plugin, 0) + 1
        self.figures_of(plugin, hook).errors += 1
        if is_outage(error):
            return  # a full disk must not take every plugin out
        said = str(error) if isinstance(error, bounded.Hung) else describe(error)
        cause = f"{hook}：{said}"
        with self._noting:
            report = self.reports.get(plugin)
            if report is None or report.state is not State.ON:
                return  # a core module, ours to mend; or a last error of what is out already
            full = fatal or self._is_full(plugin)
            state = State.QUARANTINED if full else State.ON
            self.reports[plugin] = Report(plugin, state, cause, report.manifest)
        if full:
            self.silence(plugin)
        notes.note_trouble(SYSTEM, self.settings, plugin, State.QUARANTINED if full else None, cause)
        notes.note_error(plugin, hook, said, error)

    def quarantine(self, plugin: str, cause: str) -> None:
        """Take a plugin out at once: it hangs, or ends the process that runs it."""
        log.error("plugin %s is quarantined: %s", plugin, cause)
        with self._noting:
            report = self.reports.get(plugin)
            if report is None or report.state is not State.ON:
                return
            self.reports[plugin] = Report(plugin, State.QUARANTINED, cause, report.manifest)
        self.silence(plugin)
        notes.note_trouble(SYSTEM, self.settings, plugin, State.QUARANTINED, cause)
        hook, _, said = cause.partition("：")
        notes.note_error(plugin, hook, said)

    def tell_one(self, plugin: str, hook: str, **values: Any) -> None:
        """Call one plugin's hook in this thread; what it raises is the caller's. Time is counted."""
        began = time.perf_counter()
        try:
            for responder in self.responders_of(hook):
                if responder.plugin == plugin:
                    responder.function(*[values[name] for name in responder.names])
        finally:
            seconds = time.perf_counter() - began
            self.seconds[plugin] = self.seconds.get(plugin, 0.0) + seconds
            self.figures_of(plugin, hook).count(seconds)

    def _is_full(self, plugin: str) -> bool:
        times = self._errors.setdefault(plugin, deque(maxlen=ERRORS_UNTIL_QUARANTINE))
        times.append(time.monotonic())
        return len(times) == ERRORS_UNTIL_QUARANTINE and times[-1] - times[0] <= WINDOW_SECONDS


def _answer_here(responder: Responder, values: Mapping[str, Any], read: Read) -> bounded.Result:
    began = time.perf_counter()
    result = bounded.Result()
    try:
        result.value = responder.answer(values, read)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - an outer wall; note_error logs it
        result.error = error
    result.seconds = time.perf_counter() - began
    return result


def describe(error: BaseException) -> str:
    """An error in one line for people who administer, without a traceback and numbers of persons."""
    try:
        text = error.sentence() if isinstance(error, DomainError) else str(error)
    except Exception:  # noqa: BLE001 - a foreign error may fail to speak
        text = ""
    text = scrub(" ".join(text.split()))[:600]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
