"""Putting a signed bundle into the county's folder of plugins; a failure leaves what was there before."""

import importlib.util
import io
import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from packaging.tags import sys_tags
from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from core import audit
from core.county import County
from core.db import unit_of_work
from core.errors import DomainError
from core.plugin_host.state import State, survey
from core.plugin_kit.bundle import MOST_BYTES, Bundle, open_bundle
from core.plugin_kit.check import check
from core.plugin_kit.removing import PluginStillOn
from core.plugin_kit.rules import LEVELS
from core.scope import AreaScope
from core.security import Actor
from core.text import N_
from core.value_classes import value_class


class NoPluginFolder(DomainError):
    """Nowhere to put it."""

    code = "plugin_folder_missing"
    text = N_("没有设置插件文件夹；请设置环境变量 GRIDGOV_PLUGINS（服务单元里也要有），再试一次。")


class WheelUnfit(DomainError):
    """Made for another machine or another Python."""

    code = "bundle_wheel_unfit"
    text = N_("插件包里的 %(wheel)s 不适合这台机器的 Python，没有安装；请向插件作者要合适的版本。")


class NameTaken(DomainError):
    """It would stand in the place of something that gridgov itself uses, or of another plugin."""

    code = "bundle_name_taken"
    text = N_("插件包里的 %(name)s 与本机已有的同名，没有安装；请向插件作者说明。")


class BelowLevel(DomainError):
    """`gridgov plugin check` found what must be mended first."""

    code = "bundle_below_level"
    text = N_("插件没有达到要求的等级（%(found)s），没有安装：%(breaches)s。")


INSTALL = "core.install_plugin"


@value_class
class Installed:
    """`replaced`: whether an earlier version lay there; `level`: what the check gave it."""

    bundle: Bundle
    folder: Path
    level: str
    replaced: bool


def install(actor: Actor, county: County, file: Path, *, level: str = "bronze") -> Installed:
    """Check a bundle and unpack it into the county's folder of plugins, where it is off until it is enabled.

    Nothing of it is run before its signature is known; then `gridgov plugin check` tries it apart. Raises
    NoPluginFolder, BundleUnreadable, BundleUntrusted, WheelUnfit, NameTaken, PluginStillOn, BelowLevel.
    """
    folder = county.plugins_folder
    if folder is None:
        raise NoPluginFolder
    bundle = open_bundle(file, trusted=county.settings.trusted)
    report = survey(county.settings, folder).get(bundle.name)
    if report is not None and report.state is not State.OFF and report.manifest is not None:
        raise PluginStillOn(name=bundle.name)
    folder.mkdir(parents=True, exist_ok=True)
    # Beside the folder, not in it: a plugin that is half there must be seen by nobody.
    with tempfile.TemporaryDirectory(prefix=".gridgov-install-", dir=folder.resolve().parent) as scratch:
        unpacked = Path(scratch) / "unpacked"
        for wheel, data in bundle.wheels.items():
            _unpack(wheel, data, unpacked)
        _demand_own_names(bundle, unpacked, folder)
        reached = _demand_level(unpacked / bundle.name, level)
        replaced = (folder / bundle.name).exists()
        _put_in_place(unpacked, folder, Path(scratch) / "before")
    with unit_of_work():
        audit.record(
            actor,
            INSTALL,
            area_code=county.settings.county_code,
            subject=f"plugin:{bundle.name}",
            version=bundle.version,
            signer=bundle.signer,
            digest=bundle.digest,
        )
    return Installed(bundle, folder / bundle.name, reached, replaced)


def signers(county_code: str) -> dict[str, str]:
    """Plugin -> the public key that signed the bundle from which it was installed last, by the record."""
    found: dict[str, str] = {}
    newest, _ = audit.lines(AreaScope((county_code,)), action=INSTALL, page_size=500)
    for line in newest:
        found.setdefault(line.subject.removeprefix("plugin:"), json.loads(line.detail)["signer"])
    return found


def _unpack(wheel: str, data: bytes, into: Path) -> None:
    try:
        _, _, _, tags = parse_wheel_filename(wheel)
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (InvalidWheelFilename, zipfile.BadZipFile):
        raise WheelUnfit(wheel=wheel) from None
    if not tags & set(sys_tags()):
        raise WheelUnfit(wheel=wheel)
    if sum(info.file_size for info in archive.infolist()) > MOST_BYTES:
        raise WheelUnfit(wheel=wheel)
    for info in archive.infolist():
        path = PurePosixPath(info.filename)
        if path.is_absolute() or ".." in path.parts or not path.parts or ".data" in path.parts[0]:
            raise WheelUnfit(wheel=wheel)
        # Plugins of the folder are found by their folder; an entry point would be a second one of that name.
        if not info.is_dir() and path.name != "entry_points.txt":
            target = into / path
            target.parent.mkdir(parents=True, exist_ok=True)
            # Piece by piece: no more comes out than it says, whatever is packed into it.
            try:
                with archive.open(info) as packed, target.open("wb") as out:
                    shutil.copyfileobj(packed, out)
            except (zipfile.BadZipFile, EOFError, RuntimeError):
                raise WheelUnfit(wheel=wheel) from None


def _demand_own_names(bundle: Bundle, unpacked: Path, folder: Path) -> None:
    if not (unpacked / bundle.name / "plugin.toml").is_file():
        raise WheelUnfit(wheel=next(iter(bundle.wheels), ""))
    for entry in sorted(unpacked.iterdir()):
        # Beside `shapely` lies `shapely.libs`; of `fast.cpython-311-x86_64-linux-gnu.so` the name is `fast`.
        there, name = folder / entry.name, entry.name.partition(".")[0]
        if entry.name == bundle.name or entry.name.endswith(".dist-info"):
            continue
        if there.exists():
            # Two plugins may bring one dependency along, if it is the very same.
            if _contents(entry) != _contents(there):
                raise NameTaken(name=name)
        elif importlib.util.find_spec(name) is not None:
            raise NameTaken(name=name)


def _contents(place: Path) -> dict[Path, bytes]:
    return {file.relative_to(place): file.read_bytes() for file in _files(place)}


def _files(place: Path) -> Iterator[Path]:
    if place.is_file():
        yield place
    yield from (file for file in place.rglob("*") if file.is_file() and "__pycache__" not in file.parts)


def _demand_level(folder: Path, level: str) -> str:
    verdict = check(folder)
    if verdict.level not in LEVELS[LEVELS.index(level) :]:
        worst = "；".join(f"{breach.place} {breach.text}".strip() for breach in verdict.breaches[:5])
        raise BelowLevel(found=verdict.level or "none", breaches=worst)
    return verdict.level


def _put_in_place(unpacked: Path, folder: Path, before: Path) -> None:
    before.mkdir()
    moved: list[Path] = []
    try:
        for entry in sorted(unpacked.iterdir()):
            place = folder / entry.name
            if place.exists():
                place.rename(before / entry.name)
            entry.rename(place)
            moved.append(place)
    except BaseException:  # whoever presses Ctrl-C has what was there before, too
        for place in moved:
            if place.is_dir():
                shutil.rmtree(place, ignore_errors=True)
            else:
                place.unlink(missing_ok=True)
        for entry in before.iterdir():
            entry.rename(folder / entry.name)
        raise
