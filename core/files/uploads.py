"""Photos and sound notes of a form (`files/_photo_input.html`), looked into before all writing."""

from collections.abc import Iterable, Iterator

from werkzeug.datastructures import FileStorage

from core.files.errors import NoPhoto, NoSound, TooManyFiles
from core.files.photos import looks_like_photo, prepare_photo
from core.files.prepared import Prepared
from core.files.sounds import looks_like_sound, prepare_sound

MOST_AT_ONCE, MOST_SOUNDS = 9, 3


def prepared_photos(uploads: Iterable[FileStorage], *, most: int = MOST_AT_ONCE) -> list[Prepared]:
    """The photos of `request.files.getlist(name)`; an empty input is none.

    Takes time, so call it before the unit of work. Raises TooManyFiles, NoPhoto, FileRefused's kind.
    """
    photos = []
    for name, data in _sent(uploads, most):
        if not looks_like_photo(data):
            raise NoPhoto
        photos.append(prepare_photo(name, data))
    return photos


def prepared_sounds(uploads: Iterable[FileStorage], *, most: int = MOST_SOUNDS) -> list[Prepared]:
    """The same for sound notes. Raises TooManyFiles, NoSound, FileRefused's kind."""
    sounds = []
    for name, data in _sent(uploads, most):
        if not looks_like_sound(data):
            raise NoSound
        sounds.append(prepare_sound(name, data))
    return sounds


def _sent(uploads: Iterable[FileStorage], most: int) -> Iterator[tuple[str, bytes]]:
    sent = [upload for upload in uploads if upload.filename]
    if len(sent) > most:
        raise TooManyFiles(most=most)
    for upload in sent:
        with upload.stream:  # a large one lies in a temporary file
            yield upload.filename or "", upload.read()
