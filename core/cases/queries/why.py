"""Why a case is where it is: the line of the routing table, and who sent it on with which words."""

from typing import Any

from core.areas.api import path_name
from core.cases.kinds import kind_title
from core.cases.models import Case, Rule, Step
from core.cases.queries.cases import row_of
from core.cases.queries.rules import ANY
from core.cases.queries.units import unit_names
from core.cases.words import (
    DEEDS,
    DIFFICULTY_NAMES,
    DISPATCH,
    ESCALATE,
    FLAGS,
    LEVEL_NAMES,
    MOVE,
    REOPEN,
    RETURN,
    TRANSFER,
)
from core.text import N_
from core.value_classes import value_class


@value_class
class Sentence:
    """A text of the catalogue with its values; `words` names the values that are such texts themselves."""

    text: str
    values: dict[str, Any]
    words: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.text % self.values


def why_here(case_id: int) -> str:
    """The reasons in Chinese, one after the other. The caller has checked that the case may be seen."""
    return "".join(str(sentence) for sentence in why_sentences(case_id))


def why_sentences(case_id: int) -> list[Sentence]:
    """The same as texts that can be translated."""
    row = row_of(case_id)
    found = [_routed(row)]
    found += [Sentence(N_("注意：%(flag)s。"), {"flag": FLAGS[flag]}, ("flag",)) for flag in _flags(row)]
    if (moved := _last_move(case_id)) is not None:
        values = {"deed": DEEDS[moved.deed], "day": f"{moved.at:%Y-%m-%d}", "desk": _desk(moved)}
        text = N_("%(day)s %(deed)s到“%(desk)s”。")
        if moved.note:
            values["note"] = moved.note
            text = N_("%(day)s %(deed)s到“%(desk)s”，理由：%(note)s。")
        found.append(Sentence(text, values, ("deed",)))
    return found


def _routed(row: Case) -> Sentence:
    values: dict[str, Any] = {
        "kind": kind_title(row.kind),
        "difficulty": DIFFICULTY_NAMES[row.difficulty],
        "area": path_name(row.area_code),
    }
    if row.rule_id is None:
        return Sentence(
            N_(
                "分派规则中没有一条涉及种类“%(kind)s”、难易“%(difficulty)s”、区域“%(area)s”，按规定先到基层。"
            ),
            values,
            ("kind", "difficulty"),
        )
    rule = Rule.get_by_id(row.rule_id)
    values |= {
        "position": rule.position,
        "for_kind": ANY if rule.kind == "*" else kind_title(rule.kind),
        "for_difficulty": ANY if rule.difficulty == "*" else DIFFICULTY_NAMES[rule.difficulty],
        "for_area": path_name(rule.area_code),
        "level": LEVEL_NAMES[rule.level],
        "unit": unit_names([rule.unit_id]).get(rule.unit_id or 0, ""),
        "note": rule.note,
    }
    to_unit = N_(
        "符合分派规则第 %(position)d 条（种类：%(for_kind)s；难易：%(for_difficulty)s；区域：%(for_area)s），"
        "交“%(level)s %(unit)s”。%(note)s"
    )
    to_office = N_(
        "符合分派规则第 %(position)d 条（种类：%(for_kind)s；难易：%(for_difficulty)s；区域：%(for_area)s），"
        "交“%(level)s”。%(note)s"
    )
    text = to_unit if values["unit"] else to_office
    return Sentence(text, values, ("kind", "difficulty", "for_kind", "for_difficulty", "level"))


def _flags(row: Case) -> list[str]:
    return [flag for flag in row.flags.split(",") if flag in FLAGS]


def _last_move(case_id: int) -> Step | None:
    moves = (DISPATCH, TRANSFER, RETURN, ESCALATE, REOPEN, MOVE)
    found: Step | None = (
        Step.select()
        .where((Step.case_id == case_id) & Step.deed.in_(moves))
        .order_by(Step.number.desc())
        .limit(1)
        .get_or_none()
    )
    return found


def _desk(step: Step) -> str:
    return unit_names([step.unit_id]).get(step.unit_id or 0) or path_name(step.desk_area)
