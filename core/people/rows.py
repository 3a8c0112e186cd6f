"""Households and persons before they are in the database: plain, with sensitive fields in clear."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class PersonRow:
    """A person to be registered. `citizen_id` and `phone` are checked and normal, or empty.

    `tags` are codes of `words.TAGS`, `risk_level` one of `words.RISK_LEVELS`.
    """

    name: str
    citizen_id: str = ""
    phone: str = ""
    is_head: bool = False
    risk_level: str = "low"
    tags: tuple[str, ...] = ()


@dataclass(slots=True)
class HouseholdRow:
    """A household to be registered in a village or grid (12 or 15 digits) with its persons."""

    area_code: str
    number: str
    address: str = ""
    synthetic: bool = False
    persons: list[PersonRow] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PersonChanges:
    """What to change of a person: None leaves a field, an empty text clears it."""

    name: str | None = None
    citizen_id: str | None = None
    phone: str | None = None
    is_head: bool | None = None
    risk_level: str | None = None
    tags: tuple[str, ...] | None = None
