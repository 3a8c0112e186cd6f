"""The home page, and the two switches that everybody has."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from core.access import public
from core.accounts.api import DESK_ROLES, before_password_change, own_posts, page_before
from core.county import county
from core.errors import NotFound
from core.menu import menu, menu_groups
from core.security import Actor, current_actor
from core.system.views.blueprint import pages
from core.web import LANGUAGE_COOKIE, LARGE_PRINT_COOKIE, LOCALES, say

_MOST_DUTIES = 3
_A_YEAR = 365 * 24 * 3600


@pages.get("/")
@public("the first page: who is not logged in sees the way to do so")
def home() -> ResponseReturnValue:
    """What concerns the acting person, on the face that suits."""
    actor = current_actor()
    if actor.is_anonymous:
        return render_template("system/welcome.html")
    face = _face(actor, request.args.get("face", ""))
    other = "phone" if face == "office" else "office"
    return render_template(
        f"system/home_{face}.html",
        items=menu(face),
        groups=menu_groups(face),
        has_other_face=bool(menu(other)),
        duties=_duties(actor),
    )


def _duties(actor: Actor) -> str:
    posts = own_posts(actor)
    named = [f"{say(post.role_title)} · {post.area_name}" for post in posts[:_MOST_DUTIES]]
    return "\u3000".join(named) + (" …" if len(posts) > _MOST_DUTIES else "")


def _face(actor: Actor, raw_wish: str) -> str:
    faces = [face for face in ("phone", "office") if menu(face)] or ["phone"]
    if raw_wish in faces:
        return raw_wish
    at_desk = any(post.role in DESK_ROLES for post in actor.posts)
    return "office" if "office" in faces and (at_desk or "phone" not in faces) else "phone"


@pages.post("/language/<code>")
@public("a choice of one's own browser")
@before_password_change
def set_language(code: str) -> ResponseReturnValue:
    """Read in another language from now on."""
    if code not in LOCALES:
        raise NotFound
    return _with_cookie(LANGUAGE_COOKIE, code)


@pages.post("/large-print")
@public("a choice of one's own browser")
@before_password_change
def toggle_large_print() -> ResponseReturnValue:
    """Read in large print from now on, or no longer."""
    return _with_cookie(LARGE_PRINT_COOKIE, "" if request.cookies.get(LARGE_PRINT_COOKIE) == "1" else "1")


def _with_cookie(name: str, value: str) -> Response:
    response = redirect(page_before() or url_for("system.home"), 303)
    response.set_cookie(
        name,
        value,
        max_age=_A_YEAR if value else 0,
        secure=county().settings.security.https,
        httponly=True,
        samesite="Lax",
    )
    return response
