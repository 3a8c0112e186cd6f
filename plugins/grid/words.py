"""The words of division and staffing: codes in the database, titles for people."""

from core.text import N_

# Role in the grid -> the role that the accounts module knows.
ACCOUNT_ROLES = {"leader": "grid_leader", "member": "grid_member", "assistant": "assistant"}
STAFF_ROLES = {"leader": N_("网格长"), "member": N_("专职网格员"), "assistant": N_("协管员")}
CAPACITIES = {
    "cadre": N_("村干部"),
    "group_head": N_("村民小组长"),
    "party_member": N_("党员"),
    "representative": N_("村民代表"),
    "respected": N_("乡贤"),
    "other": N_("其他"),
}
# Who usually holds which post.
USUAL_CAPACITY = {"leader": "cadre", "member": "group_head", "assistant": "party_member"}
ENDED_WHY = {
    "term": N_("任期届满"),
    "changed": N_("调整岗位"),
    "left": N_("离任"),
    "merged": N_("网格合并"),
    "undone": N_("撤销导入"),
}
COVER_REASONS = {
    "leave": N_("请假"),
    "illness": N_("病假"),
    "training": N_("培训"),
    "other": N_("其他"),
}
CHANGE_KINDS = {
    "open": N_("新设网格"),
    "split": N_("拆分网格"),
    "merge": N_("合并网格"),
    "redraw": N_("调整分户"),
}
CHANGE_STATES = {
    "planned": N_("待生效"),
    "done": N_("已生效"),
    "failed": N_("未能生效"),
    "cancelled": N_("已取消"),
}
SOURCES = {
    "drawn": N_("手工绘制"),
    "imported": N_("文件导入"),
    "split": N_("拆分得出"),
    "merged": N_("合并得出"),
    "seed": N_("模拟数据"),
}
DATUM_TITLES = {"wgs84": N_("WGS-84（卫星定位）"), "gcj02": N_("GCJ-02（国内地图）")}
PROBLEMS = {
    "no_leader": N_("缺网格长"),
    "no_member": N_("缺专职网格员"),
    "no_assistant": N_("缺协管员"),
    "unowned": N_("有事项无人负责"),
    "double": N_("一人多岗"),
    "overload": N_("户数超负荷"),
    "expiring": N_("30 天内到期"),
}
