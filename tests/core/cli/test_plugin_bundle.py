"""gridgov plugin key, bundle and install: a plugin travels as one signed file, and nothing else gets in."""

import base64
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from core.plugin_kit.new import new_plugin


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return new_plugin("meals", tmp_path / "projects", title="助老餐")


@pytest.fixture
def signed(project: Path, sign: Callable[[Path], tuple[Path, str]]) -> tuple[Path, str]:
    """A bundle of the project and the public key that belongs to it."""
    return sign(project)


@pytest.fixture
def environment(data: Path, tmp_path: Path) -> dict[str, str]:
    return {"GRIDGOV_DATA": str(data), "GRIDGOV_PLUGINS": str(tmp_path / "plugins")}


def altered(file: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    """The bundle with one of its files changed, its zip intact."""
    target = file.with_name(f"altered-{file.name}")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(target, "w") as new:
        for each in old.namelist():
            data = old.read(each)
            new.writestr(each, change(data) if each.startswith(name) else data)
    return target


def test_a_signed_plugin_is_installed_planned_and_switched_on_without_a_network(
    run: Callable,
    signed: tuple[Path, str],
    environment: dict[str, str],
    trust: Callable[..., None],
    allow: Callable[..., None],
    start: Callable,
) -> None:
    file, public = signed
    trust(public)
    first = run("plugin", "install", file, **environment)
    assert (first.status, "plugins.allowed" in first.out) == (0, True), first
    allow("meals")
    assert run("plugin", "disable", "meals", **environment).status == 0
    again = run("plugin", "install", file, **environment)
    assert (again.status, again.out.startswith("已更新")) == (0, True), again
    assert run("plugin", "plan", "enable", "meals", **environment).status == 0
    assert run("plugin", "enable", "meals", **environment).status == 0
    # A key that is withdrawn later is named with what it signed.
    assert "plugin_key_withdrawn" not in run("doctor", "--json", **environment).out
    config = Path(environment["GRIDGOV_DATA"]) / "config.toml"
    trusting = config.read_text("utf-8")
    config.write_text(trusting.replace(public, base64.b64encode(bytes(32)).decode()), "utf-8")
    assert public in run("doctor", "--json", **environment).out
    config.write_text(trusting, "utf-8")
    server = start("serve", **environment)
    assert server.get("/meals/notes")[0] in (200, 302, 303)
    server.stop()
    # What runs is not overwritten.
    run("plugin", "install", file, **environment).refused(1, "plugin disable meals")


def test_the_same_project_gives_the_same_bundle_and_is_left_as_it_was(
    run: Callable, project: Path, signed: tuple[Path, str], tmp_path: Path
) -> None:
    again = tmp_path / "again.gridgov"
    before = sorted(project.rglob("*"))
    assert run("plugin", "bundle", project, again, "--key", tmp_path / "author.pem").status == 0
    assert again.read_bytes() == signed[0].read_bytes()
    assert sorted(project.rglob("*")) == before


def test_what_nobody_trusted_signed_installs_nothing(
    run: Callable,
    signed: tuple[Path, str],
    environment: dict[str, str],
    trust: Callable[..., None],
    tmp_path: Path,
) -> None:
    file, public = signed
    run("plugin", "install", file, **environment).refused(1, public)
    other = base64.b64encode(bytes(32)).decode()
    trust(other)
    run("plugin", "install", file, **environment).refused(1, "plugins.trusted")
    assert not list((tmp_path / "plugins").glob("*"))


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("bundle.json", lambda data: data.replace(b"0.1.0", b"0.1.1")),
        ("wheels/", lambda data: data[:-1] + bytes([data[-1] ^ 1])),
        ("signature", lambda data: data[:-8] + b"AAAAAAA="),
        ("signature", lambda _: b""),
    ],
    ids=["another version", "another wheel", "another signature", "no signature"],
)
def test_a_changed_bundle_installs_nothing(
    run: Callable,
    signed: tuple[Path, str],
    environment: dict[str, str],
    trust: Callable[..., None],
    tmp_path: Path,
    name: str,
    change: Callable[[bytes], bytes],
) -> None:
    file, public = signed
    trust(public)
    run("plugin", "install", altered(file, name, change), **environment).refused(1, "没有安装")
    assert not list((tmp_path / "plugins").glob("*"))


def test_a_bundle_that_is_cut_off_or_holds_more_than_was_signed_installs_nothing(
    run: Callable,
    signed: tuple[Path, str],
    environment: dict[str, str],
    trust: Callable[..., None],
    tmp_path: Path,
) -> None:
    file, public = signed
    trust(public)
    cut = tmp_path / "cut.gridgov"
    cut.write_bytes(file.read_bytes()[:-200])
    run("plugin", "install", cut, **environment).refused(1, "没有安装")
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("wheels/more-1.0-py3-none-any.whl", b"")
    run("plugin", "install", file, **environment).refused(1, "没有安装")
    assert not list((tmp_path / "plugins").glob("*"))


def test_a_plugin_below_the_level_or_in_the_place_of_another_package_stays_out(
    run: Callable, project: Path, environment: dict[str, str], trust: Callable[..., None], tmp_path: Path
) -> None:
    key = tmp_path / "author.pem"
    public = run("plugin", "key", key).out.split("公钥：")[1].strip()
    trust(public)
    run("plugin", "key", key).refused(1, "已存在")
    bad = tmp_path / "bad.gridgov"
    (project / "meals" / "plugin.py").write_text("raise RuntimeError('no')\n", "utf-8")
    assert run("plugin", "bundle", project, bad, "--key", key).status == 0
    run("plugin", "install", bad, **environment).refused(1, "没有安装")

    (project / "flask").mkdir()
    (project / "flask" / "__init__.py").write_text("", "utf-8")
    file = project / "pyproject.toml"
    file.write_text(file.read_text("utf-8").replace('"meals*"', '"meals*", "flask*"'), "utf-8")
    worse = tmp_path / "worse.gridgov"
    assert run("plugin", "bundle", project, worse, "--key", key).status == 0
    run("plugin", "install", worse, **environment).refused(1, "flask")
    assert not list((tmp_path / "plugins").glob("*"))


def test_without_a_folder_for_plugins_nothing_is_installed(
    run: Callable, signed: tuple[Path, str], data: Path
) -> None:
    run("plugin", "install", signed[0], GRIDGOV_DATA=str(data)).refused(1, "GRIDGOV_PLUGINS")
