"""What the tests of supervision share."""

import pytest


@pytest.fixture
def county_plugins() -> list[str]:
    """Only supervision."""
    return ["supervision"]
