"""What tests of accounts share: filling in a form as a browser does."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.testing import PASSWORD, JsonClient


def csrf_token(page: str) -> str:
    """The token that a form of this page carries."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found, "the page holds no form"
    return found[1]


@pytest.fixture
def submit() -> Callable[..., Any]:
    """Opens a page and sends one of its forms: `submit(browser, page, action, **fields)`."""

    def send(browser: FlaskClient, page: str, action: str, /, **form: Any) -> Any:
        token = csrf_token(browser.get(page).text)
        return browser.post(action, data={"csrf_token": token, **form})

    return send


@pytest.fixture
def anonymous(app: Flask) -> JsonClient:
    """A program without a token."""
    return JsonClient(app, None)


@pytest.fixture
def log_in(anonymous: JsonClient) -> Callable[..., Any]:
    """Logs in through the interface: `log_in(username, password=PASSWORD)` gives the answer."""
    return lambda username, password=PASSWORD: anonymous.post(
        "/sessions", {"username": username, "password": password}
    )


@pytest.fixture
def actions() -> Callable[[], list[str]]:
    """The actions in the record, oldest first."""
    from core.audit import AuditLine

    return lambda: [line.action for line in AuditLine.unscoped("a test").order_by(AuditLine.seq)]
