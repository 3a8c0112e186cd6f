"""The parent of this plugin's forms."""

from typing import Any

from marshmallow import pre_load

from core.fields import Strict


class Form(Strict):
    """A box that nobody filled in counts as not sent; a search box in the form is no part of it."""

    @pre_load
    def drop_empty(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Leave out what is empty."""
        return {name: value for name, value in data.items() if value != "" and name != "q"}
