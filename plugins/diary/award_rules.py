"""Open rules for awards: who is put forward, from terms that anybody can add up; people decide, no rule.

奔跑奖 for those who ran best, 蜗牛奖 for the slowest (document 002); 领跑 and 追赶 for lines of work lists
that were done ahead of their day, and those that wait beyond it.
"""

from collections.abc import Iterable, Sequence

from core.text import N_
from core.value_classes import value_class
from plugins.diary.index_rules import Index, Term

RUN, SNAIL, LEAD, CHASE = "run", "snail", "lead", "chase"
AWARDS = {RUN: N_("奔跑奖"), SNAIL: N_("蜗牛奖"), LEAD: N_("领跑项目"), CHASE: N_("追赶项目")}
AREA, ITEM, ACCOUNT = "area", "item", "account"
SUBJECTS = {AREA: N_("村社"), ITEM: N_("项目"), ACCOUNT: N_("干部")}
TERMS = {
    "coverage": N_("今年走访覆盖"),
    "answered": N_("事项办结"),
    "on_time": N_("按期办理"),
    "satisfied": N_("群众满意"),
    "visits": N_("走访次数"),
    "frequency": N_("走访频率（有走访的周）"),
    "difficulty": N_("问题难易"),
    "satisfaction": N_("群众满意"),
    "days_ahead": N_("提前天数"),
    "days_late": N_("拖后天数"),
}
PROPOSED, ACCEPTED, REFUSED = "proposed", "accepted", "refused"
STATES = {PROPOSED: N_("待决定"), ACCEPTED: N_("同意"), REFUSED: N_("不同意")}


@value_class
class Candidate:
    """Who or what may be put forward. `tenths`: the weighted mean of the terms (0 to 1000), or days."""

    subject: str
    area_code: str
    title: str
    terms: tuple[Term, ...]
    tenths: int


def scored(subject: str, area_code: str, title: str, terms: Sequence[Term]) -> Candidate | None:
    """A candidate with the mean of the terms that count; None where none does."""
    tenths = Index(tuple(terms)).tenths
    return None if tenths is None else Candidate(subject, area_code, title, tuple(terms), tenths)


def runners_and_snails(candidates: Iterable[Candidate], most: int) -> tuple[list[Candidate], list[Candidate]]:
    """The best `most` and the slowest `most`; nobody is both, and a snail scores less than every runner.

    Who scores the same stands in the order of the subject.
    """
    ordered = sorted(candidates, key=lambda each: (-each.tenths, each.subject))
    runners = ordered[:most]
    least = runners[-1].tenths if runners else 0
    slow = [each for each in ordered[most:] if each.tenths < least]
    return runners, sorted(slow, key=lambda each: (each.tenths, each.subject))[:most]


def furthest(candidates: Iterable[Candidate], most: int) -> list[Candidate]:
    """Those with most days."""
    return sorted(candidates, key=lambda each: (-each.tenths, each.subject))[:most]
