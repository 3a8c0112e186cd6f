"""The words of party links: codes in the database, titles for people, days between visits."""

from core.county import plugin_settings
from core.text import N_

COLOURS = {"yellow": N_("黄色"), "orange": N_("橙色"), "red": N_("红色")}
LINK_STATES = {
    "proposed": N_("等对方同意"),
    "active": N_("已联户"),
    "declined": N_("未同意"),
    "ended": N_("已结束"),
}
SIDES = {"member": N_("党员提出"), "household": N_("群众选择")}


def visit_days(colour: str) -> int:
    """How many days may pass between two visits of a household of this colour: the county's setting."""
    return int(plugin_settings("grid")[f"visit_days_{colour}"])
