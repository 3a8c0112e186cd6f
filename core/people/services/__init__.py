"""All writes of households and persons."""

from core.people.services.batches import undo_import, uninstall_import
from core.people.services.bulk import bulk_insert_households
from core.people.services.exports import export_households
from core.people.services.households import create_household, end_household, update_household
from core.people.services.imports import import_households, install_households
from core.people.services.kinship import add_kinship, remove_kinship
from core.people.services.leaving import leave_register, take_leaving_back
from core.people.services.moves import move_households
from core.people.services.persons import add_person, update_person
from core.people.services.reveal import reveal_field

__all__ = [
    "add_kinship",
    "add_person",
    "bulk_insert_households",
    "create_household",
    "end_household",
    "export_households",
    "import_households",
    "install_households",
    "leave_register",
    "move_households",
    "remove_kinship",
    "reveal_field",
    "take_leaving_back",
    "undo_import",
    "uninstall_import",
    "update_household",
    "update_person",
]
