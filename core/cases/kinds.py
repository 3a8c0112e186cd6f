"""Kinds of cases: the core's own, and those that plugins register."""

from core.cases.errors import KindUnknown
from core.county import plugins
from core.hookspecs import CaseKind
from core.text import N_

CORE_KINDS = (
    CaseKind("cases.report", N_("反馈")),
    CaseKind("cases.dispute", N_("矛盾纠纷"), difficulty="medium"),
    CaseKind("cases.letter", N_("村民信箱"), public=True),
    CaseKind("cases.snapshot", N_("随手拍"), public=True),
    CaseKind("cases.other", N_("其他")),
)


def kinds() -> dict[str, CaseKind]:
    """Every kind of case that is on, by name."""
    return plugins().case_kinds()


def kind_of(name: str) -> CaseKind:
    """The kind of this name. Raises KindUnknown."""
    found = kinds().get(name)
    if found is None:
        raise KindUnknown(kind=name)
    return found


def kind_title(name: str) -> str:
    """The Chinese title of a kind; its name where its plugin is off."""
    found = kinds().get(name)
    return found.title if found else name


def is_rated(name: str) -> bool:
    """Whether the resident is asked for a rating."""
    found = kinds().get(name)
    return found is None or found.rated
