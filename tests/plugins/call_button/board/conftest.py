"""A village with callers on its walls, as the tests of calls have it."""

import re
import secrets
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.plugins.call_button.calls.conftest import callers, county_plugins, paper

__all__ = ["callers", "county_plugins", "paper"]


@pytest.fixture
def submit() -> Callable[..., Any]:
    """Opens a page and sends a form to `action`, each time with a request number of its own."""

    def send(browser: FlaskClient, page: str, action: str, /, **form: Any) -> Any:
        found = re.search(r'name="csrf-token" content="([^"]+)"', browser.get(page).text)
        assert found is not None, browser.get(page).text
        sent = {"csrf_token": found.group(1), "form_key": secrets.token_hex(8), **form}
        return browser.post(action, data=sent)

    return send
