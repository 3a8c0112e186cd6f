"""A flow chart from an item's steps: where boxes, arrows and ways back stand. Drawn by a template as SVG.

One column, so that it is readable on a phone and on paper; a step that may be sent back has a line in a lane
of its own on the right. Units are those of the drawing, WIDTH wide.
"""

import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from core.text import N_
from core.value_classes import value_class
from core.web import say
from plugins.supervision.queries.powers import Step

WIDTH: Final = 360
_LEFT, _BOX, _LANE = 8, 280, 16
_LETTER, _LINE, _PAD, _GAP = 15, 21, 10, 28


@value_class
class Box:
    """A step: its place, and its lines with their heights and kinds (title, plain, back)."""

    y: int
    height: int
    lines: tuple[tuple[int, str, str], ...]


@value_class
class FlowChart:
    """The drawing. `arrows`: from height to height in the middle; `backs`: ways back as SVG paths."""

    height: int
    boxes: tuple[Box, ...]
    arrows: tuple[tuple[int, int], ...]
    backs: tuple[str, ...]
    left: int = _LEFT
    box_width: int = _BOX
    width: int = WIDTH

    @property
    def middle(self) -> int:
        """Where arrows stand."""
        return self.left + self.box_width // 2


def flow_chart(steps: Sequence[Step]) -> FlowChart:
    """The chart of the steps, in the reader's language."""
    boxes: list[Box] = []
    y = 4
    for number, step in enumerate(steps, 1):
        box = _box(y, number, step)
        boxes.append(box)
        y += box.height + _GAP
    arrows = tuple((above.y + above.height, below.y) for above, below in pairwise(boxes))
    return FlowChart(y - _GAP + 4, tuple(boxes), arrows, tuple(_backs(steps, boxes)))


def _box(y: int, number: int, step: Step) -> Box:
    said = [(line, "title") for line in wrapped(f"{number}. {step.title}")]
    said += [(line, "plain") for line in wrapped(step.who)]
    if step.documents:
        said += [
            (line, "plain") for line in wrapped(say(N_("材料：%(documents)s"), documents=step.documents))
        ]
    if step.days is not None:
        said += [(line, "plain") for line in wrapped(say(N_("时限：%(days)d 个工作日"), days=step.days))]
    if step.back_to is not None:
        words = say(N_("%(when)s：退回第 %(step)d 步"), when=step.back_when, step=step.back_to)
        said += [(line, "back") for line in wrapped(words)]
    lines = tuple((y + _PAD + _LINE * place + _LETTER, line, kind) for place, (line, kind) in enumerate(said))
    return Box(y, 2 * _PAD + _LINE * len(said), lines)


def _backs(steps: Sequence[Step], boxes: Sequence[Box]) -> list[str]:
    """Ways back as paths; two that overlap in height take different lanes."""
    right, paths = _LEFT + _BOX, []
    taken: list[tuple[int, int, int]] = []
    for number, step in enumerate(steps, 1):
        if step.back_to is None:
            continue
        start, end = boxes[number - 1], boxes[step.back_to - 1]
        low, high = start.y + start.height // 2 + 6, end.y + end.height // 2 - 6
        lane = next(
            place
            for place in range(len(steps) + 1)
            if not any(place == other and low >= top and high <= bottom for other, top, bottom in taken)
        )
        taken.append((lane, high, low))
        x = right + _LANE * (lane + 1)
        paths.append(f"M{right} {low}H{min(x, WIDTH - 3)}V{high}H{right + 1}")
    return paths


def wrapped(text: str, width: int = _BOX - 2 * _PAD) -> list[str]:
    """Text in lines of at most `width`: a Chinese sign is as wide as its letter is high, others half."""
    lines, line, used = [], "", 0.0
    for word in _words(text):
        wide = sum(map(_width, word))
        if line and used + wide > width:
            lines.append(line.rstrip())
            line, used = "", 0.0
        line = (line + word).lstrip()
        used += wide
    return [*lines, line.rstrip()] if line.strip() else lines


def _width(sign: str) -> float:
    return _LETTER if unicodedata.east_asian_width(sign) in "WFA" else 0.56 * _LETTER


def _words(text: str) -> list[str]:
    """Chinese signs one by one, other letters by words."""
    words: list[str] = []
    for sign in text:
        joins = words and sign.isascii() and sign != " " and words[-1][-1].isascii()
        if joins:
            words[-1] += sign
        else:
            words.append(sign)
    return words
