"""The page of a case for whoever reported it, drawn the same with an account and without."""

from dataclasses import replace
from typing import Any

from flask import make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from core.cases.queries.held import HeldCase
from core.cases.views.open.wording import HAPPENED, NOW
from core.cases.words import DISPATCHED, RED, REPORTED
from core.county import county
from core.errors import DomainError
from core.problems import show
from core.qr import draw_svg


def full_address(endpoint: str, **values: Any) -> str:
    """An address that leaves the page: in a code, or to be copied."""
    base = county().settings.public_url or request.host_url.rstrip("/")
    return base + url_for(endpoint, **values)


def held_page(
    held: HeldCase, *, rate_url: str, error: DomainError | None = None, signed: bool = False
) -> ResponseReturnValue:
    """What became of a case, with the form to rate it where that is due."""
    if not signed:
        held = replace(held, photos=_by_token(held))
    address = full_address("cases_open.follow", token=held.token)
    page = render_template(
        "cases/open/follow.html",
        case=held.view,
        steps=held.steps,
        photos=held.photos,
        may_rate=held.may_rate,
        asked_by_staff=held.asked_by_staff,
        key_rates=held.key_rates,
        may_take_back=signed and held.view.state in (REPORTED, DISPATCHED),
        rate_url=rate_url,
        signed=signed,
        sent="sent" in request.args,
        address=address,
        svg=Markup(draw_svg(address)),  # noqa: S704 - drawn here from our own token
        now_words=NOW[held.view.state],
        happened=HAPPENED,
        is_red=held.view.light == RED,
        error=show(error) if error else None,
        values=request.form,
    )
    return make_response(page, error.status if error else 200)


def _by_token(held: HeldCase) -> list[Any]:
    return [
        replace(
            photo,
            url=url_for("cases_open.photo", token=held.token, file_id=photo.id),
            thumb_url=url_for("cases_open.photo_thumb", token=held.token, file_id=photo.id)
            if photo.thumb_url
            else "",
        )
        for photo in held.photos
    ]
