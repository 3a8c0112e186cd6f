"""Bars of shares beside the share that is wanted, measured out for a template that draws them as SVG."""

from collections.abc import Sequence
from typing import Final

from core.value_classes import value_class

WIDTH: Final = 340
_ROW, _TOP = 44, 24
# Where nothing falls below four fifths, the bars begin there: 97 % and 99 % must not look alike.
_HIGH: Final = 800


@value_class
class ShareBar:
    """One share in thousandths: where its words stand, how long its bar is. None: nothing to share."""

    title: str
    share: int | None
    y: int
    width: int
    is_kept: bool


@value_class
class ShareBars:
    """A drawing WIDTH wide; `begins`: the thousandths at its left edge; `line`: where the wanted share is."""

    rows: tuple[ShareBar, ...]
    begins: int
    line: int
    height: int
    width: int = WIDTH
    top: int = _TOP


def share_bars(shares: Sequence[tuple[str, int | None]], wanted: int) -> ShareBars:
    """The drawing of shares in thousandths (0 to 1000) beside a wanted one."""
    known = [share for _, share in shares if share is not None]
    begins = _HIGH if known and min(known) >= _HIGH else 0

    def place(share: int) -> int:
        return WIDTH * (share - begins) // (1000 - begins)

    rows = tuple(
        ShareBar(
            title,
            share,
            _TOP + _ROW * number,
            0 if share is None else max(place(share), 2),
            share is not None and share >= wanted,
        )
        for number, (title, share) in enumerate(shares)
    )
    return ShareBars(rows, begins, place(wanted), _TOP + _ROW * len(rows))
