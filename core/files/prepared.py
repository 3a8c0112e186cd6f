"""A file that was looked into and may be kept."""

from core.value_classes import value_class


@value_class
class Prepared:
    """Bytes that are fit to be kept, with what is known of them. `thumb` is empty for documents."""

    kind: str
    media_type: str
    name: str
    data: bytes
    sha256: str
    thumb: bytes = b""
    width: int | None = None
    height: int | None = None
