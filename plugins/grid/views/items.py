"""The county's items of the household file: list, add, change, retire."""

import re
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import fields, validate

from core.access import demands
from core.errors import DomainError, NotFound
from core.fields import Strict, Text
from core.problems import show, translated
from core.security import current_actor
from core.web import once_per_form, read_form, say
from plugins.grid.queries.items import KIND_TITLES, OWNER_TITLES, find_item, list_items, sections
from plugins.grid.services import items as services
from plugins.grid.services.items import ItemDraft
from plugins.grid.shipped import KINDS, OWNERS, Item
from plugins.grid.views import pages

P = "grid.file_items"


class ItemForm(Strict):
    """An item. `choices`: one a line; those that are known keep their code by their old title's line."""

    section = Text(20, shortest=1, required=True)
    title = Text(40, shortest=1, required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    owner = fields.String(required=True, validate=validate.OneOf(OWNERS))
    choices = Text(1200, load_default="")
    hint = Text(100, load_default="")
    sensitive = fields.Boolean(load_default=False)
    position = fields.Integer(load_default=500, validate=validate.Range(0, 9999))


@pages.get("/items")
@demands(P)
def items() -> str:
    """Every item by section, the retired ones too."""
    listed = list_items(retired=True)
    return render_template(
        "grid/items.html",
        sections=[(code, title, [i for i in listed if i.section == code]) for code, title in sections()],
        count=sum(not item.retired for item in listed),
        kinds=KIND_TITLES,
        owners=OWNER_TITLES,
    )


@pages.get("/items/new")
@demands(P)
def new_item() -> str:
    """An item that does not exist yet."""
    return _page(None, {"section": request.args.get("section", "")}, None)


@pages.get("/items/<string:code>")
@demands(P)
def edit_item(code: str) -> str:
    """One item."""
    item = _known(code)
    lines = "\n".join(f"{code}={title}" for code, title in item.choices)
    typed = {
        "section": item.section,
        "title": item.title,
        "kind": item.kind,
        "owner": item.owner,
        "choices": lines,
        "hint": item.hint,
        "sensitive": item.sensitive,
        "position": item.position,
    }
    return _page(item, typed, None)


@pages.post("/items/new")
@demands(P)
@once_per_form
def create_item() -> Any:
    """Add it."""
    return _save(None)


@pages.post("/items/<string:code>")
@demands(P)
@once_per_form
def save_item(code: str) -> Any:
    """Change it."""
    return _save(_known(code))


@pages.post("/items/<string:code>/retire")
@demands(P)
def retire_item(code: str) -> Any:
    """Ask for it no more."""
    services.retire_item(current_actor(), code)
    flash(say("已停用，填过的内容保留。"), "success")
    return redirect(url_for("grid.items"), 303)


@pages.post("/items/<string:code>/restore")
@demands(P)
def restore_item(code: str) -> Any:
    """Ask for it again."""
    services.retire_item(current_actor(), code, retired=False)
    flash(say("已恢复填写。"), "success")
    return redirect(url_for("grid.items"), 303)


def _save(item: Item | None) -> Any:
    try:
        form = read_form(ItemForm())
        draft = ItemDraft(**{**form, "choices": _choices(form["choices"])})
        if item is None:
            services.create_item(current_actor(), draft)
        else:
            services.update_item(current_actor(), item.code, draft)
    except DomainError as refusal:
        return _page(item, request.form.to_dict(), refusal), refusal.status
    flash(say("“%(title)s”已保存。", title=form["title"]), "success")
    return redirect(url_for("grid.items"), 303)


def _choices(text: str) -> tuple[tuple[str, str], ...]:
    """`code=title` a line for what is there already, a title alone for a new choice."""
    pairs = []
    for line in filter(None, map(str.strip, text.splitlines())):
        code, sign, title = line.partition("=")
        known = bool(sign) and re.fullmatch(r"[a-z][a-z0-9_]{0,29}", code)
        pairs.append((code, title) if known else ("", line))
    return tuple(pairs)


def _known(code: str) -> Item:
    item = find_item(code)
    if item is None:
        raise NotFound
    return item


def _page(item: Item | None, typed: dict[str, Any], refusal: DomainError | None) -> str:
    return render_template(
        "grid/item_form.html",
        item=item,
        typed=typed,
        sections=sections(),
        kinds_shown=[(code, say(title)) for code, title in KIND_TITLES.items()],
        owners_shown=[(code, say(title)) for code, title in OWNER_TITLES.items()],
        errors=show(refusal).errors if refusal else {},
        error=translated(refusal) if refusal else "",
    )
