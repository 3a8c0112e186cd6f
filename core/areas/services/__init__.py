"""All writes of areas."""

from core.areas.services.changes import close_area, open_area, rename_area
from core.areas.services.imports import import_areas, install_areas

__all__ = ["close_area", "import_areas", "install_areas", "open_area", "rename_area"]
