"""gridgov plugin list | enable | disable | retry | pilot | plan | remove | install | new | check |
translate | key | bundle.

They work whatever a plugin does: none is imported here; `plan`, `remove`, `install` and `check` try one in
a process of its own."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from core.accounts.api import OPERATOR_ID
from core.cli.context import data_option, json_option, opened
from core.cli.output import print_json, print_table
from core.county import County
from core.plugin_host.pilots import counted
from core.plugin_host.state import Report, State, survey, switch
from core.plugin_host.state import retry as retry_plugin
from core.progress import progress
from core.security import Actor

# Whoever works at the machine; no module needs to be loaded to switch a plugin off.
OPERATOR = Actor(account_id=OPERATOR_ID, name="命令行")

CHANGE_TITLES = {"appears": "新增", "vanishes": "消失", "stays": "保留"}
LEVEL_TITLES = {"bronze": "铜级", "silver": "银级", "gold": "金级"}


@click.group()
def plugin() -> None:
    """查看、启用、停用、新建、检查插件；除在单独的进程里试运行外，都不运行插件的代码。"""


@plugin.command("list")
@data_option
@json_option
def list_(data: Path, as_json: bool) -> None:
    """列出已安装和已允许的插件、状态和原因。"""
    with opened(data) as county:
        reports = [report for _, report in sorted(survey(county.settings, county.plugins_folder).items())]
    if as_json:
        print_json([_as_json(report) for report in reports])
        return
    rows = [
        (
            report.name,
            report.title,
            _version(report),
            report.state.title,
            "；".join(part for part in (_pilot_words(report.pilot), report.cause) if part),
        )
        for report in reports
    ]
    print_table(("名称", "标题", "版本", "状态", "说明"), rows)


@plugin.command()
@click.argument("name")
@data_option
def enable(name: str, data: Path) -> int:
    """启用插件 NAME；运行中的服务一秒内生效，无须重启。"""
    with opened(data) as county:
        switch(OPERATOR, county.settings, county.plugins_folder, name, enabled=True)
        return _say_state(county, name)


@plugin.command()
@click.argument("name")
@data_option
def disable(name: str, data: Path) -> int:
    """停用插件 NAME；它的数据原样保留。"""
    with opened(data) as county:
        switch(OPERATOR, county.settings, county.plugins_folder, name, enabled=False)
        return _say_state(county, name, wanted=State.OFF)


@plugin.command()
@click.argument("name")
@data_option
def retry(name: str, data: Path) -> int:
    """让出错或被隔离的插件 NAME 重新加载。"""
    with opened(data) as county:
        retry_plugin(OPERATOR, county.settings, county.plugins_folder, name)
        report = survey(county.settings, county.plugins_folder)[name]
        return _say_state(county, name, wanted=report.state if report.state is State.OFF else State.ON)


@plugin.command()
@click.argument("name")
@click.option("--area", "areas", multiple=True, metavar="CODE", help="镇街、村社或网格的代码；可以写几次。")
@click.option("--all", "everybody", is_flag=True, help="不再试点：全县都可以用。")
@data_option
@json_option
def pilot(name: str, areas: tuple[str, ...], everybody: bool, data: Path, as_json: bool) -> None:
    """查看或设定插件 NAME 先在哪些地方试用；缩小范围时数据保留。"""
    from core.system.api import choose_pilot, pilot_of

    if areas and everybody:
        raise click.UsageError("--area 和 --all 只能写一种")
    with opened(data):
        if areas or everybody:
            choose_pilot(OPERATOR, name, areas)
        found = pilot_of(name)
    if as_json:
        print_json({"name": name, "areas": found.areas})
        return
    click.echo(f"{found.title}（{name}）：{_pilot_words(tuple(found.areas)) or '全县'}")
    if found.areas:
        print_table(("代码", "名称"), list(found.areas.items()))


@plugin.command()
@click.argument("deed", type=click.Choice(["enable", "disable", "remove", "upgrade"]))
@click.argument("name")
@click.option("--drop-data", is_flag=True, help="移除时连同数据（remove）。")
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="新版本插件包所在的文件夹（upgrade）。",
)
@data_option
@json_option
def plan(deed: str, name: str, drop_data: bool, source: Path | None, data: Path, as_json: bool) -> None:
    """列出启用、停用、移除、升级插件 NAME 会改变什么：表、网址、权限、任务、事件、个人信息、负担……

    只是查看，什么也不改。
    """
    from core.plugin_kit.plan import SUBJECTS
    from core.plugin_kit.plan import plan as plan_plugin

    with opened(data) as county:
        changes = plan_plugin(county, name, deed, drop=drop_data, source=source)
    if as_json:
        print_json([asdict(change) for change in changes])
        return
    rows = [(SUBJECTS[each.subject], CHANGE_TITLES[each.change], each.what) for each in changes]
    print_table(("类别", "变化", "内容"), rows)
    click.echo(f"共 {len(changes)} 项；以上只是查看，没有做任何改动")


@plugin.command()
@click.argument("name")
@click.option("--keep-data/--drop-data", "keep", default=None, help="保留还是删除它的数据；必须写明。")
@click.option(
    "--backup",
    type=click.Path(path_type=Path, dir_okay=False),
    help="删除数据前的备份写到哪里；默认数据文件夹的 backups/。",
)
@data_option
def remove(name: str, keep: bool | None, backup: Path | None, data: Path) -> None:
    """移除已停用的插件 NAME。--drop-data 先备份，再删除它的表、文件和待处理事件。

    办过的事项、消息和审计记录保留。
    """
    from core.plugin_kit.removing import remove as remove_plugin

    if keep is None:
        raise click.UsageError("请写明 --keep-data（保留数据）或 --drop-data（备份后删除数据）")
    with opened(data) as county:
        done = remove_plugin(OPERATOR, county, name, drop=not keep, backup=backup, progress=progress)
    if done.backup is not None:
        click.echo(f"已备份到 {done.backup}")
        click.echo(f"已删除 {name} 的数据：撤回 {len(done.undone)} 步迁移，{done.files} 个文件")
    else:
        click.echo(f"{name} 已移除，数据保留；以后重新启用即可接着用")
    click.echo(f"它的程序在 {done.folder}；不再需要时可卸载或删除，并从配置的 plugins.allowed 中去掉")


@plugin.command()
@click.argument("name")
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    default=".",
    help="写到哪个文件夹；默认当前文件夹。",
)
@click.option("--title", default="", help="中文标题；默认用 NAME。")
@click.option("--title-en", default="", help="英文标题。")
def new(name: str, into: Path, title: str, title_en: str) -> None:
    """由模板新建插件 NAME：完整、可运行、带测试，不需要联网。"""
    from core.plugin_kit.new import new_plugin

    project = new_plugin(name, into, title=title, title_en=title_en)
    click.echo(f"已新建插件 {name}：{project}\n\n接下来：")
    click.echo(f"  1. 运行它的测试    cd {project} && pytest && gridgov plugin check")
    click.echo(f"  2. 在演示县区试用  GRIDGOV_PLUGINS={project.absolute()} gridgov demo --plugin {name}")
    click.echo("  3. 改成自己的事    见 gridgov 源代码：教程 docs/tutorial.md，可用的一切 docs/plugin-api.md")


@plugin.command()
@click.argument("place", type=click.Path(path_type=Path, exists=True, file_okay=False), default=".")
@click.option(
    "--level",
    type=click.Choice(["bronze", "silver", "gold"]),
    default="bronze",
    show_default=True,
    help="要达到的等级：bronze 可安装，silver 可信赖，gold 好用；达不到时退出码为 1。",
)
@json_option
def check(place: Path, level: str, as_json: bool) -> int:
    """检查文件夹 PLACE 里的插件：自述、依赖、钩子、表、迁移、权限、译文……（试运行在单独的进程里）。"""
    from core.plugin_kit.check import check as check_plugin
    from core.plugin_kit.rules import LEVELS, RULES

    verdict = check_plugin(place)
    enough = verdict.level in LEVELS[LEVELS.index(level) :]
    if as_json:
        found = [
            {
                "rule": breach.rule,
                "level": RULES[breach.rule].level,
                "place": breach.place,
                "text": breach.text,
            }
            for breach in verdict.breaches
        ]
        print_json({"name": verdict.name, "level": verdict.level, "breaches": found})
        return 0 if enough else 1
    if verdict.breaches:
        rows = [
            (LEVEL_TITLES[RULES[breach.rule].level], breach.rule, breach.place, breach.text)
            for breach in verdict.breaches
        ]
        print_table(("等级", "规则", "位置", "问题"), rows)
        click.echo()
    reached = LEVEL_TITLES[verdict.level] if verdict.level else "未达铜级，不能安装"
    click.echo(f"{verdict.name}：{reached}（{len(RULES)} 条规则，{len(verdict.breaches)} 处问题）")
    return 0 if enough else 1


@plugin.command()
@click.argument("place", type=click.Path(path_type=Path, exists=True, file_okay=False), default=".")
@click.option("--check", "only_check", is_flag=True, help="只检查，不改文件；缺译文或没有编译时退出码为 1。")
def translate(place: Path, only_check: bool) -> int:
    """（插件作者）收集文件夹 PLACE 里插件的文字，写进 translations/ 的译文表并编译；已有的译文保留。

    不需要联网。缺译文的句子列在最后，在 .po 文件里补上后再运行一次。
    """
    from core.plugin_kit.translating import translate as translate_plugin

    done = translate_plugin(place, write=not only_check)
    for each in done:
        state = ("需要更新" if only_check else "已更新") if each.changed else "没有变化"
        counts = f"{each.texts} 句，新增 {each.added}，停用 {each.retired}，待翻译 {len(each.wanting)}"
        click.echo(f"{each.locale}：{counts}；{each.file} {state}")
    rows = [(each.locale, one.place, one.text, one.problem) for each in done for one in each.wanting]
    if rows:
        print_table(("语言", "位置", "原文", "问题"), rows)
    stale = only_check and any(each.changed for each in done)
    return 1 if only_check and (rows or stale) else 0


@plugin.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def key(file: Path) -> None:
    """（插件作者）生成签名密钥 FILE，并显示公钥；县区把公钥写进配置的 plugins.trusted。"""
    from core.plugin_kit.bundle import make_key

    click.echo(f"已生成签名密钥 {file}，只有您能读；请另存一份，不要交给别人")
    click.echo(f"公钥：{make_key(file)}")


@plugin.command()
@click.argument("place", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--key", "key_file", required=True, type=click.Path(path_type=Path), help="签名密钥。")
@click.option(
    "--wheels",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="一并装入的依赖（wheel 文件）所在的文件夹。",
)
def bundle(place: Path, file: Path, key_file: Path, wheels: Path | None) -> None:
    """（插件作者）把文件夹 PLACE 里的插件打成一个带签名的包 FILE，不联网也能安装。"""
    from core.plugin_kit.bundle import make_bundle

    made = make_bundle(place, file, key=key_file, wheels=wheels)
    click.echo(f"已打包 {made.name} {made.version}：{file}，{len(made.wheels)} 个文件")
    click.echo(f"签名公钥：{made.signer}\n校验值：{made.digest}")


@plugin.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--level",
    type=click.Choice(["bronze", "silver"]),
    default="bronze",
    show_default=True,
    help="至少要达到的等级，见 gridgov plugin check；金级看测试和说明，包里没有它们。",
)
@data_option
def install(file: Path, level: str, data: Path) -> None:
    """安装带签名的插件包 FILE 到插件文件夹（GRIDGOV_PLUGINS）：签名和检查都通过才放进去，不会自动启用。"""
    from core.plugin_kit.installing import install as install_plugin

    with opened(data) as county:
        done = install_plugin(OPERATOR, county, file, level=level)
        is_allowed = done.bundle.name in county.settings.allowed
    name = done.bundle.name
    click.echo(f"{'已更新' if done.replaced else '已安装'} {name} {done.bundle.version}：{done.folder}")
    click.echo(f"检查等级：{LEVEL_TITLES[done.level]}")
    if not is_allowed:
        click.echo(f"请把 {name} 写进配置的 plugins.allowed，再继续")
    click.echo(f"接下来：gridgov plugin plan enable {name}，看过以后 gridgov plugin enable {name}")


def _say_state(county: County, name: str, wanted: State = State.ON) -> int:
    report = survey(county.settings, county.plugins_folder)[name]
    click.echo(f"{report.title}（{name}）：{report.state.title}{'，' if report.cause else ''}{report.cause}")
    return 0 if report.state is wanted else 1


def _pilot_words(areas: tuple[str, ...]) -> str:
    words = "、".join(text % {"count": count} for text, count in counted(areas))
    return f"试点：{words}" if words else ""


def _version(report: Report) -> str:
    return report.manifest.version if report.manifest else ""


def _as_json(report: Report) -> dict[str, Any]:
    return {
        "name": report.name,
        "title": report.title,
        "version": _version(report),
        "state": report.state.value,
        "cause": report.cause,
        "pilot": list(report.pilot),
    }
