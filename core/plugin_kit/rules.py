"""What `gridgov plugin check` looks at, by level: bronze can be installed, silver trusted, gold enjoyed."""

from core.text import N_
from core.value_classes import value_class

LEVELS = ("bronze", "silver", "gold")


@value_class
class Rule:
    """One thing that is looked at. `title`: what holds when it is kept."""

    name: str
    level: str
    title: str


@value_class
class Breach:
    """A rule that is not kept: where (`file:line`, or empty) and in what."""

    rule: str
    place: str
    text: str


RULES = {
    rule.name: rule
    for rule in (
        # Bronze: the county can switch it on, and off again.
        Rule("manifest", "bronze", N_("plugin.toml 完整，名字与文件夹一致")),
        Rule("api", "bronze", N_("适合本版本的插件接口")),
        Rule("dependencies", "bronze", N_("依赖的版本与系统自带的不冲突")),
        Rule("loads", "bronze", N_("十秒内加载成功，不打断程序")),
        Rule("hooks", "bronze", N_("钩子的名字和参数写对")),
        Rule("own_names", "bronze", N_("任务、消息、文件归属、事项种类、事件用自己的名字")),
        Rule("own_tables", "bronze", N_("表名以插件名开头")),
        Rule("own_addresses", "bronze", N_("网址、接口和蓝图是自己的，不改变别人的请求")),
        Rule("access", "bronze", N_("每个页面写明谁可以使用")),
        Rule("permissions", "bronze", N_("权限都已声明，只给出自己的")),
        Rule("settings", "bronze", N_("没有配置也能运行，写错的设置会被指出")),
        Rule("migrations", "bronze", N_("迁移的结果与模型一致")),
        Rule("undo", "bronze", N_("迁移可以撤回再重做")),
        # Silver: it does what it says, and nothing besides.
        Rule("public_names", "silver", N_("只使用公开的接口")),
        Rule("own_templates", "silver", N_("模板只放在 templates/插件名/ 里")),
        Rule("no_outside", "silver", N_("页面不引用外部网址，程序不自行连网")),
        Rule("no_inline", "silver", N_("页面里没有内联脚本和样式")),
        Rule("personal_data", "silver", N_("存个人信息的表都已写明用途")),
        Rule("burdens", "silver", N_("给基层增加负担的功能都已声明")),
        Rule("one_transaction", "silver", N_("只用 unit_of_work 写入，都有审计")),
        Rule("areas", "silver", N_("属于区域的表受区域范围约束")),
        Rule("deprecations", "silver", N_("不使用即将移除的接口")),
        # Gold: people read it, and others can go on with it.
        Rule("translations", "gold", N_("每句话都有英文")),
        Rule("audit_titles", "gold", N_("审计动作都有中文说明")),
        Rule("tests", "gold", N_("至少有八个测试")),
        Rule("readme", "gold", N_("有说明文件 README.md")),
    )
}


def level_of(breaches: list[Breach]) -> str:
    """The highest level all of whose rules, and those below, are kept; empty where bronze is missed."""
    missed = {RULES[breach.rule].level for breach in breaches}
    reached = ""
    for level in LEVELS:
        if level in missed:
            break
        reached = level
    return reached
