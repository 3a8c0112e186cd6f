"""The words of decisions: codes in the database, titles for people (document 003, 四议两公开)."""

from core.text import N_
from plugins.supervision.models.decisions import (
    DONE,
    DRAFT,
    EXECUTING,
    GRID_SUPERVISOR,
    PARTY_MEMBER,
    PUBLISHED,
    REPRESENTATIVE,
    WITHDRAWN,
)

STATE_TITLES = {
    DRAFT: N_("起草中"),
    PUBLISHED: N_("公示表决中"),
    EXECUTING: N_("实施中"),
    DONE: N_("结果已公开"),
    WITHDRAWN: N_("已撤回"),
}
SEAT_TITLES = {
    PARTY_MEMBER: N_("党员"),
    REPRESENTATIVE: N_("村民代表"),
    GRID_SUPERVISOR: N_("网格监督员"),
}
STEP_TITLES = {
    1: N_("村党组织提议"),
    2: N_("村“两委”会议商议"),
    3: N_("党员大会审议"),
    4: N_("村民会议或村民代表会议决议"),
    5: N_("决议公开"),
    6: N_("实施结果公开"),
}
# What must be on the record before a decision is published; the two others are the publications themselves.
BEFORE_NOTICE = (1, 2, 3, 4)
RESOLUTION_PUBLIC, RESULT_PUBLIC = 5, 6

BRANCH, COMMITTEES, MEMBERS = "branch", "committees", "party_members"
REPRESENTATIVES, VILLAGERS, HOUSEHOLDS = "representatives", "villagers", "households"
BODIES = {
    BRANCH: N_("村党组织会议"),
    COMMITTEES: N_("村“两委”联席会议"),
    MEMBERS: N_("党员大会"),
    REPRESENTATIVES: N_("村民代表会议"),
    VILLAGERS: N_("村民会议"),
    HOUSEHOLDS: N_("村民会议（户代表）"),
}
BODIES_OF_STEP = {1: (BRANCH,), 2: (COMMITTEES,), 3: (MEMBERS,), 4: (REPRESENTATIVES, VILLAGERS, HOUSEHOLDS)}

TASK, CONTRACT, PAYMENT, ACCEPTANCE = "task", "contract", "payment", "acceptance"
LINE_TITLES = {
    TASK: N_("进度"),
    CONTRACT: N_("合同"),
    PAYMENT: N_("付款"),
    ACCEPTANCE: N_("验收"),
}
# The class of power items (权力事项) that are decided by 四议两公开.
FOUR_DISCUSSIONS = "deliberation"

# What the decision log calls the deeds on a decision; the record of the county calls them `supervision.NAME`.
EVENT_TITLES = {
    "create_decision": N_("起草决策事项"),
    "change_draft": N_("修改决策事项"),
    "remove_attachment": N_("删去决策附件"),
    "name_concerned": N_("登记当事人"),
    "propose_recusal": N_("提出回避"),
    "decide_recusal": N_("确认是否回避"),
    "record_step": N_("登记四议两公开记录"),
    "publish_decision": N_("公示决策事项"),
    "cast_ballot": N_("投票"),
    "check_ballot": N_("核对纸质票"),
    "withdraw_decision": N_("撤回决策事项"),
    "start_execution": N_("开始实施"),
    "add_line": N_("登记实施情况"),
    "publish_result": N_("公开实施结果"),
}
# And what ballots are called there; the record of the county has its own lines for them.
BALLOT_EVENT_TITLES = {"ballot_cast": N_("收到一票"), "ballot_checked": N_("核对一张纸质票")}
