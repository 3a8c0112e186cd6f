"""Presses and calls: what they add to the county."""

from core.hookspecs import CaseKind, Job, NoticeKind
from core.parts import Part
from core.security import Role
from core.text import N_
from plugins.call_button.call_words import (
    DEEDS,
    ERRAND_KIND,
    ORDER_KIND,
    UNANSWERED_KIND,
    UNSATISFIED_KIND,
)
from plugins.call_button.endpoints import calls as endpoints
from plugins.call_button.faces import calls as faces
from plugins.call_button.models.calls import Call, CallStep, Change, Delivery, Press, Share
from plugins.call_button.services.call_moves import end_shares, move_calls, veto_end, veto_undo
from plugins.call_button.services.call_steps import NOTICE, NOTICE_ASK, NOTICE_OVER
from plugins.call_button.services.call_watch import watch_calls
from plugins.call_button.services.ladder import climb

assert endpoints

VIEW = frozenset({"call_button.view"})
TAKE = VIEW | {"call_button.answer"}
WAYS = ("sms", "dingtalk", "wecom")


def _climb() -> None:
    # The bridge does it every second; where none runs, calls climb all the same.
    while climb():
        pass


def _watch() -> None:
    watch_calls()


PART = Part(
    models=(Call, CallStep, Change, Delivery, Press, Share),
    roles=(
        Role("county_admin", N_("县区管理员"), TAKE),
        Role("town_official", N_("镇街工作人员"), TAKE),
        Role("secretary", N_("村书记"), TAKE),
        Role("deputy", N_("村副书记"), TAKE),
        Role("grid_leader", N_("网格长"), TAKE),
        Role("grid_member", N_("专职网格员"), TAKE),
        Role("assistant", N_("网格协管员"), TAKE),
        Role("supervisor", N_("督查员"), VIEW),
    ),
    audit_titles={
        "call_button.press": N_("呼叫器按键"),
        **{f"call_button.{deed}_call": title for deed, title in DEEDS.items()},
    },
    jobs=(
        Job("call_button.climb", N_("无人接听的呼叫通知下一级"), _climb, every=1),
        Job("call_button.watch", N_("无人接听的呼叫转为事项、请网格员回访"), _watch, every=1),
    ),
    case_kinds=(
        CaseKind(ORDER_KIND, N_("群众点单"), first_level="village"),
        CaseKind(ERRAND_KIND, N_("呼叫代办"), first_level="grid"),
        CaseKind(UNSATISFIED_KIND, N_("呼叫不满意"), first_level="town"),
        CaseKind(UNANSWERED_KIND, N_("呼叫无人接听"), first_level="town"),
    ),
    notice_kinds={
        NOTICE: NoticeKind(N_("有一个一键呼叫待接听"), channels=WAYS),
        NOTICE_OVER: NoticeKind(N_("一个一键呼叫已取消"), channels=WAYS),
        NOTICE_ASK: NoticeKind(N_("有一个一键呼叫待回访")),
    },
    home_cards=faces.home_cards,
    household_panels=faces.household_panels,
    case_panels=faces.case_panels,
    day_items=faces.day_items,
    household_moved=move_calls,
    household_ended=end_shares,
    veto_household_end=veto_end,
    veto_import_undo=veto_undo,
)
