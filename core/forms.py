"""What pages with a form have in common: boxes left empty, and a refusal said beside what was typed."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import flash, redirect, render_template, request
from marshmallow import pre_load

from core.errors import DomainError, NotFound
from core.fields import Strict
from core.problems import show, translated

T = TypeVar("T")


class Form(Strict):
    """A box that nobody filled in counts as not sent; a search box in the form is no part of it."""

    @pre_load
    def drop_empty(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Leave out what is empty."""
        return {name: value for name, value in data.items() if value != "" and name != "q"}


def form_page(template: str, refusal: DomainError | None, **values: Any) -> Any:
    """A page with a form, and its status: what was typed stays, the refusal is said.

    The template gets `typed` (what was sent, empty without a refusal), `error`, `error_place` and `errors`
    by field.
    """
    page = render_template(
        template,
        error=translated(refusal) if refusal else None,
        error_place=str(refusal.params.get("place", "")) if refusal else "",
        errors=show(refusal).errors if refusal else {},
        typed=request.form.to_dict(),
        **values,
    )
    return page, refusal.status if refusal else 200


def answer_form(
    deed: Callable[[], T], *, said: str, then: Callable[[T], str], again: Callable[[DomainError], Any]
) -> Any:
    """Do what a form asks: say so and lead on, or show its page again with the refusal.

    `deed` reads the form and does it; `said`: the sentence afterwards, in the reader's language; `then`: the
    address to go to, of what the deed gave; `again`: the page. What is not found stays not found.
    """
    try:
        done = deed()
    except NotFound:
        raise
    except DomainError as refusal:
        return again(refusal)
    flash(said, "success")
    return redirect(then(done), 303)
