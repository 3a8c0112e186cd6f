"""A new plugin from the template in this folder: complete, small, with tests that pass at once."""

import re
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from core.errors import DomainError
from core.manifest import NAME_PATTERN, RESERVED, installed_names
from core.text import N_

TEMPLATE = Path(__file__).parent / "template"
# Files of the template bear this ending, so that no tool takes them for parts of gridgov.
ENDING = ".txt"
NAME = "plugin_name"  # in paths of the template
_PLACE = re.compile(r"@@([a-z_]+)@@")


class NameUnusable(DomainError):
    """A plugin cannot be called so."""

    code = "plugin_name_unusable"
    text = N_("插件不能叫 %(name)s：用小写字母开头，2 到 40 个小写字母、数字或下划线，且不是系统保留的名字。")


class NameTaken(DomainError):
    """A plugin of that name is there already, shipped or installed."""

    code = "plugin_name_taken"
    text = N_("已经有插件叫 %(name)s，没有写任何文件；请换一个名字。")


class PlaceTaken(DomainError):
    """There is something already; nothing is overwritten."""

    code = "plugin_place_taken"
    text = N_("%(place)s 已存在，没有改动任何文件；请换一个名字或文件夹。")


def new_plugin(name: str, folder: Path, *, title: str = "", title_en: str = "") -> Path:
    """Write the project of plugin `name` to `folder`/`name`; returns that folder.

    `title`, `title_en`: what people read, Chinese and English; from the name where they are empty.
    Raises NameUnusable, NameTaken, PlaceTaken.
    """
    if not re.match(NAME_PATTERN, name) or name in RESERVED or name.startswith("gridgov"):
        raise NameUnusable(name=name)
    if name in installed_names():
        raise NameTaken(name=name)
    project = folder / name
    if project.exists():
        raise PlaceTaken(place=str(project))
    words = name.split("_")
    values = {
        "name": name,
        "path": name.replace("_", "-"),
        "title": title or name,
        "title_en": title_en or " ".join(words).capitalize(),
        "class": "".join(word.capitalize() for word in words),
        "distribution": "gridgov-" + name.replace("_", "-"),
    }
    for source in sorted(TEMPLATE.rglob(f"*{ENDING}")):
        path = str(source.relative_to(TEMPLATE)).removesuffix(ENDING).replace(NAME, name)
        target = project / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(_PLACE.sub(lambda place: values[place[1]], source.read_text("utf-8")), "utf-8")
        if target.suffix == ".po":
            _compile(target)
    return project


def _compile(catalogue: Path) -> None:
    with catalogue.open("rb") as source, catalogue.with_suffix(".mo").open("wb") as target:
        write_mo(target, read_po(source))
