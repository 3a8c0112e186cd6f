"""What pages with a form have in common: boxes left empty, and a refusal said beside what was typed."""

from typing import Any

from flask import render_template, request
from marshmallow import pre_load

from core.errors import DomainError
from core.fields import Strict
from core.problems import show, translated


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
