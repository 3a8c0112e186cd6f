"""A county with supervision alone."""

import pytest


@pytest.fixture
def county_plugins() -> list[str]:
    """Only supervision."""
    return ["supervision"]
