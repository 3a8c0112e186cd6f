"""HTML pages: who is acting, which language, which headers, how an error looks."""

import logging
import re
import secrets
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any

from flask import (
    Flask,
    Request,
    Response,
    has_request_context,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask_babel import Babel, format_datetime, get_locale, gettext
from flask_wtf.csrf import CSRFError, CSRFProtect
from markupsafe import Markup
from marshmallow import Schema, ValidationError
from marshmallow.fields import List
from werkzeug.exceptions import HTTPException

from core import idempotency
from core.api import PREFIX, problem_response
from core.clock import CHINA
from core.county import county, plugins, serve_with
from core.db import connect, database
from core.errors import DomainError, Invalid, Unauthenticated
from core.hookspecs import Card, Panel
from core.logs import scrub
from core.menu import menu, menu_groups
from core.plugin_manager import PluginManager
from core.problems import show
from core.request_checks import FormExpired, FormKeyMissing, LoggedOut, demand_known_host, is_public
from core.security import ANONYMOUS, Actor, current_actor, set_actor
from core.text import N_
from core.version import VERSION

log = logging.getLogger(__name__)

LOCALES = ("zh_Hans_CN", "en")
LANGUAGE_COOKIE = "language"
_LAST_PAGE = 100_000
LARGE_PRINT_COOKIE = "large_print"
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "media-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)


def init_web(
    app: Flask,
    identify: Callable[[Request], Actor],
    manager: PluginManager,
    unread_count: Callable[[Actor], int] = lambda _actor: 0,
) -> None:
    """Join pages to the app. `identify` finds out who sent a request (accounts module).

    `manager`: the plugins of this app, which its requests see until their end. `unread_count`: how many
    messages wait for somebody (notices module); asked by pages with a top bar.
    """
    app.config.update(
        SECRET_KEY=county().keys.session,
        SESSION_COOKIE_NAME="__Host-gridgov" if county().settings.security.https else "gridgov",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=county().settings.security.https,
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session, which ends by itself
        WTF_CSRF_SSL_STRICT=False,  # a TLS proxy in front may drop the referer
        MAX_CONTENT_LENGTH=16 * 1024 * 1024,
        BABEL_DEFAULT_LOCALE=LOCALES[0],
        BABEL_DEFAULT_TIMEZONE="Asia/Shanghai",
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.session_interface = PageSessions()
    csrf = CSRFProtect(app)
    Babel(app, locale_selector=select_locale, default_translation_directories=_translations(manager))

    @app.before_request
    def begin() -> None:
        serve_with(manager)
        if _is_static():
            return
        connect()
        demand_known_host()
        set_actor(identify(request))
        # The JSON interface takes bearer tokens only, never the cookie, so it needs no token of this
        # kind. An address that leads nowhere changes nothing: say that, not that the form is old.
        if not request.path.startswith(PREFIX + "/") and request.routing_exception is None:
            csrf.protect()

    @app.teardown_request
    def end(_error: BaseException | None) -> None:
        set_actor(ANONYMOUS)
        serve_with(None)
        if not database.is_closed():
            database.close()

    app.after_request(_add_headers)
    app.register_error_handler(Exception, render_error)
    app.context_processor(_template_names)
    app.context_processor(lambda: {"unread_count_of": unread_count})
    app.add_template_filter(moment)
    app.add_template_filter(translated)
    app.add_template_filter(bracketed)


class PageSessions(SecureCookieSessionInterface):
    """Cookies speak for pages only: in the JSON interface none is read or written."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session of a page; an empty one in the interface."""
        if request.path.startswith(PREFIX + "/"):
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Keep what changed; in the interface there is nothing to keep."""
        if not request.path.startswith(PREFIX + "/"):
            super().save_session(app, session, response)


def _translations(manager: PluginManager) -> str:
    folders = [loaded.manifest.folder / "translations" for loaded in manager.loaded.values()]
    core_folder = Path(__file__).parent / "translations"
    return ";".join(str(folder) for folder in [core_folder, *folders] if folder.is_dir())


def _is_static() -> bool:
    endpoint = request.endpoint or ""
    return endpoint.rpartition(".")[2] == "static" and request.method in ("GET", "HEAD")


def select_locale() -> str:
    """Chinese first; English by choice (cookie) or, in the interface, by Accept-Language."""
    if not has_request_context():
        return LOCALES[0]
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    is_page = not request.path.startswith(PREFIX) or request.path == PREFIX + "/docs"
    if chosen in LOCALES and is_page:
        return chosen
    best = request.accept_languages.best_match(["zh-CN", "zh", "en"], default="zh-CN")
    return "en" if best == "en" else LOCALES[0]


def _add_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    headers["Referrer-Policy"] = "same-origin"
    headers.setdefault("Permissions-Policy", "geolocation=(), microphone=(), camera=(self)")
    if not _is_static():
        headers.setdefault("Cache-Control", "no-store")  # a shared phone's back button shows nothing
    if county().settings.security.https:
        headers["Strict-Transport-Security"] = "max-age=31536000"
        # On plain HTTP browsers ignore this one and complain.
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
    return response


def render_error(error: Exception) -> Any:
    """The answer to any error: problem+json in the interface, a page elsewhere."""
    if isinstance(error, CSRFError):
        # Logged out in another tab: an old page is not what stands in the way.
        error = LoggedOut() if current_actor().is_anonymous and not is_public() else FormExpired()
    if isinstance(error, HTTPException) and (error.code is None or error.code < 400):
        return error.get_response()  # a redirect, or an answer that somebody aborted with
    if request.path.startswith(PREFIX + "/"):
        return problem_response(error)
    if isinstance(error, Unauthenticated) and request.method == "GET":
        if request.headers.get("HX-Request"):
            return Response(status=200, headers={"HX-Redirect": url_for("accounts.login")})
        return redirect(url_for("accounts.login", next=_way_back()))
    shown = show(error)
    try:
        page = render_template("core/error.html", error=shown)
    except Exception:
        # The page of errors must not fail over what a menu or a broken database does to it.
        log.exception("the error page failed")
        return Response(shown.sentence, shown.status, shown.headers, mimetype="text/plain")
    return make_response(page, shown.status, shown.headers)


def _way_back() -> str | None:
    """Where to go on after the log-in; nowhere when that address holds a number of a person."""
    address = request.full_path.rstrip("?")
    return address if scrub(address) == address else None


def _template_names() -> dict[str, Any]:
    return {
        "actor": current_actor(),
        "county_name": county().settings.county_name,
        "menu": menu,
        "menu_groups": menu_groups,
        "parts": parts,
        "large_print": request.cookies.get(LARGE_PRINT_COOKIE) == "1",
        "language": str(get_locale()),
        "form_key": form_key,
        "version": VERSION,
    }


def parts(hook: str, *, at: str = "", **values: Any) -> list[Markup]:
    """The cards or panels that plugins contribute to this page, drawn, sorted; a failing one is left out.

    `hook` is `home_cards`, `household_panels` or `case_panels`, `values` are its arguments; `at`: where the
    household or case lies.
    """
    drawn: list[tuple[int, int, Markup]] = []
    for answer in plugins().ask(hook, at=at, then=_drawn, **values):
        for order, text in answer.value:
            if isinstance(text, Exception):
                plugins().note_error(answer.plugin, hook, text)
            else:
                drawn.append((order, len(drawn), text))
    return [text for _, _, text in sorted(drawn)]


def _drawn(asked: list[Card | Panel]) -> list[tuple[int, Markup | Exception]]:
    # A template is the plugin's too: it may fail or never end, so it is drawn where the plugin is asked.
    drawn: list[tuple[int, Markup | Exception]] = []
    for part in asked:
        order = getattr(part, "order", 100)
        try:
            drawn.append((order, Markup(render_template(part.template, **part.values))))  # noqa: S704
        except Exception as error:  # noqa: BLE001 - an outer wall; note_error logs it
            drawn.append((order, error))
    return drawn


def moment(value: datetime | None, pattern: str = "yyyy-MM-dd HH:mm") -> str:
    """A moment as people here write it."""
    return "" if value is None else format_datetime(value.astimezone(CHINA), pattern, rebase=False)


def translated(text: str) -> str:
    """A text that may stand in a catalogue, or be anything: `_()` would take its % for a placeholder."""
    return str(gettext(text)) if text else ""


def bracketed(what: Any) -> str:
    """Something more about what stands before it, in the brackets of the reader's language."""
    sentence = say(N_("（%(what)s）"), what=what)
    return Markup(sentence) if hasattr(what, "__html__") else sentence  # noqa: S704 - as safe as it came


def may_ask_where(view: Callable[..., Any]) -> Callable[..., Any]:
    """For the few pages on which somebody may tap to give the position; no other page may ask for it."""

    @wraps(view)
    def asking(*args: Any, **kwargs: Any) -> Any:
        response = make_response(view(*args, **kwargs))
        response.headers["Permissions-Policy"] = "geolocation=(self), microphone=(), camera=(self)"
        return response

    return asking


def form_key() -> str:
    """A fresh request number for a form that must not be booked twice."""
    return secrets.token_urlsafe(16)


def read_form(schema: Schema) -> dict[str, Any]:
    """The form of this request through `schema`. Raises Invalid with messages by field."""
    hidden = ("csrf_token", "form_key")
    many = {name for name, field in schema.fields.items() if isinstance(field, List)}
    raw: dict[str, Any] = {
        name: request.form.getlist(name) if name in many else request.form.get(name)
        for name in request.form
        if name not in hidden
    }
    try:
        loaded: dict[str, Any] = schema.load(raw)
    except ValidationError as error:
        raise Invalid(fields=error.normalized_messages()) from None
    return loaded


def save_as(name: str, media_type: str, body: bytes | str) -> Response:
    """A file for the reader to keep, under this name (plain letters)."""
    headers = {"Content-Type": media_type, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, 200, headers)


def page_number() -> int:
    """Which page of a list the address asks for (`?page=`): 1 for anything that is no such number."""
    raw = request.args.get("page", "")
    number = int(raw) if re.fullmatch(r"[0-9]{1,6}", raw) else 1
    return number if 1 <= number <= _LAST_PAGE else 1


def once_per_form(view: Callable[..., Any]) -> Callable[..., Any]:
    """For POST views that move points: a form sent twice (double tap, reload) is booked once.

    The form carries `form_key`; the second sending gets the first one's answer.
    """

    @wraps(view)
    def once(*args: Any, **kwargs: Any) -> Any:
        key = request.form.get("form_key", "")
        account = current_actor().account_id
        if account is None:
            raise Unauthenticated
        if not (8 <= len(key) <= 100 and key.isprintable()):
            raise FormKeyMissing

        def produce() -> idempotency.Answer:
            try:
                response = make_response(view(*args, **kwargs))
            except DomainError as error:
                response = make_response(render_error(error))
            kept = ("Content-Type", "Location", "HX-Redirect")
            headers = {name: response.headers[name] for name in kept if name in response.headers}
            return idempotency.Answer(response.status_code, response.get_data(), headers)

        form = sorted((name, value) for name, value in request.form.items(multi=True) if name != "csrf_token")
        mark = idempotency.fingerprint("POST", request.path, repr(form).encode())
        answer = idempotency.once(account, f"form:{key}", mark, produce)
        return Response(answer.body, answer.status, answer.headers)

    return once


def start_session(token: str) -> None:
    """Put the session's token into a fresh cookie: nothing of an earlier session lives on."""
    session.clear()
    session["token"] = token
    session.permanent = False


def say(text: str, /, **values: Any) -> str:
    """Translate a sentence for the reader. A value may have any name, `text` too."""
    sentence = str(gettext(text))
    return sentence % values if values else sentence
