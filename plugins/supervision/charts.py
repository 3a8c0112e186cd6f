"""Bars of amounts, measured out for a template that draws them as SVG."""

from collections.abc import Sequence
from typing import Final

from core.value_classes import value_class

WIDTH: Final = 340
_ROW = 46


@value_class
class Bar:
    """One amount in fen: where its words stand, how long its bar is."""

    title: str
    fen: int
    y: int
    width: int


@value_class
class Bars:
    """A drawing WIDTH wide."""

    rows: tuple[Bar, ...]
    height: int
    width: int = WIDTH


def bars(amounts: Sequence[tuple[str, int]]) -> Bars:
    """The drawing of amounts in fen (0 or more); the largest fills the width."""
    most = max((fen for _, fen in amounts), default=0) or 1
    rows = tuple(
        Bar(title, fen, _ROW * place, max(WIDTH * fen // most, 2))
        for place, (title, fen) in enumerate(amounts)
    )
    return Bars(rows, _ROW * len(rows))
