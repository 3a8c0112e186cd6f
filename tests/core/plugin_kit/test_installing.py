"""What a bundle may do to the machine that it is unpacked on."""

import io
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from core.plugin_kit import installing
from core.plugin_kit.bundle import Bundle, BundleUnreadable, open_bundle
from core.plugin_kit.installing import NameTaken, WheelUnfit

WHEEL = "side-1.0-py3-none-any.whl"


def wheel(*entries: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    """A wheel with these files."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return data.getvalue()


def lying(data: bytes, size: int) -> bytes:
    """A zip whose headers say that two bytes come out where `size` do."""
    return data.replace(size.to_bytes(4, "little"), (2).to_bytes(4, "little"))


def test_a_bundle_whose_packed_files_lie_about_their_size_is_not_unpacked(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.gridgov"
    bomb.write_bytes(lying(wheel(("bundle.json", b" " * 50_000_002)), 50_000_002))
    assert bomb.stat().st_size < 100_000
    tracemalloc.start()
    with pytest.raises(BundleUnreadable):
        open_bundle(bomb, trusted=())
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_a_wheel_gives_no_more_than_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installing, "MOST_BYTES", 1_000)
    with pytest.raises(WheelUnfit):
        installing._unpack(WHEEL, wheel(("side.py", b" " * 1_001)), tmp_path)
    with pytest.raises(WheelUnfit):
        installing._unpack(WHEEL, lying(wheel(("side.py", b" " * 50_002)), 50_002), tmp_path)
    assert (tmp_path / "side.py").stat().st_size <= 2


@pytest.mark.parametrize(
    "name", ["../evil.py", "/tmp/evil.py", "side/../../evil.py", "side-1.0.data/scripts/evil", "."]
)
def test_a_wheel_with_a_path_that_leaves_its_folder_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(WheelUnfit):
        installing._unpack(WHEEL, wheel((name, b"raise SystemExit")), tmp_path / "unpacked")
    assert list(tmp_path.rglob("*")) == []


def test_a_link_in_a_wheel_is_no_link(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("side/link.py")
    link.external_attr = 0o120777 << 16
    installing._unpack(WHEEL, wheel((link, b"/etc/passwd")), tmp_path)
    assert not (tmp_path / "side" / "link.py").is_symlink()
    assert (tmp_path / "side" / "link.py").read_bytes() == b"/etc/passwd"


def test_compiled_modules_and_their_libraries_come_along_and_take_no_name(tmp_path: Path) -> None:
    bundle = Bundle("meals", "1", ">=1.0,<2", "", "", {WHEEL: b""})
    unpacked, folder = tmp_path / "unpacked", tmp_path / "plugins"
    for name in ("meals/plugin.toml", "fastside.libs/libfast.so", "_side.cpython-311-x86_64-linux-gnu.so"):
        place = unpacked / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(b"")
    installing._demand_own_names(bundle, unpacked, folder)
    (unpacked / "flask.cpython-311-x86_64-linux-gnu.so").write_bytes(b"")
    with pytest.raises(NameTaken):
        installing._demand_own_names(bundle, unpacked, folder)


def test_an_installation_that_is_stopped_half_way_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, unpacked = tmp_path / "plugins", tmp_path / "unpacked"
    for place, text in ((folder, "old"), (unpacked, "new")):
        (place / "meals").mkdir(parents=True)
        (place / "meals" / "plugin.toml").write_text(text, "utf-8")
    for name in ("side.py", "tail.py"):
        (unpacked / name).write_text("new", "utf-8")
    rename = Path.rename

    def stop(self: Path, target: Path) -> Path:
        if self.name == "tail.py":
            raise KeyboardInterrupt
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", stop)
    with pytest.raises(KeyboardInterrupt):
        installing._put_in_place(unpacked, folder, tmp_path / "before")
    assert (folder / "meals" / "plugin.toml").read_text("utf-8") == "old"
    assert [each.name for each in folder.iterdir()] == ["meals"]
