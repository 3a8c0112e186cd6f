"""The nightly look at all timelines, kept for the doctor."""

from core import audit
from core.cases.models import Proof
from core.cases.queries.proof import verify_timelines
from core.clock import now
from core.county import county
from core.db import unit_of_work
from core.plugin_manager import SYSTEM


def prove_timelines() -> None:
    """Re-walk every timeline and keep what was found."""
    verdict = verify_timelines()
    with unit_of_work():
        Proof.create(
            at=now(),
            steps=verdict.steps,
            mistakes=verdict.count,
            first_mistake=verdict.mistakes[0] if verdict.mistakes else "",
        )
        audit.record(
            SYSTEM,
            "cases.prove_timelines",
            area_code=county().settings.county_code,
            subject="cases",
            steps=verdict.steps,
            mistakes=verdict.count,
        )
