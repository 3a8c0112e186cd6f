"""Plugins for those who run them: the list, one of them, its switches and its settings."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError

from core.access import demands
from core.burdens import BURDEN_TITLES
from core.errors import DomainError, NotFound
from core.problems import show, translated
from core.security import current_actor
from core.setting_fields import SettingField
from core.system import queries, services
from core.system.plugin_page import plugin_detail
from core.system.plugin_settings import SettingsView, settings_view
from core.system.views.blueprint import pages
from core.text import N_
from core.web import say


@pages.get("/system/plugins")
@demands("system.plugins")
def plugin_list() -> ResponseReturnValue:
    """Every plugin with its state and cause."""
    return render_template("system/plugins.html", plugins=queries.list_plugins(current_actor()))


@pages.get("/system/plugins/<name>")
@demands("system.plugins")
def plugin_page(name: str) -> ResponseReturnValue:
    """One plugin: what it brings, how it gets on, what went wrong."""
    detail = plugin_detail(current_actor(), name)
    return render_template("system/plugin.html", detail=detail, burden_titles=BURDEN_TITLES)


@pages.post("/system/plugins/<name>/on")
@demands("system.plugins")
def switch_on(name: str) -> ResponseReturnValue:
    """Switch a plugin on."""
    services.switch_plugin(current_actor(), name, enabled=True)
    return _switched(name, N_("已启用，一秒内在全系统生效。"))


@pages.post("/system/plugins/<name>/off")
@demands("system.plugins")
def switch_off(name: str) -> ResponseReturnValue:
    """Switch a plugin off."""
    services.switch_plugin(current_actor(), name, enabled=False)
    return _switched(name, N_("已停用，数据保留。"))


@pages.post("/system/plugins/<name>/retry")
@demands("system.plugins")
def retry(name: str) -> ResponseReturnValue:
    """Load a plugin again after trouble."""
    services.retry_plugin(current_actor(), name)
    return _switched(name, N_("正在重新加载，请稍后刷新本页看结果。"))


def _switched(name: str, sentence: str) -> ResponseReturnValue:
    flash(say(sentence), "success")
    # Back to where the button stood: the list, or the plugin's own page.
    from_its_page = request.form.get("at") == "page"
    there = url_for("system.plugin_page", name=name) if from_its_page else url_for("system.plugin_list")
    return redirect(there, 303)


@pages.get("/system/plugins/<name>/settings")
@demands("system.plugins")
def plugin_settings(name: str) -> ResponseReturnValue:
    """The form of a plugin's settings."""
    return _settings_page(settings_view(current_actor(), name))


@pages.post("/system/plugins/<name>/settings")
@demands("system.plugins")
def change_plugin_settings(name: str) -> ResponseReturnValue:
    """Keep what was changed in the form; what was left as it was shown stays where it came from."""
    before = settings_view(current_actor(), name)
    try:
        values, unread = _typed_values([setting.field for setting in before.settings])
        services.change_settings(current_actor(), name, version=_version(), values=values, unread=unread)
    except NotFound:
        raise
    except DomainError as refusal:
        return _settings_page(settings_view(current_actor(), name), refusal)
    flash(say(N_("设置已保存，一秒内在全系统生效。") if values else N_("没有改动。")), "success")
    return redirect(url_for("system.plugin_settings", name=name), 303)


@pages.post("/system/plugins/<name>/settings/back")
@demands("system.plugins")
def put_plugin_setting_back(name: str) -> ResponseReturnValue:
    """Let the config file, or the default, say one setting again."""
    key = request.form.get("key", "")
    try:
        services.change_settings(current_actor(), name, version=_version(), values={}, put_back=[key])
    except NotFound:
        raise
    except DomainError as refusal:
        return _settings_page(settings_view(current_actor(), name), refusal)
    flash(say(N_("已改回，一秒内在全系统生效。")), "success")
    view = settings_view(current_actor(), name)
    if any(_is_touched(it.field.key) for it in view.settings if it.field.key != key):
        return _settings_page(view, keep=True, back=key)  # what stands in the other boxes is not lost
    return redirect(url_for("system.plugin_settings", name=name), 303)


def _version() -> int:
    # A form that does not say which version it showed has seen none.
    text = request.form.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def _typed_values(settings: list[SettingField]) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """What differs from what the form showed, as raw values; and what is wrong of boxes that say none."""
    values: dict[str, Any] = {}
    mistakes: dict[str, list[str]] = {}
    for setting in settings:
        if not _is_touched(setting.key):
            continue
        try:
            values[setting.key] = setting.read(_box(setting.key))
        except ValidationError as error:
            mistakes[setting.key] = [str(message) for message in error.messages]
    return values, mistakes


def _box(key: str) -> str:
    return _lines(request.form.get(f"value.{key}", ""))


def _is_touched(key: str) -> bool:
    return f"shown.{key}" in request.form and _box(key) != _lines(request.form[f"shown.{key}"])


def _lines(text: str) -> str:
    # Browsers send line ends of their own kind, and drop one at the beginning of a box.
    return "\n".join(line.rstrip() for line in text.strip("\r\n").splitlines())


def _settings_page(
    view: SettingsView, refusal: DomainError | None = None, *, keep: bool = False, back: str = ""
) -> ResponseReturnValue:
    """The form; after a refusal, or to `keep` it, with what was typed but of the setting that went `back`."""
    shown = show(refusal) if refusal else None
    errors = _by_setting(shown.errors if shown else {})
    typed = {
        setting.field.key: _box(setting.field.key)
        for setting in view.settings
        if (refusal or keep) and setting.field.key != back and _is_touched(setting.field.key)
    }
    known = {setting.field.key for setting in view.settings}
    page = render_template(
        "system/plugin_settings.html",
        plugin=view,
        error=translated(refusal) if refusal else "",
        errors=errors,
        # What belongs to no box that is shown is said at the top.
        others=[said for key, told in errors.items() if key not in known for said in told],
        typed=typed,
    )
    return page, shown.status if shown else 200


def _by_setting(errors: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Sentences by setting: those of a part of one (`ladder.0.seconds`) name the part, counted from 1."""
    found: dict[str, list[str]] = {}
    for path, sentences in errors.items():
        key, _, part = path.partition(".")
        names = [
            say(N_("第 %(place)d 项"), place=int(name) + 1) if name.isdecimal() else name
            for name in part.split(".")
        ]
        said = [say(N_("%(part)s：%(why)s"), part=" ".join(names), why=why) for why in sentences]
        found.setdefault(key, []).extend(said if part else sentences)
    return found
