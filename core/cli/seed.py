"""gridgov seed: deterministic synthetic data, described as one JSON object."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from core.accounts.api import issue_tokens, operator
from core.cli.context import data_option, opened_with_plugins
from core.cli.init import DEFAULT_CONFIG, import_area_list, new_folder
from core.cli.output import print_json
from core.county import CONFIG_FILE
from core.db import unit_of_work
from core.demo.plan import PROFILES
from core.demo.world import World, build_world
from core.plugin_kit.trial import allow
from core.progress import progress
from core.settings import environment_path


@click.command()
@click.option("--profile", required=True, type=click.Choice(PROFILES), help="规模。")
@click.option("--seed", default=1, show_default=True, help="同一个数得到同样的数据（令牌除外）。")
@data_option
def seed(profile: str, seed: int, data: Path) -> None:
    """在 --data 里生成模拟数据（没有县区时先新建），以 JSON 输出编号、账号和令牌。只用于测试。"""
    # Known to everybody who knows the number: such a county must never hold real people, and
    # build_world refuses one that does.
    password = f"Mo-ni-{profile}-{seed}"
    world = seed_county(data, profile, seed, password)
    with opened_with_plugins(data):
        shown = world.accounts if profile != "county" else _of_first_village(world)
        tokens = issue_tokens(operator(), [account.id for account in shown], title="模拟数据")
    print_json(describe_world(world, password, tokens))


def seed_county(
    data: Path,
    profile: str,
    seed: int,
    password: str,
    config: Path | None = None,
    plugins: Sequence[str] = (),
) -> World:
    """Build a synthetic county in `data`; makes the folder (after `config`) when there is none.

    `plugins` are on in a new one besides those of its config.

    Raises what `build_world` raises, and ConfigError.
    """
    if (data / CONFIG_FILE).exists():
        return _build(data, profile, seed, password)
    with new_folder(data, config or environment_path("GRIDGOV_CONFIG") or DEFAULT_CONFIG):
        if plugins:
            allow(data / CONFIG_FILE, plugins)
        return _build(data, profile, seed, password)


def _build(data: Path, profile: str, seed: int, password: str) -> World:
    with opened_with_plugins(data) as county, unit_of_work():
        import_area_list(county.settings)
        return build_world(profile, seed, password=password, progress=progress)


def describe_world(world: World, password: str, tokens: dict[int, str]) -> dict[str, Any]:
    """What `gridgov seed` prints. Of a whole county only the first village's people are listed."""
    answers: dict[str, Any] = {"wallets": [], "stores": [], "products": []}
    for answer in world.answers.values():
        answers |= answer
    wallets = {wallet["household_id"]: wallet["id"] for wallet in answers["wallets"]}
    listed = world.villages[:1] if world.profile == "county" else world.villages
    return {
        "areas": [{"code": code, "name": name, "level": level} for code, name, level in world.areas],
        "accounts": [
            {
                "id": str(account.id),
                "username": account.username,
                "password": password,
                "token": tokens[account.id],
                "role": account.role,
                "area_code": account.area_code,
                "person_id": None if account.person_id is None else str(account.person_id),
            }
            for account in world.accounts
            if account.id in tokens
        ],
        "households": [
            {"id": str(key), "area_code": area_code, "wallet_id": wallets.get(str(key))}
            for village in listed
            for key, area_code in world.households[village]
        ],
        **answers,
    }


def _of_first_village(world: World) -> list[Any]:
    village = world.villages[0]
    return [account for account in world.accounts if village.startswith(account.village)]
