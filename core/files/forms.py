"""Photos and sound notes that come with a form: looked into before the unit of work, kept inside it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import g, request

from core.errors import DomainError
from core.files.api import keep_prepared, prepared_photos, prepared_sounds
from core.security import current_actor


def with_photos(view: Callable[..., Any]) -> Callable[..., Any]:
    """For POST views, outside of `once_per_form`: decoding takes time that nobody should wait for.

    Sound notes too. What is refused is raised by `kept_photos`, so that the view says it on its own page.
    """

    @wraps(view)
    def prepared(*args: Any, **kwargs: Any) -> Any:
        g.photos, g.sounds, g.photo_refusal = [], [], None
        try:
            g.photos = prepared_photos(request.files.getlist("photos"))
            g.sounds = prepared_sounds(request.files.getlist("sounds"))
        except DomainError as refusal:
            g.photo_refusal = refusal
        return view(*args, **kwargs)

    return prepared


def kept_photos(area_code: str) -> tuple[str, ...]:
    """Keep the form's photos; returns their ids, to be attached. Raises why a photo is refused."""
    if g.photo_refusal is not None:
        raise g.photo_refusal
    actor = current_actor()
    return tuple(keep_prepared(actor, photo, area_code=area_code).id for photo in g.photos)


def kept_sounds(area_code: str) -> tuple[str, ...]:
    """The same for the form's sound notes, after its photos."""
    actor = current_actor()
    return tuple(keep_prepared(actor, sound, area_code=area_code).id for sound in g.sounds)
