"""All pages of staff: importing their modules has put them on one blueprint."""

from core.cases.views.desk import (
    deeds,
    figures,
    filing,
    lists,
    merging,
    page,
    pages,
    rules,
    units,
    watching,
)

all_pages = [pages]

__all__ = [
    "all_pages",
    "deeds",
    "figures",
    "filing",
    "lists",
    "merging",
    "page",
    "rules",
    "units",
    "watching",
]
