"""Whether this process can serve: asked by load balancers and monitoring, so it shows no data."""

import shutil
import time
from datetime import timedelta
from pathlib import Path
from weakref import WeakKeyDictionary

from peewee import PeeweeException

from core import migrations
from core.clock import now
from core.county import county, plugins
from core.db import database
from core.heartbeat import is_silent
from core.last_backup import OLDEST_DAYS, last_backup
from core.outbox import due_since
from core.plugin_manager import PluginManager
from core.value_classes import value_class

_MEGABYTE = 1024 * 1024
LEAST_FREE = 256 * _MEGABYTE
# An event that could have been delivered so long ago says that the worker cannot keep up.
LONGEST_QUEUE = timedelta(minutes=5)
# Plugins may take a second to answer, and anybody may ask.
_KEPT_SECONDS = 5.0
_found: WeakKeyDictionary[PluginManager, tuple[float, list["Check"]]] = WeakKeyDictionary()


@value_class
class Check:
    """One thing looked at. Only a grave one makes the process unready."""

    name: str
    ok: bool
    grave: bool
    code: str


def run_checks() -> list[Check]:
    """Database, migrations, worker, age of what waits, disk, last backup, what plugins say of themselves."""
    checks = [_database()]
    if checks[0].ok:
        checks += [_migrations(), _worker(), _events(), *_plugins()]
    return [*checks, _disk(), _backup()]


def is_ready(checks: list[Check]) -> bool:
    """Whether nothing grave was found."""
    return all(check.ok or not check.grave for check in checks)


def _database() -> Check:
    try:
        database.execute_sql("SELECT 1 FROM core_generation").fetchone()
    except PeeweeException:
        return Check("database", ok=False, grave=True, code="database_unavailable")
    return Check("database", ok=True, grave=True, code="")


def _migrations() -> Check:
    kernel = migrations.Chain("core", Path(migrations.__file__).parent)
    waiting = migrations.pending([kernel, *(loaded.chain for loaded in plugins().loaded.values())])
    return Check("migrations", ok=not waiting, grave=True, code="migrations_pending" if waiting else "")


def _worker() -> Check:
    # Pages work without it, so a load balancer must not take them away.
    silent = is_silent()
    return Check("worker", ok=not silent, grave=False, code="worker_silent" if silent else "")


def _events() -> Check:
    manager, before = plugins(), now() - LONGEST_QUEUE
    running = [name for name in manager.loaded if manager.is_running(name)]
    late = any((since := due_since(name)) is not None and since < before for name in running)
    return Check("events", ok=not late, grave=False, code="events_late" if late else "")


def _disk() -> Check:
    enough = shutil.disk_usage(county().data).free >= LEAST_FREE
    return Check("disk", ok=enough, grave=True, code="" if enough else "disk_space")


def _backup() -> Check:
    at = last_backup(county().data)
    code = "backup_never" if at is None else "backup_old" if now() - at > timedelta(days=OLDEST_DAYS) else ""
    return Check("backup", ok=not code, grave=False, code=code)


def _plugins() -> list[Check]:
    manager = plugins()
    asked_at, checks = _found.get(manager, (0.0, []))
    if not asked_at or time.monotonic() - asked_at > _KEPT_SECONDS:
        checks = [
            Check(answer.plugin, ok=False, grave=finding.stops, code=finding.code)
            for answer in manager.ask("check_health")
            for finding in answer.value
        ]
        _found[manager] = (time.monotonic(), checks)
    return checks
