"""Which plugins are on, and what troubles them: rows that every process sees.

Nothing here imports a plugin. A change raises the generation number; each worker looks at it
and builds itself anew from the plugins that are on (`core.wsgi`).
"""

from collections.abc import Iterable
from dataclasses import field, replace
from datetime import datetime
from enum import Enum
from pathlib import Path

from peewee import AutoField, BooleanField, CharField, IntegerField, TextField

from core import audit
from core.clock import now
from core.db import BaseModel, MomentField, unit_of_work
from core.errors import DomainError
from core.manifest import Manifest, discover
from core.plugin_host.order import refusals
from core.plugin_host.pilots import lead_on, pilot_areas, write_pilot
from core.security import Actor
from core.settings import Settings
from core.text import N_
from core.value_classes import value_class
from core.version import API_VERSION


class PluginState(BaseModel):
    """The county's wish (`enabled`) and the trouble that keeps it from coming true, if any."""

    name = CharField(max_length=40, primary_key=True)
    enabled = BooleanField()
    trouble = CharField(max_length=20)
    cause = TextField()
    changed_at = MomentField()

    class Meta:
        table_name = "core_plugin_state"


class Generation(BaseModel):
    """One row: a number that rises with every change of the rows above."""

    id = AutoField()
    number = IntegerField()

    class Meta:
        table_name = "core_generation"


class State(Enum):
    """What people see of a plugin."""

    ON = "on"
    OFF = "off"
    MISFIT = "misfit"
    FAILED = "failed"
    QUARANTINED = "quarantined"

    @property
    def title(self) -> str:
        """The Chinese word."""
        return _TITLES[self]


_TITLES = {
    State.ON: N_("已启用"),
    State.OFF: N_("已停用"),
    State.MISFIT: N_("条件不符"),
    State.FAILED: N_("加载失败"),
    State.QUARANTINED: N_("运行异常，已隔离"),
}


class UnknownPlugin(DomainError):
    """No plugin of this name is installed or allowed by the county's config."""

    code, status = "plugin_unknown", 404
    text = N_("没有名为 %(name)s 的插件；请先安装，并写入配置的 plugins.allowed。")


@value_class
class Report:
    """A plugin as seen from outside. `cause` says why it is not simply on, `changed_at` since when it is.

    `pilot`: the areas that try it first; none of them: it is there for the whole county.
    """

    name: str
    state: State
    cause: str
    manifest: Manifest | None
    changed_at: datetime | None = field(default=None, compare=False)
    pilot: tuple[str, ...] = field(default=(), compare=False)

    @property
    def title(self) -> str:
        """Its Chinese title, or its name when the manifest cannot be read."""
        return self.manifest.title if self.manifest else self.name


def survey(settings: Settings, folder: Path | None) -> dict[str, Report]:
    """Every plugin that is installed or allowed, by name, with its state; imports none of them."""
    rows = {row.name: row for row in PluginState.select()}
    reports: dict[str, Report] = {}
    for found in discover(folder):
        reports[found.name] = _report(
            found.name, found.manifest, found.problem, settings, rows.get(found.name)
        )
    for name in settings.allowed:
        reports.setdefault(name, Report(name, State.FAILED, N_("配置允许了它，但没有安装"), None))
    on = {name: r.manifest for name, r in reports.items() if r.state is State.ON and r.manifest}
    for name, cause in refusals(on).items():
        reports[name] = Report(name, State.MISFIT, cause, on[name])
    for name, areas in pilot_areas().items():
        if name in reports:
            reports[name] = replace(reports[name], pilot=areas)
    return reports


def _report(
    name: str, manifest: Manifest | None, problem: str, settings: Settings, row: PluginState | None
) -> Report:
    if manifest is None:
        return Report(name, State.FAILED, problem, None)
    if name not in settings.allowed:
        return Report(name, State.OFF, N_("配置 plugins.allowed 中没有它"), manifest)
    if not (row.enabled if row else name in settings.on):
        return Report(name, State.OFF, "", manifest)
    if not manifest.fits(API_VERSION):
        cause = f"它要求接口版本 {manifest.api}，本系统是 {API_VERSION}"
        return Report(name, State.MISFIT, cause, manifest)
    if row is not None and row.trouble:
        return Report(name, State(row.trouble), row.cause, manifest)
    return Report(
        name, State.ON, row.cause if row else "", manifest, changed_at=row.changed_at if row else None
    )


def generation() -> int:
    """The number of the newest change."""
    return int(Generation.get_by_id(1).number)


