"""Joins one module or plugin to the app, and refuses what would reach beyond its own pages."""

import re
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Flask
from jinja2 import ChoiceLoader, FileSystemLoader, PrefixLoader
from werkzeug.routing import Rule

from core.access import MARK
from core.api import PREFIX
from core.plugin_manager import Loaded


def join(app: Flask, api: Any, loaded: Loaded) -> None:
    """Add its templates, static files, pages and operations. Raises ValueError for what clashes.

    After an error the app is half made and must be thrown away.
    """
    name, folder = loaded.manifest.name, loaded.manifest.folder
    # Templates lie in templates/<name>/ and nowhere else, so none can stand in another one's place.
    own = PrefixLoader({name: FileSystemLoader(folder / "templates" / name)})
    assert app.jinja_loader is not None
    app.jinja_loader = ChoiceLoader([app.jinja_loader, own])
    before = list(app.url_map.iter_rules())
    old = {id(rule) for rule in before}  # equal rules are what is looked for, so equality will not do
    reach = _reach(app)
    if (folder / "static").is_dir():
        app.register_blueprint(_static(loaded))
    for blueprint in loaded.pages:
        app.register_blueprint(blueprint)
    for blueprint in loaded.api:
        api.register_blueprint(blueprint)
    if _reach(app) != reach:
        raise ValueError(
            "蓝图只能处理自己的网址：不要用 before_app_request、app_errorhandler 等 app 级的钩子"
        )
    _demand_own_addresses(before, [rule for rule in app.url_map.iter_rules() if id(rule) not in old])
    _demand_marks(app)


def _static(loaded: Loaded) -> Blueprint:
    name = loaded.manifest.name
    return Blueprint(
        f"{name}_static",
        __name__,
        static_folder=str(loaded.manifest.folder / "static"),
        static_url_path=f"/{name.replace('_', '-')}/static",
    )


def _demand_own_addresses(before: list[Rule], new: list[Rule]) -> None:
    taken = {address: rule.endpoint for rule in before for address in _addresses(rule)}
    operations = {_operation(rule) for rule in before}
    for rule in new:
        for address in _addresses(rule):
            if address in taken:
                raise ValueError(f"网址 {rule.rule} 已被 {taken[address]} 占用")
            taken[address] = rule.endpoint
        if rule.rule.startswith(PREFIX) and _operation(rule) in operations:
            raise ValueError(f"接口操作名 {_operation(rule)} 已被占用")


def _addresses(rule: Rule) -> Iterator[tuple[str, str]]:
    # `/stores/<store_id>` and `/stores/<id>` are one address.
    shape = re.sub(r"<[^>]*>", "<>", rule.rule)
    for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
        yield shape, method


def _operation(rule: Rule) -> str:
    return rule.endpoint.rpartition(".")[2] if rule.rule.startswith(PREFIX) else ""


def _demand_marks(app: Flask) -> None:
    # Deny by default: a view that does not say who may call it does not come in.
    for endpoint, view in app.view_functions.items():
        if not hasattr(view, MARK) and endpoint.rpartition(".")[2] != "static":
            raise ValueError(
                f"页面 {endpoint} 没有写明谁可以使用（core.access 的 demands、signed_in 或 public）"
            )


def _reach(app: Flask) -> list[Any]:
    # Everything by which a blueprint can act on requests that are not its own.
    hooks: list[Any] = [
        app.before_request_funcs,
        app.after_request_funcs,
        app.teardown_request_funcs,
        app.url_value_preprocessors,
        app.url_default_functions,
        app.template_context_processors,
    ]
    whole = [list(by_blueprint.get(None, ())) for by_blueprint in hooks]
    handlers = {code: dict(by_class) for code, by_class in app.error_handler_spec[None].items() if by_class}
    env = app.jinja_env
    return [whole, handlers, dict(env.filters), dict(env.globals), dict(env.tests)]
