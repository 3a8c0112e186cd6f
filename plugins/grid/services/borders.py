"""What a split or merge does to borders; inside the unit of work of the change."""

from collections.abc import Sequence

from core.clock import today
from core.security import Actor
from plugins.grid.errors import CutMisses
from plugins.grid.geometry.checks import clean_ring
from plugins.grid.geometry.cutting import cut, joined
from plugins.grid.geometry.ground import Point, is_inside
from plugins.grid.queries.boundaries import boundaries_of
from plugins.grid.services.boundaries import end_boundary, write_boundary


def cut_border(actor: Actor, source: str, new: str, line: Sequence[Point], inside: Point) -> None:
    """Cut the border of `source`, if it has one; the part around `inside` is the new grid's.

    `line` and `inside` are in the datum of the border. Raises CutMisses, and what `clean_ring` raises.
    """
    held = boundaries_of([source]).get(source)
    if held is None:
        return
    one, other = cut(held.ring, line)
    # A corner of the ring counts as inside its part, too.
    near = inside in held.ring
    if is_inside(inside, one) or (near and inside in one):
        one, other = other, one
    elif not (is_inside(inside, other) or (near and inside in other)):
        raise CutMisses
    write_boundary(actor, source, clean_ring(one), held.datum, "split")
    write_boundary(actor, new, clean_ring(other), held.datum, "split")


def join_borders(actor: Actor, source: str, into: str) -> str:
    """Close the border of `source`; `into` gets the one around both where they share a stretch of it.

    Returns joined, kept (the borders do not meet: `into` keeps its own until somebody redraws it) or none.
    """
    held = boundaries_of([source, into])
    end_boundary(source, today())
    if source not in held or into not in held:
        return "none"
    ring = joined(held[into].ring, held[source].in_datum(held[into].datum))
    if ring is None:
        return "kept"
    write_boundary(actor, into, clean_ring(ring), held[into].datum, "merged")
    return "joined"
