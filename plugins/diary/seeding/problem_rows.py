"""A county's problems of a year as rows: entries that became cases, most of them closed. Deterministic."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random

from core.cases.api import Desk, PastCase, PastStep, write_past_cases
from core.db import advance_ids, insert_rows, milliseconds
from core.plugin_manager import SYSTEM
from core.value_classes import value_class
from plugins.diary.models.entries import EntryCase
from plugins.diary.services.entries import PROBLEM_KIND

# Shengzhou in 2020 (document 002).
PROBLEMS = 5_196
# What a need of a topic is answered with; of the other topics no problem is raised.
ANSWERS = {
    "health": "已联系卫生院，村医每月上门一次。",
    "roads": "已列入本月村内小修，施工完成。",
    "surroundings": "已增设并清理，每天有人保洁。",
    "land": "已安排放水并清淤，田里不缺水了。",
    "dispute": "双方到场调解，签了协议。",
    "income": "已对接镇上的用工和销售渠道。",
    "school": "校车增停一站。",
    "safety": "已请人查看并加固。",
}
# So long ago an entry is at least whose case is closed.
_CLOSED_AFTER = timedelta(days=12)
# Of a thousand: how many go to the town, how many families are not content at first.
_TO_TOWN, _DISSATISFIED = 300, 20


@value_class
class Told:
    """An entry of which a problem is made: whose household it is about, and when it was told."""

    entry_id: int
    area_code: str
    account_id: int
    person_id: int | None
    household_id: int
    topic: str
    text: str
    at: datetime


def add_problem_rows(
    told: Sequence[Told],
    secretaries: Mapping[str, int],
    officials: Mapping[str, int],
    until: datetime,
    chance: Random,
) -> int:
    """A case of each entry, and the link between both; returns how many. Entries count theirs themselves.

    `secretaries` and `officials`: account ids by village and town; who has none leaves it to nobody.
    """
    stories = (_Story(each, secretaries, officials, chance).case(until) for each in told)
    case_ids = write_past_cases(SYSTEM, stories, chance)
    links = zip(told, case_ids, strict=True)
    columns = ("entry_id", "case_id", "area_code", "at")
    insert_rows(
        EntryCase,
        columns,
        [(each.entry_id, case_id, each.area_code, milliseconds(each.at)) for each, case_id in links],
    )
    advance_ids(EntryCase)
    return len(case_ids)


class _Story:
    """One problem on its way, some hours from step to step."""

    def __init__(
        self, told: Told, secretaries: Mapping[str, int], officials: Mapping[str, int], chance: Random
    ) -> None:
        self._told, self._chance, self._at = told, chance, told.at
        self._village, self._town = Desk("village", told.area_code[:12]), Desk("town", told.area_code[:9])
        self._secretary = secretaries.get(self._village.area_code)
        self._official = officials.get(self._town.area_code)

    def case(self, until: datetime) -> PastCase:
        """Closed if it is old enough; otherwise with what was done by `until`."""
        content = self._chance.randrange(1000) >= _DISSATISFIED
        steps = list(self._steps(to_town=self._chance.randrange(1000) < _TO_TOWN, content=content))
        if self._told.at > until - _CLOSED_AFTER:
            steps = [step for step in steps if step.at <= until] or steps[:1]
        answered = steps[-1].state in ("resolved", "rated", "closed")
        rated = sum(step.deed == "rate_for" for step in steps)
        return PastCase(
            kind=PROBLEM_KIND,
            text=self._told.text,
            area_code=self._told.area_code,
            steps=steps,
            person_id=self._told.person_id,
            household_id=self._told.household_id,
            on_behalf=self._told.person_id is not None,
            channel="diary",
            subject=f"diary_entry:{self._told.entry_id}",
            outcome="solved" if answered else "",
            answer=ANSWERS[self._told.topic] if answered else "",
            thumb="up" if rated and (content or rated > 1) else "down" if rated else "",
        )

    def _steps(self, *, to_town: bool, content: bool) -> Iterator[PastStep]:
        asked, said = self._told.account_id, ANSWERS[self._told.topic]
        desk, worker = self._village, self._secretary
        yield self._step("create", "reported", asked, desk)
        if to_town:
            desk, worker = self._town, self._official
            yield self._step("dispatch", "dispatched", worker, desk, hours=3)
        yield from self._worked(desk, worker, said)
        if not content:
            yield self._step("rate_for", "rated", asked, desk, "上门回访：还没有完全解决", hours=30)
            desk, worker = self._town, self._official
            yield self._step("reopen", "reopened", None, desk, "反馈人不满意或认为没有解决")
            yield from self._worked(desk, worker, said)
        yield self._step("rate_for", "rated", asked, desk, "上门回访：满意", hours=40)
        yield self._step("close", "closed", None, desk, hours=1)

    def _worked(self, desk: Desk, worker: int | None, said: str) -> Iterator[PastStep]:
        yield self._step("accept", "accepted", worker, desk, hours=4)
        yield self._step("start", "in_progress", worker, desk, hours=6)
        yield self._step("resolve", "resolved", worker, desk, said, hours=60)

    def _step(
        self, deed: str, state: str, account_id: int | None, desk: Desk, note: str = "", *, hours: float = 0
    ) -> PastStep:
        self._at += timedelta(hours=hours * self._chance.uniform(0.2, 1))
        return PastStep(deed, self._at, account_id, state, desk, note)
