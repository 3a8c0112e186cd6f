"""The door of the areas module: everything that upper modules and plugins may use."""

from core.areas.levels import DIGITS as LEVEL_DIGITS
from core.areas.levels import TITLES as LEVEL_TITLES
from core.areas.levels import codes_above, parent_code
from core.areas.queries import (
    area,
    area_names,
    children,
    current_code,
    descendant_counts,
    former_codes,
    get_area,
    is_current,
    list_areas,
    path_name,
    path_names,
    roots,
)
from core.areas.services import close_area, import_areas, install_areas, open_area, rename_area

__all__ = [
    "LEVEL_DIGITS",
    "LEVEL_TITLES",
    "area",
    "area_names",
    "children",
    "close_area",
    "codes_above",
    "current_code",
    "descendant_counts",
    "former_codes",
    "get_area",
    "import_areas",
    "install_areas",
    "is_current",
    "list_areas",
    "open_area",
    "parent_code",
    "path_name",
    "path_names",
    "rename_area",
    "roots",
]
