"""What can go wrong in the grid plugin, one file for each subject."""

from plugins.grid.errors.boundaries import (
    BoundaryCrossesItself,
    BoundaryNotPolygon,
    BoundaryOutside,
    BoundaryOverlaps,
    BoundaryTooFewPoints,
    BoundaryTooLarge,
    BoundaryTooMany,
    BoundaryUnreadable,
    CutMisses,
)
from plugins.grid.errors.division import (
    DayGone,
    GridBegunToday,
    GridGone,
    HouseholdsElsewhere,
    NoSisters,
    NothingToSplit,
)
from plugins.grid.errors.staffing import (
    AlreadyThere,
    BatchGone,
    CoverWrong,
    LeaderTaken,
    MemberTaken,
    NoSuccessorGiven,
    PersonUnknown,
    PostOver,
    WorkLeftOpen,
)

__all__ = [
    "AlreadyThere",
    "BatchGone",
    "BoundaryCrossesItself",
    "BoundaryNotPolygon",
    "BoundaryOutside",
    "BoundaryOverlaps",
    "BoundaryTooFewPoints",
    "BoundaryTooLarge",
    "BoundaryTooMany",
    "BoundaryUnreadable",
    "CoverWrong",
    "CutMisses",
    "DayGone",
    "GridBegunToday",
    "GridGone",
    "HouseholdsElsewhere",
    "LeaderTaken",
    "MemberTaken",
    "NoSisters",
    "NoSuccessorGiven",
    "NothingToSplit",
    "PersonUnknown",
    "PostOver",
    "WorkLeftOpen",
]
