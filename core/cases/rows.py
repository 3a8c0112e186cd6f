"""What goes in: a new case as it is filed."""

from collections.abc import Sequence

from core.value_classes import value_class

# Filed on the open pages by somebody without an account.
OPEN_CHANNEL = "open"


@value_class
class NewCase:
    """A case to be filed.

    `person_id`: whose case it is, from the register; `on_behalf_of` the same when somebody files it for
    them. `photos`: ids of files that the filer has uploaded. `external_id`: the number in the channel it came
    from; the same number of the same channel is the same case. `subject`: `thing:id`, where it came from.
    """

    kind: str
    text: str
    area_code: str
    place: str = ""
    latitude: float | None = None
    longitude: float | None = None
    difficulty: str | None = None
    person_id: int | None = None
    household_id: int | None = None
    photos: Sequence[str] = ()
    channel: str = "page"
    external_id: str = ""
    # None: as the kind says.
    public: bool | None = None
    urgent: bool = False
    solved_on_spot: bool = False
    on_behalf_of: int | None = None
    subject: str = ""
    answer: str = ""


@value_class
class Helper:
    """Who is to help: a desk beside the lead's."""

    level: str
    area_code: str
    unit_id: int | None = None
