"""gridgov init: a new county from a config: folder, keys, database, areas, first account."""

import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import click
from peewee import PeeweeException

import core
from core.cli.context import data_option, json_option, opened, opened_with_modules
from core.cli.output import print_json
from core.county import CONFIG_FILE, create_folder, database_url, secret_file
from core.db import is_empty, make_empty, unit_of_work
from core.errors import ConfigError
from core.settings import Settings, load_settings

# The configs stand beside the packages of a checkout; a wheel puts them among the data of its environment.
_CHECKOUT, _INSTALLED = Path(core.__file__).parents[1], Path(sysconfig.get_path("data")) / "share" / "gridgov"
DEFAULT_CONFIG = (_CHECKOUT if (_CHECKOUT / "config").is_dir() else _INSTALLED) / "config" / "yeji.toml"
ADMIN_USERNAME = "admin"


@click.command()
@data_option
@click.option(
    "--config",
    "file",
    envvar="GRIDGOV_CONFIG",
    type=click.Path(path_type=Path),
    help="县区的配置文件；默认取环境变量 GRIDGOV_CONFIG，都没有时用叶集区的示例。",
)
@json_option
def init(data: Path, file: Path | None, as_json: bool) -> None:
    """在 --data 文件夹里新建一个县区，显示第一个管理员的初始密码（只显示这一次）。"""
    config = file or DEFAULT_CONFIG
    with new_folder(data, config):
        name, areas, username, password = _fill(data)
    if file is None:
        # On stderr, so that it is read beside JSON too.
        click.echo(f"注意：没有给出 --config，用的是随程序附带的示例：{name}（{config}）", err=True)
        click.echo(
            "要建自己的县区：复制这个文件和旁边的 areas 文件夹，改好后运行 "
            "gridgov init --data 另一个文件夹 --config 自己的.toml（说明见 docs/county-it.md）",
            err=True,
        )
    if as_json:
        print_json({"data": str(data), "areas": areas, "username": username, "initial_password": password})
        return
    click.echo(f"{name}已建好：{data}，{areas} 个区域")
    click.echo(f"配置取自 {config}，已复制为 {data / CONFIG_FILE}；以后请改这一份")
    click.echo(f"管理员账号 {username}，初始密码 {password}（只显示这一次，首次登录须修改）")
    click.echo(f"密钥在 {secret_file(data)}：请另存一份到安全的地方，丢失后加密字段无法读出")
    click.echo(f"下一步：gridgov serve --data {data}")


@contextmanager
def new_folder(data: Path, file: Path) -> Iterator[None]:
    """A new county's folder and database; taken away again when what fills them fails.

    Raises ConfigError when the folder or the database holds a county already, cannot be written, or the
    config is wrong.
    """
    settings = load_settings(file)
    was_there = (data / CONFIG_FILE).exists() or secret_file(data).exists()
    try:
        create_folder(data, file)
        with _new_tables(data):
            yield
    except BaseException:
        if not was_there:
            _remove(data, file, settings)
        raise


@contextmanager
def _new_tables(data: Path) -> Iterator[None]:
    # A SQLite file comes and goes with its folder.
    if database_url(data).startswith("sqlite:"):
        yield
        return
    with opened(data):
        if not is_empty():
            raise ConfigError(["数据库里已经有数据表；请换一个新建的空数据库"])
    try:
        yield
    except BaseException:
        with suppress(PeeweeException), opened(data):
            make_empty()
        raise


def _remove(data: Path, file: Path, settings: Settings) -> None:
    # Only what was made here: the folder may hold other things.
    made = [data / CONFIG_FILE, secret_file(data), *data.glob("gridgov.db*")]
    for source in [settings.areas_file, *settings.calendar_files]:
        if source is not None and source.is_relative_to(file.parent):
            made.append(data / source.relative_to(file.parent))
    # What cannot be taken away must not hide why the county was not made.
    with suppress(OSError):
        for path in made:
            path.unlink(missing_ok=True)
        for folder in {path.parent for path in made if data in path.parent.parents}:
            folder.rmdir()


def _fill(data: Path) -> tuple[str, int, str, str]:
    from core.accounts.api import ADMIN, create_account, grant_post, operator

    with opened_with_modules(data) as county, unit_of_work():
        code = county.settings.county_code
        areas = import_area_list(county.settings)
        admin = create_account(operator(), username=ADMIN_USERNAME, name="县区管理员", area_code=code)
        grant_post(operator(), admin.id, role=ADMIN, area_code=code)
    return county.settings.county_name, areas, admin.username, admin.initial_password


def import_area_list(settings: Settings) -> int:
    """The area list that the config names, if any; returns how many areas it holds.

    Raises ConfigError naming each wrong line. Inside a unit of work.
    """
    from core.accounts.api import operator
    from core.areas.api import install_areas
    from core.sheets import Upload

    file = settings.areas_file
    if file is None:
        return 0
    outcome = install_areas(operator(), Upload(file.name, file.read_bytes()))
    if not outcome.clean:
        raise ConfigError(
            [
                f"{file} 第 {mistake.row} 行 {mistake.column}：{mistake.sentence()}"
                for mistake in outcome.mistakes
            ]
        )
    return outcome.rows
