"""gridgov import | export: tables in and out."""

from pathlib import Path

import click

from core.accounts.api import operator
from core.areas.api import install_areas
from core.cli.context import data_option, json_option, opened_with_modules
from core.cli.output import print_json
from core.people.api import export_households, install_households
from core.sheets import Outcome, Upload, marked_file

SHOWN_MISTAKES = 20
_WORDS = {"added": "新增", "changed": "更新", "unchanged": "不变"}
_IMPORTS = {"areas": install_areas, "households": install_households}


@click.command("import")
@click.argument("kind", type=click.Choice(sorted(_IMPORTS)))
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="只检查，不写入。")
@click.option(
    "--marked", type=click.Path(path_type=Path), help="有错误时，把标出错误的表写到这里（.xlsx 或 .csv）。"
)
@data_option
@json_option
def import_(kind: str, file: Path, dry_run: bool, marked: Path | None, data: Path, as_json: bool) -> int:
    """导入表格 FILE（CSV 或 XLSX）；有一处错误就一行也不写入，退出码为 1。

    KIND：areas 区域，households 户籍。
    """
    upload = Upload(file.name, file.read_bytes())
    with opened_with_modules(data):
        outcome = _IMPORTS[kind](operator(), upload, dry_run=dry_run)
    if marked is not None and not outcome.clean:
        kind = "csv" if marked.suffix.lower() == ".csv" else "xlsx"
        marked.write_bytes(marked_file(upload, outcome.mistakes, kind)[2])
    if as_json:
        print_json(_as_json(outcome))
    else:
        _say(outcome, marked)
    return 0 if outcome.clean else 1


@click.command()
@click.argument("kind", type=click.Choice(["households"]))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@data_option
def export(kind: str, file: Path, data: Path) -> None:
    """把表格写到 FILE（.xlsx 或 .csv）。KIND：households 户籍。导出留有审计记录。"""
    with opened_with_modules(data):
        _, _, content = export_households(operator(), kind="csv" if file.suffix.lower() == ".csv" else "xlsx")
    file.write_bytes(content)
    click.echo(f"已导出到 {file}")


def _as_json(outcome: Outcome) -> dict[str, object]:
    return {
        "dry_run": outcome.dry_run,
        "rows": outcome.rows,
        "counts": outcome.counts,
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
