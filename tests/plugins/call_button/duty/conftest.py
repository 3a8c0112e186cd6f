"""A town and its desk on a Monday morning."""

import pytest


@pytest.fixture
def county_plugins() -> list[str]:
    """Only the call button."""
    return ["call_button"]
