"""Requests that the OpenAPI description allows, or nearly allows, from two villages.

No server error, no answer that breaks the description, nothing of a village in the other one's hands.
schemathesis makes the requests; half of them name objects that exist. `make fuzz` asks far oftener, and
something else each time; with ONLY=NAME it asks one module or plugin.
"""

import os
import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
)

from core.api import PREFIX
from core.county import close_county
from tests.contracts.access_matrix import HOME, Trial

pytestmark = pytest.mark.grows
FUZZ, SOAK = os.environ.get("GRIDGOV_FUZZ_EXAMPLES"), os.environ.get("GRIDGOV_PROOFS") == "soak"
EXAMPLES = int(FUZZ) if FUZZ else 150 if SOAK else 5
ONLY = os.environ.get("GRIDGOV_FUZZ_ONLY", "")
OTHER = "341504002001"  # a village of another town
CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]
HEALTH = list(HealthCheck)
METHOD_WRONG = {405, 415}  # of no operation, so no operation documents them
ROLES = ("secretary", "resident", "clerk", "reviewer")


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    try:
        yield Trial(tmp_path_factory.mktemp("fuzzed"))
    finally:
        close_county()


def areas_in(value: Any) -> Iterator[str]:
    """Every area that an answer names."""
    if isinstance(value, dict):
        if isinstance(area := value.get("area_code"), str):
            yield area
        for inner in value.values():
            yield from areas_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from areas_in(inner)


def identities(trial: Trial) -> list[tuple[str, str]]:
    """Village and account: the same roles in two villages."""
    return [
        (village, account)
        for village in (HOME, OTHER)
        for role in ROLES
        if (account := trial.holders.get((role, village))) is not None
    ]


class Asking:
    """One operation, asked by several people; gathers what is wrong."""

    def __init__(self, trial: Trial, operation: Any) -> None:
        self.trial, self.operation = trial, operation
        described = operation.definition.raw
        self.name = str(described["operationId"])
        self.owner = str(described["tags"][0]).removesuffix("_api")
        self.is_open = not described.get("x-permission")
        self.documented = {int(status) for status in described["responses"] if status.isdigit()}
        self.named = re.findall(r"/([a-z-]+)/\{(\w+)\}", operation.path)
        self.wrong: set[str] = set()

    def often(self, people: list[tuple[str, str]]) -> None:
        """As many requests as there are EXAMPLES."""

        # The short run asks the same each time: what it finds, it finds before the change lands.
        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=not (FUZZ or SOAK),
            suppress_health_check=HEALTH,
        )
        @given(case=self.operation.as_strategy(), who=st.sampled_from(people), is_real=st.booleans())
        def once(case: Any, who: tuple[str, str], is_real: bool) -> None:
            self.ask(case, who, is_real=is_real)

        once()

    def ask(self, case: Any, who: tuple[str, str], *, is_real: bool) -> None:
        """One request, as `who` (village, account); `is_real`: about objects that exist."""
        village, account = who
        for collection, name in self.named if is_real else ():
            if (known := self.trial.objects.get(collection)) is not None:
                case.path_parameters[name] = known[0]
        answer = case.call(headers={"Authorization": f"Bearer {self.trial.tokens[account]}"})
        if answer.status_code not in self.documented | METHOD_WRONG:
            self.wrong.add(f"{self.name} answers {answer.status_code}, which is not documented")
        try:
            case.validate_response(answer, checks=CHECKS)
        except BaseExceptionGroup as group:
            self.wrong.update(f"{self.name}: {failure}" for failure in group.exceptions)
        told = (
            answer.json()
            if answer.content and "json" in answer.headers.get("content-type", [""])[0]
            else None
        )
        foreign = {OTHER: HOME, HOME: OTHER}[village]
        if not self.is_open and answer.status_code < 400:
            shown = {area for area in areas_in(told) if area.startswith(foreign)}
            self.wrong.update(f"{self.name} shows {area} to somebody of {village}" for area in shown)


def test_no_request_breaks_the_interface_or_shows_a_foreign_village(trial: Trial) -> None:
    schema = schemathesis.openapi.from_wsgi(f"{PREFIX}/openapi.json", trial.app)
    people, wrong, tried = identities(trial), set(), 0
    assert len(people) == 2 * len(ROLES)
    for result in schema.get_all_operations():
        asking = Asking(trial, result.ok())
        if asking.name == "logout" or ONLY not in ("", asking.owner):
            continue
        asking.often(people)
        wrong |= asking.wrong
        tried += 1
    assert not wrong, "\n".join(sorted(wrong))
    assert tried > (0 if ONLY else 200)
