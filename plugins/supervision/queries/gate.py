"""Whether a decision may be carried out: the one place that says so, for every door.

Two things come before execution (document 003: 3 and 80): the notice, and the share of the whole roll.
Whoever edits the text begins both anew, since only the version that counts is looked at.
"""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from core.text import N_
from core.value_classes import value_class
from plugins.supervision.errors.decisions import (
    GateHidden,
    GateSealed,
    GateShort,
    GateShortByGroup,
    GateShut,
    GateShutByGroup,
    GateTooEarly,
    NotPublished,
    PapersUnchecked,
    RecusalUndecided,
)
from plugins.supervision.models.decisions import SEATS, Decision, DecisionVersion
from plugins.supervision.queries.decisions import current_version
from plugins.supervision.queries.recusals import undecided
from plugins.supervision.queries.tally import is_sealed, unchecked_changes

if TYPE_CHECKING:
    from plugins.supervision.queries.tally import Tally

NOT_BEFORE = N_("不得早于 %(day)s 实施")
SHORT = N_("还差 %(short)d 人赞成（名册 %(base)d 人，需 %(needed)d 人，现有 %(agree)d 人）")
SHORT_OF_SEAT = {
    "party_member": N_("党员还差 %(short)d 人赞成（%(base)d 人，需 %(needed)d 人，现有 %(agree)d 人）"),
    "representative": N_("村民代表还差 %(short)d 人赞成（%(base)d 人，需 %(needed)d 人，现有 %(agree)d 人）"),
    "grid_supervisor": N_(
        "网格监督员还差 %(short)d 人赞成（%(base)d 人，需 %(needed)d 人，现有 %(agree)d 人）"
    ),
}
SEALED = N_("秘密表决尚未截止，结果未开封")
HIDDEN = N_("有的类别赞成人数没有达到（秘密表决，人数少的类别不显示还差几人）")
# Groups that lack approvals, in the order of SEATS.
GROUPS = {
    ("party_member",): N_("党员"),
    ("representative",): N_("村民代表"),
    ("grid_supervisor",): N_("网格监督员"),
    ("party_member", "representative"): N_("党员、村民代表分别"),
    ("party_member", "grid_supervisor"): N_("党员、网格监督员分别"),
    ("representative", "grid_supervisor"): N_("村民代表、网格监督员分别"),
    SEATS: N_("党员、村民代表、网格监督员分别"),
}
PAPERS = N_("有 %(count)d 人改票的纸质票没有核对")
UNDECIDED = N_("还有 %(count)d 人是否回避没有确认")


@value_class
class Reason:
    """One thing that is missing: a text of the catalogue and its values."""

    text: str
    values: dict[str, Any]

    @property
    def sentence(self) -> str:
        """In Chinese."""
        return self.text % self.values


@value_class
class Gate:
    """What is met and what is missing. `earliest_day`: the first day on which it may be carried out.

    `short`: approvals that are missing, of the whole roll or of all groups together; `undecided`: recusals
    that wait for a person.
    """

    earliest_day: date
    is_due: bool
    tally: "Tally"
    is_met: bool
    short: int
    undecided: int
    reasons: tuple[Reason, ...]

    @property
    def is_open(self) -> bool:
        """Whether it may be carried out."""
        return not self.reasons

    @property
    def why(self) -> list[str]:
        """What is missing, in Chinese: "not before X", "n approvals short"."""
        return [reason.sentence for reason in self.reasons]


def gate(decision: Decision, on: datetime) -> Gate:
    """The gate of the version that counts, as of a moment. Raises NotPublished."""
    # Late: ballots are counted on the roll, and their subject stands beside this one.
    from plugins.supervision.queries.tally import tally

    version = current_version(decision)
    if version is None:
        raise NotPublished
    counted = tally(version)
    is_due = on.date() >= version.earliest_day
    groups = {seat: counted.by_seat[seat] for seat in SEATS if counted.by_seat[seat].base}
    met = [counted] if version.pooled else list(groups.values())
    is_met = counted.base > 0 and counted.is_met and all(group.is_met for group in met)
    waiting = undecided(decision.id)
    reasons: list[Reason] = []
    if not is_due:
        reasons.append(Reason(NOT_BEFORE, {"day": version.earliest_day.isoformat()}))
    if not is_met:
        reasons += _short(counted, groups, version)
    if waiting:
        reasons.append(Reason(UNDECIDED, {"count": waiting}))
    # Whoever leaves a changed mind unread keeps an approval that is none any more.
    if papers := unchecked_changes(version):
        reasons.append(Reason(PAPERS, {"count": papers}))
    return Gate(version.earliest_day, is_due, counted, is_met, counted.short, waiting, tuple(reasons))


def _short(counted: Any, groups: dict[str, Any], version: DecisionVersion) -> list[Reason]:
    if version.pooled:
        asked = [(SHORT, counted)] if counted.short or not counted.base else []
    elif not counted.shows_seats and not is_sealed(version):
        return [Reason(HIDDEN, {})]
    else:
        asked = [(SHORT_OF_SEAT[seat], group) for seat, group in groups.items() if group.short]
    # Enough may have agreed in a secret ballot that nobody has opened yet.
    return [Reason(text, _figures(each)) for text, each in asked] or [Reason(SEALED, {})]


def _figures(counted: Any) -> dict[str, Any]:
    return {name: getattr(counted, name) for name in ("short", "base", "needed", "agree")}


def demand_open(decision: Decision, on: datetime) -> Gate:
    """The gate, or a refusal that says what is missing: "not before X", "n short".

    Raises NotPublished, GateShut (and its kinds), RecusalUndecided, PapersUnchecked.
    """
    found = gate(decision, on)
    if found.is_open:
        return found
    version = current_version(decision)
    assert version is not None
    if found.is_due and found.is_met:
        if found.undecided:
            raise RecusalUndecided(count=found.undecided)
        raise PapersUnchecked(count=unchecked_changes(version))
    figures = {"day": found.earliest_day.isoformat(), **_figures(found.tally)}
    if found.is_met:
        raise GateTooEarly(**figures)
    if is_sealed(version):
        raise GateSealed(day=figures["day"], at=f"{version.closes_at:%Y-%m-%d %H:%M}")
    if version.pooled:
        raise (GateShort if found.is_due else GateShut)(**figures)
    if not found.tally.shows_seats:
        raise GateHidden(day=figures["day"])
    lacking = {seat: found.tally.by_seat[seat].short for seat in SEATS if found.tally.by_seat[seat].short}
    raise (GateShortByGroup if found.is_due else GateShutByGroup)(
        day=figures["day"],
        seats=GROUPS[tuple(lacking)],
        lacking="、".join(str(short) for short in lacking.values()),
    )
