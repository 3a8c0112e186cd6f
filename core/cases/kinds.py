"""Kinds of cases: the core's own, and those that plugins register."""

from core.cases.errors import KindUnknown
from core.county import plugins
from core.hookspecs import CaseKind
from core.text import N_

SNAPSHOT, LETTER = "cases.snapshot", "cases.letter"
CORE_KINDS = (
    CaseKind(
        SNAPSHOT, N_("随手拍"), public=True, open=True, hint=N_("路、灯、水、垃圾等公共的事"), icon="camera"
    ),
    CaseKind("cases.report", N_("反馈"), open=True, hint=N_("自己家的难处、想问的事"), icon="home"),
    CaseKind(
        "cases.dispute",
        N_("矛盾纠纷"),
        difficulty="medium",
        open=True,
        hint=N_("邻里、土地、家事"),
        icon="people",
    ),
    CaseKind("cases.other", N_("其他"), open=True, hint=N_("说不清归哪类的事"), icon="more"),
    CaseKind(LETTER, N_("村民信箱"), public=True, open=True, hint=N_("写给村里的意见和建议"), icon="book"),
)


def kinds() -> dict[str, CaseKind]:
    """Every kind of case that is on, by name."""
    return plugins().case_kinds()


def kinds_at(area_code: str) -> dict[str, CaseKind]:
    """The kinds that can be filed in an area: without those of plugins that other villages try first."""
    return {
        name: kind
        for name, kind in kinds().items()
        if plugins().is_tried_in(name.partition(".")[0], area_code)
    }


def demand_kind_at(name: str, area_code: str) -> None:
    """Raises KindUnknown for a kind that nobody may choose there."""
    if name not in kinds_at(area_code):
        raise KindUnknown(kind=name)


def open_kinds(area_code: str) -> list[CaseKind]:
    """What residents are offered when they report there: our own first, then the plugins' by name."""
    found = [kind for kind in kinds_at(area_code).values() if kind.open]
    own = [kind.name for kind in CORE_KINDS]
    return sorted(found, key=lambda kind: (own.index(kind.name) if kind.name in own else len(own), kind.name))


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
