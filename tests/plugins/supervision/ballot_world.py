"""A village that votes: voters with and without a phone, and those who gather and check their papers."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from core.accounts.api import operator
from core.clock import now
from core.db import unit_of_work
from core.files.api import store_photo
from core.people.api import HouseholdRow, PersonRow, bulk_insert_households, persons_of
from core.security import Actor
from core.testing import MONDAY_MORNING, VILLAGE
from plugins.supervision.models.decisions import (
    PAPER,
    PUBLISHED,
    Ballot,
    Decision,
    DecisionVersion,
    Recusal,
    RollEntry,
)
from plugins.supervision.services.ballots import NewBallot, cast_ballot

DAYS_OPEN = 7
# Who drafted and published: nobody who acts in a test, unless it says so.
AUTHOR = 900_000
CLOSES = MONDAY_MORNING + timedelta(days=DAYS_OPEN)


def photo(color: str = "white") -> bytes:
    """A small JPEG."""
    out = BytesIO()
    Image.new("RGB", (64, 48), color).save(out, "JPEG")
    return out.getvalue()


@dataclass
class World:
    """`people`: ids of persons of VILLAGE, each of a household of their own; some have accounts."""

    people: list[int]
    make_actor: Callable[..., Actor]
    move_clock: Callable[[datetime], None]
    voters: dict[int, Actor] = field(default_factory=dict)
    made: int = 0
    papers: int = 0

    def voter(self, place: int) -> Actor:
        """The resident's account of a person."""
        if place not in self.voters:
            self.voters[place] = self.make_actor("resident", VILLAGE, person_id=self.people[place])
        return self.voters[place]

    def publish(
        self,
        size: int = 5,
        *,
        author: int = AUTHOR,
        seats: Sequence[str] = (),
        secret: bool = False,
        pooled: bool = True,
        percent: int = 80,
        area_code: str = VILLAGE,
    ) -> Decision:
        """A decision on whose roll the first `size` persons stand; `seats` of each ("representative")."""
        self.made += 1
        with unit_of_work(housekeeping="a test's rows"):
            decision = Decision.create(
                area_code=area_code,
                code=f"AAAA{self.made:04d}".replace("0", "Z").replace("1", "Y"),
                state=PUBLISHED,
                title="修村东水渠（模拟）",
                text="用集体资金修村东水渠 300 米。",
                account_id=author,
                created_at=now(),
            )
            self.new_version(decision, size, seats=seats, secret=secret, pooled=pooled, percent=percent)
        return decision

    def new_version(
        self, decision: Decision, size: int = 5, *, seats: Sequence[str] = (), **rules: Any
    ) -> None:
        """Another version with its own roll."""
        number = decision.version + 1
        body = json.dumps(
            {"title": decision.title, "text": f"第 {number} 版的全文（模拟）"}, ensure_ascii=False
        )
        with unit_of_work(housekeeping="a test's rows"):
            version = DecisionVersion.create(
                decision_id=decision.id,
                area_code=decision.area_code,
                number=number,
                body=body,
                digest=sha256(body.encode()).hexdigest(),
                published_at=now(),
                published_by=AUTHOR,
                earliest_day=date(2026, 3, 6),
                closes_at=now() + timedelta(days=DAYS_OPEN),
                approval_percent=rules.get("percent", 80),
                pooled=rules.get("pooled", True),
                secret=rules.get("secret", False),
                roll_size=size,
            )
            for place in range(size):
                RollEntry.create(
                    version_id=version.id,
                    decision_id=decision.id,
                    area_code=decision.area_code,
                    person_id=self.people[place],
                    name=f"村民{place}",
                    seats=seats[place] if place < len(seats) else "representative",
                )
            decision.version = number
            decision.save()

    def version(self, decision: Decision) -> DecisionVersion:
        """The present version."""
        query = DecisionVersion.unscoped("test").where(DecisionVersion.decision_id == decision.id)
        return query.order_by(DecisionVersion.number.desc()).first()

    def cast(self, place: int, decision: Decision, choice: str = "agree", **more: Any) -> Ballot:
        """Somebody votes on their phone."""
        return cast_ballot(self.voter(place), decision.id, NewBallot(choice, **more))

    def paper(self, staff: Actor, place: int, decision: Decision, choice: str = "agree") -> Ballot:
        """Staff enter somebody's paper."""
        self.papers += 1
        kept = store_photo(
            staff,
            "paper.jpg",
            photo(f"#{37 * self.papers % 256:02x}{91 * self.papers % 256:02x}40"),
            area_code=VILLAGE,
        )
        ballot = NewBallot(choice, way=PAPER, person_id=self.people[place], photos=(kept.id,))
        return cast_ballot(staff, decision.id, ballot)

    def recuse(self, place: int, decision: Decision) -> None:
        """Somebody's recusal is confirmed."""
        with unit_of_work(housekeeping="a test's rows"):
            Recusal.create(
                decision_id=decision.id,
                area_code=decision.area_code,
                person_id=self.people[place],
                reason="亲属承包工程",
                proposed_at=now(),
                confirmed_at=now(),
                confirmed_by=1,
            )


def make_world(
    county: Any, make_actor: Callable[..., Actor], move_clock: Callable[[datetime], None] | None = None
) -> World:
    """Twelve persons of VILLAGE; the last two live in one household."""
    from core.app import load_plugins

    if county.plugins is None:
        load_plugins(county)
    names = [(f"村民{place}",) for place in range(10)] + [("村民10", "村民11")]
    rows = [
        HouseholdRow(
            VILLAGE,
            f"9{place:02d}",
            "",
            persons=[PersonRow(name, is_head=name == home[0]) for name in home],
        )
        for place, home in enumerate(names)
    ]
    homes = bulk_insert_households(operator(), rows)
    people = [person.id for home in homes for person in persons_of(home)]
    return World(people, make_actor, move_clock or (lambda _: None))


@pytest.fixture
def world(county: Any, actor: Callable[..., Actor], frozen_clock: Callable[[datetime], None]) -> World:
    """A village that votes, on a Monday morning."""
    return make_world(county, actor, frozen_clock)
