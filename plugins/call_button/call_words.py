"""The words of a call: its states, what people do about it, why it rang."""

from typing import Final

from core.text import N_
from plugins.call_button.models.calls import (
    ANSWERED,
    ARRIVED,
    CALLING_BACK,
    CANCELLED,
    DONE,
    DOWN,
    ON_MY_WAY,
    RINGING,
    UP,
)

STATES: Final = {
    RINGING: N_("待接听"),
    ANSWERED: N_("已接听"),
    ARRIVED: N_("已到场"),
    DONE: N_("已办结"),
    CANCELLED: N_("已取消"),
}
OPEN: Final = (RINGING, ANSWERED, ARRIVED)
HOWS: Final = {CALLING_BACK: N_("正在回电"), ON_MY_WAY: N_("正在赶去")}
THUMBS: Final = {UP: N_("满意"), DOWN: N_("不满意")}
KINDS: Final = {"button": N_("呼叫"), "smoke": N_("烟感报警"), "door": N_("门磁报警"), "fall": N_("跌倒报警")}

# What a press means besides what the county's `keys` say.
ALARM, UNKNOWN = "alarm", "unknown"
# What became of a press.
CALLED, JOINED, COUNTED, HUNG_UP, RATED, NOTHING = (
    *("called", "joined", "counted", "cancelled", "rated", "nothing"),
)

MISTAKE, TESTED = "mistake", "test"
REASONS: Final = {
    "help": N_("日常求助"),
    "illness": N_("身体不适"),
    "fall": N_("摔倒"),
    "fire": N_("火情"),
    "repair": N_("水电气等故障"),
    "policy": N_("咨询政策"),
    "company": N_("想找人说说话"),
    MISTAKE: N_("误按"),
    TESTED: N_("试机"),
    "other": N_("其他"),
}

# Lines of a call's history.
RING, TELL, AGAIN, PRESS_AGAIN, RING_AGAIN = "ring", "tell", "again", "press_again", "ring_again"
TAKE, TAKE_OVER, ARRIVE, END, HANG_UP, HANG_UP_LATE = (
    *("take", "take_over", "arrive", "end", "cancel", "cancel_late"),
)
NOTE, RATE, RATE_FOR, ASK, MOVE = "note", "rate", "rate_for", "ask", "move"
CASE, ERRAND, REOPEN, CASE_REFUSED = "case", "errand", "reopen", "case_refused"
DEEDS: Final = {
    RING: N_("呼叫"),
    TELL: N_("已通知"),
    AGAIN: N_("再次通知"),
    PRESS_AGAIN: N_("再次按键"),
    RING_AGAIN: N_("又按了键，重新呼叫"),
    TAKE: N_("接听"),
    TAKE_OVER: N_("接手"),
    ARRIVE: N_("到场"),
    END: N_("办结"),
    HANG_UP: N_("按红键取消"),
    HANG_UP_LATE: N_("事后按了红键"),
    NOTE: N_("备注"),
    RATE: N_("按键评价"),
    RATE_FOR: N_("回访评价"),
    ASK: N_("请网格员回访"),
    MOVE: N_("随户迁到现区域"),
    CASE: N_("转为事项"),
    ERRAND: N_("转为代办"),
    REOPEN: N_("事项重办"),
    CASE_REFUSED: N_("事项未能建立，稍后再试"),
}
# Those whose words say who was told: the rung, then account ids.
TOLD: Final = (RING, TELL, AGAIN)

END_OF_LADDER: Final = "end"
RUNG_NAMES: Final = {
    "secretary": N_("村书记"),
    "deputy": N_("村副书记"),
    "grid_leader": N_("网格长"),
    "grid_member": N_("专职网格员"),
    "assistant": N_("网格协管员"),
    "town_duty": N_("镇街值班"),
    END_OF_LADDER: N_("镇街值班和县区"),
}

ORDER_KIND, ERRAND_KIND, UNSATISFIED_KIND, UNANSWERED_KIND = (
    "call_button.order",
    "call_button.errand",
    "call_button.unsatisfied",
    "call_button.unanswered",
)


def subject_of(call_id: int) -> str:
    """`thing:id` of a call, for the record, messages and cases."""
    return f"call_button_call:{call_id}"


def page_of(call_id: int) -> str:
    """The path of a call's page on the phone."""
    return f"/call-button/calls/{call_id}"
