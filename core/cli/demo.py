"""gridgov demo: a synthetic county in a folder of its own, and a server for this machine alone."""

import os
import secrets
import shutil
from pathlib import Path

import click

from core.accounts.api import ADMIN
from core.cli.output import print_table
from core.cli.seed import seed_county
from core.cli.serve import address, demand_free, serve_county
from core.county import CONFIG_FILE
from core.demo.world import World
from core.errors import ConfigError

HOST = "127.0.0.1"
ACCOUNTS_FILE = "demo-accounts.txt"
# Lies in the folder while it is being filled: a demo that was cut off is made anew.
UNFINISHED = "demo-unfinished"
_SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"
# One account for each kind of user, in the order in which a trial meets them. A plugin's answer to `seed`
# says what a role does in it (`demo_duties`: role -> words), and names further accounts (`demo_accounts`:
# account_id, title), which are listed below their role's.
TITLES = {
    "resident": "居民",
    "grid_leader": "网格长",
    "reviewer": "积分审核员",
    "clerk": "店员",
    "provider": "服务单位",
    "secretary": "村书记",
    "accountant": "村会计",
    "grid_member": "专职网格员",
    "assistant": "网格协管员",
    "stationed_cadre": "驻村干部",
    "town_official": "镇街工作人员",
    "department_official": "部门工作人员",
    "supervisor": "督查员",
    "discipline_officer": "纪检监察干部",
    "auditor": "审计员",
    ADMIN: "县区管理员",
}
DUTIES = {"resident": ("反馈",), "department_official": ("承办事项",)}


@click.command()
@click.option(
    "--scale",
    default="small",
    show_default=True,
    type=click.Choice(["small", "county"]),
    help="small 两个镇街的几个村；county 全县区（约 21.6 万人，需一分钟左右）。",
)
@click.option("--seed", default=1, show_default=True, help="同一个数得到同样的数据。")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="端口。")
@click.option(
    "--data",
    default="demo-data",
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="演示数据的文件夹。",
)
@click.option(
    "--config",
    default=None,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="县区配置，如 config/longyou.toml；默认叶集区。",
)
@click.option(
    "--plugin",
    "plugins",
    multiple=True,
    metavar="NAME",
    help="另外启用这个已安装（或在 GRIDGOV_PLUGINS 文件夹里）的插件；可重复。只在新建时有效。",
)
def demo(scale: str, seed: int, port: int, data: Path, config: Path | None, plugins: tuple[str, ...]) -> None:
    """创建演示县区（已有则直接使用），显示演示账号，只在本机 127.0.0.1 上提供服务。"""
    demand_free(HOST, port)
    if not (data / ACCOUNTS_FILE).exists():
        _make(data, scale, seed, config, plugins)
    serve_county(data, HOST, port, lambda: _welcome(data, port))


def _make(data: Path, scale: str, seed: int, config: Path | None, plugins: tuple[str, ...]) -> None:
    if (data / UNFINISHED).exists():
        shutil.rmtree(data)
    if (data / CONFIG_FILE).exists():
        raise ConfigError(
            [f"{data} 里是一个正式的县区，不能用作演示；请换一个：gridgov demo --data 另一个文件夹"]
        )
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        (data / UNFINISHED).touch()
    except OSError as error:
        raise ConfigError([f"无法写入 {data}（{error.strerror}）；请换一个可写的文件夹：--data"]) from None
    click.echo(f"正在 {data} 创建演示县区（数据全部是模拟的）", err=True)
    password = "-".join("".join(secrets.choice(_SIGNS) for _ in range(4)) for _ in range(3))
    _keep_accounts(data, seed_county(data, scale, seed, password, config, plugins), password)
    (data / UNFINISHED).unlink()


def _keep_accounts(data: Path, world: World, password: str) -> None:
    answers = world.answers.values()
    further = [row for answer in answers for row in answer.get("demo_accounts", [])]
    shown: dict[str, str] = {}
    for role, title in TITLES.items():
        held = {str(account.id): account.username for account in world.accounts if account.role == role}
        if held:
            duties = [
                answer["demo_duties"][role] for answer in answers if role in answer.get("demo_duties", {})
            ]
            does = "、".join([*duties, *DUTIES.get(role, ())])
            shown[next(iter(held.values()))] = f"{title}{f'（{does}）' if does else ''}"
        for row in further:
            if username := held.get(row["account_id"]):
                shown[username] = _also(shown[username], row["title"]) if username in shown else row["title"]
    handle = os.open(data / ACCOUNTS_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write("\n".join([password, *("\t".join(line) for line in shown.items())]) + "\n")


def _also(title: str, more: str) -> str:
    """居民（出示积分码） and 居民（党员） as 居民（出示积分码、党员）: an account stands on one line."""
    does = more.partition("（")[2].removesuffix("）") or more
    return f"{title.removesuffix('）')}、{does}）" if title.endswith("）") else f"{title}（{does}）"


def _welcome(data: Path, port: int) -> None:
    password, *accounts = (data / ACCOUNTS_FILE).read_text("utf-8").splitlines()
    click.echo()
    print_table(("用户名", "身份"), [line.split("\t") for line in accounts])
    click.echo(f"\n以上账号的密码都是 {password}")
    click.echo(f"演示地址 {address(HOST, port)}（按 Ctrl-C 停止；数据在 {data}，删除即可重来）")
