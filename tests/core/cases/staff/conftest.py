"""The browser of somebody at a desk: it opens pages and sends the forms that stand in them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.accounts.api import open_session, operator
from core.security import Actor
from tests.core.cases.conftest import World, people_here, world

__all__ = ["World", "people_here", "world"]


@dataclass
class Seat:
    """Somebody logged in."""

    client: FlaskClient

    def get(self, path: str) -> Any:
        """Open a page."""
        return self.client.get(path)

    def text(self, path: str, status: int = 200) -> str:
        """What a page says."""
        answer = self.get(path)
        assert answer.status_code == status, answer.status_code
        return unescape(str(answer.get_data(as_text=True)))

    def post(self, path: str, page: str, **fields: Any) -> Any:
        """Send a form of `page` to `path`: with the token and the version that the page holds."""
        shown = self.client.get(page).get_data(as_text=True)
        hidden = dict(re.findall(r'name="(csrf_token|form_key|version)" value="([^"]*)"', shown))
        return self.client.post(path, data={**hidden, **fields})

    def do(self, case_id: int, deed: str, **fields: Any) -> Any:
        """Press a button on the page of a case."""
        return self.post(f"/cases/{case_id}/{deed}", f"/cases/{case_id}", **fields)


Sit = Callable[[Actor], Seat]


@pytest.fixture
def sit(app: Flask) -> Sit:
    """A browser in which an actor of the world is logged in."""

    def make(actor: Actor) -> Seat:
        assert actor.account_id is not None
        browser = app.test_client()
        with browser.session_transaction() as session:
            session["token"] = open_session(operator(), actor.account_id).token
        return Seat(browser)

    return make
