"""The proof of the timelines: re-walked, held against the cases and the record of who did what."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from peewee import fn

from core import audit
from core.cases.digest import added, step_digest
from core.cases.models import Case, Proof, Step
from core.cases.words import DEEDS
from core.db import one_view, rows, trigger_names

PROOF = "the proof of the timelines looks at every case"
TRIGGERS = {f"cases_step_no_{verb}" for verb in ("update", "delete")}
ACTIONS = [f"cases.{deed}_case" for deed in DEEDS]
SEED_ACTION = "cases.seed"
_MOST_NAMED = 20
_CASES_AT_ONCE = 2_000


@dataclass
class Verdict:
    """What re-walking found. `mistakes` are sentences, the first few of them; empty means proven."""

    steps: int = 0
    mistakes: list[str] = field(default_factory=list)
    count: int = 0
    total: int = 0

    def note(self, mistake: str) -> None:
        """One more mistake."""
        self.count += 1
        if len(self.mistakes) < _MOST_NAMED:
            self.mistakes.append(mistake)


def verify_timelines() -> Verdict:
    """Re-walk every timeline. The record itself is proven by `gridgov audit verify`."""
    verdict = Verdict()
    # People go on working while it reads: a step that comes in between is no mistake.
    with one_view():
        for name in missing_triggers():
            verdict.note(f"数据库里缺少防改动的触发器 {name}")
        highest = max(int(Step.select(fn.MAX(Step.case_id)).scalar() or 0), _highest_case())
        for first in range(1, highest + 1, _CASES_AT_ONCE):
            _hold_against_cases(verdict, first, first + _CASES_AT_ONCE - 1)
        _hold_against_record(verdict)
    return verdict


def missing_triggers() -> list[str]:
    """The triggers that keep timelines from being changed and that are not there."""
    return sorted(TRIGGERS - trigger_names())


def last_proof() -> Proof | None:
    """What the newest nightly look found."""
    found: Proof | None = Proof.select().order_by(Proof.id.desc()).limit(1).get_or_none()
    return found


def _highest_case() -> int:
    return int(Case.unscoped(PROOF, fn.MAX(Case.id)).scalar() or 0)


def _hold_against_cases(verdict: Verdict, first: int, last: int) -> None:
    ends = _walk(verdict, first, last)
    cases = Case.unscoped(PROOF, Case.id, Case.version, Case.state).where(Case.id.between(first, last))
    for case_id, version, state in rows(cases.order_by(Case.id)):
        end = ends.pop(case_id, (0, ""))
        if end != (version, state):
            verdict.note(f"事项 {case_id} 记为第 {version} 步“{state}”，时间线止于第 {end[0]} 步“{end[1]}”")
    for case_id in ends:
        verdict.note(f"时间线指向不存在的事项 {case_id}")


def _walk(verdict: Verdict, first: int, last: int) -> dict[int, tuple[int, str]]:
    """Every step of some cases in its order; returns where each timeline ends."""
    ends: dict[int, tuple[int, str]] = {}
    here, number, before = 0, 0, ""
    for case_id, count, *parts, previous, digest in _steps(first, last):
        if case_id != here:
            here, number, before = case_id, 0, ""
        number += 1
        if count != number or previous != before or step_digest(before, case_id, count, *parts) != digest:
            verdict.note(f"事项 {case_id} 时间线的第 {count} 步被改动，或它前面少了一步")
            number = count
        before = digest
        ends[case_id] = (count, parts[3])
        verdict.steps += 1
        verdict.total = added(verdict.total, digest)
    return ends


def _steps(first: int, last: int) -> Iterator[tuple[Any, ...]]:
    # Raw values: whoever tampers may store what no field of ours can read.
    return iter(rows(Step.select(*_COLUMNS).where(Step.case_id.between(first, last)).order_by(*_COLUMNS[:2])))


_COLUMNS = (
    Step.case_id,
    Step.number,
    Step.at.cast("bigint"),
    Step.account_id,
    Step.deed,
    Step.state,
    Step.level,
    Step.desk_area,
    Step.unit_id,
    Step.note,
    Step.previous,
    Step.digest,
)


def _hold_against_record(verdict: Verdict) -> None:
    """Whether the record knows the same steps; which ones differ is looked for only where the sums do."""
    total = steps = 0
    for _, line in audit.details([*ACTIONS, SEED_ACTION]):
        if "digests" in line:
            total, steps = added(total, line["digests"]), steps + int(line["steps"])
        elif "digest" in line:
            total, steps = added(total, line["digest"]), steps + 1
    if (total, steps) != (verdict.total, verdict.steps):
        verdict.note(
            f"审计记录知道 {steps} 步，时间线上有 {verdict.steps} 步，或内容不同："
            f"{', '.join(_strangers()) or '有被删除或改写的步骤'}"
        )


def _strangers() -> list[str]:
    """Steps that the record knows otherwise: the first few. Slow, and only after something was found."""
    known = {
        (line["case"], line["step"]): line["digest"] for _, line in audit.details(ACTIONS) if "digest" in line
    }
    found: list[str] = []
    for (case_id, number), digest in known.items():
        stored = Step.select(Step.digest).where((Step.case_id == case_id) & (Step.number == number)).scalar()
        if stored != digest:
            found.append(f"事项 {case_id} 第 {number} 步")
        if len(found) == _MOST_NAMED:
            break
    return found
