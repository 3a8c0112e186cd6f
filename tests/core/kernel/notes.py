"""A table to write to, a line for the record, and several hands at once."""

import threading
from collections.abc import Callable, Iterable

from peewee import AutoField, CharField

from core import audit
from core.db import BaseModel, MomentField, database
from core.security import Actor

ACTOR = Actor(account_id=1, name="测试")


class Note(BaseModel):
    id = AutoField()
    text = CharField(unique=True)
    at = MomentField(null=True)

    class Meta:
        table_name = "trial_note"


def record(subject: str = "note:1") -> None:
    audit.record(ACTOR, "trial.write_note", area_code="341504", subject=subject)


def notes() -> set[str]:
    return {note.text for note in Note.select()}


class Hand(threading.Thread):
    """Does something in a thread with a connection of its own; keeps what it ended with."""

    def __init__(self, deed: Callable[[], object], name: str | None = None) -> None:
        super().__init__(daemon=True, name=name)
        self.deed = deed
        self.error: BaseException | None = None

    def run(self) -> None:
        """The thread's work."""
        try:
            with database.connection_context():
                self.deed()
        except BaseException as error:  # noqa: BLE001 - kept for whoever waits
            self.error = error

    def finish(self, seconds: float = 20) -> BaseException | None:
        """Wait for the end; what it ended with."""
        self.join(seconds)
        assert not self.is_alive(), f"{self.name} did not come to an end"
        return self.error


def begin(deed: Callable[[], object], name: str | None = None) -> Hand:
    hand = Hand(deed, name)
    hand.start()
    return hand


def all_at_once(deeds: Iterable[Callable[[], object]]) -> list[BaseException | None]:
    """What each of them ended with."""
    hands = [begin(deed) for deed in deeds]
    return [hand.finish(60) for hand in hands]
