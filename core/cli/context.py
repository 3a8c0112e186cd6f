"""The county that a command works on. Who acts is `core.accounts.api.operator`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from core.county import County, close_county, open_county
from core.db import database

Command = TypeVar("Command", bound=Callable[..., Any])


def data_option(command: Command) -> Command:
    """The option that says which county."""
    return click.option(
        "--data",
        envvar="GRIDGOV_DATA",
        required=True,
        type=click.Path(path_type=Path, file_okay=False),
        help="县区的数据文件夹；默认取环境变量 GRIDGOV_DATA",
    )(command)


def json_option(command: Command) -> Command:
    """The option that asks for JSON."""
    return click.option("--json", "as_json", is_flag=True, help="以 JSON 输出")(command)


@contextmanager
def opened(data: Path) -> Iterator[County]:
    """The county in `data` with a database connection; no plugin is loaded.

    Raises ConfigError when there is none or its config is wrong.
    """
    county = open_county(data)
    try:
        with database.connection_context():
            yield county
    finally:
        close_county()


@contextmanager
def opened_with_modules(data: Path) -> Iterator[County]:
    """As `opened`, migrated, with the modules that are always on, so that services can be called.

    Of plugins that are on, only what plugin.toml says is known (their permissions): none is imported.
    """
    from core.app import core_manifests, new_manager
    from core.plugin_host.pilots import pilot_scopes
    from core.plugin_host.state import State, survey
    from core.plugin_manager import Loaded

    with opened(data) as county:
        county.plugins = new_manager(county)
        county.plugins.load_core(core_manifests())
        # Who listens to events is said by plugin.toml too, so none is lost that a command causes.
        county.plugins.reports = survey(county.settings, county.plugins_folder)
        county.plugins.pilots = pilot_scopes()
        for name, report in county.plugins.reports.items():
            if report.state is State.ON and report.manifest is not None:
                county.plugins.loaded[name] = Loaded(report.manifest, (), (), (), (), {}, {})
        yield county


@contextmanager
def opened_with_plugins(data: Path) -> Iterator[County]:
    """As `opened`, migrated, with every plugin that is on: for plugins' own commands and for seeding."""
    from core.app import load_plugins

    with opened(data) as county:
        load_plugins(county)
        yield county
