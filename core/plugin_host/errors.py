"""The last errors of each plugin, whichever process met them: rows, for whoever has to mend it.

A row is one sort of error: a hook and what went wrong there. It is counted on when it comes again, and a
plugin keeps its KEPT newest sorts, so that one that fails in ever new words fills no disk.
"""

import hashlib
import traceback
from datetime import datetime

from peewee import AutoField, CharField, IntegerField, TextField

from core.clock import now
from core.db import BaseModel, MomentField, unit_of_work
from core.fields import cleaned
from core.logs import scrub
from core.value_classes import value_class

KEPT = 20
_LONGEST_TRACE = 8000


class PluginError(BaseModel):
    """One sort of error of a plugin: how often, when first and last, and the traceback of the last time."""

    id = AutoField()
    plugin = CharField(max_length=40)
    hook = CharField(max_length=80)
    digest = CharField(max_length=32)
    cause = TextField()
    traceback = TextField()
    count = IntegerField()
    first_at = MomentField()
    last_at = MomentField()

    class Meta:
        table_name = "core_plugin_error"
        indexes = ((("plugin", "hook", "digest"), True),)


@value_class
class Trouble:
    """A sort of error to show. `hook`: where; `cause`: one sentence; both without numbers of persons."""

    id: int
    hook: str
    cause: str
    traceback: str
    count: int
    first_at: datetime
    last_at: datetime


def trace_of(error: BaseException) -> str:
    """The traceback as text, scrubbed as the log is; of a very long one its end, where the error is."""
    try:
        text = "".join(traceback.format_exception(error))
    except Exception:  # noqa: BLE001 - a foreign error may fail to speak
        text = "".join(traceback.format_tb(error.__traceback__)) + type(error).__name__
    return cleaned(scrub(text)[-_LONGEST_TRACE:])


def keep_error(plugin: str, hook: str, cause: str, trace: str) -> None:
    """Store an error of `plugin`, or count it on where the same one was stored before."""
    hook, cause = hook[:80], cleaned(cause)
    digest = hashlib.sha256(cause.encode()).hexdigest()[:32]
    at = now()
    with unit_of_work(housekeeping="an error of a plugin is noted"):
        row = PluginError.insert(
            plugin=plugin,
            hook=hook,
            digest=digest,
            cause=cause,
            traceback=trace,
            count=1,
            first_at=at,
            last_at=at,
        )
        row.on_conflict(
            conflict_target=[PluginError.plugin, PluginError.hook, PluginError.digest],
            update={
                PluginError.count: PluginError.count + 1,
                PluginError.last_at: at,
                PluginError.traceback: trace,
            },
        ).execute()
        newest = (
            PluginError.select(PluginError.id)
            .where(PluginError.plugin == plugin)
            .order_by(PluginError.last_at.desc(), PluginError.id.desc())
            .limit(KEPT)
        )
        stays = [row.id for row in newest]
        if len(stays) == KEPT:
            PluginError.delete().where(
                (PluginError.plugin == plugin) & PluginError.id.not_in(stays)
            ).execute()


def last_errors(plugin: str) -> list[Trouble]:
    """What went wrong in `plugin`, the newest first; at most KEPT."""
    found = PluginError.select().where(PluginError.plugin == plugin)
    return [
        Trouble(
            id=row.id,
            hook=row.hook,
            cause=row.cause,
            traceback=row.traceback,
            count=row.count,
            first_at=row.first_at,
            last_at=row.last_at,
        )
        for row in found.order_by(PluginError.last_at.desc(), PluginError.id.desc()).limit(KEPT)
    ]


def forget_errors(plugin: str) -> None:
    """Away with them, within the unit of work that takes the plugin out."""
    PluginError.delete().where(PluginError.plugin == plugin).execute()