def stopped() -> frozenset[str]:
    """The plugins that were switched off or are in trouble, by their rows: no manifest is read."""
    found = PluginState.select(PluginState.name).where(~PluginState.enabled | (PluginState.trouble != ""))
    return frozenset(row.name for row in found)


def switch(actor: Actor, settings: Settings, folder: Path | None, name: str, *, enabled: bool) -> None:
    """Switch a plugin on or off for the county; its data stay. Also clears its troubles.

    Raises UnknownPlugin for a name that is not installed or not allowed.
    """
    _change(actor, settings, folder, name, enabled=enabled, action="core.switch_plugin")


def retry(actor: Actor, settings: Settings, folder: Path | None, name: str) -> None:
    """Forget a plugin's troubles and let every worker load it again. Raises UnknownPlugin."""
    row = PluginState.get_or_none(PluginState.name == name)
    enabled = row.enabled if row else name in settings.on
    _change(actor, settings, folder, name, enabled=enabled, action="core.retry_plugin")


def set_pilot(
    actor: Actor,
    settings: Settings,
    folder: Path | None,
    name: str,
    areas: Iterable[str],
    former: Iterable[str] = (),
) -> None:
    """Let only `areas` (area codes that the caller has checked) try a plugin; none of them: the whole county.

    `former`: merged areas that lead to them, whose old entries stay in view. Data stay in any case; what
    lies outside is not shown. Raises UnknownPlugin.
    """
    _demand_known(settings, folder, name)
    chosen = sorted(set(areas))
    with unit_of_work():
        write_pilot(name, chosen, former if chosen else ())
        audit.record(
            actor,
            "core.set_pilot",
            area_code=settings.county_code,
            subject=f"plugin:{name}",
            areas=",".join(chosen),
        )
        Generation.update(number=Generation.number + 1).execute()


def follow_pilots(actor: Actor, code: str, successor: str) -> None:
    """An area was merged: its successor takes part in the pilots that held it. Inside a unit of work."""
    for name in lead_on(code, successor):
        audit.record(
            actor, "core.follow_pilot", area_code=successor, subject=f"plugin:{name}", from_area=code
        )
        Generation.update(number=Generation.number + 1).execute()


def _demand_known(settings: Settings, folder: Path | None, name: str) -> None:
    if name not in settings.allowed or name not in {found.name for found in discover(folder)}:
        raise UnknownPlugin(name=name)


def _change(
    actor: Actor, settings: Settings, folder: Path | None, name: str, *, enabled: bool, action: str
) -> None:
    _demand_known(settings, folder, name)
    with unit_of_work():
        _write(name, enabled=enabled, trouble="", cause="")
        audit.record(actor, action, area_code=settings.county_code, subject=f"plugin:{name}", enabled=enabled)
        raise_generation()


def raise_generation() -> None:
    """Within a unit of work: let every process build itself anew."""
    Generation.update(number=Generation.number + 1).execute()


def forget_failure(name: str) -> None:
    """Within a unit of work: let a plugin that could not be loaded be tried again; quarantine stays."""
    failed = (PluginState.name == name) & (PluginState.trouble == State.FAILED.value)
    PluginState.update(trouble="", cause="", changed_at=now()).where(failed).execute()


def report_trouble(actor: Actor, settings: Settings, name: str, trouble: State | None, cause: str) -> None:
    """Store why a plugin does not run (or, with None, its latest error while it goes on running)."""
    word = trouble.value if trouble else ""
    if not _is_news(_row(name), word, cause):
        return
    with unit_of_work(housekeeping="another process may have noted the same by now"):
        row = _row(name)
        if not _is_news(row, word, cause):
            return
        _write(name, enabled=row.enabled if row else True, trouble=word, cause=cause)
        audit.record(
            actor,
            "core.report_plugin",
            area_code=settings.county_code,
            subject=f"plugin:{name}",
            trouble=word or "error",
        )
        if trouble is State.QUARANTINED:
            raise_generation()


def _row(name: str) -> PluginState | None:
    return PluginState.get_or_none(PluginState.name == name)


def _is_news(row: PluginState | None, word: str, cause: str) -> bool:
    if row is None:
        return True
    # Another process may have quarantined it already: one more error must not lift that.
    return (row.trouble, row.cause) != (word, cause) and not (row.trouble and not word)


def _write(name: str, *, enabled: bool, trouble: str, cause: str) -> None:
    row = PluginState.insert(name=name, enabled=enabled, trouble=trouble, cause=cause, changed_at=now())
    row.on_conflict(
        conflict_target=[PluginState.name],
        preserve=[PluginState.enabled, PluginState.trouble, PluginState.cause, PluginState.changed_at],
    ).execute()
