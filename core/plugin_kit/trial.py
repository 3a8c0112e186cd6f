"""A plugin on trial in a demo county."""

import re
from collections.abc import Sequence
from pathlib import Path

from core.errors import ConfigError

_LIST = re.compile(r"^(allowed|on)\s*=\s*\[(.*)\]", re.MULTILINE)


def allow(config: Path, names: Sequence[str]) -> None:
    """Let the county of this config file have further plugins, and switch them on.

    Raises ConfigError where `allowed` and `on` of [plugins] are not a line each, as in the shipped configs.
    """
    text = config.read_text("utf-8")
    before, heading, section = text.partition("[plugins]\n")
    further = "".join(f', "{name}"' for name in names)
    section, found = _LIST.subn(
        lambda line: f"{line[1]} = [{(line[2].strip() + further).lstrip(', ')}]", section, count=2
    )
    if found != 2:
        raise ConfigError([f"{config} 的 [plugins] 里要有 allowed = [...] 和 on = [...] 各一行"])
    config.write_text(before + heading + section, "utf-8")
