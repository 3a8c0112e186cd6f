"""The door of the people module: everything that upper modules and plugins may use."""

from core.people.contact import phones_for_messages
from core.people.headcounts import Headcount, headcounts, household_numbers
from core.people.identity import (
    check_citizen_id,
    check_digit,
    check_phone,
    mask_citizen_id,
    mask_name,
    mask_phone,
)
from core.people.queries import (
    HouseholdBrief,
    PersonBrief,
    area_of_person,
    find_households,
    find_persons,
    household,
    household_area,
    household_brief,
    household_head_name,
    household_of_person,
    list_households,
    person,
    person_brief,
    person_names,
    persons_by_citizen_id,
    persons_by_phone,
    persons_of,
)
from core.people.rows import HouseholdRow, PersonChanges, PersonRow
from core.people.services import (
    bulk_insert_households,
    export_households,
    import_households,
    install_households,
    move_households,
)
from core.people.special import household_counts, special_persons
from core.people.words import PURPOSES, RISK_LEVELS, TAGS

__all__ = [
    "PURPOSES",
    "RISK_LEVELS",
    "TAGS",
    "Headcount",
    "HouseholdBrief",
    "HouseholdRow",
    "PersonBrief",
    "PersonChanges",
    "PersonRow",
    "area_of_person",
    "bulk_insert_households",
    "check_citizen_id",
    "check_digit",
    "check_phone",
    "export_households",
    "find_households",
    "find_persons",
    "headcounts",
    "household",
    "household_area",
    "household_brief",
    "household_counts",
    "household_head_name",
    "household_numbers",
    "household_of_person",
    "import_households",
    "install_households",
    "list_households",
    "mask_citizen_id",
    "mask_name",
    "mask_phone",
    "move_households",
    "person",
    "person_brief",
    "person_names",
    "persons_by_citizen_id",
    "persons_by_phone",
    "persons_of",
    "phones_for_messages",
    "special_persons",
]
