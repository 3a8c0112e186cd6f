"""docs/channels.md tells other systems what is so."""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from core.cases.api import DEEDS
from core.files import documents, photos
from core.webhooks.queries import known_events
from core.webhooks.services.sending import PAUSES, TIMEOUT

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/channels.md").read_text("utf-8")


def test_the_page_names_every_event_and_no_other(app: Flask) -> None:
    named = set(re.findall(r"\bCase[A-Z][a-z]+\b", PAGE))
    assert named == {kind.partition(".")[2] for kind in known_events()}
    assert DEEDS


def test_the_page_names_operations_that_there_are(app: Flask) -> None:
    spec: dict[str, Any] = json.loads(app.test_client().get("/api/v1/openapi.json").data)
    known = {
        each["operationId"]
        for path in spec["paths"].values()
        for each in path.values()
        if "operationId" in each
    }
    named = set(re.findall(r"`([a-z]+[A-Z]\w*Webhook\w*|[a-z]+Webhook\w*)`", PAGE))
    assert len(named) == 8
    assert named <= known


@pytest.mark.parametrize("page", ["channels.md", "county-it.md"])
def test_limits_and_times_are_those_of_the_program(page: str) -> None:
    text = (ROOT / "docs" / page).read_text("utf-8")
    assert f"{TIMEOUT:.0f} 秒" in text
    assert "约三天" in text
    assert timedelta(days=2.5) < timedelta(seconds=sum(PAUSES)) < timedelta(days=3.6)
    if page == "channels.md":
        assert f"最大 {photos.MAX_BYTES // 2**20} MB" in text
        assert photos.MAX_BYTES == documents.MAX_BYTES
        assert f"{photos.MAX_PIXELS // 10_000:,} 万像素" in text
        assert f"{photos.LONGEST_SIDE:,} 像素" in text.replace("\n", "")


def test_the_example_of_a_message_has_the_shape_of_one() -> None:
    (example,) = re.findall(r'\{"type":"cases\.CaseResolved".*?\}\}', PAGE, flags=re.DOTALL)
    told = json.loads(example)
    assert {"subject", "area_code", "number", "case_id", "case_kind", "state"} <= set(told["data"])
