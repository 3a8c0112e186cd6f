"""gridgov plugin new: a plugin from the template, and what to do next."""

import re
from collections.abc import Callable
from pathlib import Path


def test_the_command_says_what_to_do_next(run: Callable, tmp_path: Path) -> None:
    said = run("plugin", "new", "meals", "--into", str(tmp_path))
    assert (said.status, said.err) == (0, "")
    assert [line for line in said.out.splitlines() if re.match(r"  [123]\. ", line)] != []
    assert (tmp_path / "meals" / "meals" / "plugin.toml").is_file()
    again = run("plugin", "new", "meals", "--into", str(tmp_path))
    assert again.status == 1
    assert "已存在" in again.err
