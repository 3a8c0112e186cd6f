"""The county's items: added, changed, put in order, retired; never deleted."""

import json
import re
from dataclasses import replace

from core import audit, qr
from core.clock import now
from core.county import county
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.people.api import RISK_LEVELS, TAGS
from core.security import Actor
from core.text import N_
from core.value_classes import value_class
from plugins.grid.errors.files import AlreadyRegistered, ItemInUse
from plugins.grid.file_values import open_value, pick_of, seal_value
from plugins.grid.models.files import FileItem, FileValue
from plugins.grid.queries.items import find_item, in_use, list_items, sections
from plugins.grid.shipped import CHOICE, KINDS, MULTI, OWNERS, Item

P = "grid.file_items"
MOST_CHOICES, LONGEST_CHOICE = 40, 20
# What the register of residents holds by these or like words is shown in the file, and never asked for.
_WORDS = """
姓名 户主 户主姓名 公民身份号码 身份证 身份证号 身份证号码 电话 手机 手机号 手机号码 联系电话 联系方式
住址 地址 家庭住址 详细地址 户编号 户号 风险等级 标签 特殊群体 家庭人口 人口数
"""
_REGISTER_WORDS = {*_WORDS.split(), *TAGS.values()}


@value_class
class ItemDraft:
    """An item as it is wished. `choices`: (code or "", title); a choice without a code is a new one."""

    section: str
    title: str
    kind: str
    owner: str
    choices: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    sensitive: bool = False
    position: int = 500


def create_item(actor: Actor, draft: ItemDraft) -> str:
    """Add an item for the whole county; returns its code. Raises Invalid, AlreadyRegistered."""
    actor.demand(P, county().settings.county_code)
    with unit_of_work():
        code = f"x{qr.new_subject(8).lower()}"
        item = _checked(code, draft)
        _store(item)
        _record(actor, "grid.create_item", item)
    return code


def update_item(actor: Actor, code: str, draft: ItemDraft) -> None:
    """Change an item. Making it sensitive seals what is stored, the reverse opens it.

    Raises NotFound, Invalid, AlreadyRegistered, ItemInUse (type, owner or a picked choice would go).
    """
    actor.demand(P, county().settings.county_code)
    with unit_of_work():
        before = _known(code)
        item = replace(_checked(code, draft), retired=before.retired)
        gone = {choice for choice, _ in before.choices} - {choice for choice, _ in item.choices}
        if (item.kind, item.owner) != (before.kind, before.owner) and in_use(code):
            raise ItemInUse
        if any(in_use(code, choice) for choice in gone):
            raise ItemInUse(fields={"choices": [ItemInUse.text]})
        _store(item)
        if item.sensitive != before.sensitive:
            _seal_all(item)
        _record(actor, "grid.update_item", item)


def retire_item(actor: Actor, code: str, *, retired: bool = True) -> None:
    """Ask for the item no more (or again). What was filled in stays and can be read. Raises NotFound."""
    actor.demand(P, county().settings.county_code)
    with unit_of_work():
        item = replace(_known(code), retired=retired)
        _store(item)
        _record(actor, "grid.retire_item" if retired else "grid.restore_item", item)


def _known(code: str) -> Item:
    item = find_item(code)
    if item is None:
        raise NotFound
    return item


def _checked(code: str, draft: ItemDraft) -> Item:
    title = draft.title.strip()
    wrong: dict[str, list[str]] = {}
    if not 1 <= len(title) <= 40:
        wrong["title"] = [N_("名称应为 1 到 40 个字。")]
    if draft.section not in dict(sections()):
        wrong["section"] = [N_("没有这个分类。")]
    if draft.kind not in KINDS or draft.owner not in OWNERS:
        wrong["kind"] = [N_("没有这种类型。")]
    same = [item for item in list_items() if item.title == title and item.code != code]
    if same:
        wrong["title"] = [N_("已有同名的项目。")]
    choices = _choices(draft) if draft.kind in (CHOICE, MULTI) else ()
    if draft.kind in (CHOICE, MULTI) and not 2 <= len(choices) <= MOST_CHOICES:
        wrong["choices"] = [N_("请填写 2 到 40 个选项，一行一个，每个至多 20 个字，不能重复。")]
    if wrong:
        raise Invalid(fields=wrong)
    word = re.sub(r"^(是否|有无)|[（(].*$|\s", "", title)
    if word in _REGISTER_WORDS or word in {f"{level}风险" for level in RISK_LEVELS.values()}:
        raise AlreadyRegistered(title=word)
    return Item(
        code=code,
        section=draft.section,
        title=title,
        kind=draft.kind,
        owner=draft.owner,
        choices=choices,
        hint=draft.hint.strip()[:100],
        sensitive=draft.sensitive,
        position=draft.position,
    )


def _choices(draft: ItemDraft) -> tuple[tuple[str, str], ...]:
    pairs = [(code or f"c{qr.new_subject(6).lower()}", title.strip()) for code, title in draft.choices]
    titles = [title for _, title in pairs]
    sound = len(set(titles)) == len(titles) and all(1 <= len(title) <= LONGEST_CHOICE for title in titles)
    return tuple(pairs) if sound else ()


def _store(item: Item) -> None:
    known = FileItem.get_or_none(FileItem.code == item.code)
    retired_at = (known.retired_at if known else None) or now() if item.retired else None
    values = {
        "section": item.section,
        "title": item.title,
        "kind": item.kind,
        "owner": item.owner,
        "choices": json.dumps(item.choices, ensure_ascii=False),
        "hint": item.hint,
        "sensitive": item.sensitive,
        "position": item.position,
        "retired_at": retired_at,
    }
    if known is None:
        FileItem.insert(code=item.code, **values).execute()
    else:
        FileItem.update(**values).where(FileItem.code == item.code).execute()


def _seal_all(item: Item) -> None:
    """Rewrite what is stored of an item that has just become sensitive, or is so no more."""
    stored = FileValue.unscoped("an item's sensitivity holds for the whole county").where(
        FileValue.item == item.code
    )
    for row in list(stored):
        value = open_value(row.sealed) if row.sealed is not None else row.value
        changed = (
            {"value": "", "pick": "", "sealed": seal_value(value)}
            if item.sensitive
            else {"value": value, "pick": pick_of(item, value), "sealed": None}
        )
        FileValue.update(**changed).where(
            (FileValue.household_id == row.household_id)
            & (FileValue.person_id == row.person_id)
            & (FileValue.item == item.code)
        ).execute()


def _record(actor: Actor, action: str, item: Item) -> None:
    audit.record(
        actor,
        action,
        area_code=county().settings.county_code,
        subject=f"item:{item.code}",
        kind=item.kind,
        sensitive=item.sensitive,
    )
