"""Compiled templates that the apps of one test run share."""

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class CompiledTemplates(BytecodeCache):
    """Keeps the code of templates in memory; Jinja holds it against each template's source."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}
        self.has_app = False  # whether an app of this run was made already

    def load_bytecode(self, bucket: Bucket) -> None:
        """Hand out what was compiled from the same source."""
        if (code := self._kept.get(bucket.key)) is not None:
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._kept[bucket.key] = bucket.bytecode_to_string()
