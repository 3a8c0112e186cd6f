"""A file as an answer: photos and sounds in the page, documents as a download, nothing that would run."""

import io

from flask import Response, send_file

from core.files.photos import MEDIA_TYPE
from core.files.queries import Served

# A sandbox besides, so that even a browser that ignores the type runs nothing in our name.
CONTENT_SECURITY_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"


def file_response(served: Served, *, thumb: bool = False) -> Response:
    """The bytes of a file that the reader may see."""
    photo = served.brief.kind == "photo"
    response = send_file(
        io.BytesIO(served.path.read_bytes()),  # small, and gone from the disk at any moment
        mimetype=MEDIA_TYPE if photo else served.brief.media_type,
        as_attachment=not photo,
        download_name=served.brief.name,
        etag=served.etag,
        conditional=True,
    )
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    # Kept by the browser, but asked for again each time: whoever may no longer see it, does not.
    response.headers["Cache-Control"] = "private, no-cache"
    return response
