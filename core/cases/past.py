"""What a synthetic county's people reported, and what became of it: texts and the ways that cases go."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import datetime, timedelta

from core.cases.clocks import days_from
from core.cases.desks import Desk, desk_above
from core.cases.services.bulk import PastCase, PastStep
from core.cases.words import (
    ACCEPT,
    ACCEPTED,
    CANCEL,
    CANCELLED,
    CLOSE,
    CLOSED,
    CREATE,
    DISPATCH,
    DISPATCHED,
    DOWN,
    EXPLAINED,
    IN_PROGRESS,
    RATE,
    RATED,
    REOPEN,
    REOPENED,
    REPORTED,
    RESOLVE,
    RESOLVED,
    SOLVED,
    START,
    UP,
)
from core.county import county
from core.value_classes import value_class

# Kind, whether answers are public, and what is reported with the answer to it.
REPORTS = (
    ("cases.report", False, "村口路灯不亮，晚上走路不安全", "已更换灯泡和线路，路灯恢复照明。"),
    ("cases.report", False, "家里断水两天了", "主管道阀门损坏，已更换，恢复供水。"),
    ("cases.report", False, "垃圾桶满了没有人清运", "已联系保洁公司清运，改为每日一次。"),
    ("cases.report", False, "想申请低保，不知道带什么材料", "已上门说明政策并代为填报。"),
    ("cases.report", False, "通组路塌了一段，农用车过不去", "已回填压实，列入下月硬化计划。"),
    ("cases.dispute", False, "与邻居因宅基地边界发生争执", "双方现场丈量，签订调解协议。"),
    ("cases.dispute", False, "承包地流转租金拖欠一年", "承租方已付清，双方续签合同。"),
    ("cases.letter", True, "建议在广场添几张座椅", "已添置座椅六张。"),
    ("cases.letter", True, "希望恢复去镇上的早班公交", "公交公司答复：下月起恢复六点半班次。"),
    ("cases.snapshot", True, "河边堆了建筑垃圾", "已清理，设置禁止倾倒牌。"),
    ("cases.snapshot", True, "井盖破损，孩子差点掉进去", "已更换井盖。"),
    ("cases.other", False, "请问新农合怎么交", "已说明缴费时间和办法。"),
)
PLACES = ("村部门口", "东头水塘边", "老学校旁", "三组路口", "新桥南侧", "")


@value_class
class Resident:
    """Who reports: account, person, household, and the grid or village where they live."""

    account_id: int | None
    person_id: int | None
    household_id: int | None
    area_code: str = ""


@value_class
class Setting:
    """Who is there: residents and secretaries by village, officials and units by town."""

    residents: Mapping[str, list[Resident]]
    secretaries: Mapping[str, int]
    officials: Mapping[str, int]
    units: Mapping[str, int]
    areas: Mapping[str, list[str]] = field(default_factory=dict)

    @property
    def villages(self) -> list[str]:
        """Those where somebody can report."""
        return sorted(code for code, people in self.residents.items() if people)


class Story:
    """One case on its way: each method is a step, some hours after the one before."""

    def __init__(self, setting: Setting, chance: random.Random, village: str, at: datetime) -> None:
        self.setting, self.chance, self.at = setting, chance, at
        self.village, self.town = village, village[:9]
        self.kind, self.public, self.text, self.said = chance.choice(REPORTS)
        self.resident = chance.choice(setting.residents[village])
        home = self.resident.area_code
        here = [home] if home.startswith(village) else setting.areas.get(village)
        self.area_code = chance.choice(here or [village])
        self.desk = Desk("village", village)
        self.steps: list[PastStep] = []
        self.outcome = self.answer = self.thumb = ""
        self.on_the_spot = False

    def step(
        self, deed: str, state: str, account_id: int | None, note: str = "", *, hours: float = 0
    ) -> None:
        """One more step."""
        self.at += timedelta(hours=hours)
        self.steps.append(PastStep(deed, self.at, account_id, state, self.desk, note))

    def report(self) -> None:
        """The resident reports."""
        self.step(CREATE, REPORTED, self.resident.account_id)

    def to_the_unit(self) -> None:
        """The town's official hands it to a unit."""
        self.desk = Desk("town", self.town, self.setting.units[self.town])
        self.step(DISPATCH, DISPATCHED, self.official, hours=self.chance.uniform(0.2, 3))

    def accept(self, *, begin: bool = False) -> None:
        """Somebody says "mine", and begins."""
        self.step(ACCEPT, ACCEPTED, self.worker, hours=self.chance.uniform(0.2, 3))
        if begin:
            self.step(START, IN_PROGRESS, self.worker, hours=self.chance.uniform(0.5, 5))

    def resolve(self, *, hours: float | None = None) -> None:
        """It is done."""
        self.outcome = SOLVED if self.chance.random() < 0.9 else EXPLAINED
        self.answer = self.said
        taken = self.chance.uniform(3, 70) if hours is None else hours
        self.step(RESOLVE, RESOLVED, self.worker, self.said, hours=taken)

    def rate(self, thumb: str) -> None:
        """The resident is content, or it is reopened one level up."""
        self.thumb = thumb
        self.step(RATE, RATED, self.resident.account_id, hours=self.chance.uniform(0.5, 40))
        if thumb == DOWN:
            self.outcome = self.answer = ""
            above = desk_above(self.desk)
            assert above is not None
            self.desk = above
            self.step(REOPEN, REOPENED, None, "反馈人不满意或认为没有解决")

    def close(self) -> None:
        """It is struck off."""
        self.step(CLOSE, CLOSED, None, hours=0.2)

    def cancel(self) -> None:
        """The resident takes it back."""
        self.step(CANCEL, CANCELLED, self.resident.account_id, "已自行解决", hours=1)

    @property
    def official(self) -> int | None:
        """The town's."""
        return self.setting.officials.get(self.town)

    @property
    def worker(self) -> int | None:
        """Who minds the desk."""
        here = self.setting.secretaries.get(self.village)
        return here if self.desk.level == "village" else self.official

    def case(self) -> PastCase:
        """What is written."""
        return PastCase(
            kind=self.kind,
            text=self.text,
            area_code=self.area_code,
            steps=self.steps,
            place=self.chance.choice(PLACES),
            difficulty="medium" if self.kind == "cases.dispute" else "small",
            person_id=self.resident.person_id,
            household_id=self.resident.household_id,
            public=self.public,
            on_the_spot=self.on_the_spot,
            outcome=self.outcome,
            answer=self.answer,
            thumb=self.thumb,
        )


