"""The items of the household file as the county has them: shipped ones, changed by its own rows."""

import json

from core.text import N_
from plugins.grid.models.files import FileItem, FileValue
from plugins.grid.shipped import MULTI, Item, shipped

KIND_TITLES = {
    "text": N_("文字"),
    "number": N_("数字"),
    "date": N_("日期"),
    "choice": N_("单选"),
    "multi": N_("多选"),
    "yes_no": N_("是否"),
}
OWNER_TITLES = {"household": N_("按户"), "person": N_("按人")}


def sections() -> tuple[tuple[str, str], ...]:
    """Code and title of each section, in their order."""
    return shipped().sections


def list_items(*, retired: bool = False) -> list[Item]:
    """Every item by section and position; with `retired` also those that are filled in no more."""
    rows = {row.code: _from_row(row) for row in FileItem.select()}
    merged = [rows.pop(item.code, item) for item in shipped().items]
    order = {code: place for place, (code, _) in enumerate(sections())}
    kept = [item for item in [*merged, *rows.values()] if retired or not item.retired]
    return sorted(kept, key=lambda item: (order.get(item.section, 99), item.position, item.code))


def find_item(code: str) -> Item | None:
    """One item, a retired one too; None when there is none."""
    return next((item for item in list_items(retired=True) if item.code == code), None)


def in_use(code: str, pick: str = "") -> bool:
    """Whether any file of the county holds a value of the item (with `pick`: this choice).

    Of a sensitive item the choices cannot be told apart: all of them count.
    """
    query = FileValue.unscoped("what an item may become depends on the whole county").where(
        FileValue.item == code
    )
    item = find_item(code) if pick else None
    if item is not None and not item.sensitive:
        several = FileValue.value.contains(f",{pick},")
        query = query.where(several if item.kind == MULTI else FileValue.pick == pick)
    return bool(query.exists())


def _from_row(row: FileItem) -> Item:
    return Item(
        code=row.code,
        section=row.section,
        title=row.title,
        kind=row.kind,
        owner=row.owner,
        choices=tuple((code, title) for code, title in json.loads(row.choices)),
        hint=row.hint,
        sensitive=row.sensitive,
        position=row.position,
        retired=row.retired_at is not None,
    )
