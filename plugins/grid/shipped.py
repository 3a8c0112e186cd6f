"""items.toml: the items of the household file as they are shipped, read once and checked."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from core.text import N_
from core.value_classes import value_class

TEXT, NUMBER, DATE, CHOICE, MULTI, YES_NO = "text", "number", "date", "choice", "multi", "yes_no"
KINDS: Final = (TEXT, NUMBER, DATE, CHOICE, MULTI, YES_NO)
HOUSEHOLD, PERSON = "household", "person"
OWNERS: Final = (HOUSEHOLD, PERSON)
# What is picked of a yes-no item; its words are the catalogue's.
YES_NO_CHOICES: Final = (("yes", N_("是")), ("no", N_("否")))
_STEP = 10  # between two positions, so that an item of the county's fits in between


@value_class
class Item:
    """An item of the file. `choices`: (code, title) in their order; `owner`: household or person."""

    code: str
    section: str
    title: str
    kind: str
    owner: str
    choices: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    sensitive: bool = False
    position: int = 0
    retired: bool = False

    @property
    def picks(self) -> bool:
        """Whether its value is one of a few, so that a register can filter by it."""
        return self.kind in (CHOICE, MULTI, YES_NO)


def choices_of(item: Item) -> tuple[tuple[str, str], ...]:
    """What can be picked: code and title."""
    return YES_NO_CHOICES if item.kind == YES_NO else item.choices


@value_class
class ItemRegister:
    """A special register: whoever has one of `picks` in `item`."""

    code: str
    title: str
    item: str
    picks: tuple[str, ...]


@value_class
class Shipped:
    """What items.toml holds. `sections`: (code, title) in their order."""

    sections: tuple[tuple[str, str], ...]
    items: tuple[Item, ...]
    registers: tuple[ItemRegister, ...]


@lru_cache(maxsize=1)
def shipped() -> Shipped:
    """The file beside this module."""
    raw = tomllib.loads((Path(__file__).with_name("items.toml")).read_text("utf-8"))
    items = [
        _item(section["code"], place * _STEP, entry)
        for section in raw["section"]
        for place, entry in enumerate(section["item"], 1)
    ]
    registers = [
        ItemRegister(entry["code"], entry["title"], entry["item"], tuple(entry["picks"]))
        for entry in raw["register"]
    ]
    sections = tuple((section["code"], section["title"]) for section in raw["section"])
    return Shipped(sections, tuple(items), tuple(registers))


def _item(section: str, position: int, entry: dict[str, Any]) -> Item:
    if entry["kind"] not in KINDS or entry["owner"] not in OWNERS:
        raise ValueError(f"items.toml: {entry['code']} has an unknown kind or owner")
    return Item(
        code=entry["code"],
        section=section,
        title=entry["title"],
        kind=entry["kind"],
        owner=entry["owner"],
        choices=tuple((code, title) for code, title in entry.get("choices", ())),
        hint=entry.get("hint", ""),
        sensitive=bool(entry.get("sensitive", False)),
        position=position,
    )
