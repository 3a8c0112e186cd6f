"""What tests of the system share: filling in a form as a browser does."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.testing import JsonClient


@pytest.fixture
def submit() -> Callable[..., Any]:
    """Opens a page and sends one of its forms: `submit(browser, page, action, headers=None, **fields)`."""

    def send(
        browser: FlaskClient, page: str, action: str, /, headers: dict[str, str] | None = None, **form: Any
    ) -> Any:
        found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(page).text)
        assert found, "the page holds no form"
        return browser.post(action, data={"csrf_token": found[1], **form}, headers=headers)

    return send


@pytest.fixture
def anonymous(app: Flask) -> JsonClient:
    """A program without a token."""
    return JsonClient(app, None)
