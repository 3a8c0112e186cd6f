"""Figures for Prometheus: requests, plugins, the database. No account, name or address in any of them.

Off unless the county's config says `[metrics] on = true`. Each process has its own; where several
serve one county, PROMETHEUS_MULTIPROC_DIR names a folder through which they add up.
"""

import os
import threading
from collections.abc import Iterator
from time import time

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from core.county import county, plugins
from core.heartbeat import companion_signs, last_beat
from core.last_backup import last_backup
from core.outbox import backlogs
from core.plugin_host.state import State
from core.tally import BUSY, UNITS, counts
from core.version import VERSION

# Seconds: a counter should answer within the first three, and nobody waits for the last.
BUCKETS = (0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

_COUNTED = {UNITS: "Units of work committed", BUSY: "Answers that the database was busy or gone"}


class Metrics:
    """The figures of this process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        own: CollectorRegistry | None = self._registry
        if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
            MultiProcessCollector(self._registry)  # type: ignore[no-untyped-call]
            own = None  # kept in files, from which the collector above reads those of every process
        self._requests = Counter(
            "gridgov_requests", "Requests answered", ("method", "endpoint", "status"), registry=own
        )
        self._seconds = Histogram(
            "gridgov_request_seconds",
            "Time from routing to the answer",
            ("method", "endpoint"),
            buckets=BUCKETS,
            registry=own,
        )
        ProcessCollector(registry=self._registry)
        self._registry.register(CountyFigures())
        # Looking a child up by its labels costs more than counting.
        self._children: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def note_request(self, method: str, pattern: str, status: int, seconds: float) -> None:
        """Count one request. `pattern` is the rule of its address, never the address."""
        key = (method, pattern, status // 100)
        children = self._children.get(key)
        if children is None:
            endpoint = pattern or "none"
            counter = self._requests.labels(method, endpoint, f"{status // 100}xx")
            children = self._children[key] = (counter, self._seconds.labels(method, endpoint))
        children[0].inc()
        children[1].observe(seconds)

    def text(self) -> bytes:
        """All figures in the text format of Prometheus."""
        return generate_latest(self._registry)


class CountyFigures(Collector):
    """What is read when somebody asks, and costs nothing before."""

    def collect(self) -> Iterator[Metric]:
        """Version, units of work, plugins, the last backup, whatever waits."""
        version = GaugeMetricFamily("gridgov_info", "The version that runs", labels=("version",))
        version.add_metric((VERSION,), 1)
        yield version
        for name, number in counts().items():
            yield CounterMetricFamily(f"gridgov_{name}", _COUNTED[name], value=number)
        yield from _plugins()
        if at := last_backup(county().data):
            yield GaugeMetricFamily(
                "gridgov_backup_age_seconds", "Time since the last backup", value=time() - at.timestamp()
            )
        yield from _waiting()


def _plugins() -> Iterator[Metric]:
    manager = plugins()
    seconds = CounterMetricFamily("gridgov_plugin_hook_seconds", "Time spent in hooks", labels=("plugin",))
    errors = CounterMetricFamily("gridgov_plugin_errors", "Hooks that failed", labels=("plugin",))
    for name in manager.loaded:
        seconds.add_metric((name,), manager.seconds.get(name, 0.0))
        errors.add_metric((name,), manager.failures.get(name, 0))
    states = GaugeMetricFamily("gridgov_plugin_state", "1 for the state it is in", labels=("plugin", "state"))
    for name, report in manager.reports.items():
        for state in State:
            states.add_metric((name, state.value), float(report.state is state))
    yield from (seconds, errors, states)


def _waiting() -> Iterator[Metric]:
    """How much waits to be done: queues and the like join here, each as one gauge."""
    events = GaugeMetricFamily("gridgov_events", "Events not delivered", labels=("plugin", "state"))
    oldest = GaugeMetricFamily("gridgov_events_oldest_seconds", "Overdue for so long", labels=("plugin",))
    for backlog in backlogs():
        events.add_metric((backlog.plugin, "waiting"), backlog.waiting)
        events.add_metric((backlog.plugin, "dead"), backlog.dead)
        if backlog.oldest_due is not None:
            oldest.add_metric((backlog.plugin,), time() - backlog.oldest_due.timestamp())
    yield from (events, oldest)
    if (beat := last_beat()) is not None:
        silence = time() - beat.timestamp()
        yield GaugeMetricFamily("gridgov_worker_silent_seconds", "Since a worker's last sign", value=silence)
    yield from _companions()


def _companions() -> Iterator[Metric]:
    silent = GaugeMetricFamily(
        "gridgov_companion_silent_seconds", "Since a companion's last sign", labels=("companion",)
    )
    figures = GaugeMetricFamily(
        "gridgov_companion",
        "What companions count; a figure ending in _at is a time",
        labels=("companion", "figure"),
    )
    for sign in companion_signs():
        silent.add_metric((sign.name,), time() - sign.seen_at.timestamp())
        for figure, value in sign.figures.items():
            figures.add_metric((sign.name, figure), value)
    yield from (silent, figures)


_building = threading.Lock()
_shared: list[Metrics] = []


def shared_metrics() -> Metrics:
    """The figures of this process; made at the first call, and kept when the app is built anew."""
    with _building:
        if not _shared:
            _shared.append(Metrics())
        return _shared[0]