def closed_cases(
    setting: Setting,
    chance: random.Random,
    *,
    count: int,
    dissatisfied: int,
    since: datetime,
    until: datetime,
) -> Iterator[PastCase]:
    """`count` closed cases reported between two moments, `dissatisfied` of them after a thumb down."""
    villages = setting.villages
    down = set(chance.sample(range(count), dissatisfied))
    span = (until - since).total_seconds()
    for number in range(count):
        at = since + timedelta(seconds=span * (number + chance.random()) / count)
        story = Story(setting, chance, chance.choice(villages), at)
        story.report()
        if number in down:
            _go_round(story)
        elif chance.random() < 0.1:
            _on_the_spot(story)
        else:
            _straight(story)
        story.close()
        yield story.case()


def _straight(story: Story) -> None:
    if story.chance.random() < 0.3:
        story.to_the_unit()
    story.accept(begin=story.chance.random() < 0.5)
    story.resolve()
    story.rate(UP)


def _on_the_spot(story: Story) -> None:
    story.on_the_spot = True
    story.resolve(hours=0.1)
    story.rate(UP)


def _go_round(story: Story) -> None:
    story.accept()
    story.resolve()
    story.rate(DOWN)
    story.accept()
    story.resolve()


def open_cases(setting: Setting, chance: random.Random, *, each: int, until: datetime) -> Iterator[PastCase]:
    """`each` cases in every state that is not closed: just reported, due soon, late."""
    ways = ("reported", "dispatched", "accepted", "in_progress", "resolved", "rated", "reopened", "cancelled")
    fresh, soon, late = timedelta(hours=2), _since_due_soon(until), timedelta(days=16)
    ages, villages = (fresh, soon, late, fresh * 8), setting.villages
    for number in range(each * len(ways)):
        round_ = number // len(ways)
        village = villages[(number + round_) % len(villages)]
        story = Story(setting, chance, village, until - ages[round_ % len(ages)])
        _part_of_the_way(story, ways[number % len(ways)])
        yield story.case()


def _since_due_soon(until: datetime) -> timedelta:
    """How long ago a case was given that is to be resolved soon: its light is yellow."""
    for hours in range(1, 1000):
        clock = days_from(until - timedelta(hours=hours), county().settings.cases.resolve_days)
        if clock.yellow_at <= until < clock.due_at:
            return timedelta(hours=hours)
    raise AssertionError("every clock is yellow at some time")


def _part_of_the_way(story: Story, way: str) -> None:
    story.report()
    if way in ("dispatched", "in_progress"):
        story.desk = Desk("town", story.town, story.setting.units[story.town])
        story.step(DISPATCH, DISPATCHED, story.official, hours=0.1)
    if way not in ("reported", "dispatched", "cancelled"):
        story.step(ACCEPT, ACCEPTED, story.worker, hours=0.1)
    if way == "in_progress":
        story.step(START, IN_PROGRESS, story.worker, hours=0.1)
    if way in ("resolved", "rated", "reopened"):
        story.resolve(hours=0.2)
    if way == "cancelled":
        story.cancel()
    if way in ("rated", "reopened"):
        story.thumb = UP if way == "rated" else DOWN
        story.step(RATE, RATED, story.resident.account_id, hours=0.1)
    if way == "reopened":
        story.outcome = story.answer = ""
        above = desk_above(story.desk)
        assert above is not None
        story.desk = above
        story.step(REOPEN, REOPENED, None, "反馈人不满意或认为没有解决")
