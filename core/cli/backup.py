"""gridgov backup | restore: a county into one file and back."""

from pathlib import Path

import click

from core.backups.making import Made, make_backup
from core.backups.restoring import Restored, restore_backup
from core.cli.context import data_option, json_option, opened
from core.cli.output import print_json
from core.progress import progress


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--with-keys", is_flag=True, help="连同密钥；拿到这样一份备份的人能读出全部身份号码和电话。")
@data_option
@json_option
def backup(file: Path, with_keys: bool, data: Path, as_json: bool) -> None:
    """把县区备份成一个文件 FILE（zip），不必停机；已有的文件不会被覆盖。"""
    with opened(data) as county:
        made = make_backup(county, file, with_keys=with_keys, progress=progress)
    if as_json:
        print_json({**_described(made), "file": str(made.file), "bytes": made.bytes, "keys": made.has_keys})
    else:
        _say_made(made)


def _described(made: Made | Restored) -> dict[str, object]:
    manifest = made.manifest
    number, head = manifest.audit
    return {
        "county": manifest.county,
        "made_at": manifest.made_at,
        "gridgov": manifest.gridgov,
        "engine": manifest.engine,
        "keys_mark": manifest.keys,
        "tables": dict(manifest.tables),
        "audit": {"seq": number, "head": head},
    }


def _say_made(made: Made) -> None:
    manifest = made.manifest
    click.echo(f"已备份到 {made.file}（{made.bytes / 1024 / 1024:.1f} MB），已核对：{_counted(made)}")
    for file in made.left_out:
        click.echo(f"没有包括 {file}：配置用完整路径引用它，请另行保存", err=True)
    if made.has_keys:
        click.echo("这份备份含有密钥：拿到它的人能读出全部敏感信息，请当作密钥保管")
    else:
        click.echo(f"不含密钥（标记 {manifest.keys}）：请把 keys.json 另存在别处；缺了它备份读不出来")


def _counted(made: Made | Restored) -> str:
    manifest = made.manifest
    return f"{len(manifest.tables)} 张表 {manifest.rows} 行，审计链头第 {manifest.audit[0]} 条"


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--keys",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="另外保存的 keys.json；备份里有密钥时不必写。",
)
@click.option(
    "--database",
    "url",
    metavar="URL",
    envvar="GRIDGOV_DATABASE",
    help="PostgreSQL 的备份恢复到哪个空的数据库；写在环境变量 GRIDGOV_DATABASE 里可不让别人看到密码。",
)
@data_option
@json_option
def restore(file: Path, keys: Path | None, url: str | None, data: Path, as_json: bool) -> None:
    """从备份 FILE 恢复县区到空的 --data 文件夹；先核对每一部分，写完再核对行数和审计链。"""
    restored = restore_backup(file, data, keys=keys, url=url, progress=progress)
    if as_json:
        print_json({**_described(restored), "data": str(data), "audit_lines": restored.audit_lines})
        return
    manifest = restored.manifest
    click.echo(f"已恢复 {manifest.county} {manifest.made_at} 的备份到 {data}：{_counted(restored)}")
    click.echo(f"已复核审计记录 {restored.audit_lines} 条。下一步：gridgov serve --data {data}")
