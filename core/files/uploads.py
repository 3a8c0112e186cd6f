"""The photos of a form (`files/_photo_input.html`), looked into before anything is written."""

from collections.abc import Iterable

from werkzeug.datastructures import FileStorage

from core.files.errors import NoPhoto, TooManyFiles
from core.files.photos import looks_like_photo, prepare_photo
from core.files.prepared import Prepared

MOST_AT_ONCE = 9


def prepared_photos(uploads: Iterable[FileStorage], *, most: int = MOST_AT_ONCE) -> list[Prepared]:
    """The photos of `request.files.getlist(name)`; an empty input is none.

    Takes time, so call it before the unit of work. Raises TooManyFiles, NoPhoto, FileRefused's kind.
    """
    sent = [upload for upload in uploads if upload.filename]
    if len(sent) > most:
        raise TooManyFiles(most=most)
    photos = []
    for upload in sent:
        with upload.stream:  # a large one lies in a temporary file
            data = upload.read()
        if not looks_like_photo(data):
            raise NoPhoto
        photos.append(prepare_photo(upload.filename or "", data))
    return photos
