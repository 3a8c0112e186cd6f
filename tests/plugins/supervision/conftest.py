"""A village that decides: who acts, who has a vote, and ballots as rows."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from core.clock import now
from core.security import Actor
from core.testing import COUNTY_CODE, FAR_VILLAGE, TOWN, VILLAGE, TestHousehold


@pytest.fixture
def county_plugins() -> list[str]:
    """Only the supervision."""
    return ["supervision"]


@dataclass
class Village:
    """Who acts, and on whom: `persons` are six of the register, the first two of one household."""

    secretary: Actor
    town: Actor
    supervisor: Actor
    stranger: Actor
    persons: list[int]
    move_clock: Callable[[datetime], None]

    def seat(self, person_id: int, seat: str = "party_member", **more: Any) -> int:
        """Gives somebody a seat."""
        from plugins.supervision.services.voters import NewVoter, add_voter

        new = NewVoter(VILLAGE, person_id, seat, more.pop("since", date(2025, 1, 1)), **more)
        return add_voter(self.secretary, new)

    def draft(self, title: str = "修村东头的路", **more: Any) -> int:
        """A decision without six steps."""
        from plugins.supervision.services.decisions import NewDecision, create_decision

        return create_decision(
            self.secretary,
            NewDecision(VILLAGE, title, "从学校修到老街，宽五米。", **{"budget_fen": 100_000, **more}),
        )

    def published(self, seats: int = 5, **more: Any) -> int:
        """A published decision with a roll of `seats`."""
        from plugins.supervision.services.publishing import publish_decision

        for person_id in self.persons[:seats]:
            self.seat(person_id)
        decision_id = self.draft(**more)
        publish_decision(self.secretary, decision_id)
        return decision_id

    def vote(self, decision_id: int, agree: int, choice: str = "agree") -> None:
        """The first `agree` of the roll cast a ballot."""
        from plugins.supervision.models.decisions import Ballot
        from plugins.supervision.queries.decisions import current_version, decision
        from plugins.supervision.queries.roll import roll_of

        version = current_version(decision(self.secretary.scope("supervision.view"), decision_id))
        assert version is not None
        for entry in roll_of(version.id)[:agree]:
            Ballot.create(
                version_id=version.id,
                decision_id=decision_id,
                area_code=VILLAGE,
                roll_entry_id=entry.id,
                number=1,
                choice=choice,
                way="phone",
                account_id=1,
                receipt=secrets.token_hex(8),
                cast_at=now(),
            )

    def pass_days(self, days: int) -> None:
        """Lets days pass."""
        self.move_clock(now() + timedelta(days=days))


@pytest.fixture
def village(
    frozen_clock: Callable[[datetime], None],
    people: list[TestHousehold],
    actor: Callable[..., Actor],
) -> Village:
    """On a Monday morning."""
    return Village(
        secretary=actor("secretary", VILLAGE),
        town=actor("town_official", TOWN),
        supervisor=actor("supervisor", COUNTY_CODE),
        stranger=actor("secretary", FAR_VILLAGE),
        persons=[person for home in people for person in home.person_ids],
        move_clock=frozen_clock,
    )


@pytest.fixture
def submit() -> Callable[..., Any]:
    """Opens a page and sends a form to `action`, each time with a request number of its own."""

    def send(browser: FlaskClient, page: str, action: str, /, **form: Any) -> Any:
        found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(page).text)
        assert found is not None, browser.get(page).text
        sent = {"csrf_token": found.group(1), "form_key": secrets.token_hex(8), **form}
        return browser.post(action, data=sent)

    return send
