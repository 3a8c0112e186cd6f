"""Taking a plugin out of a county: its data stay, or go after a backup."""

from pathlib import Path

from core import audit
from core.backups.making import Progress, make_backup
from core.clock import now
from core.county import County
from core.db import database, unit_of_work
from core.errors import DomainError
from core.events import Delivery
from core.files.api import remove_files_of_kinds
from core.migrations import Chain, demand_known, downgrade
from core.plugin_host.errors import forget_errors
from core.plugin_host.pilots import write_pilot
from core.plugin_host.settings import forget_settings
from core.plugin_host.state import State, UnknownPlugin, survey
from core.plugin_kit.inventory import file_kinds, inventory
from core.security import Actor
from core.text import N_
from core.value_classes import value_class

BACKUPS = "backups"


class PluginStillOn(DomainError):
    """What runs is not taken away."""

    code, status = "plugin_still_on", 409
    text = N_("插件 %(name)s 还在使用；请先停用：gridgov plugin disable %(name)s。")


class StillNeeded(DomainError):
    """Another plugin that is on stands on it."""

    code, status = "plugin_still_needed", 409
    text = N_("插件 %(others)s 需要 %(name)s；请先停用它们。")


@value_class
class Removed:
    """`backup`: the file made before its data went; None where they stay.

    `undone`: its migrations, newest first;
    `files`: photos and documents that went along; `folder`: where its program lies, for whoever deletes that.
    """

    backup: Path | None
    undone: tuple[str, ...]
    files: int
    folder: Path


def remove(
    actor: Actor,
    county: County,
    name: str,
    *,
    drop: bool,
    backup: Path | None,
    progress: Progress,
) -> Removed:
    """Take plugin `name` out of the county. `drop`: its tables, files and waiting events go too, after a
    backup into `backup` (or a file beside the county's data); else they wait for its return.

    What the county itself keeps stays in either case: cases, messages, the audit record. A removal that was
    cut off is finished by the next one. Raises UnknownPlugin, PluginStillOn, StillNeeded, PluginUnloadable,
    DataNewer.
    """
    reports = survey(county.settings, county.plugins_folder)
    report = reports.get(name)
    if report is None or report.manifest is None:
        raise UnknownPlugin(name=name)
    if report.state is not State.OFF:
        raise PluginStillOn(name=name)
    if others := [
        other.name
        for other in reports.values()
        if other.state is not State.OFF and other.manifest and name in other.manifest.requires
    ]:
        raise StillNeeded(name=name, others="、".join(others))
    if not drop:
        with unit_of_work():
            _record(actor, county, name, drop=False, files=0)
        return Removed(None, (), 0, report.manifest.folder)
    chain = Chain(name, report.manifest.folder / "migrations")
    demand_known(chain)
    kinds = file_kinds(inventory(name, county.plugins_folder))
    made = make_backup(county, backup or _backup_file(county, name), with_keys=False, progress=progress)
    with unit_of_work():
        files = remove_files_of_kinds(actor, kinds)
        Delivery.delete().where(Delivery.plugin == name).execute()
        write_pilot(name, (), ())  # else whoever installs it again wonders why nobody sees it
        forget_settings(name)
        forget_errors(name)
        _record(actor, county, name, drop=True, files=files)
    undone = downgrade(chain)
    with unit_of_work(housekeeping="the history of migrations that were undone; the removal is on record"):
        database.execute_sql(f'DROP TABLE IF EXISTS "{name}_migration"')
    return Removed(made.file, tuple(undone), files, report.manifest.folder)


def _backup_file(county: County, name: str) -> Path:
    folder = county.data / BACKUPS
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / f"before-remove-{name}-{now():%Y%m%d-%H%M%S}.zip"


def _record(actor: Actor, county: County, name: str, **detail: object) -> None:
    code = county.settings.county_code
    audit.record(actor, "core.remove_plugin", area_code=code, subject=f"plugin:{name}", **detail)
