"""The imported modules of a plugin, and how to be rid of them."""

import sys
from datetime import datetime
from pathlib import Path

from core.manifest import Manifest

Files = frozenset[tuple[str, int, int]]
# What this process has imported: plugin -> its last switch before that, and its files at that moment.
_imported: dict[str, tuple[datetime | None, Files]] = {}


def forget_modules(manifest: Manifest) -> None:
    """Take a plugin's modules out of the program, so that the next import reads its files anew."""
    _imported.pop(manifest.name, None)
    # Only what lies in the plugin's folder: a plugin may bear the name of a package that others need.
    package = manifest.module.rpartition(".")[0] or manifest.module
    for name, module in list(sys.modules.items()):
        inside = name == package or name.startswith(package + ".")
        file = getattr(module, "__file__", None)
        if inside and (file is None or Path(file).is_relative_to(manifest.folder)):
            # A thread that still imports it, though its time is over, may have taken it out itself.
            sys.modules.pop(name, None)


def forget_if_mended(manifest: Manifest, changed_at: datetime | None) -> None:
    """Forget a plugin that was switched or retried since this process imported it, if its files differ.

    Each process sees that for itself: the one in which the plugin failed is mostly another one. Files
    that change without a switch are left alone, since an upgrade may be half done.
    """
    before = _imported.get(manifest.name)
    if before is not None and before[0] == changed_at:
        return
    files = _files(manifest.folder)
    if before is not None and before[1] != files:
        forget_modules(manifest)
    _imported[manifest.name] = (changed_at, files)


def _files(folder: Path) -> Files:
    found = [(file, file.stat()) for file in folder.rglob("*.py")]
    return frozenset((str(file), status.st_mtime_ns, status.st_size) for file, status in found)
