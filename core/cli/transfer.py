"""gridgov import | export: tables in and out."""

from pathlib import Path

import click

from core.accounts.api import operator
from core.areas.api import install_areas
from core.cli.context import data_option, json_option, opened_with_modules, opened_with_plugins
from core.cli.output import print_json
from core.cli.plugin_commands import declared_exports, load_export
from core.county import county
from core.memory import keeping_all
from core.people.api import export_households, install_households, uninstall_import
from core.sheets import Outcome, Upload, marked_file

SHOWN_MISTAKES = 20
_WORDS = {"added": "新增", "changed": "更新", "unchanged": "不变", "households": "户", "persons": "人"}
_IMPORTS = {"areas": install_areas, "households": install_households}


@click.group("import")
def import_() -> None:
    """导入表格（CSV 或 XLSX）：有一处错误就一行也不写入；导错了可以撤销。"""


def _importing(kind: str, words: str) -> None:
    install = _IMPORTS[kind]

    @import_.command(kind, help=f"导入{words}表格 FILE；有错误时退出码为 1。")
    @click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
    @click.option("--dry-run", is_flag=True, help="只检查，不写入。")
    @click.option(
        "--marked",
        type=click.Path(path_type=Path),
        help="有错误时，把标出错误的表写到这里（.xlsx 或 .csv）。",
    )
    @data_option
    @json_option
    def command(file: Path, dry_run: bool, marked: Path | None, data: Path, as_json: bool) -> int:
        upload = Upload(file.name, file.read_bytes())
        with opened_with_modules(data), keeping_all():
            outcome = install(operator(), upload, dry_run=dry_run)
        if marked is not None and not outcome.clean:
            as_csv = marked.suffix.lower() == ".csv"
            marked.write_bytes(marked_file(upload, outcome.mistakes, "csv" if as_csv else "xlsx")[2])
        if as_json:
            print_json(_as_json(outcome))
        else:
            _say(outcome, marked)
        return 0 if outcome.clean else 1


_importing("areas", "区域")
_importing("households", "户籍")


@import_.command("undo")
@click.argument("batch", type=int)
@data_option
def undo(batch: int, data: Path) -> None:
    """撤销第 BATCH 批户籍导入：删除它登记的户和人，改好表格后可再导入。"""
    with opened_with_plugins(data):
        undone = uninstall_import(operator(), batch, county().settings.county_code)
    click.echo(f"已撤销第 {batch} 批导入：删除 {undone.households} 户、{undone.persons} 人")


class _Exports(click.Group):
    """The core's own kinds, then those that plugins declare in plugin.toml."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All kinds; core's own first."""
        return [*super().list_commands(ctx), *sorted(declared_exports())]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the one kind that was asked for."""
        own = super().get_command(ctx, cmd_name)
        return own or (load_export(cmd_name) if cmd_name in declared_exports() else None)


@click.group(cls=_Exports)
def export() -> None:
    """把数据写到文件：gridgov export KIND FILE。导出留有审计记录。"""


@export.command("households")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@data_option
def households(file: Path, data: Path) -> None:
    """把户籍表格写到 FILE（.xlsx 或 .csv）。"""
    with opened_with_modules(data):
        _, _, content = export_households(operator(), kind="csv" if file.suffix.lower() == ".csv" else "xlsx")
    file.write_bytes(content)
    click.echo(f"已导出到 {file}")


def _as_json(outcome: Outcome) -> dict[str, object]:
    return {
        "dry_run": outcome.dry_run,
        "rows": outcome.rows,
        "counts": outcome.counts,
        "batch": outcome.batch,
        "mistake_count": outcome.mistake_count,
        "mistakes": [
            {"row": mistake.row, "column": mistake.column, "text": mistake.sentence()}
            for mistake in outcome.mistakes
        ],
    }


def _say(outcome: Outcome, marked: Path | None) -> None:
    for mistake in outcome.mistakes[:SHOWN_MISTAKES]:
        click.echo(f"第 {mistake.row} 行 {mistake.column}：{mistake.sentence()}", err=True)
    if not outcome.clean:
        more = f"，标注后的表在 {marked}" if marked else "；加 --marked 文件.xlsx 可得到标注后的表"
        click.echo(f"共 {outcome.mistake_count} 处错误，没有导入任何一行{more}", err=True)
        return
    counts = "，".join(f"{_WORDS.get(name, name)} {count}" for name, count in outcome.counts.items())
    click.echo(f"{'检查通过，尚未写入' if outcome.dry_run else '已导入'}：{outcome.rows} 行，{counts}")
    if outcome.batch is not None:
        click.echo(f"这是第 {outcome.batch} 批导入；导错了可用 gridgov import undo {outcome.batch} 撤销")
