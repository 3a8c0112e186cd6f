"""All writes of areas."""

from core.areas.services.changes import close_area, open_area, rename_area
from core.areas.services.imports import import_areas, install_areas
from core.areas.services.successors import keep_pilots

__all__ = ["close_area", "import_areas", "install_areas", "keep_pilots", "open_area", "rename_area"]
