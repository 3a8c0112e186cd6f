"""Pages of households and persons."""

from core.people.views import households, kinship, leaving, persons, tables
from core.people.views.blueprint import pages

all_pages = [pages]

__all__ = ["all_pages", "households", "kinship", "leaving", "persons", "tables"]
