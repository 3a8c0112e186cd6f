"""The addresses of the bytes. Whose they are decides who may see them, so there is no permission here."""

from flask import Blueprint, Response

from core.access import public
from core.files import queries
from core.files.serving import file_response
from core.security import current_actor

pages = Blueprint("files", __name__, url_prefix="/files")
_DECIDED = "whoever owns the subject decides, and nobody sees what nobody owns"


@pages.get("/<string:file_id>")
@public(_DECIDED)
def get_bytes(file_id: str) -> Response:
    """The photo, or the document as a download."""
    return file_response(queries.served_file(current_actor(), file_id))


@pages.get("/<string:file_id>/thumb")
@public(_DECIDED)
def thumb(file_id: str) -> Response:
    """The small picture of a photo."""
    return file_response(queries.served_file(current_actor(), file_id, thumb=True))
