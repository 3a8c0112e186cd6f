"""Extracts what a plugin.toml says to people, so that it stands in the catalogue (see babel.cfg)."""

import tomllib
from collections.abc import Collection, Iterator, Mapping
from typing import Any, BinaryIO

Found = tuple[int, None, str, list[str]]
_TABLES = ("permissions", "announces", "burdens", "forms", "personal_data")


def extract(
    fileobj: BinaryIO,
    keywords: Collection[str],
    comment_tags: Collection[str],
    options: Mapping[str, Any],
) -> Iterator[Found]:
    """Line number, function, text and comments of each Chinese text, as Babel asks of an extractor."""
    manifest = tomllib.load(fileobj)
    texts = [manifest["title"], manifest.get("summary", "")]
    for table in _TABLES:
        texts += manifest.get(table, {}).values()
    for text in texts:
        if text:
            yield 1, None, text, []
